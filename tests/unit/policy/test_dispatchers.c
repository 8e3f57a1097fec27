// local, random, round-robin, shortest-queue and cheapest on hand-made views; numbers worked in
// comments.
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "support/fake_host.h"

static sw_fake fake;

// Three ASPs, steps 10, 20, 30, 40.
static void set_up(void) {
    sw_fake_init(&fake, 3, 3, 4, 1);
}

static void cut_link(int32_t origin, int32_t asp) {
    fake.link_latency_s[origin * 3 + asp] = INFINITY;
}

static int32_t asp_of(int32_t cls, int64_t number) {
    const sw_job_view job = sw_fake_job(&fake, cls, number);
    return sw_fake_dispatch(&fake, &job).asp;
}

// Makes an ASP's wait 10 s for each GPU-second times 10: all ten GPUs run and `work_s` waits.
static void fill_queue(int32_t asp, double work_s) {
    fake.running[asp] = 10;
    fake.queued[asp] = 1;
    fake.waiting_work_s[asp] = work_s;
}

static int32_t step_at(const char *steps) {
    static sw_policy_param param;
    static sw_policy_section section;
    param = (sw_policy_param){.key = "steps", .value = steps, .where = "fake.ini:5"};
    section =
        (sw_policy_section){.name = "local", .where = "fake.ini:4", .n_param = 1, .param = &param};
    fake.model.policy = &section;
    fake.model.n_policy = 1;
    sw_fake_begin(&fake, "local/idle");
    const sw_job_view job = sw_fake_job(&fake, 0, 0);
    const int32_t step = sw_fake_dispatch(&fake, &job).step;
    sw_fake_end(&fake);
    return step;
}

