// cmd_validate.c -- `stepwatt validate`: the system as the program understands it, to compare with
// what was meant.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/table.h"
#include "model/world.h"
#include "policy/policy.h"

enum { QUOTED_STEPS = 30 }; // denoising steps that capacities are quoted at

// Index of the choice of steps nearest to QUOTED_STEPS; the fewer of two as near.
static int32_t quoted_step(const sw_system *sys) {
    int32_t best = 0;
    for (int32_t i = 1; i < sys->n_step; i++) {
        if (abs(sys->steps[i] - QUOTED_STEPS) < abs(sys->steps[best] - QUOTED_STEPS)) {
            best = i;
        }
    }
    return best;
}

// ------------------------------------------------------------------ load

// Mean of images x work over the jobs of a class: their work follows when the ASP's image work is
// known.
static double mean_images(const sw_workload *workload) {
    const sw_job_trace *trace = &workload->trace;
    const double images = sw_dist_mean(&workload->images);
    const double work = sw_dist_mean(&workload->work);
    if (workload->kind != SW_ARRIVAL_TRACE || trace->n == 0) {
        return images * work;
    }
    double sum = 0.0;
    for (int64_t i = 0; i < trace->n; i++) {
        sum += (trace->images != NULL ? (double)trace->images[i] : images) *
               (trace->work != NULL ? trace->work[i] : work);
    }
    return sum / (double)trace->n;
}

// Expected work that arrives at each ASP and each slot, GPU-s at speed 1   [n_asp, n_slot].
static double *expected_work(const sw_model *model, const sw_world *world, sw_error *err) {
    const sw_system *sys = &model->sys;
    double *work = calloc((size_t)sys->n_asp * (size_t)sys->n_slot + 1, sizeof *work);
    if (work == NULL) {
        (void)sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %d ASPs x %lld slots", sys->n_asp,
                      (long long)sys->n_slot);
        return NULL;
    }
    const int32_t step = quoted_step(sys);
    for (int32_t cls = 0; cls < sys->n_class; cls++) {
        const int32_t asp = sys->class_origin[cls];
        const double job_work =
            mean_images(&model->workload[cls]) * sys->asp_image_work_s[asp * sys->n_step + step];
        for (int64_t slot = 0; slot < sys->n_slot; slot++) {
            work[asp * sys->n_slot + slot] += job_work * sw_world_expected_jobs(world, cls, slot);
        }
    }
    return work;
}

// Mean load of an ASP by jobs that arrive there, and that of its busiest hour (a whole run when
// shorter), over its capacity at top speed.
static void load_of(const sw_system *sys, const double *work, int32_t asp, double *mean,
                    double *busiest) {
    const double speed = sys->asp_level_speed[asp * sys->n_level_max + sys->asp_n_level[asp] - 1];
    const double capacity = (double)sys->asp_gpus[asp] * speed * sys->slot_s; // of a slot
    int64_t hour = (int64_t)ceil(3600.0 / sys->slot_s);
    hour = hour < sys->n_slot ? hour : sys->n_slot;
    const double *at = work + asp * sys->n_slot;
    double total = 0.0;
    double window = 0.0;
    double greatest = 0.0;
    for (int64_t slot = 0; slot < sys->n_slot; slot++) {
        total += at[slot];
        window += at[slot];
        window -= slot >= hour ? at[slot - hour] : 0.0;
        greatest = slot + 1 >= hour ? fmax(greatest, window) : greatest;
    }
    *mean = capacity > 0.0 ? total / (capacity * (double)sys->n_slot) : 0.0;
    *busiest = capacity > 0.0 ? greatest / (capacity * (double)hour) : 0.0;
}

// ------------------------------------------------------------------ printing

static void print_head(const sw_model *model, const sw_world *world) {
    const sw_system *sys = &model->sys;
    (void)printf("scenario %s (%s)\n%lld slots of %g s (%.6g h), steps", sys->name, model->path,
                 (long long)sys->n_slot, sys->slot_s, sys->end_s / 3600.0);
    for (int32_t i = 0; i < sys->n_step; i++) {
        (void)printf(" %d", sys->steps[i]);
    }
    const char *forecast = model->forecast == SW_FORECAST_PERSISTENCE ? "persistence"
                           : model->forecast == SW_FORECAST_DAY_AHEAD ? "day-ahead"
                                                                      : "perfect (marked)";
    (void)printf("\nforecast %s", forecast);
    if (model->forecast == SW_FORECAST_DAY_AHEAD) {
        (void)printf(":%g", model->forecast_sigma);
    }
    (void)printf(", revenue_scale %g, carbon %g USD/kg, %s\n", sys->revenue_scale,
                 sys->carbon_usd_per_kg,
                 model->seeded ? "depends on the seed" : "does not depend on the seed");
    (void)printf("site-slots whose sell price was lowered to the buy price: %lld\n",
                 (long long)sw_world_sell_lowered(world));
}

