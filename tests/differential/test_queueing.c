// Mean waits against the formulas of Erlang (C) and Pollaczek and Khinchine, within confidence
// intervals over independent seeds.
#include <stdio.h>
#include <stdlib.h>

#include "support/queue_model.h"

enum { N_SEED = 10, N_SLOT = 4000, N_WARM_UP_SLOT = 200 };

// Student's t, 9 degrees of freedom, 99.9 % two-sided: a right simulator fails one test in a
// thousand, were its seeds not fixed.
static const double T_999 = 4.781;

typedef struct waits {
    double sum_s;
    double n;
} waits;

static void hear(void *context, const sw_outcome *outcome) {
    waits *w = context;
    if (outcome->job.arrival_s >= 300.0 * N_WARM_UP_SLOT && !isnan(outcome->start_s)) {
        w->sum_s += outcome->start_s - outcome->job.arrival_s;
        w->n += 1.0;
    }
}

static double mean_wait_s(const sw_model *model, uint64_t seed) {
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    waits w = {0};
    const sw_sim_listeners listeners = {.context = &w, .outcome = hear};
    ck_assert_int_eq(sw_world_create(model, seed, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, &listeners, &sim, NULL), SW_OK);
    queue_drive(sim);
    ck_assert_double_gt(w.n, 1000.0);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    return w.sum_s / w.n;
}

// Holds the mean wait over seeds against `formula_s`.
static void check_wait(const char *name, sw_model *model, double formula_s) {
    double sum = 0.0;
    double squares = 0.0;
    for (uint64_t seed = 1; seed <= N_SEED; seed++) {
        const double wait_s = mean_wait_s(model, seed);
        sum += wait_s;
        squares += wait_s * wait_s;
    }
    const double mean_s = sum / N_SEED;
    const double variance = (squares - N_SEED * mean_s * mean_s) / (N_SEED - 1);
    const double half_s = T_999 * sqrt(variance / N_SEED);
    printf("%s: mean wait %.4f s +- %.4f, formula %.4f\n", name, mean_s, half_s, formula_s);
    ck_assert_msg(fabs(mean_s - formula_s) <= half_s, "%s: mean wait %.6f s +- %.6f, formula %.6f",
                  name, mean_s, half_s, formula_s);
    // An interval that holds everything would prove nothing.
    ck_assert_msg(half_s <= 0.08 * formula_s, "%s: +- %.6f s is wide", name, half_s);
    sw_model_destroy(model);
}

// Mean wait of M/M/c: Erlang C over c mu - lambda.
static double erlang_c_wait_s(int32_t c, double lambda_per_s, double mean_s) {
    const double offered = lambda_per_s * mean_s;
    double blocked = 1.0; // Erlang B, by its recursion over servers
    for (int32_t n = 1; n <= c; n++) {
        blocked = offered * blocked / (n + offered * blocked);
    }
    const double delayed = blocked / (1.0 - offered / c * (1.0 - blocked));
    return delayed / (c / mean_s - lambda_per_s);
}

// Mean wait of M/G/1: lambda E[S^2] / (2 (1 - rho)).
static double pollaczek_khinchine_wait_s(double lambda_per_s, double mean_s, double second_s2) {
    return lambda_per_s * second_s2 / (2.0 * (1.0 - lambda_per_s * mean_s));
}

static sw_dist exponential(void) {
    return (sw_dist){.kind = SW_DIST_EXPONENTIAL, .a = 1.0};
}

START_TEST(one_server_with_exponential_work_waits_as_m_m_1) {
    check_wait("M/M/1, load 0.6", queue_model(1, 0.06, 10.0, exponential(), N_SLOT),
               erlang_c_wait_s(1, 0.06, 10.0));
    // The same queue the plainest way: rho / (mu - lambda).
    ck_assert_double_eq_tol(erlang_c_wait_s(1, 0.06, 10.0), 0.6 / (0.1 - 0.06), 1e-12);
}
END_TEST

START_TEST(several_servers_with_exponential_work_wait_as_m_m_c) {
    check_wait("M/M/3, load 0.7", queue_model(3, 0.21, 10.0, exponential(), N_SLOT),
               erlang_c_wait_s(3, 0.21, 10.0));
    check_wait("M/M/8, load 0.8", queue_model(8, 0.64, 10.0, exponential(), N_SLOT),
               erlang_c_wait_s(8, 0.64, 10.0));
}
END_TEST

START_TEST(one_server_with_constant_work_waits_as_m_d_1) {
    const sw_dist constant = {.kind = SW_DIST_CONSTANT, .a = 1.0};
    check_wait("M/D/1, load 0.7", queue_model(1, 0.07, 10.0, constant, N_SLOT),
               pollaczek_khinchine_wait_s(0.07, 10.0, 100.0));
}
END_TEST

START_TEST(one_server_with_lognormal_work_waits_as_m_g_1) {
    // Median 1 and sigma 0.8: mean exp(0.32), second moment exp(1.28).
    const sw_dist lognormal = {.kind = SW_DIST_LOGNORMAL, .a = 1.0, .b = 0.8};
    check_wait("M/G/1, load 0.6", queue_model(1, 0.06 / exp(0.32), 10.0, lognormal, N_SLOT),
               pollaczek_khinchine_wait_s(0.06 / exp(0.32), 10.0 * exp(0.32), 100.0 * exp(1.28)));
}
END_TEST

START_TEST(half_the_speed_waits_as_twice_the_work) {
    sw_model *model = queue_model(2, 0.07, 10.0, exponential(), N_SLOT);
    PUT(model->sys.asp_level_speed, 0, 0.5);
    check_wait("M/M/2 at half speed, load 0.7", model, erlang_c_wait_s(2, 0.07, 20.0));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("queueing");
    TCase *tcase = tcase_create("queueing");
    tcase_add_test(tcase, one_server_with_exponential_work_waits_as_m_m_1);
    tcase_add_test(tcase, several_servers_with_exponential_work_wait_as_m_m_c);
    tcase_add_test(tcase, one_server_with_constant_work_waits_as_m_d_1);
    tcase_add_test(tcase, one_server_with_lognormal_work_waits_as_m_g_1);
    tcase_add_test(tcase, half_the_speed_waits_as_twice_the_work);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
