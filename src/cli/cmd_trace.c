// cmd_trace.c -- `stepwatt trace`: foreign files become traces, and traces are looked at.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"
#include "cli/command.h"
#include "cli/trace_synth.h"
#include "io/import.h"
#include "io/trace_info.h"

enum { HELP_TEXT = 2000, MAX_FILES = 2, MAX_PARTS = 1000000 };

#define MAX_UTC_OFFSET_H 14.0
#define MAX_DAYS         36600.0
#define MAX_RATED_MW     1e6

// Reads an optional number; an absent option leaves the value.
static void take_number(const char *option, const char *text, double lo, double hi, double *value,
                        sw_messages *messages) {
    double x = 0.0;
    if (text == NULL) {
        return;
    }
    if (!sw_number_parse(text, &x) || !(x >= lo && x <= hi)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--%s: '%s'; a number from %g to %g is allowed",
                        option, text, lo, hi);
        return;
    }
    *value = x;
}

static void take_fill(const char *text, sw_import_fill *fill, sw_messages *messages) {
    if (text == NULL || strcmp(text, "none") == 0) {
        *fill = SW_FILL_NONE;
    } else if (strcmp(text, "hold") == 0) {
        *fill = SW_FILL_HOLD;
    } else if (strcmp(text, "linear") == 0) {
        *fill = SW_FILL_LINEAR;
    } else {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--fill: '%s'; none, hold or linear is allowed",
                        text);
    }
}

// Reads I/N, 1 <= I <= N.
static void take_part(const char *text, sw_import_options *options, sw_messages *messages) {
    char copy[32];
    int64_t part = 0;
    int64_t n_part = 0;
    if (text == NULL) {
        return;
    }
    (void)snprintf(copy, sizeof copy, "%s", text);
    char *slash = strchr(copy, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    if (strlen(text) >= sizeof copy || slash == NULL || !sw_integer_parse(copy, &part) ||
        !sw_integer_parse(slash + 1, &n_part) || part < 1 || part > n_part || n_part > MAX_PARTS) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--part: '%s'; I/N with 1 <= I <= N is allowed",
                        text);
        return;
    }
    options->part = (int32_t)part;
    options->n_part = (int32_t)n_part;
}

// The values of options as typed.
typedef struct import_texts {
    const char *start;
    const char *days;
    const char *rated;
    const char *utc_offset;
    const char *fill;
    const char *part;
} import_texts;

static void take_texts(const import_texts *text, sw_import_options *options,
                       sw_messages *messages) {
    take_number("days", text->days, 0.0, MAX_DAYS, &options->days, messages);
    take_number("rated", text->rated, 0.0, MAX_RATED_MW, &options->rated_mw, messages);
    take_number("utc-offset", text->utc_offset, -MAX_UTC_OFFSET_H, MAX_UTC_OFFSET_H,
                &options->utc_offset_h, messages);
    take_fill(text->fill, &options->fill, messages);
    take_part(text->part, options, messages);
    if (text->start != NULL && !sw_date_parse(text->start, &options->start_unix_s)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--start: '%s' is no date; " SW_DATE_FORM " is allowed", text->start);
    }
}

static sw_exit import_file(const sw_import_options *options) {
    sw_error error = {0};
    sw_import_report report = {0};
    const sw_status status = sw_import(options, &report, &error);
    if (status != SW_OK) {
        sw_print_error(&error);
        return sw_exit_of_input(status);
    }
    (void)fprintf(stderr, "%s: %" PRId64 " rows from %" PRId64 " of %s (%s)", options->out,
                  report.n_written, report.n_read, options->in, report.format);
    if (report.n_filled > 0) {
        (void)fprintf(stderr, ", %" PRId64 " filled in", report.n_filled);
    }
    if (report.n_left_out > 0) {
        (void)fprintf(stderr, ", %" PRId64 " unusable ones left out", report.n_left_out);
    }
    (void)fputc('\n', stderr);
    return SW_EXIT_DONE;
}

