// cmd_compare.c -- `stepwatt compare`: several policies on the same worlds.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "cli/command.h"
#include "cli/compare_table.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "lp/bound.h"
#include "sweep/save.h"

enum { MAX_POLICY = 256, MAX_SEED = 1000000, MAX_DAY = 10000, MAX_THREAD = 4096 };

typedef struct compare_args {
    const char *scenario;
    const char *policies;
    uint64_t seed;
    int32_t seeds; // 0: not given
    int32_t days;  // 0: not given
    int32_t threads;
    sw_texts set;
    const char *output;
    bool series;
    bool no_bound;
    bool json;
} compare_args;

// All that a comparison holds.
typedef struct compare_state {
    compare_args args;
    char *policy_text; // --policies, cut at its commas
    const char *policy[MAX_POLICY];
    int32_t n_policy;
    sw_model **model;
    int32_t n_model;
    sw_compare compare;
    sw_observer *observer; // --series: of each policy; NULL without   [n_policy]
    sw_series *series;     // [n_policy]
    sw_job_counts *counts; // [n_policy]
    sw_progress progress;
} compare_state;

static sw_args_outcome parse(int argc, char **argv, compare_args *args, sw_messages *messages) {
    const sw_option option[] = {
        {"policies", '\0', SW_OPTION_TEXT, &args->policies, 0, "A,B,...",
         "policies, each DISPATCHER/ENERGY; the first is what others are compared with"},
        {"seeds", '\0', SW_OPTION_COUNT, &args->seeds, MAX_SEED, "N",
         "run seeds S .. S+N-1 (S: --seed)"},
        {"days", '\0', SW_OPTION_COUNT, &args->days, MAX_DAY, "D",
         "instead: D replicates that start on D consecutive days, with seeds S .. S+D-1"},
        {"seed", '\0', SW_OPTION_SEED, &args->seed, 0, "S", "first seed (0)"},
        {"threads", '\0', SW_OPTION_COUNT, &args->threads, MAX_THREAD, "T",
         "runs at a time (all processors); results do not depend on it"},
        {"set", '\0', SW_OPTION_TEXTS, &args->set, 0, "KEY=VALUE",
         "override a scenario key; may be repeated"},
        {"output", 'o', SW_OPTION_TEXT, &args->output, 0, "FILE", "write all runs as HDF5"},
        {"series", '\0', SW_OPTION_FLAG, &args->series, 0, NULL,
         "with -o: also series of all slots and counts of jobs, of the first replicate"},
        {"no-bound", '\0', SW_OPTION_FLAG, &args->no_bound, 0, NULL,
         "spare the upper bound, which takes seconds a replicate"},
        {"json", '\0', SW_OPTION_FLAG, &args->json, 0, NULL, "print one JSON object"},
    };
    const sw_usage usage = {
        .command = "compare",
        .arguments = "SCENARIO",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text = "Simulates several policies on the same worlds and prints means, 95 % intervals "
                "and paired differences.",
        .examples = "  stepwatt compare scenarios/jemas.ini --policies "
                    "local/idle,greedy/threshold --seeds 10\n"
                    "  stepwatt compare scenarios/market.ini --policies local,greedy --days 7 -o "
                    "out/week.h5\n",
        .option = option,
        .n_option = (int)(sizeof option / sizeof *option),
    };
    const sw_args_outcome outcome = sw_args_parse(&usage, argc, argv, &args->scenario, messages);
    if (outcome == SW_ARGS_HELP) {
        return outcome;
    }
    if (args->policies == NULL && messages->n == 0) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--policies is missing; give A,B,..., such as local/idle,greedy");
    }
    if (messages->n == 0 && args->series && args->output == NULL) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--series goes to a file: give -o FILE, too");
    }
    if (messages->n == 0 && (args->seeds > 0) == (args->days > 0)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "give either --seeds N or --days D: the replicates to run");
    }
    return messages->n > 0 ? SW_ARGS_BAD : SW_ARGS_RUN;
}

// Cuts --policies at its commas.
static void split_policies(compare_state *state, sw_messages *messages) {
    state->policy_text = strdup(state->args.policies);
    if (state->policy_text == NULL) {
        sw_messages_add(messages, SW_ERR_NO_MEMORY, "out of memory");
        return;
    }
    char *name = state->policy_text;
    while (name != NULL) {
        char *comma = strchr(name, ',');
        if (comma != NULL) {
            *comma = '\0';
        }
        if (name[0] == '\0') {
            sw_messages_add(messages, SW_ERR_BAD_INPUT, "--policies: an empty name in '%s'",
                            state->args.policies);
            return;
        }
        if (state->n_policy == MAX_POLICY) {
            sw_messages_add(messages, SW_ERR_BAD_INPUT, "--policies: more than %d", MAX_POLICY);
            return;
        }
        state->policy[state->n_policy++] = name;
        name = comma != NULL ? comma + 1 : NULL;
    }
}

