#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "model/world.h"
#include "support/world_fixture.h"

enum { N_SLOT = 4000, DAY = 288 };

static sw_world *world_of(const sw_model *model, uint64_t seed) {
    sw_world *world = NULL;
    sw_error err = {0};
    ck_assert_msg(sw_world_create(model, seed, &world, &err) == SW_OK, "%s", err.text);
    return world;
}

// Values that tell the slot they belong to: base + step * slot.
static sw_signal ramp(sw_model *model, double base, double step) {
    double *value = fixture_alloc(model, (size_t)model->sys.n_slot, sizeof *value);
    for (int64_t slot = 0; slot < model->sys.n_slot; slot++) {
        value[slot] = base + step * (double)slot;
    }
    return (sw_signal){.value = value, .stride = 1};
}

// Two sites and two classes, one of them from a trace of 3 jobs in each slot of an even number.
static sw_model *forecast_model(sw_forecast_mode mode, double sigma) {
    sw_model *model = fixture_model(2, 2, 300.0, N_SLOT);
    model->forecast = mode;
    model->forecast_sigma = sigma;
    for (int32_t site = 0; site < 2; site++) {
        sw_signal *signal = fixture_signals(model) + (ptrdiff_t)site * SW_SIGNALS_PER_SITE;
        signal[SW_SIGNAL_BUY] = ramp(model, 40.0 + site, 0.01);
        signal[SW_SIGNAL_SELL] = ramp(model, 38.0 + site, 0.01);
        signal[SW_SIGNAL_CARBON] = ramp(model, 400.0, 0.02);
        signal[SW_SIGNAL_OUTDOOR] = ramp(model, 15.0, 0.001);
        signal[SW_SIGNAL_PV] = ramp(model, 0.3, 1e-5);
        signal[SW_SIGNAL_WIND] = fixture_signal(model, 0.4);
    }
    fixture_workloads(model)[0].rate = ramp(model, 0.05, 1e-5);
    double *time_s = fixture_alloc(model, 3 * N_SLOT / 2, sizeof *time_s);
    for (int slot = 0; slot < N_SLOT; slot += 2) {
        time_s[3 * slot / 2] = slot * 300.0; // the slot's first instant belongs to it
        time_s[3 * slot / 2 + 1] = slot * 300.0 + 1.0;
        time_s[3 * slot / 2 + 2] = slot * 300.0 + 300.0 - 0x1p-27;
    }
    fixture_workloads(model)[1].kind = SW_ARRIVAL_TRACE;
    fixture_workloads(model)[1].trace = (sw_job_trace){.n = 3 * N_SLOT / 2, .arrival_s = time_s};
    return model;
}

static double truth(const sw_world *world, sw_forecast_kind kind, int32_t owner, int64_t slot) {
    return kind == SW_FORECAST_JOBS ? sw_world_expected_jobs(world, owner, slot)
                                    : sw_signal_at(sw_world_signal(world, owner, (int)kind), slot);
}

