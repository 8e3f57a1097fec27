// greedy against its plain definition, on random systems and views.
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "support/fake_host.h"

static sw_fake fake;

// The definition of greedy: of all ASPs that can be reached and all steps that are on time, the
// greatest price * value * quality - transfer - energy an image, if that beats paying the penalty;
// the first of equals.
static sw_decision plain_greedy(const sw_view *view, const sw_job_view *job) {
    const sw_system *sys = view->system;
    sw_decision best = {.asp = -1};
    double best_usd = -sys->class_late_usd[job->cls];
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t link = job->origin * sys->n_asp + k;
        if (isinf(sys->link_latency_s[link])) {
            continue;
        }
        for (int32_t c = 0; c < sys->n_step; c++) {
            const double work_s = sw_job_work_s(sys, job, k, c);
            const double finish_s =
                view->now_s + sw_predict_delay_s(view, job->origin, k) + work_s / view->speed[k];
            const double energy_usd = sw_energy_usd_per_work_s(view, k) *
                                      (job->work * sys->asp_image_work_s[k * sys->n_step + c]);
            const double worth_usd = sys->class_price_usd[job->cls] * job->value *
                                         sys->asp_quality[k * sys->n_step + c] -
                                     (sys->link_transfer_usd[link] + energy_usd);
            if (!isinf(finish_s) && finish_s <= job->deadline_s && worth_usd > best_usd) {
                best_usd = worth_usd;
                best.asp = k;
                best.step = c;
            }
        }
    }
    return best;
}

// Random numbers of a test: coarse ones, a few values only, so that ties are common and sums exact.
static uint64_t draw_index;

static double uniform(double lo, double hi) {
    return lo + (hi - lo) * sw_rng_uniform(1, SW_RNG_POLICY, 0, draw_index++, 0);
}

static int32_t whole(int32_t lo, int32_t hi) {
    return lo + (int32_t)floor(uniform(0.0, (double)(hi - lo + 1)) * (1.0 - 0x1p-50));
}

static double coarse_or_fine(bool coarse, double lo, double hi) {
    return coarse ? lo + (hi - lo) * 0.25 * whole(0, 4) : uniform(lo, hi);
}

static void draw_system(bool coarse) {
    sw_fake_init(&fake, whole(1, FAKE_SITES), whole(1, FAKE_ASPS), whole(1, FAKE_STEPS), 2);
    const sw_system *sys = &fake.model.sys;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        fake.asp_idle_w[k] = 64.0;
        fake.asp_host_overhead[k] = coarse_or_fine(coarse, 0.0, 1.0);
        for (int32_t l = 0; l < 2; l++) {
            fake.asp_level_speed[k * 2 + l] = 0.5 + 0.5 * l;
            fake.asp_level_busy_w[k * 2 + l] = coarse_or_fine(coarse, 64.0, 512.0);
        }
        for (int32_t c = 0; c < sys->n_step; c++) {
            fake.asp_image_work_s[k * sys->n_step + c] = coarse_or_fine(coarse, 1.0, 9.0);
            fake.asp_quality[k * sys->n_step + c] = coarse_or_fine(coarse, 0.0, 1.0);
        }
        for (int32_t o = 0; o < sys->n_asp; o++) {
            const bool cut = o != k && whole(0, 4) == 0;
            fake.link_latency_s[o * sys->n_asp + k] = cut      ? (double)INFINITY
                                                      : o == k ? 0.0
                                                               : whole(0, 3);
            fake.link_transfer_usd[o * sys->n_asp + k] =
                o == k ? 0.0 : coarse_or_fine(coarse, 0.0, 0.25);
        }
    }
    for (int32_t w = 0; w < sys->n_class; w++) {
        fake.class_origin[w] = whole(0, sys->n_asp - 1);
        fake.class_price_usd[w] = coarse_or_fine(coarse, 0.0, 1.0);
        fake.class_late_usd[w] = coarse_or_fine(coarse, 0.0, 0.5);
    }
}

