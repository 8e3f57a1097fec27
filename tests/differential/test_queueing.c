// Mean waits against the formulas of Erlang (C) and Pollaczek and Khinchine, within confidence
// intervals over independent seeds.
#include "support/queue_check.h"

// Holds the mean wait over seeds against `formula_s`.
static void check_wait(const char *name, sw_model *model, double formula_s) {
    double wait_s[QUEUE_N_SEED];
    for (int i = 0; i < QUEUE_N_SEED; i++) {
        const queue_seen seen = queue_replicate(model, (uint64_t)i + 1, false);
        wait_s[i] = queue_mean_wait_s(&seen, 0);
    }
    queue_check(name, "mean wait", " s", wait_s, formula_s);
    sw_model_destroy(model);
}

// Probability that a job of M/M/c waits: Erlang C.
static double erlang_c(int32_t c, double offered) {
    const double blocked = erlang_b(c, offered);
    return blocked / (1.0 - offered / c * (1.0 - blocked));
}

// Mean wait of M/M/c: Erlang C over c mu - lambda.
static double erlang_c_wait_s(int32_t c, double lambda_per_s, double mean_s) {
    return erlang_c(c, lambda_per_s * mean_s) / (c / mean_s - lambda_per_s);
}

// Mean wait of M/G/1: lambda E[S^2] / (2 (1 - rho)).
static double pollaczek_khinchine_wait_s(double lambda_per_s, double mean_s, double second_s2) {
    return lambda_per_s * second_s2 / (2.0 * (1.0 - lambda_per_s * mean_s));
}

START_TEST(one_server_with_exponential_work_waits_as_m_m_1) {
    check_wait("M/M/1, load 0.3", queue_model(1, 0.03, 10.0, queue_exponential(), QUEUE_N_SLOT),
               erlang_c_wait_s(1, 0.03, 10.0));
    check_wait("M/M/1, load 0.6", queue_model(1, 0.06, 10.0, queue_exponential(), QUEUE_N_SLOT),
               erlang_c_wait_s(1, 0.06, 10.0));
    check_wait("M/M/1, load 0.8", queue_model(1, 0.16, 5.0, queue_exponential(), QUEUE_N_SLOT),
               erlang_c_wait_s(1, 0.16, 5.0));
    // The same queue the plainest way: rho / (mu - lambda).
    ck_assert_double_eq_tol(erlang_c_wait_s(1, 0.06, 10.0), 0.6 / (0.1 - 0.06), 1e-12);
}
END_TEST

START_TEST(several_servers_with_exponential_work_wait_as_m_m_c) {
    sw_model *model = queue_model(3, 0.21, 10.0, queue_exponential(), QUEUE_N_SLOT);
    double wait_s[QUEUE_N_SEED];
    double waits[QUEUE_N_SEED];
    for (int i = 0; i < QUEUE_N_SEED; i++) {
        const queue_seen seen = queue_replicate(model, (uint64_t)i + 1, false);
        wait_s[i] = queue_mean_wait_s(&seen, 0);
        waits[i] = seen.n_waited / seen.n_started[0];
    }
    queue_check("M/M/3, load 0.7", "mean wait", " s", wait_s, erlang_c_wait_s(3, 0.21, 10.0));
    queue_check("M/M/3, load 0.7", "share that waits", "", waits, erlang_c(3, 2.1));
    sw_model_destroy(model);
    check_wait("M/M/8, load 0.8", queue_model(8, 0.32, 20.0, queue_exponential(), QUEUE_N_SLOT),
               erlang_c_wait_s(8, 0.32, 20.0));
}
END_TEST

START_TEST(one_server_with_constant_work_waits_as_m_d_1) {
    const sw_dist constant = {.kind = SW_DIST_CONSTANT, .a = 1.0};
    check_wait("M/D/1, load 0.7", queue_model(1, 0.07, 10.0, constant, QUEUE_N_SLOT),
               pollaczek_khinchine_wait_s(0.07, 10.0, 100.0));
    check_wait("M/D/1, load 0.85", queue_model(1, 0.17, 5.0, constant, QUEUE_N_SLOT),
               pollaczek_khinchine_wait_s(0.17, 5.0, 25.0));
}
END_TEST

START_TEST(one_server_with_lognormal_work_waits_as_m_g_1) {
    // Median 1 and sigma 0.8: mean exp(0.32), second moment exp(1.28).
    const sw_dist lognormal = {.kind = SW_DIST_LOGNORMAL, .a = 1.0, .b = 0.8};
    check_wait("M/G/1, load 0.6", queue_model(1, 0.06 / exp(0.32), 10.0, lognormal, QUEUE_N_SLOT),
               pollaczek_khinchine_wait_s(0.06 / exp(0.32), 10.0 * exp(0.32), 100.0 * exp(1.28)));
}
END_TEST

START_TEST(half_the_speed_waits_as_twice_the_work) {
    sw_model *model = queue_model(2, 0.07, 10.0, queue_exponential(), QUEUE_N_SLOT);
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
