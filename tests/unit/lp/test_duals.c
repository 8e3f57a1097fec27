#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "lp/bound.h"
#include "support/lp_fixture.h"

// Bounds the fixture and returns its prices; the caller gives them back.
static sw_duals price(const sw_model *model, sw_bound_result *result) {
    sw_duals duals = {0};
    const sw_bound_options options = {.duals = &duals};
    sw_error err = {0};
    ck_assert_msg(sw_bound_compute(model, 0, &options, result, &err) == SW_OK, "%s", err.text);
    return duals;
}

static void expect(const sw_duals *duals, sw_dual kind, int64_t at, double usd) {
    ck_assert_double_eq_tol(duals->usd[kind][at], usd, 1e-12);
}

START_TEST(work_costs_what_the_image_left_out_would_have_brought) {
    // Two of three images fit; each takes 1800 GPU-s and brings 1 USD and spares 0.5.
    sw_model *model = lp_fixture(1, 1, 3600.0, 1);
    const double arrival_s[3] = {0.0, 0.0, 0.0};
    const double deadline_s[3] = {3600.0, 3600.0, 3600.0};
    lp_fixture_jobs(model, 0, 3, arrival_s, deadline_s, NULL, NULL);
    lp_fixture_constant(model, 0, SW_SIGNAL_BUY, 100.0);
    PUT(model->sys.class_late_usd, 0, 0.5);
    sw_bound_result result = {0};
    sw_duals duals = price(model, &result);
    expect(&duals, SW_DUAL_WORK, 0, 1.5 / 1800.0);
    expect(&duals, SW_DUAL_ENERGY, 0, 0.1);
    expect(&duals, SW_DUAL_GPU, 0, 1.5 / 1800.0 - 0.1 / 3600.0); // a GPU draws 1 kW
    ck_assert(isnan(duals.usd[SW_DUAL_STORED][0]));              // there is no battery
    ck_assert(isnan(duals.usd[SW_DUAL_ROOM][0]));
    sw_duals_deinit(&duals);
    sw_model_destroy(model);
}
END_TEST

START_TEST(mixed_levels_share_one_price_of_work) {
    // Half speed at 0.3 kW and full speed at 1 kW are both in use: p / 2 = g + 0.3 e and p = g + e.
    sw_model *model = lp_fixture_two_levels();
    sw_bound_result result = {0};
    sw_duals duals = price(model, &result);
    expect(&duals, SW_DUAL_WORK, 0, 0.14 / 3600.0);
    expect(&duals, SW_DUAL_GPU, 0, 0.04 / 3600.0);
    sw_duals_deinit(&duals);
    sw_model_destroy(model);
}
END_TEST

START_TEST(battery_is_worth_what_its_rating_keeps_out) {
    // Energy bought at 0.02 settles at the mean price, 0.11; 0.5 kW limits it.
    sw_model *model = lp_fixture(1, 1, 3600.0, 2);
    sw_system *sys = &model->sys;
    const double buy[2] = {20.0, 200.0};
    lp_fixture_signal(model, 0, SW_SIGNAL_BUY, buy);
    PUT(sys->site_battery_kwh, 0, 10.0);
    PUT(sys->site_battery_charge_kw, 0, 0.5);
    PUT(sys->site_soc_max_kwh, 0, 10.0);
    sw_bound_result result = {0};
    sw_duals duals = price(model, &result);
    expect(&duals, SW_DUAL_STORED, 0, 0.11);
    expect(&duals, SW_DUAL_STORED, 1, 0.11);
    expect(&duals, SW_DUAL_BATTERY, 0, 0.5 * (0.11 - 0.02));
    expect(&duals, SW_DUAL_BATTERY, 1, 0.0);
    sw_duals_deinit(&duals);
    sw_model_destroy(model);
}
END_TEST

START_TEST(imports_that_are_paid_for_have_a_price_of_their_own) {
    sw_model *model = lp_fixture(1, 1, 3600.0, 2);
    const double buy[2] = {-50.0, 100.0};
    lp_fixture_signal(model, 0, SW_SIGNAL_BUY, buy);
    lp_fixture_constant(model, 0, SW_SIGNAL_SELL, -50.0);
    PUT(model->sys.site_base_kw, 0, 1.0);
    sw_bound_result result = {0};
    sw_duals duals = price(model, &result);
    ck_assert_double_eq_tol(duals.usd[SW_DUAL_DRAW][0] - duals.usd[SW_DUAL_ENERGY][0], 0.05, 1e-12);
    ck_assert(isnan(duals.usd[SW_DUAL_DRAW][1]));
    expect(&duals, SW_DUAL_ENERGY, 1, 0.1);
    sw_duals_deinit(&duals);
    sw_model_destroy(model);
}
END_TEST

