#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/timegrid.h"
#include "lp/bound.h"
#include "lp/groups.h"
#include "support/lp_fixture.h"
#include "support/temp_dir.h"

// Bounds the fixture and checks the certificate against the best utility worked out by hand.
static void expect_bound(sw_model *model, double utility_usd) {
    sw_bound_result result = {0};
    sw_error err = {0};
    ck_assert_msg(sw_bound_compute(model, 0, NULL, &result, &err) == SW_OK, "%s", err.text);
    ck_assert(result.converged);
    ck_assert_double_ge(result.bound_usd, utility_usd);
    ck_assert_double_le(result.bound_usd, utility_usd + 1e-9);
    ck_assert_double_eq_tol(result.primal_usd, utility_usd, 1e-9);
    double sum_usd = 0.0;
    for (int term = 0; term < SW_N_TERM; term++) {
        sum_usd += term == SW_TERM_FACE ? 0.0 : result.term_usd[term];
    }
    ck_assert_double_eq_tol(sum_usd, result.primal_usd, 1e-9);
    sw_model_destroy(model);
}

START_TEST(scarce_gpu_serves_two_of_three_images_and_pays_for_the_third) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    const double arrival_s[3] = {0.0, 0.0, 0.0};
    const double deadline_s[3] = {3600.0, 3600.0, 3600.0};
    lp_fixture_jobs(model, 0, 3, arrival_s, deadline_s, NULL, NULL);
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    PUT(model->sys.class_late_usd, 0, 0.5);
    expect_bound(model, 2.0 - 0.1 - 0.5); // the GPU draws 1 kWh
}
END_TEST

START_TEST(terms_of_the_best_point_are_what_it_books) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    const double arrival_s[3] = {0.0, 0.0, 0.0};
    const double deadline_s[3] = {3600.0, 3600.0, 3600.0};
    lp_fixture_jobs(model, 0, 3, arrival_s, deadline_s, NULL, NULL);
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    lp_fixture_constant(model, 0, SW_SIGNAL_CARBON, 300.0);
    model->sys.carbon_usd_per_kg = 0.1;
    PUT(model->sys.class_late_usd, 0, 0.5);
    sw_bound_result result = {0};
    sw_error err = {0};
    ck_assert_msg(sw_bound_compute(model, 0, NULL, &result, &err) == SW_OK, "%s", err.text);
    ck_assert_double_eq_tol(result.term_usd[SW_TERM_REVENUE], 2.0, 1e-9);
    ck_assert_double_eq_tol(result.term_usd[SW_TERM_FACE], 2.0, 1e-9);
    ck_assert_double_eq_tol(result.term_usd[SW_TERM_ENERGY], -0.1, 1e-9); // the GPU draws 1 kWh
    ck_assert_double_eq_tol(result.term_usd[SW_TERM_CARBON], -0.03, 1e-9);
    ck_assert_double_eq_tol(result.term_usd[SW_TERM_LATE], -0.5, 1e-9);
    ck_assert_double_eq_tol(result.term_usd[SW_TERM_TRANSFER], 0.0, 1e-9);
    sw_model_destroy(model);
}
END_TEST

START_TEST(deadline_beyond_the_horizon_earns_what_fits_and_costs_nothing_else) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    const double arrival_s[3] = {0.0, 0.0, 0.0};
    const double deadline_s[3] = {3601.0, 7200.0, INFINITY};
    lp_fixture_jobs(model, 0, 3, arrival_s, deadline_s, NULL, NULL);
    PUT(model->sys.class_late_usd, 0, 0.5);
    expect_bound(model, 2.0);
}
END_TEST

START_TEST(work_waits_for_a_later_slot_only_before_its_deadline) {
    // Two hours of work arrive at 0; the second hour is cheaper. A deadline on the boundary ends
    // with the first.
    const double price[3] = {200.0, 100.0, 50.0};
    const double end_s[4] = {3600.0, 7200.0, 10800.0, INFINITY};
    const double utility_usd[4] = {2.0 - 0.2, 2.0 - 0.1, 2.0 - 0.05, 2.0 - 0.05};
    for (int i = 0; i < 4; i++) {
        sw_model *model = lp_fixture(1, 1, 3600.0, 3);
        const double arrival_s[2] = {0.0, 0.0};
        const double deadline_s[2] = {end_s[i], end_s[i]};
        lp_fixture_jobs(model, 0, 2, arrival_s, deadline_s, NULL, NULL);
        lp_fixture_signal(model, 0, SW_SIGNAL_BUY, price);
        expect_bound(model, utility_usd[i]);
    }
}
END_TEST

