// What must hold between runs, and what the simulator refuses.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/wild_run.h"

enum { N_CASE = 60 };

// Doubles the buy and sell prices of a model.
static void double_prices(sw_model *model) {
    const sw_system *sys = &model->sys;
    for (int32_t i = 0; i < sys->n_site * SW_SIGNALS_PER_SITE; i++) {
        const int32_t kind = i % SW_SIGNALS_PER_SITE;
        if (kind == SW_SIGNAL_BUY || kind == SW_SIGNAL_SELL) {
            for (int64_t s = 0; s < (model->signal[i].stride == 0 ? 1 : sys->n_slot); s++) {
                sw_model_reals(model->signal[i].value)[s] *= 2.0;
            }
        }
    }
}

// Leaves a model's classes without jobs.
static void take_jobs_away(sw_model *model) {
    sw_workload *load = (sw_workload *)(uintptr_t)model->workload;
    for (int32_t w = 0; w < model->sys.n_class; w++) {
        load[w].kind = SW_ARRIVAL_TRACE;
        load[w].trace = (sw_job_trace){.n = 0};
    }
}

static bool moves_with_prices(const char *name) {
    return strcmp(name, "energy_cost_usd") == 0 || strcmp(name, "battery_settlement_usd") == 0;
}

START_TEST(twice_the_price_costs_twice_and_changes_nothing_else) {
    for (uint64_t seed = 1; seed <= N_CASE; seed++) {
        sw_model *model = random_model(seed);
        wild_run once;
        wild_run twice;
        wild_run_go(&once, model, seed, false);
        double_prices(model);
        wild_run_go(&twice, model, seed, false);
        for (int n = 0; n < SW_N_METRIC; n++) {
            const char *name = sw_metric_table[n].name;
            const double a = ((const double *)&once.total)[n];
            const double b = ((const double *)&twice.total)[n];
            if (strcmp(name, "utility_usd") != 0) { // doubling is exact in binary
                ck_assert_msg(b == (moves_with_prices(name) ? 2.0 * a : a),
                              "SW_TEST_SEED=%d: %s was %.17g, now %.17g", (int)seed, name, a, b);
            }
        }
        wild_run_deinit(&twice);
        wild_run_deinit(&once);
        sw_model_destroy(model);
    }
}
END_TEST

START_TEST(without_jobs_and_commands_all_gpus_draw_idle_power_throughout) {
    for (uint64_t seed = 1; seed <= N_CASE; seed++) {
        sw_model *model = random_model(seed);
        const sw_system *sys = &model->sys;
        take_jobs_away(model);
        wild_run run;
        wild_run_go(&run, model, seed, true);
        const double end_h = sys->end_s / 3600.0;
        double all_kwh = 0.0;
        for (int32_t i = 0; i < sys->n_site; i++) {
            all_kwh += sys->site_base_kw[i] * end_h;
        }
        for (int32_t k = 0; k < sys->n_asp; k++) {
            const double kwh = (1.0 + sys->asp_host_overhead[k]) * sys->asp_gpus[k] *
                               sys->asp_idle_w[k] / 1000.0 * end_h;
            ck_assert_double_eq_tol(run.asp[k].it_kwh, kwh, 1e-12 * (1.0 + kwh));
            all_kwh += kwh;
        }
        ck_assert_double_eq_tol(run.total.it_kwh, all_kwh, 1e-12 * (1.0 + all_kwh));
        ck_assert_double_eq(run.total.jobs, 0.0);
        ck_assert_double_eq(run.total.events, (double)sys->n_slot);
        ck_assert_double_eq(run.total.charge_kwh + run.total.discharge_kwh, 0.0);
        ck_assert_double_eq(run.total.revenue_usd - run.total.late_usd, 0.0);
        wild_run_deinit(&run);
        sw_model_destroy(model);
    }
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bits) {
    for (uint64_t seed = 1; seed <= N_CASE; seed++) {
        sw_model *model = random_model(seed);
        wild_run a;
        wild_run b;
        wild_run_go(&a, model, seed, false);
        wild_run_go(&b, model, seed, false);
        ck_assert_mem_eq(&a.total, &b.total, sizeof a.total);
        ck_assert_mem_eq(a.site, b.site, (size_t)model->sys.n_site * sizeof *a.site);
        ck_assert_mem_eq(a.asp, b.asp, (size_t)model->sys.n_asp * sizeof *a.asp);
        wild_run_deinit(&a);
        wild_run_deinit(&b);
        sw_model_destroy(model);
    }
}
END_TEST

// ------------------------------------------------------------------ refusals