START_TEST(expected_jobs_are_the_integral_of_the_rate_or_the_count_of_the_trace) {
    sw_model *model = forecast_model(SW_FORECAST_DAY_AHEAD, 0.1);
    sw_world *world = world_of(model, 1);
    for (int64_t slot = 0; slot < N_SLOT; slot++) {
        ck_assert_double_eq_tol(sw_world_expected_jobs(world, 0, slot),
                                (0.05 + 1e-5 * (double)slot) * 300.0, 1e-9);
        ck_assert_double_eq(sw_world_expected_jobs(world, 1, slot), slot % 2 == 0 ? 3.0 : 0.0);
    }
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(the_present_is_exact_in_every_mode) {
    for (int mode = 0; mode < 3; mode++) {
        sw_model *model = forecast_model((sw_forecast_mode)mode, 0.3);
        sw_world *world = world_of(model, 1);
        for (int kind = SW_FORECAST_BUY; kind <= SW_FORECAST_WIND; kind++) {
            for (int64_t now = 0; now < N_SLOT; now += 37) {
                ck_assert_double_eq(
                    sw_world_forecast(world, (sw_forecast_kind)kind, 1, now, now, false),
                    truth(world, (sw_forecast_kind)kind, 1, now));
            }
        }
        if (mode != (int)SW_FORECAST_PERFECT) {
            ck_assert_double_eq(sw_world_forecast(world, SW_FORECAST_JOBS, 0, 9, 9, false),
                                sw_world_expected_jobs(world, 0, 9));
        }
        sw_world_destroy(world);
        sw_model_destroy(model);
    }
}
END_TEST

START_TEST(outside_of_the_run_there_is_no_forecast) {
    sw_model *model = forecast_model(SW_FORECAST_DAY_AHEAD, 0.1);
    sw_world *world = world_of(model, 1);
    ck_assert(isnan(sw_world_forecast(world, SW_FORECAST_BUY, 0, N_SLOT, 5, false)));
    ck_assert(isnan(sw_world_forecast(world, SW_FORECAST_BUY, 0, -1, 0, true)));
    ck_assert(isnan(sw_world_forecast(world, SW_FORECAST_BUY, 2, 5, 5, false)));
    ck_assert(isnan(sw_world_forecast(world, SW_FORECAST_BUY, -1, 5, 5, false)));
    ck_assert(isnan(sw_world_forecast(world, SW_FORECAST_JOBS, 2, 5, 5, true)));
    ck_assert(isnan(sw_world_forecast(world, (sw_forecast_kind)7, 0, 5, 5, false)));
    ck_assert(!isnan(sw_world_forecast(world, SW_FORECAST_JOBS, 1, N_SLOT - 1, 5, true)));
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(persistence_takes_yesterday_where_it_was_simulated_else_the_present) {
    sw_model *model = forecast_model(SW_FORECAST_PERSISTENCE, 0.0);
    sw_world *world = world_of(model, 1);
    for (int kind = SW_FORECAST_BUY; kind <= SW_FORECAST_JOBS; kind++) {
        const sw_forecast_kind k = (sw_forecast_kind)kind;
        // The day before slot 300 is slot 12, before 1000 slot 712.
        ck_assert_double_eq(sw_world_forecast(world, k, 0, 300, 20, false), truth(world, k, 0, 12));
        ck_assert_double_eq(sw_world_forecast(world, k, 0, 300, 12, false), truth(world, k, 0, 12));
        ck_assert_double_eq(sw_world_forecast(world, k, 0, 300, 11, false), truth(world, k, 0, 11));
        ck_assert_double_eq(sw_world_forecast(world, k, 0, 287, 20, false), truth(world, k, 0, 20));
        ck_assert_double_eq(sw_world_forecast(world, k, 0, 288, 20, false), truth(world, k, 0, 0));
        ck_assert_double_eq(sw_world_forecast(world, k, 0, 1000, 900, false),
                            truth(world, k, 0, 712));
        ck_assert_double_eq(sw_world_forecast(world, k, 0, 3000, 900, false),
                            truth(world, k, 0, 900));
    }
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(persistence_finds_yesterday_also_when_slots_do_not_divide_the_day) {
    sw_model *model = fixture_model(1, 0, 7000.0, 40); // 12.34 slots a day
    model->forecast = SW_FORECAST_PERSISTENCE;
    fixture_signals(model)[SW_SIGNAL_BUY] = ramp(model, 0.0, 1.0);
    sw_world *world = world_of(model, 1);
    // 24 h before slot 20 begins, at 53,600 s, slot 7 holds.
    ck_assert_double_eq(sw_world_forecast(world, SW_FORECAST_BUY, 0, 20, 18, false), 7.0);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

// Relative errors of the forecasts of all slots but the first, made in slot 0.
static void errors_of(sw_world *world, sw_forecast_kind kind, int32_t owner, double *error) {
    for (int64_t slot = 1; slot < N_SLOT; slot++) {
        const double x = truth(world, kind, owner, slot);
        error[slot - 1] = sw_world_forecast(world, kind, owner, slot, 0, false) / x - 1.0;
    }
}

static double correlation(const double *x, const double *y, int n) {
    double xy = 0.0;
    double xx = 0.0;
    double yy = 0.0;
    for (int i = 0; i < n; i++) {
        xy += x[i] * y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
    }
    return xy / sqrt(xx * yy);
}

START_TEST(day_ahead_errors_have_their_size_and_correlation) {
    sw_model *model = forecast_model(SW_FORECAST_DAY_AHEAD, 0.1);
    static const sw_forecast_kind kinds[] = {SW_FORECAST_BUY, SW_FORECAST_CARBON, SW_FORECAST_PV,
                                             SW_FORECAST_WIND, SW_FORECAST_JOBS};
    static double error[N_SLOT];
    double square = 0.0;
    double neighbour = 0.0;
    double hour = 0.0;
    int n_series = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        sw_world *world = world_of(model, seed);
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            errors_of(world, kinds[k], 0, error);
            double sum = 0.0;
            for (int i = 0; i < N_SLOT - 1; i++) {
                sum += error[i] * error[i];
            }
            square += sum / (N_SLOT - 1);
            neighbour += correlation(error, error + 1, N_SLOT - 2);
            hour += correlation(error, error + 12, N_SLOT - 13);
            n_series++;
        }
        sw_world_destroy(world);
    }
    // 100 series, each worth about 17 independent numbers.
    ck_assert_double_eq_tol(sqrt(square / n_series), 0.1, 0.003);
    ck_assert_double_eq_tol(neighbour / n_series, pow(0.9, 1.0 / 12.0), 0.001);
    ck_assert_double_eq_tol(hour / n_series, 0.9, 0.01);
    sw_model_destroy(model);
}
END_TEST

START_TEST(day_ahead_errors_of_different_quantities_are_independent) {
    sw_model *model = forecast_model(SW_FORECAST_DAY_AHEAD, 0.1);
    static double a[N_SLOT];
    static double b[N_SLOT];
    double sum = 0.0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        sw_world *world = world_of(model, seed);
        errors_of(world, SW_FORECAST_BUY, 0, a);
        errors_of(world, SW_FORECAST_BUY, 1, b);
        sum += correlation(a, b, N_SLOT - 1);
        errors_of(world, SW_FORECAST_JOBS, 0, b);
        sum += correlation(a, b, N_SLOT - 1);
        sw_world_destroy(world);
    }
    ck_assert_double_eq_tol(sum / 200.0, 0.0, 0.06);
    sw_model_destroy(model);
}
END_TEST

START_TEST(a_forecast_is_the_same_whenever_asked) {
    sw_model *model = forecast_model(SW_FORECAST_DAY_AHEAD, 0.2);
    sw_world *world = world_of(model, 4);
    sw_world *again = world_of(model, 4);
    sw_world *other = world_of(model, 5);
    for (int kind = SW_FORECAST_BUY; kind <= SW_FORECAST_WIND; kind++) {
        const sw_forecast_kind k = (sw_forecast_kind)kind;
        const double first = sw_world_forecast(world, k, 1, 900, 0, false);
        ck_assert_double_eq(sw_world_forecast(world, k, 1, 900, 899, false), first);
        ck_assert_double_eq(sw_world_forecast(again, k, 1, 900, 450, false), first);
        ck_assert((sw_world_forecast(other, k, 1, 900, 0, false) == first) ==
                  (k == SW_FORECAST_OUTDOOR));
    }
    sw_world_destroy(world);
    sw_world_destroy(again);
    sw_world_destroy(other);
    sw_model_destroy(model);
}
END_TEST

START_TEST(the_sell_price_errs_with_the_buy_price_and_stays_below_it) {
    sw_model *model = forecast_model(SW_FORECAST_DAY_AHEAD, 0.1);
    fixture_signals(model)[SW_SIGNAL_BUY] = fixture_signal(model, -10.0);
    fixture_signals(model)[SW_SIGNAL_SELL] = fixture_signal(model, -20.0);
    sw_world *world = world_of(model, 4);
    int n_lowered = 0;
    for (int64_t slot = 1; slot < N_SLOT; slot++) {
        for (int32_t site = 0; site < 2; site++) {
            const double buy = sw_world_forecast(world, SW_FORECAST_BUY, site, slot, 0, false);
            const double sell = sw_world_forecast(world, SW_FORECAST_SELL, site, slot, 0, false);
            const double factor = buy / truth(world, SW_FORECAST_BUY, site, slot);
            const double raw = truth(world, SW_FORECAST_SELL, site, slot) * factor;
            ck_assert_double_le(sell, buy);
            ck_assert_double_eq_tol(sell, fmin(raw, buy), 1e-9);
            n_lowered += raw > buy + 1e-9 ? 1 : 0;
        }
    }
    ck_assert_int_eq(n_lowered, 0); // one factor for both keeps the order while it is positive
    sw_world_destroy(world);

    model->forecast_sigma = 3.0; // and beyond, the buy price limits
    world = world_of(model, 4);
    for (int64_t slot = 1; slot < N_SLOT; slot++) {
        const double buy = sw_world_forecast(world, SW_FORECAST_BUY, 0, slot, 0, false);
        const double sell = sw_world_forecast(world, SW_FORECAST_SELL, 0, slot, 0, false);
        ck_assert_double_eq_tol(sell, fmin(2.0 * buy, buy), 1e-9);
        n_lowered += 2.0 * buy > buy ? 1 : 0;
    }
    ck_assert_int_gt(n_lowered, 100);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(forecasts_stay_within_what_can_be) {
    sw_model *model = forecast_model(SW_FORECAST_DAY_AHEAD, 2.0);
    sw_world *world = world_of(model, 4);
    int n_zero = 0;
    int n_one = 0;
    int n_negative_price = 0;
    for (int64_t slot = 1; slot < N_SLOT; slot++) {
        const double pv = sw_world_forecast(world, SW_FORECAST_PV, 0, slot, 0, false);
        const double wind = sw_world_forecast(world, SW_FORECAST_WIND, 0, slot, 0, false);
        ck_assert(pv >= 0.0 && pv <= 1.0 && wind >= 0.0 && wind <= 1.0);
        n_zero += pv == 0.0 ? 1 : 0;
        n_one += pv == 1.0 ? 1 : 0;
        ck_assert_double_ge(sw_world_forecast(world, SW_FORECAST_CARBON, 0, slot, 0, false), 0.0);
        ck_assert_double_ge(sw_world_forecast(world, SW_FORECAST_JOBS, 0, slot, 0, false), 0.0);
        ck_assert_double_ge(sw_world_forecast(world, SW_FORECAST_JOBS, 1, slot, 0, false), 0.0);
        ck_assert_double_eq(sw_world_forecast(world, SW_FORECAST_OUTDOOR, 0, slot, 0, false),
                            truth(world, SW_FORECAST_OUTDOOR, 0, slot));
        n_negative_price +=
            sw_world_forecast(world, SW_FORECAST_BUY, 0, slot, 0, false) < 0.0 ? 1 : 0;
    }
    ck_assert_int_gt(n_zero, 50);
    ck_assert_int_gt(n_one, 50);
    ck_assert_int_gt(n_negative_price, 50); // prices have no bound
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(without_error_day_ahead_is_exact) {
    sw_model *model = forecast_model(SW_FORECAST_DAY_AHEAD, 0.0);
    sw_world *world = world_of(model, 4);
    for (int kind = SW_FORECAST_BUY; kind <= SW_FORECAST_JOBS; kind++) {
        ck_assert_double_eq(sw_world_forecast(world, (sw_forecast_kind)kind, 0, 3000, 0, false),
                            truth(world, (sw_forecast_kind)kind, 0, 3000));
    }
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

START_TEST(perfect_counts_are_the_jobs_handed_out_and_asking_disturbs_nothing) {
    for (int in_mode = 0; in_mode < 2; in_mode++) {
        sw_model *model =
            forecast_model(in_mode == 1 ? SW_FORECAST_PERFECT : SW_FORECAST_DAY_AHEAD, 0.1);
        sw_world *world = world_of(model, 4);
        sw_world *plain = world_of(model, 4);
        static double count[2][N_SLOT];
        for (int slot = 0; slot < N_SLOT; slot++) {
            count[0][slot] = 0.0;
            count[1][slot] = 0.0;
        }
        sw_arrival job;
        sw_arrival same;
        bool undisturbed = true;
        while (sw_world_next(world, &job)) {
            count[job.cls][(int)(job.time_s / 300.0)] += 1.0;
            if (job.job == 100) { // the first question counts, in the middle of the run
                ck_assert_double_gt(
                    sw_world_forecast(world, SW_FORECAST_JOBS, 0, 10, 0, in_mode == 0), 0.0);
            }
            undisturbed = undisturbed && sw_world_next(plain, &same) && job.time_s == same.time_s &&
                          job.deadline_s == same.deadline_s;
        }
        ck_assert(undisturbed && !sw_world_next(plain, &same));
        int n_differ = 0;
        for (int64_t slot = 0; slot < N_SLOT; slot++) {
            for (int32_t cls = 0; cls < 2; cls++) {
                ck_assert_double_eq(
                    sw_world_forecast(world, SW_FORECAST_JOBS, cls, slot, 0, in_mode == 0),
                    count[cls][slot]);
            }
            n_differ += count[0][slot] != sw_world_expected_jobs(world, 0, slot) ? 1 : 0;
            ck_assert_double_eq(sw_world_forecast(world, SW_FORECAST_BUY, 0, slot, 0, in_mode == 0),
                                truth(world, SW_FORECAST_BUY, 0, slot));
        }
        ck_assert_int_gt(n_differ, N_SLOT / 2);
        sw_world_destroy(world);
        sw_world_destroy(plain);
        sw_model_destroy(model);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("forecast");
    TCase *tc = tcase_create("forecast");
    tcase_add_test(tc, expected_jobs_are_the_integral_of_the_rate_or_the_count_of_the_trace);
    tcase_add_test(tc, the_present_is_exact_in_every_mode);
    tcase_add_test(tc, outside_of_the_run_there_is_no_forecast);
    tcase_add_test(tc, persistence_takes_yesterday_where_it_was_simulated_else_the_present);
    tcase_add_test(tc, persistence_finds_yesterday_also_when_slots_do_not_divide_the_day);
    tcase_add_test(tc, day_ahead_errors_have_their_size_and_correlation);
    tcase_add_test(tc, day_ahead_errors_of_different_quantities_are_independent);
    tcase_add_test(tc, a_forecast_is_the_same_whenever_asked);
    tcase_add_test(tc, the_sell_price_errs_with_the_buy_price_and_stays_below_it);
    tcase_add_test(tc, forecasts_stay_within_what_can_be);
    tcase_add_test(tc, without_error_day_ahead_is_exact);
    tcase_add_test(tc, perfect_counts_are_the_jobs_handed_out_and_asking_disturbs_nothing);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
