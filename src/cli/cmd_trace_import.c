// cmd_trace_import.c -- `stepwatt trace import`: foreign files become traces.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "cli/command.h"
#include "cli/trace_import.h"
#include "io/import.h"

enum { HELP_TEXT = 6000, MAX_PARTS = 1000000 };

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

// Reads LATITUDE,LONGITUDE.
static void take_place(const char *text, sw_import_options *options, sw_messages *messages) {
    char copy[64];
    if (text == NULL) {
        return;
    }
    (void)snprintf(copy, sizeof copy, "%s", text);
    char *comma = strchr(copy, ',');
    if (comma != NULL) {
        *comma = '\0';
    }
    if (strlen(text) >= sizeof copy || comma == NULL ||
        !sw_number_parse(copy, &options->latitude) ||
        !sw_number_parse(comma + 1, &options->longitude) || !(fabs(options->latitude) <= 90.0) ||
        !(fabs(options->longitude) <= 180.0)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--at: '%s'; LATITUDE,LONGITUDE in degrees north and east is allowed",
                        text);
    }
}

// The values of options as typed.
typedef struct import_texts {
    const char *start;
    const char *days;
    const char *site;
    const char *rated;
    const char *utc_offset;
    const char *usd;
    const char *seed;
    const char *fill;
    const char *part;
    const char *at;
    const char *tilt;
    const char *azimuth;
    const char *hub;
    const char *wind_height;
} import_texts;

static void take_texts(const import_texts *text, sw_import_options *options,
                       sw_messages *messages) {
    const struct {
        const char *name;
        const char *text;
        double lo;
        double hi;
        double *value;
    } number[] = {{"days", text->days, 0.0, 36600.0, &options->days},
                  {"rated", text->rated, 0.0, 1e6, &options->rated_mw},
                  {"utc-offset", text->utc_offset, -14.0, 14.0, &options->utc_offset_h},
                  {"usd", text->usd, 1e-6, 1e6, &options->usd_rate},
                  {"tilt", text->tilt, 0.0, 90.0, &options->tilt_deg},
                  {"azimuth", text->azimuth, 0.0, 360.0, &options->azimuth_deg},
                  {"hub", text->hub, 1.0, 500.0, &options->hub_m},
                  {"wind-height", text->wind_height, 1.0, 500.0, &options->wind_m}};
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
        sw_args_take_number(number[i].name, number[i].text, number[i].lo, number[i].hi,
                            number[i].value, messages);
    }
    int64_t seed = 0;
    if (text->seed != NULL && (!sw_integer_parse(text->seed, &seed) || seed < 0)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--seed: '%s'; an integer from 0 is allowed",
                        text->seed);
    }
    options->seed = (uint64_t)seed;
    if (text->seed != NULL && !options->refine) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--seed has no meaning without --refine");
    }
    if (text->site != NULL && options->place != NULL) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--site and --node are two names of one option");
    }
    options->place = options->place != NULL ? options->place : text->site;
    take_fill(text->fill, &options->fill, messages);
    take_part(text->part, options, messages);
    take_place(text->at, options, messages);
    sw_args_take_date("start", text->start, &options->start_unix_s, messages);
}

static sw_exit import_file(const sw_import_options *options) {
    sw_error error = {0};
    sw_import_report report = {0};
    const sw_status status = sw_import(options, &report, &error);
    if (status != SW_OK) {
        sw_print_error(&error);
        // The report begins when the format is known: from then on files are written, not read.
        return status == SW_ERR_IO && report.format == NULL ? SW_EXIT_BAD_INPUT
                                                            : sw_exit_of_run(status);
    }
    (void)fprintf(stderr, "%s: %" PRId64 " rows from %" PRId64 " of %s (%s)", options->out,
                  report.n_written, report.n_read, options->in, report.format);
    if (report.n_filled > 0) {
        (void)fprintf(stderr, ", %" PRId64 " filled in", report.n_filled);
    }
    if (report.n_left_out > 0) {
        (void)fprintf(stderr, ", %" PRId64 " left out", report.n_left_out);
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
        const int n = snprintf(text + used, HELP_TEXT - used, "  %-16s %s\n                   %s\n",
                               format->name, format->summary, format->header);
        used += n < 0 ? HELP_TEXT : (size_t)n;
    }
    return text;
}

sw_exit sw_trace_import_command(int argc, char **argv, const char *command) {
    char help[HELP_TEXT];
    import_texts text = {0};
    sw_import_options options = sw_import_options_default();
    options.command = command;
    const sw_option list[] = {
        {"output", 'o', SW_OPTION_TEXT, &options.out, 0, "OUT", "file to write, .csv or .h5"},
        {"start", '\0', SW_OPTION_TEXT, &text.start, 0, "DATE", "start of the window (ISO 8601)"},
        {"days", '\0', SW_OPTION_TEXT, &text.days, 0, "N", "length of the window"},
        {"column", '\0', SW_OPTION_TEXT, &options.column, 0, "NAME", "which series of the file"},
        {"site", '\0', SW_OPTION_TEXT, &text.site, 0, "NAME",
         "which zone, area or node, of a file with several"},
        {"node", '\0', SW_OPTION_TEXT, &options.place, 0, "NAME", "the same"},
        {"rated", '\0', SW_OPTION_TEXT, &text.rated, 0, "MW", "rated power of the plant"},
        {"fill", '\0', SW_OPTION_TEXT, &text.fill, 0, "HOW",
         "gaps: none (an error, default), hold, linear"},
        {"clock", '\0', SW_OPTION_TEXT, &options.clock, 0, "NAME",
         "clock of times without an offset: utc, us-eastern, europe-central, ..."},
        {"utc-offset", '\0', SW_OPTION_TEXT, &text.utc_offset, 0, "H",
         "the same as hours from UTC, without daylight saving"},
        {"usd", '\0', SW_OPTION_TEXT, &text.usd, 0, "RATE",
         "turn the file's currency into USD: how many one unit is"},
        {"refine", '\0', SW_OPTION_FLAG, &options.refine, 0, NULL,
         "to 5 minutes, rough inside the hour, its mean kept"},
        {"seed", '\0', SW_OPTION_TEXT, &text.seed, 0, "S", "of --refine (0)"},
        {"at", '\0', SW_OPTION_TEXT, &text.at, 0, "LAT,LON",
         "where weather is from, if the file does not say"},
        {"tilt", '\0', SW_OPTION_TEXT, &text.tilt, 0, "DEG",
         "of a PV array (the file's, or the latitude)"},
        {"azimuth", '\0', SW_OPTION_TEXT, &text.azimuth, 0, "DEG",
         "of a PV array, from north (towards the equator)"},
        {"turbine", '\0', SW_OPTION_TEXT, &options.turbine, 0, "NAME",
         "v112 (usual), n117 or e126, for --column wind_cf"},
        {"hub", '\0', SW_OPTION_TEXT, &text.hub, 0, "M", "height of the turbine's hub"},
        {"wind-height", '\0', SW_OPTION_TEXT, &text.wind_height, 0, "M",
         "height of the file's wind (10)"},
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
        sw_need_output_path(options.out, &messages);
    }
    if (messages.n > 0) {
        sw_print_messages(&messages);
        return SW_EXIT_BAD_INPUT;
    }
    options.format = argument[0];
    options.in = argument[1];
    options.stop = sw_catch_interrupts();
    return import_file(&options);
}
