// cmd_run.c -- `stepwatt run`: one policy, one seed, in full detail if asked.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/version.h"
#include "cli/command.h"
#include "cli/explain.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "sweep/save.h"

static const char default_policy[] = "greedy/threshold";

typedef struct run_args {
    const char *scenario;
    const char *policy;
    uint64_t seed;
    sw_texts set;
    const char *output;
    bool jobs;
    const char *record;
    bool explain;
    bool json;
} run_args;

// All that a run holds.
typedef struct run_state {
    run_args args;
    sw_model *model;
    sw_policy_pair *pair;
    sw_series series;
    sw_job_counts counts;
    sw_job_table jobs;
    sw_replay_files replay;
    sw_observer observer;
    sw_run_result result;
    sw_explanation explanation; // --explain
    sw_progress progress;
} run_state;

static sw_args_outcome parse(int argc, char **argv, run_args *args, sw_messages *messages) {
    const sw_option option[] = {
        {"policy", '\0', SW_OPTION_TEXT, &args->policy, 0, "D/E",
         "dispatcher/energy manager (default greedy/threshold)"},
        {"seed", '\0', SW_OPTION_SEED, &args->seed, 0, "S", "seed of arrivals and signals (0)"},
        {"set", '\0', SW_OPTION_TEXTS, &args->set, 0, "KEY=VALUE",
         "override a scenario key, such as \"site east.pv_kw=50\"; may be repeated"},
        {"output", 'o', SW_OPTION_TEXT, &args->output, 0, "FILE",
         "write totals, series of all slots and counts of jobs as HDF5"},
        {"jobs", '\0', SW_OPTION_FLAG, &args->jobs, 0, NULL,
         "keep every job: group `per_job` in the output, exact p99_latency_s"},
        {"record", '\0', SW_OPTION_TEXT, &args->record, 0, "DIR",
         "write jobs.csv and controls.csv, which policy replay reads"},
        {"explain", '\0', SW_OPTION_FLAG, &args->explain, 0, NULL,
         "also compute the bound and split what is missing to it into terms"},
        {"json", '\0', SW_OPTION_FLAG, &args->json, 0, NULL, "print one JSON object"},
    };
    const sw_usage usage = {
        .command = "run",
        .arguments = "SCENARIO",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text = "Simulates one policy on one seed and prints what it came to. --explain sets it "
                "beside the plan of the bound's\nlinear program, term by term; that plan is a best "
                "point of a relaxation, so not all of a difference can be won.",
        .examples = "  stepwatt run scenarios/jemas.ini\n"
                    "  stepwatt run scenarios/jemas.ini --policy local/idle --seed 3 --json\n"
                    "  stepwatt run scenarios/jemas.ini --set \"site east.battery_kwh=80\" -o "
                    "out/run.h5 --jobs\n"
                    "  stepwatt run scenarios/quick.ini --policy lp/lp --explain\n",
        .option = option,
        .n_option = (int)(sizeof option / sizeof *option),
    };
    return sw_args_parse(&usage, argc, argv, &args->scenario, messages);
}

// The folder of a recording is made when it is missing; its parent must be there.
static void prepare_record(const char *folder, sw_messages *messages) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--record: '%s' cannot be made: %s", folder,
                        sw_errno_text(errno));
        return;
    }
    if (access(folder, W_OK | X_OK) != 0) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--record: '%s' cannot be written to: %s",
                        folder, sw_errno_text(errno));
    }
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/jobs.csv", folder);
    sw_check_output_path("--record", path, messages);
}

// Reads and checks everything before anything is written.
static sw_status load(run_state *run, sw_messages *messages) {
    const run_args *args = &run->args;
    const sw_scenario_options options = {.set = args->set.text, .n_set = args->set.n};
    (void)sw_scenario_load(args->scenario, &options, &run->model, messages);
    if (args->output != NULL) {
        sw_check_output_path("-o", args->output, messages);
    }
    if (run->model != NULL) {
        sw_error error = {0};
        const char *policy = args->policy != NULL ? args->policy : default_policy;
        if (sw_policy_resolve(run->model, policy, &run->pair, &error) != SW_OK) {
            sw_messages_add(messages, error.code, "%s", error.text);
        }
    }
    if (messages->n == 0 && args->record != NULL) {
        prepare_record(args->record, messages);
    }
    return messages->n > 0 ? messages->code : SW_OK;
}