// Reads the scenario, once a start day. Stops at the first day that is wrong.
static void load_models(compare_state *state, sw_messages *messages) {
    const compare_args *args = &state->args;
    const int32_t n = args->days > 0 ? args->days : 1;
    state->model = calloc((size_t)n, sizeof(sw_model *));
    if (state->model == NULL) {
        sw_messages_add(messages, SW_ERR_NO_MEMORY, "out of memory");
        return;
    }
    for (int32_t day = 0; day < n; day++) {
        const sw_scenario_options options = {
            .set = args->set.text, .n_set = args->set.n, .shift_days = (double)day};
        const sw_status status =
            sw_scenario_load(args->scenario, &options, &state->model[day], messages);
        if (status != SW_OK) {
            if (day > 0) {
                sw_messages_add(messages, SW_ERR_BAD_INPUT,
                                "--days: start day %d of %d is not covered by the scenario's "
                                "traces; choose fewer days",
                                day + 1, n);
            }
            return;
        }
        state->n_model = day + 1;
    }
    if (args->days > 0 && isnan(state->model[0]->start_unix_s)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--days: the scenario has no [scenario] start, so its days are all the "
                        "same; give --seeds");
    }
}

// A policy that cannot be resolved is told before anything runs, all of them at once.
static void check_policies(const compare_state *state, sw_messages *messages) {
    for (int32_t p = 0; p < state->n_policy; p++) {
        sw_policy_pair *pair = NULL;
        sw_error error = {0};
        if (sw_policy_resolve(state->model[0], state->policy[p], &pair, &error) != SW_OK) {
            sw_messages_add(messages, error.code, "%s", error.text);
        }
        sw_policy_pair_destroy(pair);
    }
}

static void load(compare_state *state, sw_messages *messages) {
    split_policies(state, messages);
    load_models(state, messages);
    if (state->args.output != NULL) {
        sw_check_output_path("-o", state->args.output, messages);
    }
    if (state->n_model > 0) {
        check_policies(state, messages);
    }
}

// A bound that cannot be had (a program too large to solve) leaves the comparison as it is, without
// its columns.
static sw_status compute_bound(const sw_model *model, uint64_t seed, double *bound_usd,
                               sw_error *err) {
    (void)err;
    sw_bound_result result;
    sw_error why = {0};
    if (sw_bound_compute(model, seed, NULL, &result, &why) == SW_OK) {
        *bound_usd = result.bound_usd;
    } else {
        (void)fprintf(stderr, "bound of seed %llu left out: %s\n", (unsigned long long)seed,
                      why.text);
    }
    return SW_OK;
}

// Prepares to keep what the slots of each policy's first replicate come to.
static sw_status observe(compare_state *state, sw_error *err) {
    const sw_model *model = state->model[0];
    const size_t n = (size_t)state->n_policy;
    state->observer = calloc(n, sizeof *state->observer);
    state->series = calloc(n, sizeof *state->series);
    state->counts = calloc(n, sizeof *state->counts);
    if (state->observer == NULL || state->series == NULL || state->counts == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory");
    }
    for (int32_t p = 0; p < state->n_policy; p++) {
        SW_TRY(sw_series_init(&state->series[p], model, err));
        state->observer[p].series = &state->series[p];
        if (model->sys.n_asp <= SW_JOB_COUNTS_MAX_ASP) {
            SW_TRY(sw_job_counts_init(&state->counts[p], model, err));
            state->observer[p].counts = &state->counts[p];
        }
    }
    return SW_OK;
}

static void stop_observing(compare_state *state) {
    for (int32_t p = 0; p < state->n_policy; p++) {
        if (state->series != NULL) {
            sw_series_deinit(&state->series[p]);
        }
        if (state->counts != NULL) {
            sw_job_counts_deinit(&state->counts[p]);
        }
    }
    free(state->observer);
    free(state->series);
    free(state->counts);
}

static void show_progress(void *context, double done, double planned) {
    sw_progress_show(context, done, planned);
}

static sw_status simulate(compare_state *state, sw_error *err) {
    const compare_args *args = &state->args;
    if (args->series) {
        SW_TRY(observe(state, err));
    }
    // const char * arrays and pointers to const do not mix in C without a copy of the pointers.
    const sw_model **model = calloc((size_t)state->n_model, sizeof *model); // NOLINT(bugprone-sizeof-expression): pointers
    if (model == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory");
    }
    for (int32_t m = 0; m < state->n_model; m++) {
        model[m] = state->model[m];
    }
    const sw_compare_options options = {.policy = state->policy,
                                        .n_policy = state->n_policy,
                                        .model = model,
                                        .n_model = state->n_model,
                                        .seed = args->seed,
                                        .n_seed = args->seeds > 0 ? args->seeds : 1,
                                        .threads = args->threads,
                                        .bound = args->no_bound ? NULL : compute_bound,
                                        .observer = state->observer,
                                        .stop = sw_catch_interrupts(),
                                        .progress = show_progress,
                                        .progress_context = &state->progress};
    sw_progress_begin(&state->progress, "runs");
    const sw_status status = sw_compare_run(&options, &state->compare, err);
    sw_progress_end(&state->progress);
    free(model);
    return status;
}