START_TEST(long_lags_hold_back_work_no_longer_than_they_may) {
    // Ten slots, cheap ones at 1 and 9. A job a slot from 0 to 3, each half a slot of work, lag 4:
    // slot 1 can take two of those that arrived by then, the others pay the full price.
    sw_model *model = lp_fixture(1, 1, 3600.0, 10);
    double price[10];
    for (int i = 0; i < 10; i++) {
        price[i] = i == 1 || i == 9 ? 10.0 : 100.0;
    }
    lp_fixture_signal(model, 0, SW_SIGNAL_BUY, price);
    const double arrival_s[4] = {0.0, 3600.0, 7200.0, 10800.0};
    const double deadline_s[4] = {5 * 3600.0, 5 * 3600.0, 5 * 3600.0, 5 * 3600.0};
    lp_fixture_jobs(model, 0, 4, arrival_s, deadline_s, NULL, NULL);
    expect_bound(model, 4.0 - 2 * 0.005 - 2 * 0.05);
}
END_TEST

START_TEST(best_paying_images_are_served_first) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    const double arrival_s[3] = {0.0, 0.0, 0.0};
    const double deadline_s[3] = {3600.0, 3600.0, 3600.0};
    const double value[3] = {2.0, 1.0, 3.0};
    lp_fixture_jobs(model, 0, 3, arrival_s, deadline_s, value, NULL);
    expect_bound(model, 5.0);
}
END_TEST

START_TEST(shortest_work_is_done_first) {
    // Works of 0.5, 1 and 1.5 times half a slot: the first two and a third of the last fit.
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    const double arrival_s[3] = {0.0, 0.0, 0.0};
    const double deadline_s[3] = {3600.0, 3600.0, 3600.0};
    const double work[3] = {0.5, 1.0, 1.5};
    lp_fixture_jobs(model, 0, 3, arrival_s, deadline_s, NULL, work);
    expect_bound(model, 2.0 + 1.0 / 3.0);
}
END_TEST

START_TEST(steps_that_nobody_finishes_in_time_do_not_count) {
    // One step takes 1800 s, two take 3600 s; a deadline of 2000 s leaves only the first.
    for (int tight = 0; tight < 2; tight++) {
        sw_model *model = lp_fixture(1, 2, 3600.0, 1);
        PUT(model->sys.asp_quality, 0, 0.25);
        const double arrival_s[1] = {0.0};
        const double deadline_s[1] = {tight ? 2000.0 : 3600.0};
        lp_fixture_jobs(model, 0, 1, arrival_s, deadline_s, NULL, NULL);
        expect_bound(model, tight ? 0.25 : 1.0);
    }
}
END_TEST

START_TEST(battery_buys_low_and_spares_high) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 2);
    sw_system *sys = &model->sys;
    const double price[2] = {20.0, 200.0};
    lp_fixture_signal(model, 0, SW_SIGNAL_BUY, price);
    PUT(sys->site_base_kw, 0, 1.0);
    PUT(sys->site_battery_kwh, 0, 1.0);
    PUT(sys->site_battery_charge_kw, 0, 2.0);
    PUT(sys->site_battery_discharge_kw, 0, 2.0);
    PUT(sys->site_battery_eff_charge, 0, 0.9);
    PUT(sys->site_battery_eff_discharge, 0, 0.9);
    PUT(sys->site_soc_max_kwh, 0, 1.0);
    PUT(sys->site_battery_wear_usd_per_kwh, 0, 0.01);
    // 1/0.9 kWh in, 0.9 kWh out; the empty battery settles at nothing.
    expect_bound(model, -(1.0 + 1.0 / 0.9) * 0.02 - 0.1 * 0.2 - 0.9 * 0.01);
}
END_TEST

START_TEST(stored_energy_settles_at_the_mean_price) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 2);
    sw_system *sys = &model->sys;
    const double price[2] = {20.0, 200.0};
    lp_fixture_signal(model, 0, SW_SIGNAL_BUY, price);
    PUT(sys->site_battery_kwh, 0, 1.0);
    PUT(sys->site_battery_charge_kw, 0, 2.0);
    PUT(sys->site_soc_max_kwh, 0, 1.0);
    PUT(sys->site_soc_start_kwh, 0, 0.25);
    expect_bound(model, 0.75 * (0.11 - 0.02)); // it cannot be discharged
}
END_TEST

START_TEST(surplus_is_sold_up_to_the_limit_and_the_rest_is_lost) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    lp_fixture_constant(model, 0, SW_SIGNAL_SELL, 60.0);
    lp_fixture_constant(model, 0, SW_SIGNAL_PV, 0.5);
    PUT(model->sys.site_pv_kw, 0, 10.0);
    PUT(model->sys.site_base_kw, 0, 1.0);
    PUT(model->sys.site_export_limit_kw, 0, 3.0);
    expect_bound(model, 3.0 * 0.06);
}
END_TEST