static void show_progress(void *context, double share) {
    run_state *run = context;
    const double n_slot = (double)run->model->sys.n_slot;
    sw_progress_show(&run->progress, share * n_slot, n_slot);
}

static sw_status simulate(run_state *run, sw_error *err) {
    const run_args *args = &run->args;
    if (args->output != NULL) {
        SW_TRY(sw_series_init(&run->series, run->model, err));
        run->observer.series = &run->series;
        if (run->model->sys.n_asp <= SW_JOB_COUNTS_MAX_ASP) {
            SW_TRY(sw_job_counts_init(&run->counts, run->model, err));
            run->observer.counts = &run->counts;
        }
    }
    if (args->jobs) {
        sw_job_table_init(&run->jobs, run->model);
        run->observer.jobs = &run->jobs;
    }
    if (args->record != NULL) {
        SW_TRY(sw_replay_files_open(&run->replay, run->model, args->record, err));
        run->observer.replay = &run->replay;
    }
    if (args->explain) {
        run->explanation.face.sys = &run->model->sys;
        run->observer.face = &run->explanation.face;
    }
    const sw_run_options options = {.seed = args->seed,
                                    .listeners = sw_observer_listeners(&run->observer),
                                    .stop = sw_catch_interrupts(),
                                    .progress = show_progress,
                                    .progress_context = run};
    sw_progress_begin(&run->progress, "slots");
    const sw_status status = sw_run(run->model, run->pair, &options, &run->result, err);
    sw_progress_end(&run->progress);
    SW_TRY(status);
    if (args->explain) {
        SW_TRY(sw_bound_compute(run->model, args->seed, NULL, &run->explanation.bound, err));
        sw_explain(&run->result.total, &run->explanation);
    }
    return args->jobs ? sw_job_table_set_p99(&run->jobs, &run->result, err) : SW_OK;
}

static sw_status save(run_state *run, int argc, char **argv, sw_error *err) {
    const run_args *args = &run->args;
    if (args->output != NULL) {
        char *line = sw_command_line(argc, argv);
        if (line == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory");
        }
        const sw_provenance provenance = {line, sw_version(), sw_commit()};
        const sw_status status =
            sw_save_run(args->output, run->model, sw_policy_pair_name(run->pair), args->seed,
                        &run->result, &run->observer, &provenance, err);
        free(line);
        SW_TRY(status);
    }
    return args->record != NULL ? sw_replay_files_commit(&run->replay, err) : SW_OK;
}

// Members of the whole run that are no metrics.
static void print_json_head(sw_json *json, const run_state *run) {
    sw_json_key(json, "scenario");
    sw_json_text(json, run->model->sys.name);
    sw_json_key(json, "policy");
    sw_json_text(json, sw_policy_pair_name(run->pair));
    sw_json_key(json, "perfect_forecast");
    sw_json_bool(json, run->model->forecast == SW_FORECAST_PERFECT ||
                           sw_policy_pair_sees_future(run->pair));
    sw_json_key(json, "seed");
    sw_json_unsigned(json, run->args.seed);
    sw_json_key(json, "revenue_scale");
    sw_json_number(json, run->model->sys.revenue_scale);
    sw_json_key(json, "digest");
    sw_json_text(json, run->model->digest);
    sw_json_key(json, "wall_s");
    sw_json_number(json, run->result.wall_s);
    sw_json_key(json, "decision_s");
    sw_json_number(json, run->result.decision_s);
}

// How far each balance that the run checks is off.
static void print_json_balances(sw_json *json, const sw_balances *balances) {
    sw_json_key(json, "balances");
    sw_json_begin_object(json);
    sw_json_key(json, "jobs");
    sw_json_number(json, balances->jobs);
    sw_json_key(json, "energy");
    sw_json_number(json, balances->energy);
    sw_json_key(json, "battery");
    sw_json_number(json, balances->battery);
    sw_json_key(json, "money");
    sw_json_number(json, balances->money);
    sw_json_end_object(json);
}