START_TEST(local_serves_at_the_origin_with_thirty_steps) {
    set_up();
    sw_fake_begin(&fake, "local/idle");
    const sw_job_view job = sw_fake_job(&fake, 2, 0);
    const sw_decision decision = sw_fake_dispatch(&fake, &job);
    ck_assert_int_eq(decision.asp, 2);
    ck_assert_int_eq(fake.steps[decision.step], 30);
    ck_assert_double_eq(decision.not_before_s, 0.0);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(fixed_steps_are_the_nearest_listed_of_two_the_fewer) {
    set_up();
    ck_assert_int_eq(step_at("1"), 0);
    ck_assert_int_eq(step_at("14"), 0);
    ck_assert_int_eq(step_at("15"), 0);
    ck_assert_int_eq(step_at("16"), 1);
    ck_assert_int_eq(step_at("35"), 2);
    ck_assert_int_eq(step_at("1000"), 3);
}
END_TEST

START_TEST(round_robin_takes_turns_per_class_over_reachable_asps) {
    set_up();
    cut_link(0, 1);
    sw_fake_begin(&fake, "round-robin/idle");
    ck_assert_int_eq(asp_of(0, 0), 0);
    ck_assert_int_eq(asp_of(1, 1), 0); // a counter of its own
    ck_assert_int_eq(asp_of(0, 2), 2);
    ck_assert_int_eq(asp_of(1, 3), 1);
    ck_assert_int_eq(asp_of(0, 4), 0);
    ck_assert_int_eq(asp_of(1, 5), 2);
    ck_assert_int_eq(asp_of(1, 6), 0);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(random_draws_asp_and_steps_uniformly_by_job_number) {
    enum { N = 12000 };
    set_up();
    cut_link(0, 1);
    int32_t n_asp[3] = {0};
    int32_t n_step[4] = {0};
    int32_t n_both = 0;
    sw_fake_begin(&fake, "random/idle");
    for (int64_t number = 0; number < N; number++) {
        const sw_job_view job = sw_fake_job(&fake, 0, number);
        const sw_decision decision = sw_fake_dispatch(&fake, &job);
        // The numbers are the host's, draws 0 and 1 of stream 0: two ASPs, four steps.
        const double u0 = fake.host.uniform(&fake.host, 0, (uint64_t)number, 0);
        const double u1 = fake.host.uniform(&fake.host, 0, (uint64_t)number, 1);
        ck_assert_int_eq(decision.asp, u0 < 0.5 ? 0 : 2);
        ck_assert_int_eq(decision.step, (int32_t)floor(4.0 * u1));
        n_asp[decision.asp]++;
        n_step[decision.step]++;
        n_both += decision.asp == 2 && decision.step == 3;
    }
    sw_fake_end(&fake);
    // Each within five standard deviations: sqrt(12000 / 4) = 55 for ASPs, sqrt(12000 x 3/16) = 47
    // for steps.
    ck_assert_int_le(abs(n_asp[0] - 6000), 275);
    ck_assert_int_eq(n_asp[1], 0);
    for (int32_t c = 0; c < 4; c++) {
        ck_assert_int_le(abs(n_step[c] - 3000), 235);
    }
    ck_assert_int_le(abs(n_both - 1500), 185);
}
END_TEST

START_TEST(shortest_queue_takes_the_least_wait_the_first_of_equals) {
    set_up();
    sw_fake_begin(&fake, "shortest-queue/idle");
    ck_assert_int_eq(asp_of(2, 0), 0); // no waits anywhere
    fill_queue(0, 50.0);               // 5 s
    ck_assert_int_eq(asp_of(0, 1), 1);
    fill_queue(1, 40.0); // 4 s
    fill_queue(2, 40.0);
    ck_assert_int_eq(asp_of(0, 2), 1);
    fake.speed[2] = 2.0; // 2 s
    ck_assert_int_eq(asp_of(0, 3), 2);
    cut_link(0, 2);
    ck_assert_int_eq(asp_of(0, 4), 1);
    fake.available[0] = 0; // waits without end, all of them
    fake.available[1] = 0;
    ck_assert_int_eq(asp_of(0, 5), 0);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(cheapest_weighs_energy_and_transfer_of_what_is_on_time) {
    set_up();
    // 30 steps are 4 GPU-s. Energy at 1000 USD/kWh: (360 W + 0) / 3.6e6 = 1e-4 kWh a GPU-s, 0.4 USD
    // an image at asp0; half of it at asp1; nothing at asp2, to which transfer costs 0.3.
    for (int32_t k = 0; k < 3; k++) {
        fake.asp_image_work_s[k * 4 + 2] = 4.0;
        fake.import_usd_per_kwh[k] = 1000.0;
    }
    fake.asp_level_busy_w[0] = 360.0;
    fake.asp_level_busy_w[1] = 180.0;
    fake.link_transfer_usd[0 * 3 + 2] = 0.3;
    sw_fake_begin(&fake, "cheapest/idle");
    sw_job_view job = sw_fake_job(&fake, 0, 0);
    job.images = 3;
    job.deadline_s = 20.0; // 12 s of service
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, 1);
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).step, 2);
    fake.link_transfer_usd[0 * 3 + 1] = 0.2; // 0.4, 0.4, 0.3
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, 2);
    fill_queue(2, 81.0); // 8.1 + 12 s are late
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, 0);
    fill_queue(2, 80.0);
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, 2);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(cheapest_takes_the_soonest_when_all_are_late) {
    set_up();
    fill_queue(0, 90.0);
    fill_queue(1, 70.0);
    fake.link_latency_s[0 * 3 + 2] = 8.0; // longer than the 7 s of wait at asp1
    sw_fake_begin(&fake, "cheapest/idle");
    sw_job_view job = sw_fake_job(&fake, 0, 0);
    job.deadline_s = 2.0;
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, 1);
    cut_link(0, 1);
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, 2);
    sw_fake_end(&fake);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("dispatchers");
    TCase *tcase = tcase_create("dispatchers");
    tcase_add_test(tcase, local_serves_at_the_origin_with_thirty_steps);
    tcase_add_test(tcase, fixed_steps_are_the_nearest_listed_of_two_the_fewer);
    tcase_add_test(tcase, round_robin_takes_turns_per_class_over_reachable_asps);
    tcase_add_test(tcase, random_draws_asp_and_steps_uniformly_by_job_number);
    tcase_add_test(tcase, shortest_queue_takes_the_least_wait_the_first_of_equals);
    tcase_add_test(tcase, cheapest_weighs_energy_and_transfer_of_what_is_on_time);
    tcase_add_test(tcase, cheapest_takes_the_soonest_when_all_are_late);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