START_TEST(import_above_the_limit_costs_extra) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    PUT(model->sys.site_base_kw, 0, 3.0);
    PUT(model->sys.site_import_limit_kw, 0, 2.0);
    PUT(model->sys.site_overload_usd_per_kwh, 0, 5.0);
    expect_bound(model, -3.0 * 0.1 - 1.0 * 5.0);
}
END_TEST

START_TEST(negative_prices_pay_for_what_the_site_can_draw_and_no_more) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, -50.0);
    lp_fixture_constant(model, 0, SW_SIGNAL_SELL, -50.0);
    PUT(model->sys.site_base_kw, 0, 1.0);
    PUT(model->sys.asp_idle_w, 0, 500.0);
    expect_bound(model, 2.0 * 0.05); // busy without work: 1 kW, more than idling
}
END_TEST

START_TEST(carbon_is_paid_with_the_energy) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    model->sys.carbon_usd_per_kg = 0.1;
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    lp_fixture_constant(model, 0, SW_SIGNAL_CARBON, 400.0);
    PUT(model->sys.site_base_kw, 0, 2.0);
    PUT(model->sys.site_pue, 0, 1.5);
    expect_bound(model, -3.0 * (0.1 + 0.04));
}
END_TEST

START_TEST(room_is_cooled_only_as_far_as_overheating_costs_more) {
    // a = 1/e. Without cooling the room ends at 20 + 2 (1 - 1/e) = 21.264 C; removing 0.764 / (1 -
    // 1/e) = 1.209 kW costs less than the 0.764 Kh above 20.5 C.
    sw_model *model = lp_fixture_warm_room();
    const double left = 0.36787944117144233;
    const double heat_kw = 2.0 - 0.5 / (1.0 - left);
    expect_bound(model, -0.1 * (2.0 + heat_kw / 2.0));
}
END_TEST

START_TEST(jobs_go_where_power_is_cheap_if_the_transfer_is_worth_it) {
    for (int dear = 0; dear < 2; dear++) {
        sw_model *model = lp_fixture(2, 1, 3600.0, 1);
        const double arrival_s[1] = {0.0};
        const double deadline_s[1] = {3600.0};
        lp_fixture_jobs(model, 0, 1, arrival_s, deadline_s, NULL, NULL);
        lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 200.0);
        lp_fixture_constant(model, 1, SW_SIGNAL_BUY, 50.0);
        PUT(model->sys.link_transfer_usd, 1, dear ? 0.08 : 0.02);
        expect_bound(model, dear ? 1.0 - 0.1 : 1.0 - 0.025 - 0.02);
    }
}
END_TEST

START_TEST(levels_mix_when_that_is_cheaper) {
    // Half speed at 0.3 kW, full speed at 1 kW, 0.75 of the hour's work: half the hour at each, and
    // no idle power.
    sw_model *model = lp_fixture_two_levels();
    expect_bound(model, 1.0 - 0.1 * (0.5 * 0.3 + 0.5 * 1.0));
}
END_TEST

START_TEST(due_slots_of_long_waits_round_up_to_a_quarter_at_most) {
    for (int64_t slot = 0; slot < 40; slot++) {
        for (int64_t lag = 0; lag <= 200; lag++) {
            const int64_t due = sw_group_due(slot, slot + lag);
            ck_assert_int_ge(due, slot + lag);
            ck_assert_int_le(due - slot, lag + lag / 4);
        }
    }
    ck_assert_int_eq(sw_group_due(3, 11), 11); // 8 slots: as they are
    ck_assert_int_eq(sw_group_due(4, 13), 14); // 9 slots: multiples of 2
    ck_assert_int_eq(sw_group_due(1, 18), 20); // 17 slots: multiples of 4
}
END_TEST