static void print_json(const run_state *run) {
    const sw_system *sys = &run->model->sys;
    sw_json json;
    sw_json_init(&json, stdout);
    sw_json_begin_object(&json);
    print_json_head(&json, run);
    sw_report_metrics_json(&json, &run->result.total, SW_SCOPE_RUN);
    print_json_balances(&json, &run->result.balances);
    sw_json_key(&json, "sites");
    sw_json_begin_array(&json);
    for (int32_t site = 0; site < sys->n_site; site++) {
        sw_json_begin_object(&json);
        sw_json_key(&json, "site");
        sw_json_text(&json, sys->site_name[site]);
        sw_report_metrics_json(&json, &run->result.site[site], SW_SCOPE_SITE);
        sw_json_end_object(&json);
    }
    sw_json_end_array(&json);
    sw_json_key(&json, "asps");
    sw_json_begin_array(&json);
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        sw_json_begin_object(&json);
        sw_json_key(&json, "asp");
        sw_json_text(&json, sys->asp_name[asp]);
        sw_report_metrics_json(&json, &run->result.asp[asp], SW_SCOPE_ASP);
        sw_json_end_object(&json);
    }
    sw_json_end_array(&json);
    if (run->args.explain) {
        sw_json_key(&json, "explain");
        sw_explain_json(&json, &run->explanation);
    }
    sw_json_end_object(&json);
    (void)sw_json_finish(&json); // main checks the stream
}

static sw_exit print_text(const run_state *run) {
    const bool perfect =
        run->model->forecast == SW_FORECAST_PERFECT || sw_policy_pair_sees_future(run->pair);
    (void)printf("scenario %s, policy %s%s, seed %llu, revenue_scale %g\n\n", run->model->sys.name,
                 sw_policy_pair_name(run->pair), perfect ? " (perfect forecasts)" : "",
                 (unsigned long long)run->args.seed, run->model->sys.revenue_scale);
    if (!sw_report_run(run->model, &run->result, stdout) ||
        (run->args.explain && !sw_explain_print(&run->explanation, stdout))) {
        (void)fputs("stepwatt: out of memory for the table\n", stderr);
        return SW_EXIT_FAILED;
    }
    const double jobs = run->result.total.jobs;
    (void)printf("\n%.3f s simulated time span %.0f s; %.3g jobs/s; %.0f ns a decision\n",
                 run->result.wall_s, run->model->sys.end_s,
                 run->result.wall_s > 0.0 ? jobs / run->result.wall_s : 0.0,
                 jobs > 0.0 ? run->result.decision_s / jobs * 1e9 : 0.0);
    if (run->args.output != NULL) {
        (void)printf("results: %s\n", run->args.output);
    }
    if (run->args.record != NULL) {
        (void)printf("recorded: %s/jobs.csv, %s/controls.csv\n", run->args.record,
                     run->args.record);
    }
    return SW_EXIT_DONE;
}

sw_exit sw_cmd_run(int argc, char **argv) {
    run_state run = {0};
    sw_messages messages = {0};
    sw_error error = {0};
    sw_exit exit_status = SW_EXIT_DONE;
    const sw_args_outcome outcome = parse(argc, argv, &run.args, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    if (outcome == SW_ARGS_BAD || load(&run, &messages) != SW_OK) {
        exit_status = sw_exit_of_input(messages.code);
        sw_print_messages(&messages);
        goto cleanup;
    }
    if (simulate(&run, &error) != SW_OK || save(&run, argc, argv, &error) != SW_OK) {
        exit_status = sw_exit_of_run(error.code);
        sw_print_error(&error);
        goto cleanup;
    }
    if (run.args.json) {
        print_json(&run);
    } else {
        exit_status = print_text(&run);
    }

cleanup:
    sw_run_result_deinit(&run.result);
    sw_replay_files_close(&run.replay);
    sw_job_table_deinit(&run.jobs);
    sw_job_counts_deinit(&run.counts);
    sw_series_deinit(&run.series);
    sw_policy_pair_destroy(run.pair);
    sw_model_destroy(run.model);
    return exit_status;
}
