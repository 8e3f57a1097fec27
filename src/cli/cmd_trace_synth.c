// cmd_trace_synth.c -- `stepwatt trace gen` and `stepwatt trace fit`: generated traces, and
// generators for measured ones.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/trace_synth.h"
#include "io/trace_gen.h"

enum { HELP_TEXT = 4000 };

static const char *list_presets(char text[HELP_TEXT]) {
    size_t used = (size_t)snprintf(
        text, HELP_TEXT,
        "Writes a generated trace (CSV, or HDF5 when OUT ends in .h5). GENERATOR is what follows\n"
        "'synth:' in a scenario: NAME[,KEY=VALUE...], NAME one of price, carbon, wind, pv,\n"
        "temperature, rate, or a preset:\n");
    for (int32_t i = 0; i < sw_n_synth_preset && used < HELP_TEXT; i++) {
        const int n = snprintf(text + used, HELP_TEXT - used, "  %-18s %s\n",
                               sw_synth_presets[i].name, sw_synth_presets[i].help);
        used += n < 0 ? HELP_TEXT : (size_t)n;
    }
    return text;
}

sw_exit sw_trace_gen_command(int argc, char **argv, const char *command) {
    char help[HELP_TEXT];
    const char *days = NULL;
    const char *slot = NULL;
    const char *start = NULL;
    const char *utc_offset = NULL;
    int32_t stream = 0;
    sw_trace_gen_options options = {
        .start_unix_s = (double)NAN, .slot_s = SW_SYNTH_SAMPLE_S, .days = 1.0, .command = command};
    const sw_option list[] = {
        {"output", 'o', SW_OPTION_TEXT, &options.out, 0, "OUT", "file to write, .csv or .h5"},
        {"days", '\0', SW_OPTION_TEXT, &days, 0, "N", "length (1)"},
        {"slot", '\0', SW_OPTION_TEXT, &slot, 0, "S", "length of an interval, s (300)"},
        {"seed", '\0', SW_OPTION_SEED, &options.seed, 0, "S", "seed (0)"},
        {"stream", '\0', SW_OPTION_COUNT, &stream, 1000000, "N", "another series of the same seed"},
        {"start", '\0', SW_OPTION_TEXT, &start, 0, "DATE",
         "first interval (ISO 8601; absent: time_s from Monday, 14 July, 00:00 UTC)"},
        {"utc-offset", '\0', SW_OPTION_TEXT, &utc_offset, 0, "H",
         "clock of the profile, hours from UTC (0)"}};
    const sw_usage usage = {
        .command = "trace gen",
        .arguments = "GENERATOR -o OUT",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text = list_presets(help),
        .examples = "  stepwatt trace gen price-pjm --days 7 --seed 3 -o price.csv\n"
                    "  stepwatt trace gen price-pjm,mean=50 --slot 3600 --days 365 -o year.h5\n",
        .option = list,
        .n_option = (int)(sizeof list / sizeof list[0])};
    sw_messages messages = {0};
    const sw_args_outcome outcome =
        sw_args_parse(&usage, argc, argv, &options.generator, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    if (outcome == SW_ARGS_RUN) {
        sw_args_take_number("days", days, 0.001, 36600.0, &options.days, &messages);
        sw_args_take_number("slot", slot, 1.0, 86400.0, &options.slot_s, &messages);
        sw_args_take_number("utc-offset", utc_offset, -14.0, 14.0, &options.utc_offset_h,
                            &messages);
        sw_args_take_date("start", start, &options.start_unix_s, &messages);
        sw_need_output_path(options.out, &messages);
    }
    if (messages.n > 0) {
        sw_print_messages(&messages);
        return SW_EXIT_BAD_INPUT;
    }
    options.stream = (uint32_t)stream;
    options.stop = sw_catch_interrupts();
    sw_error error = {0};
    const sw_status status = sw_trace_gen(&options, &error);
    if (status != SW_OK) {
        sw_print_error(&error);
        return sw_exit_of_run(status);
    }
    return SW_EXIT_DONE;
}

sw_exit sw_trace_fit_command(int argc, char **argv) {
    const char *utc_offset = NULL;
    const char *start = NULL;
    bool as_json = false;
    sw_trace_fit_options options = {.start_unix_s = (double)NAN};
    const sw_option list[] = {
        {"column", '\0', SW_OPTION_TEXT, &options.column, 0, "NAME",
         "series of the file; arrival_s: the jobs of a job trace"},
        {"kind", '\0', SW_OPTION_TEXT, &options.kind, 0, "KIND",
         "price, carbon, wind, pv or rate (by the column's unit)"},
        {"generator", '\0', SW_OPTION_TEXT, &options.generator, 0, "GENERATOR",
         "compare this one instead of fitting"},
        {"utc-offset", '\0', SW_OPTION_TEXT, &utc_offset, 0, "H",
         "clock of the profile, hours from UTC (0)"},
        {"start", '\0', SW_OPTION_TEXT, &start, 0, "DATE",
         "when a trace without dates, such as one of jobs, begins (a Monday)"},
        {"json", '\0', SW_OPTION_FLAG, &as_json, 0, NULL, "one JSON object"}};
    const sw_usage usage = {
        .command = "trace fit",
        .arguments = "FILE --column NAME",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text = "Estimates a generator from a trace, prints it as a signal of a scenario, and "
                "compares the\ntrace with what the generator makes (20 seeds, 4 times as long).",
        .examples = "  stepwatt trace fit price.csv --column price_usd_per_mwh --utc-offset -5\n"
                    "  stepwatt trace fit price.csv --column price_usd_per_mwh --generator "
                    "price-pjm\n",
        .option = list,
        .n_option = (int)(sizeof list / sizeof list[0])};
    double utc_offset_h = 0.0;
    sw_messages messages = {0};
    const sw_args_outcome outcome = sw_args_parse(&usage, argc, argv, &options.path, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    if (outcome == SW_ARGS_RUN) {
        sw_args_take_number("utc-offset", utc_offset, -14.0, 14.0, &utc_offset_h, &messages);
        sw_args_take_date("start", start, &options.start_unix_s, &messages);
        if (options.column == NULL) {
            sw_messages_add(&messages, SW_ERR_BAD_INPUT, "--column NAME is needed");
        }
    }
    if (messages.n > 0) {
        sw_print_messages(&messages);
        return SW_EXIT_BAD_INPUT;
    }
    options.utc_offset_h = utc_offset_h;
    sw_error error = {0};
    sw_trace_fit fit = {0};
    const sw_status status = sw_trace_fit_file(&options, &fit, &error);
    if (status != SW_OK) {
        sw_print_error(&error);
        return sw_exit_of_input(status);
    }
    if (as_json) {
        sw_json json;
        sw_json_init(&json, stdout);
        sw_trace_fit_json(&fit, &json);
        (void)sw_json_finish(&json); // main looks at stdout at the end
    } else {
        sw_trace_fit_print(&fit, stdout);
    }
    return SW_EXIT_DONE;
}
