// idle and threshold on hand-made views; numbers worked in comments.
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "support/fake_host.h"

static sw_fake fake;

// One site, one ASP of 10 GPUs with levels 1/2 at 100 W and 1 at 300 W, idle 50 W, off 10 W.
static void set_up(void) {
    sw_fake_init(&fake, 1, 1, 1, 2);
    fake.asp_level_speed[0] = 0.5;
    fake.asp_level_speed[1] = 1.0;
    fake.asp_level_busy_w[0] = 100.0;
    fake.asp_level_busy_w[1] = 300.0;
    fake.asp_idle_w[0] = 50.0;
    fake.asp_off_w[0] = 10.0;
    fake.active[0] = 10;
}

// A battery of 20 kW in, 30 kW out, 0.8 each way, wear 0.01 USD/kWh. Prices 0, 1, ..., 99 USD/MWh
// to come, in no order.
static void set_up_battery(void) {
    set_up();
    fake.site_battery_kwh[0] = 100.0;
    fake.site_battery_charge_kw[0] = 20.0;
    fake.site_battery_discharge_kw[0] = 30.0;
    fake.site_battery_eff_charge[0] = 0.8;
    fake.site_battery_eff_discharge[0] = 0.8;
    fake.site_battery_wear_usd_per_kwh[0] = 0.01;
    fake.site_base_kw[0] = 100.0;
    fake.model.sys.n_slot = 100;
    for (int32_t n = 0; n < 100; n++) {
        fake.forecast_buy[0][n] = (double)(37 * n % 100);
    }
}

static void add_job(double deadline_s, double work_s) {
    const int32_t n = fake.n_asp_job[0]++;
    fake.asp_job[0][n] = (sw_asp_job){.deadline_s = deadline_s, .work_s = work_s, .job = n};
}

static void expect_gpus(int32_t level, int32_t active) {
    sw_fake_begin(&fake, "local/threshold");
    const sw_controls *controls = sw_fake_control(&fake);
    ck_assert_int_eq(controls->level[0], level);
    ck_assert_int_eq(controls->active[0], active);
    ck_assert_int_eq(controls->thermostat[0], 1);
    sw_fake_end(&fake);
}

static double battery_at(double price) {
    fake.buy_usd_per_mwh[0] = price;
    sw_fake_begin(&fake, "local/threshold");
    const double kw = sw_fake_control(&fake)->battery_kw[0];
    sw_fake_end(&fake);
    return kw;
}