START_TEST(cooler_room_is_worth_the_energy_that_cools_it) {
    // 1 kW of heat removed costs 0.05 USD and cools by 1 - 1/e K.
    sw_model *model = lp_fixture_warm_room();
    sw_bound_result result = {0};
    sw_duals duals = price(model, &result);
    expect(&duals, SW_DUAL_ROOM, 0, 0.05 / (1.0 - 0.36787944117144233));
    expect(&duals, SW_DUAL_OVERHEAT, 0, 0.05 / (1.0 - 0.36787944117144233));
    sw_duals_deinit(&duals);
    sw_model_destroy(model);
}
END_TEST

// The most that one image can bring beyond what its work costs.
static double best_of_image(const sw_system *sys, const sw_duals *duals, int64_t slot,
                            double value) {
    double best_usd = 0.0;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        for (int32_t c = 0; c < sys->n_step; c++) {
            const int32_t at = k * sys->n_step + c;
            const double usd =
                sys->class_price_usd[0] * value * sys->asp_quality[at] + sys->class_late_usd[0] -
                sys->link_transfer_usd[k] -
                duals->usd[SW_DUAL_WORK][k * duals->n_slot + slot] * sys->asp_image_work_s[at];
            best_usd = fmax(best_usd, usd);
        }
    }
    return best_usd;
}

START_TEST(prices_alone_give_the_bound) {
    // Weak duality by hand: what jobs bring beyond the price of their work, what GPUs and renewable
    // energy are worth, less base load and penalties. The rows left out (grid, levels) add nothing,
    // as the reduced costs of their columns are not positive: checked, too.
    enum { N = 12, SLOT = 3 };
    sw_model *model = lp_fixture(2, 2, 3600.0, SLOT);
    sw_system *sys = &model->sys;
    double arrival_s[N];
    double deadline_s[N];
    double value[N];
    for (int i = 0; i < N; i++) {
        arrival_s[i] = 3600.0 * (double)(i / 4);
        deadline_s[i] = 3600.0;
        value[i] = 0.5 + 0.37 * (double)((7 * i) % N);
    }
    const double buy[2][SLOT] = {{100.0, 400.0, 50.0}, {300.0, 20.0, 120.0}};
    lp_fixture_jobs(model, 0, N, arrival_s, deadline_s, value, NULL);
    for (int32_t i = 0; i < 2; i++) {
        lp_fixture_signal(model, i, SW_SIGNAL_BUY, buy[i]);
        lp_fixture_constant(model, i, SW_SIGNAL_PV, 0.25);
        PUT(sys->site_pv_kw, i, 1.0);
        PUT(sys->site_base_kw, i, 0.1);
        PUT(sys->asp_quality, (ptrdiff_t)2 * i, 0.6);
    }
    PUT(sys->class_late_usd, 0, 0.2);
    PUT(sys->link_transfer_usd, 1, 0.05);
    sw_bound_result result = {0};
    sw_duals duals = price(model, &result);
    double usd = -0.2 * N;
    for (int i = 0; i < N; i++) {
        usd += best_of_image(sys, &duals, i / 4, value[i]);
    }
    for (int64_t at = 0; at < 2 * (int64_t)SLOT; at++) {
        const double energy_usd = duals.usd[SW_DUAL_ENERGY][at];
        usd += 3600.0 * duals.usd[SW_DUAL_GPU][at] + (0.25 - 0.1) * energy_usd;
        ck_assert_double_ge(duals.usd[SW_DUAL_GPU][at], 0.0);
        ck_assert_double_ge(energy_usd, 0.0);
        ck_assert_double_le(energy_usd, buy[at / SLOT][at % SLOT] / 1000.0 + 1e-12);
        ck_assert_double_le(duals.usd[SW_DUAL_WORK][at],
                            duals.usd[SW_DUAL_GPU][at] + energy_usd / 3600.0 + 1e-15);
    }
    ck_assert_double_eq_tol(usd, result.bound_usd, 1e-9);
    ck_assert_double_gt(duals.usd[SW_DUAL_GPU][0], 0.0);
    sw_duals_deinit(&duals);
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("duals");
    TCase *tcase = tcase_create("duals");
    tcase_add_test(tcase, work_costs_what_the_image_left_out_would_have_brought);
    tcase_add_test(tcase, mixed_levels_share_one_price_of_work);
    tcase_add_test(tcase, battery_is_worth_what_its_rating_keeps_out);
    tcase_add_test(tcase, imports_that_are_paid_for_have_a_price_of_their_own);
    tcase_add_test(tcase, cooler_room_is_worth_the_energy_that_cools_it);
    tcase_add_test(tcase, prices_alone_give_the_bound);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