START_TEST(groups_of_many_jobs_keep_images_and_mean_work) {
    // 36,000 jobs of all sizes, and time for each.
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    PUT(model->sys.asp_image_work_s, 0, 1e-3);
    double *rate = lp_fixture_alloc(model, 1, sizeof *rate);
    *rate = 10.0;
    sw_workload *load = (sw_workload *)(uintptr_t)&model->workload[0];
    load->kind = SW_ARRIVAL_POISSON;
    load->rate = (sw_signal){.value = rate};
    load->work = (sw_dist){.kind = SW_DIST_EXPONENTIAL, .a = 1.0};
    sw_world *world = NULL;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    double n_job = 0.0;
    double work = 0.0;
    sw_arrival job;
    while (sw_world_next(world, &job)) {
        n_job += 1.0;
        work += job.work;
    }
    sw_groups groups = {0};
    sw_error err = {0};
    ck_assert_int_eq(sw_groups_collect(model, world, 1000, &groups, &err), SW_OK);
    double images = 0.0;
    double spread = 0.0;
    for (int64_t g = 0; g < groups.n; g++) {
        images += groups.group[g].images;
        spread += groups.group[g].images * groups.group[g].work;
    }
    ck_assert_int_lt(groups.n, 100);
    ck_assert_double_gt(n_job, 35000.0);
    ck_assert_double_eq_tol(images, n_job, 1e-6);
    ck_assert_double_eq_tol(spread, work, 1e-6);
    sw_groups_deinit(&groups);

    ck_assert_int_eq(sw_groups_collect(model, world, 3, &groups, &err), SW_ERR_BAD_INPUT);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(thousands_of_kinds_of_jobs_in_one_slot_stay_apart) {
    // Ten jobs of each value from 1 to 16, work from 1 to 16 and due slot from 0 to 7.
    enum { VALUES = 16, WORKS = 16, DUES = 8, KINDS = VALUES * WORKS * DUES, JOBS = 10 * KINDS };
    sw_model *model = lp_fixture(1, 1, 3600.0, DUES + 1);
    PUT(model->sys.asp_image_work_s, 0, 1e-3);
    double *column[4];
    for (int c = 0; c < 4; c++) {
        column[c] = calloc(JOBS, sizeof *column[c]);
        ck_assert_ptr_nonnull(column[c]);
    }
    for (int i = 0; i < JOBS; i++) {
        const int kind = i % KINDS;
        column[0][i] = 0.1 * i;
        column[1][i] = 3600.0 * (1 + kind / (VALUES * WORKS)) - 1.0 - column[0][i];
        column[2][i] = 1 + kind % VALUES;
        column[3][i] = 1 + kind / VALUES % WORKS;
    }
    lp_fixture_jobs(model, 0, JOBS, column[0], column[1], column[2], column[3]);
    sw_world *world = NULL;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    sw_groups groups = {0};
    ck_assert_int_eq(sw_groups_collect(model, world, JOBS, &groups, NULL), SW_OK);
    ck_assert_int_eq(groups.n, KINDS);
    bool seen[KINDS] = {false};
    for (int64_t g = 0; g < groups.n; g++) {
        const sw_job_group *group = &groups.group[g];
        const int64_t kind =
            (group->due * WORKS + (int64_t)group->work - 1) * VALUES + (int64_t)group->value - 1;
        ck_assert_int_ge(kind, 0);
        ck_assert_int_lt(kind, KINDS);
        ck_assert(!seen[kind]);
        seen[kind] = true;
        ck_assert_double_eq(group->images, 10.0);
    }
    sw_groups_deinit(&groups);
    sw_world_destroy(world);
    sw_model_destroy(model);
    for (int c = 0; c < 4; c++) {
        free(column[c]);
    }
}
END_TEST

START_TEST(few_jobs_that_differ_are_kept_one_by_one) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    const double arrival_s[3] = {0.0, 1.0, 2.0};
    const double work[3] = {0.3, 0.31, 0.32};
    lp_fixture_jobs(model, 0, 3, arrival_s, NULL, NULL, work);
    sw_world *world = NULL;
    ck_assert_int_eq(sw_world_create(model, 0, &world, NULL), SW_OK);
    sw_groups groups = {0};
    ck_assert_int_eq(sw_groups_collect(model, world, 1000, &groups, NULL), SW_OK);
    ck_assert_int_eq(groups.n, 3);
    for (int64_t g = 0; g < 3; g++) {
        ck_assert_double_eq(groups.group[g].work, work[g]);
        ck_assert_int_eq(groups.group[g].due, 0);
        ck_assert(!groups.group[g].pays);
    }
    sw_groups_deinit(&groups);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(programs_beyond_the_limit_are_refused) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 100);
    const sw_bound_options options = {.max_columns = 500};
    sw_bound_result result = {.bound_usd = 7.0};
    sw_error err = {0};
    ck_assert_int_eq(sw_bound_compute(model, 0, &options, &result, &err), SW_ERR_BAD_INPUT);
    ck_assert_msg(strstr(err.text, "500 columns") != NULL, "%s", err.text);
    ck_assert_double_eq(result.bound_usd, 7.0); // untouched
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_program_just_within_the_limit_is_not_refused) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    double arrival_s[40] = {0};
    double value[40];
    for (int i = 0; i < 40; i++) {
        value[i] = 1.0 + i;
    }
    lp_fixture_jobs(model, 0, 40, arrival_s, NULL, value, NULL);
    sw_bound_result all = {0};
    ck_assert_int_eq(sw_bound_compute(model, 0, NULL, &all, NULL), SW_OK);
    ck_assert_int_gt(all.n_column, 40);
    sw_bound_options options = {.max_columns = all.n_column};
    sw_bound_result result = {0};
    sw_error err = {0};
    ck_assert_msg(sw_bound_compute(model, 0, &options, &result, &err) == SW_OK, "%s", err.text);
    ck_assert(result.bound_usd == all.bound_usd);
    options.max_columns = all.n_column - 1;
    ck_assert_int_eq(sw_bound_compute(model, 0, &options, &result, NULL), SW_ERR_BAD_INPUT);
    sw_model_destroy(model);
}
END_TEST