START_TEST(idle_keeps_all_on_at_the_top_level_whatever_stood_before) {
    set_up();
    fake.set_level[0] = 0;
    fake.set_active[0] = 3;
    fake.set_battery_kw[0] = 7.0;
    fake.set_cooling_kw[0] = 5.0;
    fake.set_thermostat[0] = 0;
    sw_fake_begin(&fake, "local/idle");
    const sw_controls *controls = sw_fake_control(&fake);
    ck_assert_int_eq(controls->level[0], 1);
    ck_assert_int_eq(controls->active[0], 10);
    ck_assert_double_eq(controls->battery_kw[0], 0.0);
    ck_assert_int_eq(controls->thermostat[0], 1);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(threshold_keeps_one_gpu_on_at_the_level_of_least_power_without_work) {
    // Nothing is needed: at both levels one GPU idles, 50 + 9 x 10 = 140 W; of equals the faster.
    set_up();
    expect_gpus(1, 1);
}
END_TEST

START_TEST(threshold_runs_slowly_when_that_takes_less_power) {
    // 600 GPU-s came in the last slot: 600 / 300 = 2 GPU-s/s. At 1/2: 4 GPUs busy, 400 + 6 x 10 =
    // 460 W; at 1: 2 GPUs busy, 600 + 8 x 10 = 680 W.
    set_up();
    fake.sent_work_last_s[0] = 600.0;
    expect_gpus(0, 4);
    // At 130 W for the slow level 4 x 130 + 60 = 580 W; at 160 W 700 W, more than 680 W.
    fake.asp_level_busy_w[0] = 130.0;
    expect_gpus(0, 4);
    fake.asp_level_busy_w[0] = 160.0;
    expect_gpus(1, 2);
}
END_TEST

START_TEST(threshold_takes_the_faster_level_where_the_slower_cannot_do_it) {
    // 6 GPU-s/s: 12 GPUs at 1/2 are more than there are; 6 at 1.
    set_up();
    fake.sent_work_last_s[0] = 1800.0;
    expect_gpus(1, 6);
    // 5 GPU-s/s: all 10 at 1/2 are just enough, 1000 W; 5 at 1 draw 1500 + 50 W.
    fake.sent_work_last_s[0] = 1500.0;
    expect_gpus(0, 10);
}
END_TEST

START_TEST(threshold_meets_the_deadlines_in_their_order) {
    // At 1000 s: 20 GPU-s by 1010 s need 2 GPU-s/s, 40 more by 1012 s need 60 / 12 = 5, 6 more by
    // 1100 s 66 / 100.
    set_up();
    fake.view.now_s = 1000.0;
    fake.asp_level_busy_w[0] = 1000.0; // so that the fast level is the cheap one
    add_job(1010.0, 20.0);
    add_job(1012.0, 40.0);
    add_job(1100.0, 6.0);
    expect_gpus(1, 5);
    // A job without a deadline adds only to the work of the slot: (66 + 2334) / 300 = 8.
    add_job(INFINITY, 2334.0);
    expect_gpus(1, 8);
    // 2301 GPU-s sent in the last slot: (2400 + 2301) / 300 = 15.67 is more than 10 GPUs give: all
    // there is.
    fake.sent_work_last_s[0] = 2301.0;
    expect_gpus(1, 10);
}
END_TEST

START_TEST(threshold_gives_all_when_a_deadline_has_passed) {
    set_up();
    fake.view.now_s = 1000.0;
    add_job(1000.0, 1.0);
    expect_gpus(1, 10);
}
END_TEST

START_TEST(threshold_leaves_all_on_without_switch_off) {
    static const sw_policy_param param = {.key = "switch_off", .value = "0", .where = "fake.ini:9"};
    static const sw_policy_section section = {
        .name = "threshold", .where = "fake.ini:8", .n_param = 1, .param = &param};
    set_up();
    fake.model.policy = &section;
    fake.model.n_policy = 1;
    fake.sent_work_last_s[0] = 600.0;
    expect_gpus(0, 10); // 4 busy at 1/2: 400 + 6 x 50 = 700 W; 2 busy at 1: 600 + 8 x 50 = 1000 W
}
END_TEST

START_TEST(threshold_stores_the_surplus_first) {
    // Demand: 100 kW of base load and nothing else, times 1.2 of cooling; GPUs draw nothing.
    set_up_battery();
    fake.asp_idle_w[0] = 0.0;
    fake.asp_off_w[0] = 0.0;
    fake.cooling_factor[0] = 1.2;
    fake.renewable_kw[0] = 135.0;
    ck_assert_double_eq_tol(battery_at(99.0), 15.0, 1e-12); // at the highest price too
    fake.renewable_kw[0] = 145.0;
    ck_assert_double_eq(battery_at(99.0), 20.0); // its rating
}
END_TEST

START_TEST(threshold_trades_at_the_quartiles_of_the_coming_day) {
    // Of 0 .. 99 the quartiles (type 7) are 24.75 and 74.25. A stored kWh costs 24.75 / 0.64 + 10
    // = 48.67 USD/MWh.
    set_up_battery();
    ck_assert_double_eq(battery_at(24.75), 20.0);
    ck_assert_double_eq(battery_at(24.76), 0.0);
    ck_assert_double_eq(battery_at(74.24), 0.0);
    ck_assert_double_eq(battery_at(74.25), -30.0);
    // Wear of 0.036 USD/kWh makes it 74.67: not worth it at 74.5.
    fake.site_battery_wear_usd_per_kwh[0] = 0.036;
    ck_assert_double_eq(battery_at(74.5), 0.0);
    ck_assert_double_eq(battery_at(74.7), -30.0);
    fake.site_battery_kwh[0] = 0.0;
    ck_assert_double_eq(battery_at(10.0), 0.0);
}
END_TEST

START_TEST(threshold_looks_no_further_than_a_day_or_the_end) {
    // From slot 90 on prices are 30, 67, 4, 41, 78, 15, 52, 89, 26, 63: quartiles 27 and 66.
    set_up_battery();
    fake.view.slot = 90;
    ck_assert_double_eq(battery_at(27.0), 20.0);
    ck_assert_double_eq(battery_at(27.1), 0.0);
    ck_assert_double_eq(battery_at(66.0), -30.0);
    // With slots of 8 h a day is three of them: prices 0, 37, 74 give 18.5 and 55.5.
    fake.view.slot = 0;
    fake.model.sys.slot_s = 28800.0;
    ck_assert_double_eq(battery_at(18.5), 20.0);
    ck_assert_double_eq(battery_at(18.6), 0.0);
    ck_assert_double_eq(battery_at(55.5), -30.0);
}
END_TEST

START_TEST(threshold_discharges_no_more_than_the_site_draws) {
    // Base 6 kW; 8 jobs run; 600 GPU-s came in the last slot, so level 0 and 4 GPUs, but 8 are busy
    // and drain: 1.5 x (8 x 100 + 2 x 10) W = 1.23 kW; PUE 1.2: 8.676 kW, of which 5 kW are
    // renewable.
    set_up_battery();
    fake.site_base_kw[0] = 6.0;
    fake.asp_host_overhead[0] = 0.5;
    fake.cooling_factor[0] = 1.2;
    fake.renewable_kw[0] = 5.0;
    fake.running[0] = 8;
    fake.sent_work_last_s[0] = 600.0;
    ck_assert_double_eq_tol(battery_at(90.0), -3.676, 1e-12);
}
END_TEST

START_TEST(threshold_counts_the_thermostats_cooling_in_an_rc_site) {
    // C = 1 kWh/K, UA = 2 kW/K and slots of 3600 ln 2 / 2 s: a = 1/2. At set point 20 and room 20
    // the wanted steady temperature is 20, so Q = P_it + 2 x (25 - 20) = 20 kW; at COP 4 that is 5
    // kW: 15 in all, 8 of it renewable.
    set_up_battery();
    fake.asp_idle_w[0] = 0.0;
    fake.asp_off_w[0] = 0.0;
    fake.site_base_kw[0] = 10.0;
    fake.site_cooling[0] = SW_COOLING_RC;
    fake.site_room_set_c[0] = 20.0;
    fake.site_room_kwh_per_k[0] = 1.0;
    fake.site_room_kw_per_k[0] = 2.0;
    fake.site_cooling_max_kw[0] = 100.0;
    fake.room_c[0] = 20.0;
    fake.outdoor_c[0] = 25.0;
    fake.cooling_factor[0] = 1.25;
    fake.model.sys.slot_s = 1247.6649250079015;
    fake.renewable_kw[0] = 8.0;
    ck_assert_double_eq_tol(battery_at(99.0), -7.0, 1e-9);
    fake.site_cooling_max_kw[0] = 12.0; // then 3 kW of cooling: 13 in all
    ck_assert_double_eq_tol(battery_at(99.0), -5.0, 1e-9);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("energy_managers");
    TCase *tcase = tcase_create("energy_managers");
    tcase_add_test(tcase, idle_keeps_all_on_at_the_top_level_whatever_stood_before);
    tcase_add_test(tcase, threshold_keeps_one_gpu_on_at_the_level_of_least_power_without_work);
    tcase_add_test(tcase, threshold_runs_slowly_when_that_takes_less_power);
    tcase_add_test(tcase, threshold_takes_the_faster_level_where_the_slower_cannot_do_it);
    tcase_add_test(tcase, threshold_meets_the_deadlines_in_their_order);
    tcase_add_test(tcase, threshold_gives_all_when_a_deadline_has_passed);
    tcase_add_test(tcase, threshold_leaves_all_on_without_switch_off);
    tcase_add_test(tcase, threshold_stores_the_surplus_first);
    tcase_add_test(tcase, threshold_trades_at_the_quartiles_of_the_coming_day);
    tcase_add_test(tcase, threshold_looks_no_further_than_a_day_or_the_end);
    tcase_add_test(tcase, threshold_discharges_no_more_than_the_site_draws);
    tcase_add_test(tcase, threshold_counts_the_thermostats_cooling_in_an_rc_site);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
