// cmd_results.c -- `stepwatt results`: what a sweep says.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/command.h"
#include "cli/table.h"
#include "sim/metrics.h"
#include "sweep/grid.h"
#include "sweep/stats.h"
#include "sweep/tail.h"

static const double TAIL_SHARE = 0.1;

typedef struct results_args {
    const char *file;
    const char *metric;
    const char *cvar;
    const char *pareto;
    bool csv;
} results_args;

// A metric, and whether less of it is better.
typedef struct wish {
    int metric;
    bool less;
} wish;

// All that the command holds.
typedef struct results_state {
    results_args args;
    sw_grid grid;
    int metric;
    double share;
    wish wish[2];
    double *value;   // of one policy at one point, and of the first policy there   [2, n_seed]
    double *scratch; // [n_seed]
    bool *front;     // [n_point, n_policy]; NULL: not asked for
} results_state;

static sw_args_outcome parse(int argc, char **argv, results_args *args, sw_messages *messages) {
    const sw_option option[] = {
        {"metric", '\0', SW_OPTION_TEXT, &args->metric, 0, "M", "metric to sum up (utility_usd)"},
        {"cvar", '\0', SW_OPTION_TEXT, &args->cvar, 0, "A",
         "share of the worst seeds whose mean is the tail risk (0.1)"},
        {"pareto", '\0', SW_OPTION_TEXT, &args->pareto, 0, "A,B",
         "mark the rows that no other beats in means of A and B; -A: less is better"},
        {"csv", '\0', SW_OPTION_FLAG, &args->csv, 0, NULL,
         "print every run with all its metrics as CSV instead"},
    };
    const sw_usage usage = {
        .command = "results",
        .arguments = "FILE",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text = "Prints for each point and policy of a sweep the mean over its seeds with its 95 % "
                "interval, the\npaired difference to the first policy, and the mean of the worst "
                "seeds (CVaR).",
        .examples = "  stepwatt results out/battery.h5\n"
                    "  stepwatt results out/battery.h5 --pareto utility_usd,-carbon_kg\n"
                    "  stepwatt results out/battery.h5 --csv > battery.csv\n",
        .option = option,
        .n_option = (int)(sizeof option / sizeof *option),
    };
    args->metric = "utility_usd";
    return sw_args_parse(&usage, argc, argv, &args->file, messages);
}

static int find_metric(const char *option, const char *name, size_t n, sw_messages *messages) {
    for (int m = 0; m < SW_N_METRIC; m++) {
        if (strncmp(name, sw_metric_table[m].name, n) == 0 && sw_metric_table[m].name[n] == '\0') {
            return m;
        }
    }
    sw_messages_add(messages, SW_ERR_BAD_INPUT,
                    "%s: '%.*s' is no metric; allowed are utility_usd, violation_rate, carbon_kg "
                    "and the others that stepwatt run prints",
                    option, (int)n, name);
    return 0;
}

static wish read_wish(const char *text, size_t n, sw_messages *messages) {
    const bool less = n > 0 && text[0] == '-';
    return (wish){find_metric("--pareto", text + less, n - (size_t)less, messages), less};
}

static void read_args(results_state *state, sw_messages *messages) {
    const results_args *args = &state->args;
    state->metric = find_metric("--metric", args->metric, strlen(args->metric), messages);
    state->share = TAIL_SHARE;
    if (args->cvar != NULL && (!sw_number_parse(args->cvar, &state->share) ||
                               !(state->share > 0.0) || !(state->share <= 1.0))) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "--cvar: '%s' is not allowed; give a number above 0 up to 1", args->cvar);
    }
    if (args->pareto != NULL) {
        const char *comma = strchr(args->pareto, ',');
        if (comma == NULL) {
            sw_messages_add(messages, SW_ERR_BAD_INPUT,
                            "--pareto: '%s' is not allowed; give two metrics such as "
                            "utility_usd,-carbon_kg",
                            args->pareto);
            return;
        }
        state->wish[0] = read_wish(args->pareto, (size_t)(comma - args->pareto), messages);
        state->wish[1] = read_wish(comma + 1, strlen(comma + 1), messages);
    }
}