// A GPU-second of the one slot is worth 2 images of 1 USD an hour; each job may hold it for a step
// of the time grid too little.
START_TEST(rounding_of_times_is_part_of_the_bound) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    const double arrival_s[3] = {0.0, 0.0, 0.0};
    const double deadline_s[3] = {3600.0, 3600.0, 3600.0};
    lp_fixture_jobs(model, 0, 3, arrival_s, deadline_s, NULL, NULL);
    sw_bound_result result = {0};
    ck_assert_int_eq(sw_bound_compute(model, 0, NULL, &result, NULL), SW_OK);
    const double times_usd = 3.0 / SW_TIME_GRID_PER_S * 2.0 / 3600.0;
    ck_assert_double_ge(result.rounding_usd, times_usd);
    ck_assert_double_le(result.rounding_usd, times_usd + 1e-12);
    sw_model_destroy(model);
}
END_TEST

START_TEST(the_program_is_written_where_that_is_asked_for) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    temp_dir dir;
    temp_dir_make(&dir);
    const char *path = temp_dir_put(&dir, "bound.mps", "");
    const sw_bound_options options = {.mps_path = path};
    sw_bound_result result = {0};
    ck_assert_int_eq(sw_bound_compute(model, 0, &options, &result, NULL), SW_OK);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ne(fgetc(file), EOF);
    (void)fclose(file);
    temp_dir_remove(&dir);
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("bound");
    TCase *tcase = tcase_create("bound");
    tcase_add_test(tcase, scarce_gpu_serves_two_of_three_images_and_pays_for_the_third);
    tcase_add_test(tcase, a_program_just_within_the_limit_is_not_refused);
    tcase_add_test(tcase, rounding_of_times_is_part_of_the_bound);
    tcase_add_test(tcase, the_program_is_written_where_that_is_asked_for);
    tcase_add_test(tcase, terms_of_the_best_point_are_what_it_books);
    tcase_add_test(tcase, deadline_beyond_the_horizon_earns_what_fits_and_costs_nothing_else);
    tcase_add_test(tcase, work_waits_for_a_later_slot_only_before_its_deadline);
    tcase_add_test(tcase, long_lags_hold_back_work_no_longer_than_they_may);
    tcase_add_test(tcase, best_paying_images_are_served_first);
    tcase_add_test(tcase, shortest_work_is_done_first);
    tcase_add_test(tcase, steps_that_nobody_finishes_in_time_do_not_count);
    tcase_add_test(tcase, battery_buys_low_and_spares_high);
    tcase_add_test(tcase, stored_energy_settles_at_the_mean_price);
    tcase_add_test(tcase, surplus_is_sold_up_to_the_limit_and_the_rest_is_lost);
    tcase_add_test(tcase, import_above_the_limit_costs_extra);
    tcase_add_test(tcase, negative_prices_pay_for_what_the_site_can_draw_and_no_more);
    tcase_add_test(tcase, carbon_is_paid_with_the_energy);
    tcase_add_test(tcase, room_is_cooled_only_as_far_as_overheating_costs_more);
    tcase_add_test(tcase, jobs_go_where_power_is_cheap_if_the_transfer_is_worth_it);
    tcase_add_test(tcase, levels_mix_when_that_is_cheaper);
    tcase_add_test(tcase, due_slots_of_long_waits_round_up_to_a_quarter_at_most);
    tcase_add_test(tcase, groups_of_many_jobs_keep_images_and_mean_work);
    tcase_add_test(tcase, thousands_of_kinds_of_jobs_in_one_slot_stay_apart);
    tcase_add_test(tcase, few_jobs_that_differ_are_kept_one_by_one);
    tcase_add_test(tcase, programs_beyond_the_limit_are_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