// What changes between slots.
static void draw_slot(bool coarse) {
    const sw_system *sys = &fake.model.sys;
    fake.view.slot++;
    for (int32_t i = 0; i < sys->n_site; i++) {
        // Large prices, so that energy weighs against revenue; often below 0.
        fake.import_usd_per_kwh[i] = coarse_or_fine(coarse, -1024.0, 3072.0);
        fake.export_usd_per_kwh[i] = coarse_or_fine(coarse, 0.0, 1024.0);
        fake.cooling_factor[i] = coarse_or_fine(coarse, 1.0, 2.0);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        fake.asp_level_now[k] = whole(0, 1);
        fake.speed[k] = fake.asp_level_speed[k * 2 + fake.asp_level_now[k]];
    }
}

// What changes between decisions.
static void draw_queues(bool coarse) {
    const sw_system *sys = &fake.model.sys;
    fake.view.now_s += 1.0;
    for (int32_t i = 0; i < sys->n_site; i++) {
        fake.net_kw[i] = whole(-1, 1);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        fake.available[k] = whole(0, 3);
        fake.running[k] = whole(0, 3);
        fake.queued[k] = whole(0, 2);
        fake.waiting_work_s[k] = coarse_or_fine(coarse, 0.0, 32.0);
        fake.running_work_s[k] = coarse_or_fine(coarse, 0.0, 32.0);
    }
}

static int64_t compare_round(uint64_t round) {
    const bool coarse = round % 2 == 0;
    int64_t served = 0;
    draw_index = round << 32;
    draw_system(coarse);
    sw_fake_begin(&fake, "greedy/idle");
    for (int slot = 0; slot < 4; slot++) {
        draw_slot(coarse);
        for (int64_t n = 0; n < 25; n++) {
            draw_queues(coarse);
            sw_job_view job = sw_fake_job(&fake, whole(0, fake.model.sys.n_class - 1), n);
            job.images = whole(1, 4);
            job.deadline_s = whole(0, 5) == 0 ? (double)INFINITY : fake.view.now_s + whole(0, 40);
            job.value = whole(0, 3) == 0 ? coarse_or_fine(coarse, 0.0, 2.0) : 1.0;
            job.work = whole(0, 3) == 0 ? coarse_or_fine(coarse, 0.5, 2.5) : 1.0;
            const sw_decision want = plain_greedy(&fake.view, &job);
            const sw_decision got = sw_fake_dispatch(&fake, &job);
            ck_assert_msg(got.asp == want.asp && got.step == want.step && got.not_before_s == 0.0,
                          "round %llu slot %d job %lld: asp %d step %d, want %d %d",
                          (unsigned long long)round, slot, (long long)n, got.asp, got.step,
                          want.asp, want.step);
            served += got.asp >= 0;
        }
    }
    sw_fake_end(&fake);
    return served;
}

START_TEST(greedy_decides_as_its_plain_definition_on_random_views) {
    int64_t served = 0;
    for (uint64_t round = 0; round < 400; round++) {
        served += compare_round(round);
    }
    // 40000 decisions; both serving and rejecting must be common for the comparison to mean
    // anything.
    ck_assert_int_gt(served, 10000);
    ck_assert_int_lt(served, 36000);
}
END_TEST

// Two ASPs, steps 10 and 20. Price 1; quality 0.5 and 0.75; work 2 and 4 s an image.
static void small_system(void) {
    sw_fake_init(&fake, 2, 2, 2, 1);
    fake.class_price_usd[0] = 1.0;
    fake.class_late_usd[0] = 0.25;
    for (int32_t k = 0; k < 2; k++) {
        fake.asp_quality[k * 2 + 0] = 0.5;
        fake.asp_quality[k * 2 + 1] = 0.75;
        fake.asp_image_work_s[k * 2 + 0] = 2.0;
        fake.asp_image_work_s[k * 2 + 1] = 4.0;
    }
}

