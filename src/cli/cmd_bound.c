// cmd_bound.c -- `stepwatt bound`: the most that any policy could earn.
#include <stdio.h>

#include "cli/command.h"
#include "cli/duals_file.h"
#include "io/json.h"
#include "lp/bound.h"

typedef struct bound_args {
    const char *scenario;
    uint64_t seed;
    sw_texts set;
    const char *mps;
    const char *duals;
    bool json;
} bound_args;

static sw_args_outcome parse(int argc, char **argv, bound_args *args, sw_messages *messages) {
    const sw_option option[] = {
        {"seed", '\0', SW_OPTION_SEED, &args->seed, 0, "S", "seed of arrivals and signals (0)"},
        {"set", '\0', SW_OPTION_TEXTS, &args->set, 0, "KEY=VALUE",
         "override a scenario key; may be repeated"},
        {"mps", '\0', SW_OPTION_TEXT, &args->mps, 0, "FILE",
         "also write the linear program, for another solver"},
        {"duals", '\0', SW_OPTION_TEXT, &args->duals, 0, "FILE",
         "also write the prices that prove the bound, by slot (CSV, or HDF5 if it ends in .h5)"},
        {"json", '\0', SW_OPTION_FLAG, &args->json, 0, NULL, "print one JSON object"},
    };
    const sw_usage usage = {
        .command = "bound",
        .arguments = "SCENARIO",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text = "Computes an upper bound of the utility of any policy on one seed, from a linear "
                "program over the whole\nhorizon that knows all jobs and signals. The bound is "
                "certified by the program's duals.",
        .examples = "  stepwatt bound scenarios/jemas.ini\n"
                    "  stepwatt bound scenarios/quick.ini --seed 3 --json\n"
                    "  stepwatt bound scenarios/jemas.ini --seed 3 --duals duals.csv\n",
        .option = option,
        .n_option = (int)(sizeof option / sizeof *option),
    };
    return sw_args_parse(&usage, argc, argv, &args->scenario, messages);
}

// One figure of the report, in the order of JSON and text.
typedef struct figure {
    const char *name;
    const char *unit;
    double value;
} figure;

static void print_json(const sw_model *model, const bound_args *args, const sw_bound_result *result,
                       const figure *figures, int n) {
    sw_json json;
    sw_json_init(&json, stdout);
    sw_json_begin_object(&json);
    sw_json_key(&json, "scenario");
    sw_json_text(&json, model->sys.name);
    sw_json_key(&json, "seed");
    sw_json_unsigned(&json, args->seed);
    sw_json_key(&json, "bound_usd");
    sw_json_number(&json, result->bound_usd);
    sw_json_key(&json, "primal_usd");
    sw_json_number(&json, result->primal_usd);
    sw_json_key(&json, "residuals");
    sw_json_begin_object(&json);
    sw_json_key(&json, "primal");
    sw_json_number(&json, result->primal_residual);
    sw_json_key(&json, "dual_usd");
    sw_json_number(&json, result->dual_residual);
    sw_json_key(&json, "rounding_usd");
    sw_json_number(&json, result->rounding_usd);
    sw_json_end_object(&json);
    sw_json_key(&json, "method");
    sw_json_text(&json, result->method);
    sw_json_key(&json, "converged");
    sw_json_bool(&json, result->converged);
    for (int i = 0; i < n; i++) {
        sw_json_key(&json, figures[i].name);
        sw_json_number(&json, figures[i].value);
    }
    sw_json_end_object(&json);
    (void)sw_json_finish(&json); // main checks the stream
}

static void print_text(const sw_model *model, const bound_args *args, const sw_bound_result *result,
                       const figure *figures, int n) {
    (void)printf("scenario %s, seed %llu, revenue_scale %g: no policy earns more than\n\n"
                 "  %.6f USD\n\n",
                 model->sys.name, (unsigned long long)args->seed, model->sys.revenue_scale,
                 result->bound_usd);
    (void)printf("solver: %s method, %s; its own point is worth %.6f USD\n", result->method,
                 result->converged ? "converged" : "not converged (the bound holds nevertheless)",
                 result->primal_usd);
    (void)printf("residuals: primal %.2g, dual %.2g USD, rounding %.2g USD\n",
                 result->primal_residual, result->dual_residual, result->rounding_usd);
    for (int i = 0; i < n; i++) {
        (void)printf("%s: %.6g%s\n", figures[i].name, figures[i].value, figures[i].unit);
    }
}

static sw_exit report(const sw_model *model, const bound_args *args) {
    sw_bound_result result;
    sw_error error = {0};
    sw_duals duals = {0};
    const sw_bound_options options = {.mps_path = args->mps,
                                      .duals = args->duals != NULL ? &duals : NULL};
    sw_status status = sw_bound_compute(model, args->seed, &options, &result, &error);
    if (status == SW_OK && args->duals != NULL) {
        status = sw_duals_write(args->duals, model, args->seed, &result, &duals, &error);
    }
    sw_duals_deinit(&duals);
    if (status != SW_OK) {
        sw_print_error(&error);
        return sw_exit_of_run(status);
    }
    const figure figures[] = {
        {"gap", "", result.gap},
        {"jobs", "", (double)result.n_job},
        {"groups", "", (double)result.n_group},
        {"rows", "", (double)result.n_row},
        {"columns", "", (double)result.n_column},
        {"wall_s", " s", result.wall_s},
    };
    const int n = (int)(sizeof figures / sizeof *figures);
    if (args->json) {
        print_json(model, args, &result, figures, n);
    } else {
        print_text(model, args, &result, figures, n);
    }
    return SW_EXIT_DONE;
}

sw_exit sw_cmd_bound(int argc, char **argv) {
    bound_args args = {0};
    sw_messages messages = {0};
    sw_model *model = NULL;
    const sw_args_outcome outcome = parse(argc, argv, &args, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    if (outcome == SW_ARGS_RUN) {
        const sw_scenario_options options = {.set = args.set.text, .n_set = args.set.n};
        (void)sw_scenario_load(args.scenario, &options, &model, &messages);
        if (args.mps != NULL) {
            sw_check_output_path("--mps", args.mps, &messages);
        }
        if (args.duals != NULL) {
            sw_check_output_path("--duals", args.duals, &messages);
        }
    }
    sw_exit exit_status = SW_EXIT_DONE;
    if (model == NULL || messages.n > 0) {
        exit_status = sw_exit_of_input(messages.code);
        sw_print_messages(&messages);
    } else {
        exit_status = report(model, &args);
    }
    sw_model_destroy(model);
    return exit_status;
}