static sw_status save(const compare_state *state, int argc, char **argv, sw_error *err) {
    if (state->args.output == NULL) {
        return SW_OK;
    }
    char *line = sw_command_line(argc, argv);
    if (line == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory");
    }
    const sw_provenance provenance = {line, sw_version(), sw_commit()};
    const sw_status status = sw_save_compare(state->args.output, state->model[0], &state->compare,
                                             state->observer, &provenance, err);
    free(line);
    return status;
}

static void print_policy_json(sw_json *json, const compare_state *state, int32_t p) {
    const sw_compare *compare = &state->compare;
    sw_json_begin_object(json);
    sw_json_key(json, "policy");
    sw_json_text(json, compare->policy[p]);
    sw_json_key(json, "perfect_forecast");
    sw_json_bool(json, sw_compare_is_perfect(state->model[0], compare, p));
    for (int m = 0; m < SW_N_METRIC; m++) {
        const sw_summary s = sw_summarise(sw_compare_values(compare, m, p), compare->n_rep);
        sw_json_key(json, sw_metric_table[m].name);
        sw_report_summary_json(json, &s);
    }
    const sw_summary ns =
        sw_summarise(compare->decision_ns + (size_t)p * (size_t)compare->n_rep, compare->n_rep);
    sw_json_key(json, "decision_ns");
    sw_report_summary_json(json, &ns);
    const sw_standing standing = sw_compare_standing(compare, p);
    sw_json_key(json, "diff_utility_usd");
    sw_report_summary_json(json, &standing.diff_utility_usd);
    sw_json_key(json, "share_of_bound");
    sw_json_number(json, standing.share_of_bound);
    sw_json_key(json, "score");
    sw_json_number(json, standing.score);
    sw_json_key(json, "gap_usd");
    sw_json_number(json, standing.gap_usd);
    sw_json_end_object(json);
}

static void print_json(const compare_state *state) {
    const sw_compare *compare = &state->compare;
    const sw_model *model = state->model[0];
    sw_json json;
    sw_json_init(&json, stdout);
    sw_json_begin_object(&json);
    sw_json_key(&json, "scenario");
    sw_json_text(&json, model->sys.name);
    sw_json_key(&json, "revenue_scale");
    sw_json_number(&json, model->sys.revenue_scale);
    sw_json_key(&json, "digest");
    sw_json_text(&json, model->digest);
    sw_json_key(&json, "seeds");
    sw_json_begin_array(&json);
    for (int32_t rep = 0; rep < compare->n_rep; rep++) {
        sw_json_unsigned(&json, compare->seed[rep]);
    }
    sw_json_end_array(&json);
    sw_json_key(&json, "seed_matters");
    sw_json_bool(&json, compare->seed_matters);
    sw_json_key(&json, "days");
    sw_json_integer(&json, state->args.days);
    sw_json_key(&json, "bound_usd");
    const sw_summary bound = sw_summarise(compare->bound_usd, compare->n_rep);
    sw_report_summary_json(&json, &bound);
    sw_json_key(&json, "threads");
    sw_json_integer(&json, compare->threads);
    sw_json_key(&json, "wall_s");
    sw_json_number(&json, compare->wall_s);
    sw_json_key(&json, "policies");
    sw_json_begin_array(&json);
    for (int32_t p = 0; p < compare->n_policy; p++) {
        print_policy_json(&json, state, p);
    }
    sw_json_end_array(&json);
    sw_json_end_object(&json);
    (void)sw_json_finish(&json); // main checks the stream
}

static sw_exit print_text(const compare_state *state) {
    const sw_compare *compare = &state->compare;
    if (!sw_compare_table_print(state->model[0], compare, stdout)) {
        (void)fputs("stepwatt: out of memory for the table\n", stderr);
        return SW_EXIT_FAILED;
    }
    (void)printf("%d runs in %.2f s on %d thread%s\n", compare->n_policy * compare->n_rep,
                 compare->wall_s, compare->threads, compare->threads == 1 ? "" : "s");
    if (state->args.output != NULL) {
        (void)printf("results: %s\n", state->args.output);
    }
    return SW_EXIT_DONE;
}

sw_exit sw_cmd_compare(int argc, char **argv) {
    compare_state state = {0};
    sw_messages messages = {0};
    sw_error error = {0};
    sw_exit exit_status = SW_EXIT_DONE;
    const sw_args_outcome outcome = parse(argc, argv, &state.args, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    if (outcome == SW_ARGS_RUN) {
        load(&state, &messages);
    }
    if (messages.n > 0) {
        exit_status = sw_exit_of_input(messages.code);
        sw_print_messages(&messages);
        goto cleanup;
    }
    if (simulate(&state, &error) != SW_OK || save(&state, argc, argv, &error) != SW_OK) {
        exit_status = sw_exit_of_run(error.code);
        sw_print_error(&error);
        goto cleanup;
    }
    if (state.args.json) {
        print_json(&state);
    } else {
        exit_status = print_text(&state);
    }

cleanup:
    sw_compare_deinit(&state.compare);
    stop_observing(&state);
    for (int32_t m = 0; m < state.n_model; m++) {
        sw_model_destroy(state.model[m]);
    }
    free(state.model);
    free(state.policy_text);
    return exit_status;
}
