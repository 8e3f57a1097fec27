#include "base/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sw_status_text(sw_status code) {
    switch (code) {
#define SW_STATUS_CASE(name, text)                                                                 \
    case name:                                                                                     \
        return text;
        SW_STATUS_LIST(SW_STATUS_CASE)
#undef SW_STATUS_CASE
    }
    return "unknown status";
}

sw_status(sw_vfail)(sw_error *err, sw_status code, const char *fmt, va_list args) {
    if (err != NULL && err->code == SW_OK) {
        err->code = code;
        (void)vsnprintf(err->text, sizeof err->text, fmt, args);
    }
    return code;
}

sw_status(sw_fail)(sw_error *err, sw_status code, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    (void)sw_vfail(err, code, fmt, args);
    va_end(args);
    return code;
}

const char *sw_errno_text(int number) {
    // The C library's texts of its own numbers are constants, and nobody sets a locale.
    return strerror(number); // NOLINT(concurrency-mt-unsafe)
}

void sw_require_failed(const char *cond, const char *file, int line) {
    (void)fprintf(stderr, "stepwatt: internal error at %s:%d: %s\n", file, line, cond);
    abort();
}
