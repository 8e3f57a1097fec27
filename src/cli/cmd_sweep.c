// cmd_sweep.c -- `stepwatt sweep`: a scenario over axes of values, policies and seeds.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/sweep_command.h"
#include "cli/sweep_dry_run.h"
#include "cli/sweep_shard.h"
#include "cli/sweep_slurm.h"
#include "sweep/execute.h"

enum { MAX_THREAD = 4096, MAX_UNTIL_SEED = 1000, MAX_ELEMENT = 100000, USUAL_ELEMENTS = 16 };

typedef struct sweep_args {
    const char *file;
    const char *output;
    int32_t threads; // 0: not given
    const char *shard;
    const char *until;
    int32_t most_seeds;
    bool resume;
    bool dry_run;
    bool series;
    bool slurm;
    int32_t elements; // 0: not given
} sweep_args;

// All that the command holds.
typedef struct sweep_state {
    sweep_args args;
    double until_usd; // 0: not given
    sw_shard shard;
    char *path; // of the result file: of this shard
    char *line; // the command line
    sw_sweep sweep;
    sw_grid grid;
    sw_journal *journal;
    sw_progress progress;
    const sw_sweep_team *team; // NULL: alone
} sweep_state;

static sw_args_outcome parse(int argc, char **argv, sweep_args *args, sw_messages *messages) {
    const sw_option option[] = {
        {"output", 'o', SW_OPTION_TEXT, &args->output, 0, "FILE", "write the results as HDF5"},
        {"threads", '\0', SW_OPTION_COUNT, &args->threads, MAX_THREAD, "T",
         "runs at a time (all processors); results do not depend on it"},
        {"shard", '\0', SW_OPTION_TEXT, &args->shard, 0, "I/N",
         "every N-th task from the I-th (0 .. N-1), into FILE.I-of-N; in a Slurm array: its "
         "element"},
        {"resume", '\0', SW_OPTION_FLAG, &args->resume, 0, NULL,
         "continue an interrupted sweep; starts one where there is none"},
        {"dry-run", '\0', SW_OPTION_FLAG, &args->dry_run, 0, NULL,
         "check all, print the points and an estimate of time"},
        {"series", '\0', SW_OPTION_FLAG, &args->series, 0, NULL,
         "keep what each slot of each run came to"},
        {"until-halfwidth", '\0', SW_OPTION_TEXT, &args->until, 0, "X",
         "add seeds until utility_usd is known to +- X USD (95 %) at every point"},
        {"max-seeds", '\0', SW_OPTION_COUNT, &args->most_seeds, SW_SWEEP_MAX_SEED, "N",
         "most seeds for --until-halfwidth (1000)"},
        {"slurm", '\0', SW_OPTION_FLAG, &args->slurm, 0, NULL,
         "run nothing; write FILE.sbatch, which runs the sweep as a Slurm array and merges it"},
        {"elements", '\0', SW_OPTION_COUNT, &args->elements, MAX_ELEMENT, "N",
         "elements of that array (16, or as many as there are tasks)"},
    };
    const sw_usage usage = {
        .command = "sweep",
        .arguments = "SWEEP.ini",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text = "Simulates a scenario over axes of values, policies and seeds (docs/sweeps.md). "
                "Finished tasks\nare kept beside the results as they come: a sweep that was "
                "stopped or killed goes on with --resume.",
        .examples =
            "  stepwatt sweep scenarios/sweeps/battery.ini --dry-run\n"
            "  stepwatt sweep scenarios/sweeps/battery.ini -o out/battery.h5\n"
            "  stepwatt sweep scenarios/sweeps/battery.ini -o out/battery.h5 --shard 0/4\n"
            "  stepwatt sweep scenarios/sweeps/battery.ini -o out/battery.h5 --slurm --elements "
            "20 --threads 8\n",
        .option = option,
        .n_option = (int)(sizeof option / sizeof *option),
    };
    args->most_seeds = MAX_UNTIL_SEED;
    const sw_args_outcome outcome = sw_args_parse(&usage, argc, argv, &args->file, messages);
    if (outcome == SW_ARGS_RUN && args->output == NULL && !args->dry_run) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "-o is missing; name the result file");
        return SW_ARGS_BAD;
    }
    return outcome;
}

static void read_until(sweep_state *state, sw_messages *messages) {
    if (state->args.until == NULL) {
        return;
    }
    if (!sw_number_parse(state->args.until, &state->until_usd) || !(state->until_usd > 0.0) ||
        !isfinite(state->until_usd)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--until-halfwidth: '%s' is not allowed; give a number of USD above 0",
                        state->args.until);
    }
    if (state->shard.count > 1) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--until-halfwidth: a shard alone cannot tell how wide the intervals are; "
                        "run without shards, or with seeds enough in the sweep file");
    }
}