// A model with an unreachable link, and its run stopped where something is needed.
typedef struct stopped {
    sw_model *model;
    sw_world *world;
    sw_sim *sim;
} stopped;

static void stop_at(stopped *s, sw_need wanted) {
    s->model = random_model(3);
    ck_assert_int_eq(sw_world_create(s->model, 3, &s->world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(s->model, s->world, NULL, &s->sim, NULL), SW_OK);
    sw_need need;
    while ((need = sw_sim_advance(s->sim)) != wanted) {
        ck_assert_int_eq(need, SW_NEED_CONTROLS);
        ck_assert_int_eq(sw_sim_control(s->sim, NULL), SW_OK);
    }
}

static void end(stopped *s) {
    sw_sim_destroy(s->sim);
    sw_world_destroy(s->world);
    sw_model_destroy(s->model);
}

static void refuses_decision(const sw_decision *decision) {
    stopped s;
    stop_at(&s, SW_NEED_DECISION);
    sw_error err = {0};
    const sw_status status = sw_sim_decide(s.sim, decision, &err);
    ck_assert_int_eq(status, SW_ERR_POLICY);
    ck_assert_ptr_nonnull(strstr(err.text, "t="));
    ck_assert_ptr_nonnull(strstr(err.text, "job 0"));
    end(&s);
}

START_TEST(decisions_that_mean_nothing_are_refused_by_time_and_job) {
    stopped s;
    stop_at(&s, SW_NEED_DECISION);
    const int32_t n_asp = s.model->sys.n_asp;
    const int32_t n_step = s.model->sys.n_step;
    end(&s);
    refuses_decision(&(sw_decision){.asp = n_asp});
    refuses_decision(&(sw_decision){.asp = -2});
    refuses_decision(&(sw_decision){.asp = 0, .step = n_step});
    refuses_decision(&(sw_decision){.asp = 0, .step = -1});
    refuses_decision(&(sw_decision){.asp = 0, .not_before_s = (double)NAN});
    refuses_decision(&(sw_decision){.asp = 0, .not_before_s = (double)INFINITY});
}
END_TEST

START_TEST(an_asp_out_of_reach_is_refused) {
    stopped s;
    stop_at(&s, SW_NEED_DECISION);
    const sw_system *sys = &s.model->sys;
    const int32_t origin = sw_sim_job(s.sim)->origin;
    const int32_t server = origin == 0 ? sys->n_asp - 1 : 0;
    ck_assert_int_ne(server, origin);
    sw_model_reals(sys->link_latency_s)[origin * sys->n_asp + server] = (double)INFINITY;
    sw_error err = {0};
    ck_assert_int_eq(sw_sim_decide(s.sim, &(sw_decision){.asp = server}, &err), SW_ERR_POLICY);
    ck_assert_ptr_nonnull(strstr(err.text, "job 0"));
    end(&s);
}
END_TEST

START_TEST(commands_that_mean_nothing_are_refused_by_time_and_name) {
    for (int fault = 0; fault < 7; fault++) {
        stopped s;
        stop_at(&s, SW_NEED_CONTROLS);
        sw_controls *c = sw_sim_controls(s.sim);
        const sw_system *sys = &s.model->sys;
        switch (fault) {
        case 0:
            c->level[0] = sys->asp_n_level[0];
            break;
        case 1:
            c->level[0] = -1;
            break;
        case 2:
            c->active[0] = sys->asp_gpus[0] + 1;
            break;
        case 3:
            c->active[0] = -1;
            break;
        case 4:
            c->battery_kw[0] = (double)NAN;
            break;
        case 5:
            c->battery_kw[0] = -(double)INFINITY;
            break;
        default:
            c->thermostat[0] = 0;
            c->cooling_kw[0] = (double)NAN;
            break;
        }
        sw_error err = {0};
        ck_assert_int_eq(sw_sim_control(s.sim, &err), SW_ERR_POLICY);
        ck_assert_ptr_nonnull(strstr(err.text, "t=0 s, slot 0"));
        end(&s);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("relations");
    TCase *tcase = tcase_create("relations");
    tcase_add_test(tcase, twice_the_price_costs_twice_and_changes_nothing_else);
    tcase_add_test(tcase, without_jobs_and_commands_all_gpus_draw_idle_power_throughout);
    tcase_add_test(tcase, the_same_seed_gives_the_same_bits);
    tcase_add_test(tcase, decisions_that_mean_nothing_are_refused_by_time_and_job);
    tcase_add_test(tcase, an_asp_out_of_reach_is_refused);
    tcase_add_test(tcase, commands_that_mean_nothing_are_refused_by_time_and_name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