// Gathers a metric of a policy at a point, one value a seed.
static const double *gather(const sw_grid *grid, int64_t point, int32_t policy, int metric,
                            double *out) {
    for (int32_t seed = 0; seed < grid->n_seed; seed++) {
        out[seed] = sw_grid_record(grid, sw_grid_task(grid, point, policy, seed))[metric];
    }
    return out;
}

// ------------------------------------------------------------------ CSV

static void print_quoted(const char *text) {
    if (strpbrk(text, ",\"\n") == NULL) {
        (void)fputs(text, stdout);
        return;
    }
    (void)putchar('"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"') {
            (void)putchar('"');
        }
        (void)putchar(*c);
    }
    (void)putchar('"');
}

static void print_csv(const sw_grid *grid) {
    for (int32_t a = 0; a < grid->n_axis; a++) {
        (void)printf("%s,", grid->axis[a].name);
    }
    (void)printf("policy,seed");
    for (int m = 0; m < SW_N_METRIC; m++) {
        (void)printf(",%s", sw_metric_table[m].name);
    }
    (void)putchar('\n');
    for (int64_t i = 0; i < grid->n_task; i++) {
        const int32_t seed = (int32_t)(i % grid->n_seed);
        const int32_t policy = (int32_t)(i / grid->n_seed % grid->n_policy);
        const int64_t point = i / grid->n_seed / grid->n_policy;
        int32_t place[SW_SWEEP_MAX_AXIS];
        sw_grid_place(grid, point, place);
        for (int32_t a = 0; a < grid->n_axis; a++) {
            print_quoted(grid->axis[a].label[place[a]]);
            (void)putchar(',');
        }
        print_quoted(grid->policy[policy]);
        (void)printf(",%" PRIu64, grid->seed[seed]);
        const double *record = sw_grid_record(grid, sw_grid_task(grid, point, policy, seed));
        for (int m = 0; m < SW_N_METRIC; m++) {
            (void)printf(",%.17g", record[m]);
        }
        (void)putchar('\n');
    }
}

// ------------------------------------------------------------------ the table

// Marks the rows that no other beats in the means of both wishes.
static sw_status find_front(results_state *state, sw_error *err) {
    const sw_grid *grid = &state->grid;
    const int64_t n = grid->n_point * grid->n_policy;
    double *mean = calloc((size_t)n, 2 * sizeof *mean);
    state->front = calloc((size_t)n, sizeof *state->front);
    sw_status status = SW_OK;
    if (mean == NULL || state->front == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the front");
    }
    for (int64_t row = 0; row < n && status == SW_OK; row++) {
        for (int w = 0; w < 2; w++) {
            const double m =
                sw_summarise(gather(grid, row / grid->n_policy, (int32_t)(row % grid->n_policy),
                                    state->wish[w].metric, state->value),
                             grid->n_seed)
                    .mean;
            mean[w * n + row] = state->wish[w].less ? -m : m;
        }
    }
    if (status == SW_OK) {
        status = sw_pareto_front(mean, mean + n, n, state->front, err);
    }
    free(mean);
    return status;
}

static void add_interval(sw_table *table, const sw_summary *s) {
    sw_table_cell(table, "%.6g", s->mean);
    if (isnan(s->lo)) {
        sw_table_cell(table, "-");
    } else {
        sw_table_cell(table, "%.3g", s->hi - s->mean);
    }
}