static void check_modes(const sweep_state *state, sw_messages *messages) {
    const sweep_args *args = &state->args;
    if (state->team != NULL && (args->until != NULL || args->dry_run || args->slurm)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--until-halfwidth, --dry-run, --slurm: not with MPI; use stepwatt");
    }
    if (args->slurm && (args->shard != NULL || args->until != NULL || args->dry_run)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--slurm: not with --shard, --until-halfwidth or --dry-run");
    }
    if (!args->slurm && args->elements > 0) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "--elements: only with --slurm");
    }
}

static void load(sweep_state *state, int argc, char **argv, sw_messages *messages) {
    state->shard = sw_shard_read(state->args.shard, messages);
    read_until(state, messages);
    check_modes(state, messages);
    state->line = sw_command_line(argc, argv);
    state->path =
        state->args.output != NULL ? sw_shard_path(state->args.output, state->shard) : NULL;
    if (state->line == NULL || (state->args.output != NULL && state->path == NULL)) {
        sw_messages_add(messages, SW_ERR_NO_MEMORY, "out of memory");
        return;
    }
    if (state->path != NULL) {
        sw_check_output_path("-o", state->path, messages);
    }
    if (messages->n > 0 || sw_sweep_load(state->args.file, &state->sweep, messages) != SW_OK) {
        return;
    }
    char host[256] = "";
    (void)gethostname(host, sizeof host - 1);
    const sw_plan_options options = {.series = state->args.series,
                                     .shard = state->shard.index,
                                     .n_shard = state->shard.count,
                                     .until_halfwidth_usd = state->until_usd,
                                     .command_line = state->line,
                                     .host = host};
    if (sw_plan_make(&state->sweep, &options, &state->grid, messages) != SW_OK) {
        return;
    }
    const int64_t n_task = state->grid.n_point * state->grid.n_policy * state->grid.n_seed;
    if (state->team != NULL && state->grid.n_value >= INT32_MAX - 1) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--series: a run of %" PRId64 " numbers does not fit in an MPI message; "
                        "use shards",
                        state->grid.n_value);
    }
    if (state->shard.count > n_task) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--shard: %d shards of %" PRId64 " tasks; allowed are at most as many "
                        "shards as tasks",
                        (int)state->shard.count, n_task);
    }
}

static void show_progress(void *context, double done, double planned) {
    sw_progress_show(context, done, planned);
}

// What to do about a result file that is there already; *complete: it is this sweep's, and whole.
static sw_status check_finished(sweep_state *state, bool *complete, sw_error *err) {
    SW_ASSERT(state->path != NULL); // load complains of a missing -o
    *complete = false;
    if (access(state->path, F_OK) != 0) {
        return SW_OK;
    }
    if (!state->args.resume) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: is there already; remove it or give another -o",
                       state->path);
    }
    sw_grid found;
    SW_TRY(sw_grid_load_head(state->path, &found, err));
    *complete = strcmp(found.digest, state->grid.digest) == 0 && found.shard == state->grid.shard &&
                found.n_shard == state->grid.n_shard;
    sw_grid_deinit(&found);
    if (!*complete) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: results of another sweep, shard or version of stepwatt; remove it or "
                       "give another -o",
                       state->path);
    }
    if (state->grid.n_shard > 1) {
        SW_TRY(sw_grid_size(&state->grid, err));
        return sw_grid_take_shard(state->path, &state->grid, err);
    }
    SW_TRY(sw_grid_load(state->path, &found, err));
    sw_grid_deinit(&found);
    return SW_OK;
}

static sw_status run_tasks(sweep_state *state, const volatile int *stop, sw_error *err) {
    const sw_execute_options options = {.threads = state->args.threads,
                                        .stop = stop,
                                        .progress = show_progress,
                                        .progress_context = &state->progress};
    sw_status status = SW_OK;
    sw_progress_begin(&state->progress, "tasks");
    if (state->team != NULL && state->team->size > 1) {
        status =
            state->team->execute(state->team->context, &state->grid, state->journal, &options, err);
        sw_progress_end(&state->progress);
        return status;
    }
    if (state->until_usd > 0.0) {
        bool reached = false;
        status = sw_execute_until(&state->sweep, &state->grid, state->journal, &options,
                                  state->until_usd, state->args.most_seeds, &reached, err);
        sw_progress_end(&state->progress);
        if (status == SW_OK && !reached) {
            (void)fprintf(stderr,
                          "stepwatt: --until-halfwidth: not reached with %d seeds (--max-seeds)\n",
                          (int)state->grid.n_seed);
        }
        return status;
    }
    status = sw_execute(&state->sweep, &state->grid, state->journal, &options, err);
    sw_progress_end(&state->progress);
    return status;
}