START_TEST(greedy_takes_fewer_steps_where_more_would_be_late) {
    small_system();
    sw_fake_begin(&fake, "greedy/idle");
    sw_job_view job = sw_fake_job(&fake, 0, 0);
    job.deadline_s = 4.0; // exactly the 4 s that 20 steps take
    sw_decision decision = sw_fake_dispatch(&fake, &job);
    ck_assert_int_eq(decision.asp, 0);
    ck_assert_int_eq(decision.step, 1);
    job.deadline_s = 3.9;
    decision = sw_fake_dispatch(&fake, &job);
    ck_assert_int_eq(decision.asp, 0);
    ck_assert_int_eq(decision.step, 0);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(greedy_moves_a_job_when_the_gain_in_energy_pays_for_the_transfer) {
    small_system();
    // Energy at asp0: (436 - 76) W / 3.6e6 = 1e-4 kWh a GPU-second, at 1000 USD/kWh 0.1 USD: 0.4
    // USD for 20 steps.
    fake.asp_idle_w[0] = 76.0;
    fake.asp_level_busy_w[0] = 436.0;
    fake.import_usd_per_kwh[0] = 1000.0;
    fake.link_transfer_usd[0 * 2 + 1] = 0.3;
    sw_fake_begin(&fake, "greedy/idle");
    // At home 10 steps are worth 0.5 - 0.2 = 0.3, 20 steps 0.75 - 0.4 = 0.35; away 20 steps 0.75 -
    // 0.3 = 0.45.
    const sw_job_view job = sw_fake_job(&fake, 0, 0);
    sw_decision decision = sw_fake_dispatch(&fake, &job);
    ck_assert_int_eq(decision.asp, 1);
    ck_assert_int_eq(decision.step, 1);
    // With a surplus that cannot be sold energy is free at home: 0.75.
    fake.net_kw[0] = -1.0;
    decision = sw_fake_dispatch(&fake, &job);
    ck_assert_int_eq(decision.asp, 0);
    ck_assert_int_eq(decision.step, 1);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(greedy_rejects_when_nothing_is_on_time_even_with_prices_below_zero) {
    small_system();
    fake.asp_level_busy_w[0] = 360.0;
    fake.import_usd_per_kwh[0] = -1000.0; // serving late would earn money
    sw_fake_begin(&fake, "greedy/idle");
    sw_job_view job = sw_fake_job(&fake, 0, 0);
    job.deadline_s = 1.0;
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, -1);
    job.deadline_s = INFINITY;
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, 0);
    fake.available[0] = 0;
    fake.available[1] = 0; // never served, so never on time
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, -1);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(greedy_rejects_a_job_that_costs_more_than_its_penalty) {
    small_system();
    // 1000 USD/kWh x 1e-3 kWh a GPU-second: 2 USD for 10 steps, against 0.5 of revenue and 0.25 of
    // penalty.
    fake.asp_level_busy_w[0] = 3600.0;
    fake.import_usd_per_kwh[0] = 1000.0;
    fake.link_latency_s[0 * 2 + 1] = INFINITY;
    sw_fake_begin(&fake, "greedy/idle");
    const sw_job_view job = sw_fake_job(&fake, 0, 0);
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, -1);
    fake.class_late_usd[0] = 1.75; // less than the loss of 1.5 by serving
    ck_assert_int_eq(sw_fake_dispatch(&fake, &job).asp, 0);
    sw_fake_end(&fake);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("greedy");
    TCase *tcase = tcase_create("greedy");
    tcase_add_test(tcase, greedy_decides_as_its_plain_definition_on_random_views);
    tcase_add_test(tcase, greedy_takes_fewer_steps_where_more_would_be_late);
    tcase_add_test(tcase, greedy_moves_a_job_when_the_gain_in_energy_pays_for_the_transfer);
    tcase_add_test(tcase, greedy_rejects_when_nothing_is_on_time_even_with_prices_below_zero);
    tcase_add_test(tcase, greedy_rejects_a_job_that_costs_more_than_its_penalty);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