static const char *list_formats(char text[HELP_TEXT]) {
    size_t used =
        (size_t)snprintf(text, HELP_TEXT,
                         "Turns a file of a known layout into a trace (CSV, or HDF5 when OUT "
                         "ends in .h5).\nFORMAT is auto or one of\n");
    for (int32_t i = 0; sw_import_format_at(i) != NULL && used < HELP_TEXT; i++) {
        const sw_import_format *format = sw_import_format_at(i);
        const int n =
            snprintf(text + used, HELP_TEXT - used, "  %-16s %s\n", format->name, format->summary);
        used += n < 0 ? HELP_TEXT : (size_t)n;
    }
    return text;
}

static sw_exit trace_import(int argc, char **argv, const char *command) {
    char help[HELP_TEXT];
    import_texts text = {0};
    sw_import_options options = {.start_unix_s = (double)NAN,
                                 .rated_mw = (double)NAN,
                                 .utc_offset_h = (double)NAN,
                                 .command = command};
    const sw_option list[] = {
        {"output", 'o', SW_OPTION_TEXT, &options.out, 0, "OUT", "file to write, .csv or .h5"},
        {"start", '\0', SW_OPTION_TEXT, &text.start, 0, "DATE", "start of the window (ISO 8601)"},
        {"days", '\0', SW_OPTION_TEXT, &text.days, 0, "N", "length of the window"},
        {"column", '\0', SW_OPTION_TEXT, &options.column, 0, "NAME", "which series of the file"},
        {"rated", '\0', SW_OPTION_TEXT, &text.rated, 0, "MW", "rated power of the plant"},
        {"fill", '\0', SW_OPTION_TEXT, &text.fill, 0, "HOW",
         "gaps: none (an error, default), hold, linear"},
        {"utc-offset", '\0', SW_OPTION_TEXT, &text.utc_offset, 0, "H",
         "hours from UTC of times without an offset (0)"},
        {"part", '\0', SW_OPTION_TEXT, &text.part, 0, "I/N",
         "of requests: part I of N of the users"},
        {"zone", '\0', SW_OPTION_TEXT, &options.zone, 0, "NOTE",
         "where the data are from, for the header"}};
    const sw_usage usage = {
        .command = "trace import",
        .arguments = "FORMAT IN -o OUT",
        .n_argument_min = 2,
        .n_argument_max = 2,
        .text = list_formats(help),
        .examples = "  stepwatt trace import auto prices_2023.csv --start 2023-07-16 --days 7 -o "
                    "price.csv\n"
                    "  stepwatt trace import epw Dallas.epw --start 2023-07-16 --days 7 -o t.csv\n"
                    "  stepwatt trace import rts-wind wind.csv --column 317_WIND_1 --rated 799.1 "
                    "--utc-offset -6\n      --start 2023-07-16 --days 7 -o wind.h5\n",
        .option = list,
        .n_option = (int)(sizeof list / sizeof list[0])};
    const char *argument[2] = {NULL, NULL};
    sw_messages messages = {0};
    const sw_args_outcome outcome = sw_args_parse(&usage, argc, argv, argument, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    if (outcome == SW_ARGS_RUN) {
        take_texts(&text, &options, &messages);
        if (options.out == NULL) {
            sw_messages_add(&messages, SW_ERR_BAD_INPUT, "-o OUT is needed: the file to write");
        } else {
            sw_check_output_path("-o", options.out, &messages);
        }
    }
    if (messages.n > 0) {
        sw_print_messages(&messages);
        return SW_EXIT_BAD_INPUT;
    }
    options.format = argument[0];
    options.in = argument[1];
    return import_file(&options);
}

// Loads and shows each file; all are loaded before the first is shown.
static sw_exit show_files(const char *const file[MAX_FILES], double utc_offset_h, bool as_json) {
    sw_trace_info *info[MAX_FILES] = {NULL};
    sw_error error = {0};
    sw_status status = SW_OK;
    int n = 0;
    for (; n < MAX_FILES && file[n] != NULL && status == SW_OK; n++) {
        status = sw_trace_info_load(file[n], utc_offset_h, &info[n], &error);
    }
    if (status != SW_OK) {
        sw_print_error(&error);
    } else if (as_json) {
        sw_json json;
        sw_json_init(&json, stdout);
        if (n > 1) {
            sw_json_begin_array(&json);
        }
        for (int i = 0; i < n; i++) {
            sw_trace_info_json(info[i], &json);
        }
        if (n > 1) {
            sw_json_end_array(&json);
        }
        (void)sw_json_finish(&json); // main looks at stdout at the end
    } else {
        for (int i = 0; i < n; i++) {
            (void)fputs(i > 0 ? "\n" : "", stdout);
            sw_trace_info_print(info[i], stdout);
        }
    }
    for (int i = 0; i < MAX_FILES; i++) {
        sw_trace_info_unload(info[i]);
    }
    return status == SW_OK ? SW_EXIT_DONE : sw_exit_of_input(status);
}

static sw_exit trace_info(int argc, char **argv) {
    const char *utc_offset = NULL;
    bool as_json = false;
    const sw_option list[] = {
        {"utc-offset", '\0', SW_OPTION_TEXT, &utc_offset, 0, "H",
         "clock of the hourly profile, hours from UTC (0)"},
        {"json", '\0', SW_OPTION_FLAG, &as_json, 0, NULL, "one JSON object, or an array of two"}};
    const sw_usage usage = {.command = "trace info",
                            .arguments = "FILE [FILE2]",
                            .n_argument_min = 1,
                            .n_argument_max = MAX_FILES,
                            .text = "Shows range, resolution, gaps and statistics of traces.",
                            .examples = "  stepwatt trace info traces/jemas.csv --utc-offset -4\n",
                            .option = list,
                            .n_option = (int)(sizeof list / sizeof list[0])};
    const char *argument[MAX_FILES] = {NULL};
    sw_messages messages = {0};
    double utc_offset_h = 0.0;
    const sw_args_outcome outcome = sw_args_parse(&usage, argc, argv, argument, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    take_number("utc-offset", utc_offset, -MAX_UTC_OFFSET_H, MAX_UTC_OFFSET_H, &utc_offset_h,
                &messages);
    if (messages.n > 0) {
        sw_print_messages(&messages);
        return SW_EXIT_BAD_INPUT;
    }
    return show_files(argument, utc_offset_h, as_json);
}

sw_exit sw_cmd_trace(int argc, char **argv) {
    const char *verb = argc > 1 ? argv[1] : "";
    const bool gen = strcmp(verb, "gen") == 0;
    if (gen || strcmp(verb, "import") == 0) {
        char *command = sw_command_line(argc, argv);
        if (command == NULL) {
            (void)fputs("stepwatt: out of memory\n", stderr);
            return SW_EXIT_FAILED;
        }
        const sw_exit status = gen ? sw_trace_gen_command(argc - 1, argv + 1, command)
                                   : trace_import(argc - 1, argv + 1, command);
        free(command);
        return status;
    }
    if (strcmp(verb, "info") == 0) {
        return trace_info(argc - 1, argv + 1);
    }
    if (strcmp(verb, "fit") == 0) {
        return sw_trace_fit_command(argc - 1, argv + 1);
    }
    const char *help = "usage: stepwatt trace import FORMAT IN -o OUT | info FILE [FILE2] |\n"
                       "       gen GENERATOR -o OUT | fit FILE --column NAME\n\n"
                       "'stepwatt trace import --help' and so on tell the options.\n";
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0) {
        (void)fputs(help, stdout);
        return SW_EXIT_DONE;
    }
    (void)fprintf(stderr, "stepwatt: unknown '%s' of trace; allowed: import, info, gen, fit\n%s", verb, help);
    return SW_EXIT_BAD_INPUT;
}
