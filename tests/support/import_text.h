// import_text.h -- imports small texts and compares what comes out, for tests of importers.
#ifndef TESTS_SUPPORT_IMPORT_TEXT_H
#define TESTS_SUPPORT_IMPORT_TEXT_H

#include "support/put_file.h"

#include <math.h>

#include "base/date.h"
#include "io/import.h"

static sw_error err;
static sw_import_report report;
static char out_path[300];

static inline sw_import_options plain(const char *format, const char *in) {
    sw_import_options options = sw_import_options_default();
    options.format = format;
    options.in = in;
    options.out = out_path;
    options.command = "test";
    return options;
}

static inline double date(const char *text) {
    double unix_s = NAN;
    ck_assert(sw_date_parse(text, &unix_s));
    return unix_s;
}

static inline void new_output(const char *suffix) {
    (void)snprintf(out_path, sizeof out_path, "%s", put_bytes(suffix, "old", 3));
    err = (sw_error){0};
}

// Imports a text; the result lies at out_path.
static inline sw_status import_text(const char *text, sw_import_options options) {
    new_output(".csv");
    options.in = put(text);
    options.out = out_path;
    const sw_status status = sw_import(&options, &report, &err);
    unlink(options.in);
    return status;
}

// Compares what stands below the header lines of the output, and removes it.
static inline void output_is(const char *want) {
    char line[2000];
    char got[4000] = "";
    FILE *f = fopen(out_path, "r");
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        if (line[0] != '#') {
            strcat(got, line);
        }
    }
    (void)fclose(f);
    unlink(out_path);
    ck_assert_str_eq(got, want);
}

// An import that must fail, with its message, and leave the old output alone.
static inline void is_refused(const char *text, sw_import_options options, const char *says) {
    ck_assert_int_eq(import_text(text, options), SW_ERR_BAD_INPUT);
    assert_says(err, says);
    output_is("old");
}

// An import that must succeed, recognised as `format`.
static inline void becomes(const char *text, sw_import_options options, const char *format,
                           const char *want) {
    ck_assert_msg(import_text(text, options) == SW_OK, "%s", err.text);
    ck_assert_str_eq(report.format, format);
    output_is(want);
}

#endif