static bool print_asps(const sw_model *model, const double *work) {
    const sw_system *sys = &model->sys;
    const int32_t step = quoted_step(sys);
    sw_table *table = sw_table_create(9);
    if (table == NULL) {
        return false;
    }
    sw_table_cell(table, "asp");
    sw_table_cell(table, "site");
    sw_table_cell(table, "model");
    sw_table_cell(table, "gpus");
    sw_table_cell(table, "levels");
    sw_table_cell(table, "quality");
    sw_table_cell(table, "images/s");
    sw_table_cell(table, "load mean");
    sw_table_cell(table, "busiest hour");
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        const int32_t top = sys->asp_n_level[asp] - 1;
        const double speed = sys->asp_level_speed[asp * sys->n_level_max + top];
        const double image_s = sys->asp_image_work_s[asp * sys->n_step + step];
        double mean = 0.0;
        double busiest = 0.0;
        load_of(sys, work, asp, &mean, &busiest);
        sw_table_cell(table, "%s", sys->asp_name[asp]);
        sw_table_cell(table, "%s", sys->site_name[sys->asp_site[asp]]);
        sw_table_cell(table, "%s", model->asp_model_name[asp]);
        sw_table_cell(table, "%d %s", sys->asp_gpus[asp], model->asp_gpu_name[asp]);
        sw_table_cell(table, "%d", sys->asp_n_level[asp]);
        sw_table_cell(table, "%.4f", sys->asp_quality[asp * sys->n_step + step]);
        sw_table_cell(table, "%.4g",
                      image_s > 0.0 ? (double)sys->asp_gpus[asp] * speed / image_s
                                    : (double)INFINITY);
        sw_table_cell(table, "%.3f", mean);
        sw_table_cell(table, "%.3f", busiest);
    }
    (void)printf("\nASPs: quality and capacity at %d steps and top speed; load by the jobs that "
                 "arrive there\n",
                 sys->steps[step]);
    const bool ok = sw_table_print(table, stdout);
    sw_table_destroy(table);
    return ok;
}

static bool print_sites(const sw_model *model) {
    const sw_system *sys = &model->sys;
    static const char *const cooling[] = {"pue", "cop", "rc"};
    sw_table *table = sw_table_create(9);
    if (table == NULL) {
        return false;
    }
    static const char *const head[] = {"site",        "base kW",        "import kW",
                                       "export kW",   "PV kW",          "wind kW",
                                       "battery kWh", "battery kW +/-", "cooling"};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        sw_table_cell(table, "%s", head[i]);
    }
    for (int32_t site = 0; site < sys->n_site; site++) {
        sw_table_cell(table, "%s", sys->site_name[site]);
        sw_table_cell(table, "%g", sys->site_base_kw[site]);
        sw_table_cell(table, "%g", sys->site_import_limit_kw[site]);
        sw_table_cell(table, "%g", sys->site_export_limit_kw[site]);
        sw_table_cell(table, "%g", sys->site_pv_kw[site]);
        sw_table_cell(table, "%g", sys->site_wind_kw[site]);
        sw_table_cell(table, "%g (%g..%g)", sys->site_battery_kwh[site],
                      sys->site_soc_min_kwh[site], sys->site_soc_max_kwh[site]);
        sw_table_cell(table, "%g/%g", sys->site_battery_charge_kw[site],
                      sys->site_battery_discharge_kw[site]);
        sw_table_cell(table, "%s", cooling[sys->site_cooling[site]]);
    }
    (void)puts("\nsites (import inf: no limit; battery: capacity and window)");
    const bool ok = sw_table_print(table, stdout);
    sw_table_destroy(table);
    return ok;
}

static bool print_signals(const sw_model *model, const sw_world *world) {
    static const char *const name[SW_SIGNALS_PER_SITE] = {
        "buy USD/MWh", "sell USD/MWh", "carbon g/kWh", "outdoor C", "PV cf", "wind cf"};
    const sw_system *sys = &model->sys;
    sw_table *table = sw_table_create(1 + SW_SIGNALS_PER_SITE);
    if (table == NULL) {
        return false;
    }
    sw_table_cell(table, "site");
    for (int kind = 0; kind < SW_SIGNALS_PER_SITE; kind++) {
        sw_table_cell(table, "%s", name[kind]);
    }
    for (int32_t site = 0; site < sys->n_site; site++) {
        sw_table_cell(table, "%s", sys->site_name[site]);
        for (int kind = 0; kind < SW_SIGNALS_PER_SITE; kind++) {
            const sw_signal *signal = sw_world_signal(world, site, kind);
            double lo = (double)INFINITY;
            double hi = -(double)INFINITY;
            double sum = 0.0;
            for (int64_t slot = 0; slot < sys->n_slot; slot++) {
                const double value = sw_signal_at(signal, slot);
                lo = fmin(lo, value);
                hi = fmax(hi, value);
                sum += value;
            }
            if (lo == hi) {
                sw_table_cell(table, "%.4g", lo);
            } else {
                sw_table_cell(table, "%.4g..%.4g (%.4g)", lo, hi, sum / (double)sys->n_slot);
            }
        }
    }
    (void)printf("\nsignals: least..greatest (mean) over the slots%s\n",
                 model->synth != NULL ? "; generated ones with seed 0" : "");
    const bool ok = sw_table_print(table, stdout);
    sw_table_destroy(table);
    return ok;
}

