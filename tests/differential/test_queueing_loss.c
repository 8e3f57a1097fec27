// Jobs that are lost and jobs that go first, against the formulas of Erlang (B), Barrer and Cobham,
// within confidence intervals over independent seeds.
#include "support/queue_check.h"

// Holds the share of jobs that are lost against `formula`.
static void check_loss(const char *name, sw_model *model, bool lossy, double formula) {
    double lost[QUEUE_N_SEED];
    for (int i = 0; i < QUEUE_N_SEED; i++) {
        const queue_seen seen = queue_replicate(model, (uint64_t)i + 1, lossy);
        lost[i] = seen.n_lost / seen.n_job;
    }
    queue_check(name, "share lost", "", lost, formula);
    sw_model_destroy(model);
}

// Rejecting what would wait makes a queue without places; its loss depends on the mean work alone.
START_TEST(servers_without_a_queue_lose_as_m_g_c_c) {
    check_loss("M/M/5/5, load 0.8", queue_model(5, 0.1, 40.0, queue_exponential(), QUEUE_N_SLOT),
               true, erlang_b(5, 4.0));
    const sw_dist lognormal = {.kind = SW_DIST_LOGNORMAL, .a = 1.0, .b = 0.8};
    check_loss("M/G/5/5, load 0.8", queue_model(5, 0.1, 40.0 / exp(0.32), lognormal, QUEUE_N_SLOT),
               true, erlang_b(5, 4.0));
    const double a2 = 2.0 * 2.0 / 2.0; // two servers, offered 2: a^2/2 over 1 + a + a^2/2
    ck_assert_double_eq_tol(erlang_b(2, 2.0), a2 / (1.0 + 2.0 + a2), 1e-15);
}
END_TEST

// Share of M/M/1 that is dropped because it would start later than `patience_s` after its arrival.
// The wait that arrivals face has the density lambda p0 exp(-(mu - lambda) x) up to the patience,
// beyond it falls with exp(-mu x), as nobody joins (Barrer 1957).
static double barrer_loss(double lambda_per_s, double mean_s, double patience_s) {
    const double mu_per_s = 1.0 / mean_s;
    const double left = exp(-(mu_per_s - lambda_per_s) * patience_s);
    const double within = lambda_per_s * (1.0 - left) / (mu_per_s - lambda_per_s);
    const double beyond = lambda_per_s * mean_s * left;
    return beyond / (1.0 + within + beyond);
}

static sw_model *impatient(double rate_per_s, double mean_s, double patience_s) {
    sw_model *model = queue_model(1, rate_per_s, mean_s, queue_exponential(), QUEUE_N_SLOT);
    sw_workload *load = (sw_workload *)(uintptr_t)model->workload;
    load->deadline_s = (sw_dist){.kind = SW_DIST_CONSTANT, .a = patience_s};
    return model;
}

START_TEST(deadlines_drop_as_m_m_1_with_patience) {
    check_loss("M/M/1+D, load 0.8", impatient(0.08, 10.0, 20.0), false,
               barrer_loss(0.08, 10.0, 20.0));
    check_loss("M/M/1+D, load 1.5", impatient(0.15, 10.0, 30.0), false,
               barrer_loss(0.15, 10.0, 30.0));
    // Without patience only an idle server takes a job: M/M/1/1.
    ck_assert_double_eq_tol(barrer_loss(0.08, 10.0, 0.0), erlang_b(1, 0.8), 1e-15);
}
END_TEST

// By deadline, a class with deadlines always goes before one without: two priorities, nobody
// interrupted. Mean waits R / (1 - load 1) and R / ((1 - load 1)(1 - load)), R = lambda E[S^2] / 2
// (Cobham 1954).
START_TEST(the_class_with_deadlines_goes_first_as_a_priority) {
    sw_model *model = lp_fixture(2, 1, 300.0, QUEUE_N_SLOT);
    PUT(model->sys.asp_image_work_s, 0, 10.0);
    PUT_INT(model->sys.asp_edf, 0, 1);
    queue_arrivals(model, 0, 0.03, queue_exponential());
    queue_arrivals(model, 1, 0.04, queue_exponential());
    sw_workload *load = (sw_workload *)(uintptr_t)model->workload;
    load->deadline_s.a = 3000.0; // far beyond its waits, so that none is dropped
    double first_s[QUEUE_N_SEED];
    double second_s[QUEUE_N_SEED];
    for (int i = 0; i < QUEUE_N_SEED; i++) {
        const queue_seen seen = queue_replicate(model, (uint64_t)i + 1, false);
        ck_assert_double_eq(seen.n_lost, 0.0);
        first_s[i] = queue_mean_wait_s(&seen, 0);
        second_s[i] = queue_mean_wait_s(&seen, 1);
    }
    const double r_s = 0.07 * 2.0 * 10.0 * 10.0 / 2.0;
    queue_check("priority 1, load 0.3 of 0.7", "mean wait", " s", first_s, r_s / (1.0 - 0.3));
    queue_check("priority 2, load 0.4 of 0.7", "mean wait", " s", second_s,
                r_s / ((1.0 - 0.3) * (1.0 - 0.7)));
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("queueing loss");
    TCase *tcase = tcase_create("queueing loss");
    tcase_add_test(tcase, servers_without_a_queue_lose_as_m_g_c_c);
    tcase_add_test(tcase, deadlines_drop_as_m_m_1_with_patience);
    tcase_add_test(tcase, the_class_with_deadlines_goes_first_as_a_priority);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
