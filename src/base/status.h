// status.h -- how functions report failure: a code, and a text meant for the user.
#ifndef SW_BASE_STATUS_H
#define SW_BASE_STATUS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

#define SW_STATUS_LIST(X)                                                                          \
    X(SW_OK, "success")                                                                            \
    X(SW_ERR_BAD_INPUT, "bad input")                                                               \
    X(SW_ERR_IO, "file cannot be read or written")                                                 \
    X(SW_ERR_NO_MEMORY, "out of memory")                                                           \
    X(SW_ERR_POLICY, "a policy made an invalid decision")                                          \
    X(SW_ERR_CHECK, "a conservation check failed")                                                 \
    X(SW_ERR_INTERRUPTED, "interrupted")

typedef enum sw_status {
#define SW_STATUS_ENUM(code, text) code,
    SW_STATUS_LIST(SW_STATUS_ENUM)
#undef SW_STATUS_ENUM
} sw_status;

enum { SW_ERROR_TEXT = 1024 };

// One failure. The first one recorded stays: later, less telling ones do not replace it.
typedef struct sw_error {
    sw_status code;
    char text[SW_ERROR_TEXT]; // what is wrong and what is allowed, without a final newline
} sw_error;

// Returns the fixed text of a status code.
const char *sw_status_text(sw_status code);

// Records a failure and returns `code`. Nullable: err.
sw_status sw_fail(sw_error *err, sw_status code, const char *fmt, ...) SW_PRINTF(3, 4);
sw_status sw_vfail(sw_error *err, sw_status code, const char *fmt, va_list args) SW_PRINTF(3, 0);
#ifdef __clang_analyzer__ // sees one file at a time: a failure returns the code it is given
#define sw_fail(err, code, ...)        ((void)sw_fail(err, code, __VA_ARGS__), (code))
#define sw_vfail(err, code, fmt, args) ((void)sw_vfail(err, code, fmt, args), (code))
#endif

// Returns the system's text of an errno.
const char *sw_errno_text(int number);

// Leaves the function with the status of a call that failed.
#define SW_TRY(call)                                                                               \
    do {                                                                                           \
        sw_status sw_try_status_ = (call);                                                         \
        if (sw_try_status_ != SW_OK) {                                                             \
            return sw_try_status_;                                                                 \
        }                                                                                          \
    } while (0)

// A broken promise inside the program: prints place and condition, aborts. Checked in every build.
#define SW_REQUIRE(cond) ((cond) ? (void)0 : sw_require_failed(#cond, __FILE__, __LINE__))
#ifdef NDEBUG
#define SW_ASSERT(cond) ((void)0)
#else
#define SW_ASSERT(cond) SW_REQUIRE(cond)
#endif
_Noreturn void sw_require_failed(const char *cond, const char *file, int line);

#endif