static bool print_classes(const sw_model *model) {
    const sw_system *sys = &model->sys;
    static const char *const kinds[] = {"trace", "poisson", "bursty"};
    sw_table *table = sw_table_create(6);
    if (table == NULL) {
        return false;
    }
    static const char *const head[] = {"workload",   "origin",          "arrivals",
                                       "images/job", "price USD/image", "late USD/image"};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        sw_table_cell(table, "%s", head[i]);
    }
    for (int32_t cls = 0; cls < sys->n_class; cls++) {
        const sw_workload *workload = &model->workload[cls];
        sw_table_cell(table, "%s", sys->class_name[cls]);
        sw_table_cell(table, "%s", sys->asp_name[sys->class_origin[cls]]);
        sw_table_cell(table, "%s", kinds[workload->kind]);
        sw_table_cell(table, "%.4g", sw_dist_mean(&workload->images));
        sw_table_cell(table, "%.6g", sys->class_price_usd[cls]);
        sw_table_cell(table, "%.6g", sys->class_late_usd[cls]);
    }
    (void)puts("\nworkloads (prices with revenue_scale)");
    const bool ok = sw_table_print(table, stdout);
    sw_table_destroy(table);
    return ok;
}

static void print_inputs(const sw_model *model) {
    (void)printf("\ninput files, SHA-256\n%s  all together\n", model->digest);
    for (int32_t i = 0; i < model->n_input; i++) {
        (void)printf("%s  %s\n", model->input[i].sha256, model->input[i].path);
    }
}

static sw_exit print_scenario(const sw_model *model) {
    sw_error error = {0};
    sw_world *world = NULL;
    if (sw_world_create(model, 0, &world, &error) != SW_OK) {
        sw_print_error(&error);
        return SW_EXIT_FAILED;
    }
    double *work = expected_work(model, world, &error);
    if (work == NULL) {
        sw_world_destroy(world);
        sw_print_error(&error);
        return SW_EXIT_FAILED;
    }
    print_head(model, world);
    const bool ok = print_sites(model) && print_signals(model, world) && print_asps(model, work) &&
                    print_classes(model);
    print_inputs(model);
    free(work);
    sw_world_destroy(world);
    if (!ok) {
        (void)fputs("stepwatt: out of memory for the tables\n", stderr);
    }
    return ok ? SW_EXIT_DONE : SW_EXIT_FAILED;
}

// Every [policy NAME] section, named by a run or not; each that is wrong adds a message.
static void check_policies(const sw_model *model, sw_messages *messages) {
    for (int32_t i = 0; i < model->n_policy; i++) {
        sw_error error = {0};
        if (sw_policy_section_check(model, i, &error) != SW_OK) {
            sw_messages_add(messages, error.code, "%s", error.text);
        }
    }
}

sw_exit sw_cmd_validate(int argc, char **argv) {
    sw_texts set = {0};
    const sw_option option[] = {
        {"set", '\0', SW_OPTION_TEXTS, &set, 0, "KEY=VALUE",
         "override a scenario key; may be repeated"},
    };
    const sw_usage usage = {
        .command = "validate",
        .arguments = "SCENARIO",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text = "Reads a scenario and all files it names, and prints the system as understood, or "
                "all that is wrong.",
        .examples = "  stepwatt validate scenarios/jemas.ini\n",
        .option = option,
        .n_option = (int)(sizeof option / sizeof *option),
    };
    const char *path = NULL;
    sw_messages messages = {0};
    const sw_args_outcome outcome = sw_args_parse(&usage, argc, argv, &path, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    sw_model *model = NULL;
    if (outcome == SW_ARGS_RUN) {
        const sw_scenario_options options = {.set = set.text, .n_set = set.n};
        (void)sw_scenario_load(path, &options, &model, &messages);
    }
    if (model != NULL) {
        check_policies(model, &messages);
    }
    if (model == NULL || messages.n > 0) {
        const sw_exit exit_status = sw_exit_of_input(messages.code);
        sw_print_messages(&messages);
        sw_model_destroy(model);
        return exit_status;
    }
    const sw_exit exit_status = print_scenario(model);
    sw_model_destroy(model);
    return exit_status;
}