static void add_row(sw_table *table, results_state *state, int64_t point, int32_t policy) {
    const sw_grid *grid = &state->grid;
    int32_t place[SW_SWEEP_MAX_AXIS];
    const double *value = gather(grid, point, policy, state->metric, state->value);
    const double *first = gather(grid, point, 0, state->metric, state->value + grid->n_seed);
    const sw_summary mean = sw_summarise(value, grid->n_seed);
    const sw_summary diff = sw_summarise_difference(value, first, grid->n_seed);
    sw_grid_place(grid, point, place);
    sw_table_cell(table, "%s", grid->policy[policy]);
    for (int32_t a = 0; a < grid->n_axis; a++) {
        sw_table_cell(table, "%s", grid->axis[a].label[place[a]]);
    }
    add_interval(table, &mean);
    if (grid->n_policy > 1 && policy == 0) {
        sw_table_cell(table, "-");
        sw_table_cell(table, "-");
    } else if (grid->n_policy > 1) {
        add_interval(table, &diff);
    }
    sw_table_cell(table, "%.6g", sw_tail_mean(value, grid->n_seed, state->share, state->scratch));
    if (state->front != NULL) {
        sw_table_cell(table, "%s", state->front[point * grid->n_policy + policy] ? "*" : "");
    }
}

static sw_status print_table(results_state *state, sw_error *err) {
    const sw_grid *grid = &state->grid;
    const int n_diff = grid->n_policy > 1 ? 2 : 0;
    const int n_front = state->front != NULL ? 1 : 0;
    sw_table *table = sw_table_create(4 + (size_t)grid->n_axis + (size_t)n_diff + (size_t)n_front);
    if (table == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the table");
    }
    (void)printf("%s: %s, %s, over %d seed%s; revenue_scale %g\n\n", grid->name,
                 sw_metric_table[state->metric].name, sw_metric_table[state->metric].unit,
                 (int)grid->n_seed, grid->n_seed == 1 ? "" : "s", grid->revenue_scale);
    sw_table_cell(table, "policy");
    for (int32_t a = 0; a < grid->n_axis; a++) {
        sw_table_cell(table, "%s", grid->axis[a].name);
    }
    sw_table_cell(table, "mean");
    sw_table_cell(table, "+-95%%");
    if (grid->n_policy > 1) {
        sw_table_cell(table, "less first");
        sw_table_cell(table, "+-95%%");
    }
    sw_table_cell(table, "worst %g%%", 100.0 * state->share);
    if (state->front != NULL) {
        sw_table_cell(table, "front");
    }
    for (int64_t point = 0; point < grid->n_point; point++) {
        for (int32_t policy = 0; policy < grid->n_policy; policy++) {
            add_row(table, state, point, policy);
        }
    }
    const bool ok = sw_table_print(table, stdout);
    sw_table_destroy(table);
    return ok ? SW_OK : sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the table");
}

static sw_status show(results_state *state, sw_error *err) {
    sw_grid *grid = &state->grid;
    SW_TRY(sw_grid_load(state->args.file, grid, err));
    if (state->args.csv) {
        print_csv(grid);
        return SW_OK;
    }
    state->value = calloc((size_t)grid->n_seed, 2 * sizeof *state->value);
    state->scratch = calloc((size_t)grid->n_seed, sizeof *state->scratch);
    if (state->value == NULL || state->scratch == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for statistics");
    }
    if (state->args.pareto != NULL) {
        SW_TRY(find_front(state, err));
    }
    return print_table(state, err);
}

sw_exit sw_cmd_results(int argc, char **argv) {
    results_state state = {0};
    sw_messages messages = {0};
    sw_error error = {0};
    sw_exit exit_status = SW_EXIT_DONE;
    const sw_args_outcome outcome = parse(argc, argv, &state.args, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    if (outcome == SW_ARGS_RUN) {
        read_args(&state, &messages);
    }
    if (messages.n > 0) {
        exit_status = sw_exit_of_input(messages.code);
        sw_print_messages(&messages);
    } else if (show(&state, &error) != SW_OK) {
        exit_status = sw_exit_of_run(error.code);
        sw_print_error(&error);
    }
    sw_grid_deinit(&state.grid);
    free(state.value);
    free(state.scratch);
    free(state.front);
    return exit_status;
}
