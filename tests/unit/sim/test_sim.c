// The simulator by itself: a run whose books were tampered with does not pass the check that ends
// every run; every run of a world sees its first job; there are no jobs where there is no ASP.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"
#include "sim/state.h"
#include "support/lp_fixture.h"

enum { N_SITE = 3, N_SLOT = 4 };

// What is done to a run in its last slot, and the words of the message that tell the balance.
typedef struct tampering {
    void (*with)(sw_sim *sim);
    const char *balance; // NULL: nothing was done, the run passes
} tampering;

static void leave_alone(sw_sim *sim) {
    (void)sim;
}
static void lose_a_job(sw_sim *sim) {
    sim->n_arrived++;
}
static void count_a_job_twice(sw_sim *sim) {
    sim->server[0].count.on_time++;
}
static void import_too_much_at_first(sw_sim *sim) {
    sim->plant[0].total.import_kwh += 1e-6;
}
static void import_too_little_at_last(sw_sim *sim) {
    sim->plant[N_SITE - 1].total.import_kwh -= 1e-6;
}
static void forget_gpu_energy(sw_sim *sim) {
    sim->server[1].total.gpu_kw_s *= 0.999;
}
static void leak_charge(sw_sim *sim) {
    sim->soc[1] -= 1e-6;
}
static void charge_without_battery(sw_sim *sim) {
    sim->plant[0].total.charge_kwh += 1e-6;
    sim->plant[0].total.discharge_kwh += 1e-6;
}
static void steal_a_cent(sw_sim *sim) {
    sim->booked_usd -= 0.01;
}

static const tampering tamperings[] = {
    {leave_alone, NULL},
    {lose_a_job, "jobs off by 1,"},
    {count_a_job_twice, "jobs off by 2,"},
    {import_too_much_at_first, "energy by 2.6"},
    {import_too_little_at_last, "energy by 2.6"},
    {forget_gpu_energy, "energy by 0.0001"},
    {leak_charge, "battery by 9.6"},
    {charge_without_battery, "battery by 2e-06"},
    {steal_a_cent, "money by 0.00"},
};

// Three sites of 1 kW, the middle one with a battery that charges; a job at each.
static sw_model *make_model(void) {
    sw_model *model = lp_fixture(N_SITE, 1, 300.0, N_SLOT);
    const sw_system *sys = &model->sys;
    static const double arrival_s[1] = {10.0};
    for (int32_t i = 0; i < N_SITE; i++) {
        lp_fixture_constant(model, i, SW_SIGNAL_BUY, 100.0);
        lp_fixture_jobs(model, i, 1, arrival_s, NULL, NULL, NULL);
        PUT(sys->site_base_kw, i, 1.0);
    }
    PUT(sys->site_battery_kwh, 1, 1.0);
    PUT(sys->site_battery_charge_kw, 1, 0.1);
    PUT(sys->site_battery_discharge_kw, 1, 0.1);
    PUT(sys->site_battery_eff_charge, 1, 0.9);
    PUT(sys->site_soc_max_kwh, 1, 1.0);
    return model;
}

START_TEST(the_check_of_a_run_names_the_balance_that_is_off) {
    const tampering *t = &tamperings[_i];
    sw_model *model = make_model();
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, NULL, &sim, NULL), SW_OK);
    for (sw_need need; (need = sw_sim_advance(sim)) != SW_NEED_NOTHING;) {
        if (need == SW_NEED_CONTROLS) {
            if (sw_sim_view(sim)->slot == N_SLOT - 1) {
                t->with(sim);
            }
            sw_sim_controls(sim)->battery_kw[1] = 0.1;
            ck_assert_int_eq(sw_sim_control(sim, NULL), SW_OK);
        } else {
            const sw_decision decision = {.asp = sw_sim_job(sim)->origin};
            ck_assert_int_eq(sw_sim_decide(sim, &decision, NULL), SW_OK);
        }
    }
    sw_error err = {SW_OK, ""};
    const sw_status status = sw_sim_check(sim, &err);
    ck_assert_int_eq(status, t->balance == NULL ? SW_OK : SW_ERR_CHECK);
    ck_assert_msg(t->balance == NULL || strstr(err.text, t->balance) != NULL, "%s", err.text);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(jobs_at_an_asp_that_there_is_not_are_none) {
    sw_model *model = make_model();
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, NULL, &sim, NULL), SW_OK);
    for (int32_t asp = -1; asp <= N_SITE; asp += N_SITE + 1) {
        int32_t n = 7;
        ck_assert_ptr_null(sw_sim_asp_jobs(sim, asp, &n));
        ck_assert_int_eq(n, 0);
    }
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_run_begins_with_the_first_job_of_a_world_that_was_used_before) {
    sw_model *model = make_model();
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    sw_arrival arrival;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    ck_assert(sw_world_next(world, &arrival));
    ck_assert_int_eq(sw_sim_create(model, world, NULL, &sim, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_advance(sim), SW_NEED_CONTROLS);
    ck_assert_int_eq(sw_sim_control(sim, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_advance(sim), SW_NEED_DECISION);
    ck_assert_int_eq(sw_sim_job(sim)->job, arrival.job);
    ck_assert_int_eq(sw_sim_job(sim)->cls, arrival.cls);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sim");
    TCase *tcase = tcase_create("sim");
    tcase_add_loop_test(tcase, the_check_of_a_run_names_the_balance_that_is_off, 0,
                        (int)(sizeof tamperings / sizeof tamperings[0]));
    tcase_add_test(tcase, a_run_begins_with_the_first_job_of_a_world_that_was_used_before);
    tcase_add_test(tcase, jobs_at_an_asp_that_there_is_not_are_none);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