static sw_exit simulate(sweep_state *state) {
    sw_error error = {0};
    bool complete = false;
    int64_t damaged = 0;
    const volatile int *stop = sw_catch_interrupts();
    sw_grid *grid = &state->grid;
    if (sw_journal_open(state->path, grid, state->args.resume, &state->journal, &error) != SW_OK ||
        check_finished(state, &complete, &error) != SW_OK) {
        goto failed;
    }
    if (complete) {
        sw_journal_close(state->journal, true);
        state->journal = NULL;
        (void)printf("results: %s (complete already)\n", state->path);
        return SW_EXIT_DONE;
    }
    if (sw_grid_size(grid, &error) != SW_OK ||
        sw_journal_read(state->journal, grid, &damaged, &error) != SW_OK) {
        goto failed;
    }
    if (damaged > 0) {
        (void)fprintf(stderr, "stepwatt: %" PRId64 " damaged records in %s.journal run again\n",
                      damaged, state->path);
    }
    const int64_t n_found = sw_grid_count_done(grid);
    if (run_tasks(state, stop, &error) != SW_OK ||
        sw_grid_save(state->path, grid, &error) != SW_OK) {
        goto failed;
    }
    sw_journal_close(state->journal, true);
    state->journal = NULL;
    (void)printf("%" PRId64 " tasks run, %" PRId64 " found done\nresults: %s\n",
                 sw_grid_count_done(grid) - n_found, n_found, state->path);
    return SW_EXIT_DONE;

failed:
    if (error.code == SW_ERR_INTERRUPTED) {
        (void)fprintf(stderr,
                      "stepwatt: interrupted; %" PRId64 " of %" PRId64
                      " tasks are done and kept in %s.journal; --resume continues\n",
                      sw_grid_count_done(grid), sw_grid_count_mine(grid), state->path);
    } else {
        sw_print_error(&error);
    }
    return sw_exit_of_run(error.code);
}

static sw_exit dry_run(const sweep_state *state) {
    sw_error error = {0};
    const int32_t threads = state->args.threads > 0 ? state->args.threads : sw_execute_threads();
    const sw_status status = sw_sweep_dry_run(&state->sweep, &state->grid, threads,
                                              sw_catch_interrupts(), stdout, &error);
    if (status != SW_OK) {
        sw_print_error(&error);
    }
    return sw_exit_of_run(status);
}

static sw_exit write_slurm(const sweep_state *state) {
    const sweep_args *args = &state->args;
    const sw_grid *grid = &state->grid;
    const int64_t n_task = grid->n_point * grid->n_policy * grid->n_seed;
    int32_t elements = args->elements > 0 ? args->elements : USUAL_ELEMENTS;
    elements = elements < n_task ? elements : (int32_t)n_task;
    sw_error error = {0};
    const sw_status status = sw_sweep_slurm(args->file, args->output, grid, elements,
                                            args->threads > 0 ? args->threads : 1, &error);
    if (status != SW_OK) {
        sw_print_error(&error);
        return sw_exit_of_run(status);
    }
    (void)printf("%" PRId64 " tasks in %d elements; submit them and their merge with: bash "
                 "%s.sbatch\n",
                 n_task, (int)elements, args->output);
    return SW_EXIT_DONE;
}

// Does what was asked for, on rank 0 or alone; on the other ranks helps.
static sw_exit act(sweep_state *state) {
    const sw_sweep_team *team = state->team;
    if (team != NULL && team->rank > 0) {
        return team->work(team->context, &state->sweep, &state->grid, sw_catch_interrupts());
    }
    if (state->args.slurm) {
        return write_slurm(state);
    }
    if (state->args.dry_run) {
        return dry_run(state);
    }
    const sw_exit exit_status = simulate(state);
    if (team != NULL) {
        team->dismiss(team->context, &state->grid);
    }
    return exit_status;
}

sw_exit sw_sweep_command(int argc, char **argv, const sw_sweep_team *team) {
    sweep_state state = {.team = team};
    sw_messages messages = {0};
    sw_exit exit_status = SW_EXIT_DONE;
    const sw_args_outcome outcome = parse(argc, argv, &state.args, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    if (outcome == SW_ARGS_RUN) {
        load(&state, argc, argv, &messages);
    }
    const bool ok = outcome == SW_ARGS_RUN && messages.n == 0;
    if (!ok) {
        exit_status = sw_exit_of_input(messages.code);
        if (team == NULL || team->rank == 0) {
            sw_print_messages(&messages);
        }
        sw_messages_deinit(&messages);
    }
    // No rank starts before all can.
    if (team != NULL && !team->agree(team->context, ok, state.grid.digest)) {
        exit_status = ok ? SW_EXIT_BAD_INPUT : exit_status;
    } else if (ok) {
        exit_status = act(&state);
    }
    sw_journal_close(state.journal, false);
    sw_grid_deinit(&state.grid);
    sw_sweep_deinit(&state.sweep);
    free(state.path);
    free(state.line);
    return exit_status;
}

sw_exit sw_cmd_sweep(int argc, char **argv) {
    return sw_sweep_command(argc, argv, NULL);
}
