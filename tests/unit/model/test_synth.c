// Generators: pure functions of seed, stream and slot, and the worlds that use them.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/synth.h"
#include "model/world.h"
#include "support/world_fixture.h"

enum { N_DAY = 288, N_YEAR = 365 * N_DAY, MOST = 4096 };

static sw_synth parsed(const char *text) {
    sw_synth synth;
    sw_error err = {0};
    ck_assert_msg(sw_synth_parse(text, &synth, &err) == SW_OK, "%s: %s", text, err.text);
    return synth;
}

static sw_synth_grid grid_of(double slot_s, int64_t n_slot) {
    return (sw_synth_grid){.start_unix_s = (double)NAN, .slot_s = slot_s, .n_slot = n_slot};
}

static double correlation(const double *x, const double *y, int n) {
    double mx = 0.0;
    double my = 0.0;
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (int i = 0; i < n; i++) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    for (int i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

START_TEST(every_preset_is_read_and_stays_within_what_its_unit_allows) {
    static double v[MOST];
    for (int32_t i = 0; i < sw_n_synth_preset; i++) {
        const sw_synth synth = parsed(sw_synth_presets[i].name);
        const sw_synth_grid grid = grid_of(3600.0, MOST);
        sw_synth_fill(&synth, 3, 0, &grid, v);
        double sum = 0.0;
        for (int n = 0; n < MOST; n++) {
            const bool share = synth.kind == SW_SYNTH_PV || synth.kind == SW_SYNTH_WIND;
            ck_assert_msg(isfinite(v[n]) && (synth.kind == SW_SYNTH_PRICE ||
                                             synth.kind == SW_SYNTH_TEMPERATURE || v[n] >= 0.0),
                          "%s: %g", sw_synth_presets[i].name, v[n]);
            ck_assert(!share || v[n] <= 1.0);
            sum += v[n] / MOST;
        }
        // Half a year of a rough price may be far from its mean; a temperature has its season.
        if (synth.kind != SW_SYNTH_TEMPERATURE) {
            ck_assert_msg(sum > 0.5 * synth.mean && sum < 1.7 * synth.mean, "%s: %g, not %g",
                          sw_synth_presets[i].name, sum, synth.mean);
        }
    }
}
END_TEST

// Independent hours about a profile of 1: the table's ends hold for all that lies beyond them.
START_TEST(values_are_those_of_the_table_from_end_to_end) {
    enum { N = 60000 };
    static double v[N];
    const sw_synth synth = parsed(
        "price,mean=100,table=-0.9 -0.8 -0.7 -0.6 -0.5 -0.4 -0.3 -0.2 -0.1 -0.05 0 0.1 0.2 0.3 0.4 "
        "0.5 0.6 0.7 0.8 0.9 1 1.1,slow=0,fast_ar=0,fine=0,weekend=1");
    const sw_synth_grid grid = grid_of(3600.0, N);
    sw_synth_fill(&synth, 5, 0, &grid, v);
    int below[4] = {0};
    const double edge[4] = {10.0 + 1e-9, 30.0, 100.0, 210.0 - 1e-9};
    for (int n = 0; n < N; n++) {
        ck_assert(v[n] > 10.0 - 1e-9 && v[n] < 210.0 + 1e-9);
        for (int i = 0; i < 4; i++) {
            below[i] += v[n] <= edge[i];
        }
    }
    ck_assert(below[0] > 0 && below[0] < 36);    // 12 expected
    ck_assert(below[1] > 200 && below[1] < 400); // 300
    ck_assert(below[2] > 29000 && below[2] < 31000);
    ck_assert(N - below[3] > 0 && N - below[3] < 36);
}
END_TEST

START_TEST(a_value_does_not_depend_on_how_many_slots_are_asked_for) {
    const sw_synth synth = parsed("price-pjm");
    double day[N_DAY];
    double hour[12];
    const sw_synth_grid long_grid = grid_of(300.0, N_DAY);
    const sw_synth_grid short_grid = grid_of(300.0, 12);
    sw_synth_fill(&synth, 9, 4, &long_grid, day);
    sw_synth_fill(&synth, 9, 4, &short_grid, hour);
    ck_assert_mem_eq(day, hour, sizeof hour);
}
END_TEST

START_TEST(seeds_and_streams_give_unrelated_series) {
    const sw_synth synth = parsed("price,slow=0,fast_ar=0,fine=0.2,table=-.9 -.8 -.7 -.6 -.5 -.4 "
                                  "-.3 -.2 -.1 -.05 0 .05 .1 .2 .3 .4 .5 .6 .7 .8 .9 .95");
    static double a[MOST];
    static double b[MOST];
    static double c[MOST];
    const sw_synth_grid grid = grid_of(3600.0, MOST);
    sw_synth_fill(&synth, 1, 0, &grid, a);
    sw_synth_fill(&synth, 2, 0, &grid, b);
    sw_synth_fill(&synth, 1, 1, &grid, c);
    ck_assert(fabs(correlation(a, b, MOST)) < 0.06); // 4 / sqrt(4096)
    ck_assert(fabs(correlation(a, c, MOST)) < 0.06);
}
END_TEST

START_TEST(signals_that_share_a_process_rise_together) {
    const char *text = "price,slow=0,fast_ar=0,shared=5,corr=0.81,table=-.98 -.95 -.9 -.8 -.7 -.6 "
                       "-.5 -.3 -.2 -.1 0 .1 .2 .3 .5 .6 .7 .8 .9 .95 .98 1";
    const sw_synth synth = parsed(text);
    static double a[MOST];
    static double b[MOST];
    const sw_synth_grid grid = grid_of(3600.0, MOST);
    sw_synth_fill(&synth, 1, 0, &grid, a);
    sw_synth_fill(&synth, 1, 1, &grid, b);
    ck_assert_double_eq_tol(correlation(a, b, MOST), 0.81, 0.05);
}
END_TEST

START_TEST(long_slots_are_means_of_short_ones_and_the_hour_is_kept) {
    const sw_synth fine = parsed("price-pjm");
    sw_synth level = fine;
    level.fine = 0.0;
    double short_slot[N_DAY];
    double hour[24];
    double plain[24];
    const sw_synth_grid five = grid_of(300.0, N_DAY);
    const sw_synth_grid sixty = grid_of(3600.0, 24);
    sw_synth_fill(&fine, 5, 0, &five, short_slot);
    sw_synth_fill(&fine, 5, 0, &sixty, hour);
    sw_synth_fill(&level, 5, 0, &sixty, plain);
    for (int h = 0; h < 24; h++) {
        double sum = 0.0;
        for (int k = 0; k < 12; k++) {
            sum += short_slot[12 * h + k];
        }
        ck_assert_double_eq_tol(hour[h], sum / 12.0, 1e-12 * fabs(hour[h]));
        ck_assert_double_eq_tol(hour[h], plain[h], 1e-12 * fabs(hour[h]));
    }
}
END_TEST

START_TEST(short_slots_hold_the_sample_that_began_last) {
    const sw_synth synth = parsed("price-pjm");
    double five[12];
    double one[60];
    const sw_synth_grid coarse = grid_of(300.0, 12);
    const sw_synth_grid minute = grid_of(60.0, 60);
    sw_synth_fill(&synth, 5, 0, &coarse, five);
    sw_synth_fill(&synth, 5, 0, &minute, one);
    for (int i = 0; i < 60; i++) {
        ck_assert_double_eq(one[i], five[i / 5]);
    }
}
END_TEST

START_TEST(the_profile_follows_the_clock_of_the_site) {
    const sw_synth synth =
        parsed("price,mean=10,profile=0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 "
               "23,weekend=0.5");
    double v[48];
    sw_synth_grid grid = {.start_unix_s = 1752451200.0 + 4 * 86400.0, // Friday, 00:00 UTC
                          .utc_offset_h = -5.0,
                          .slot_s = 3600.0,
                          .n_slot = 48};
    sw_synth_fill(&synth, 0, 0, &grid, v);
    for (int i = 0; i < 48; i++) {
        // Thursday evening for five hours, Friday for a day, then Saturday.
        const double level = i < 29 ? 7.0 / 6.0 : 3.5 / 6.0;
        ck_assert_double_eq_tol(v[i], 10.0 * ((i + 19) % 24) * level, 1e-9);
    }
}
END_TEST

START_TEST(a_year_keeps_the_hour_and_the_weekday_to_its_last_slot) {
    const sw_synth synth =
        parsed("price,mean=10,profile=0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 "
               "23,weekend=0.5");
    static double v[N_YEAR];
    const sw_synth_grid grid = {.start_unix_s = 1735711200.0, // 2025-01-01, a Wednesday, 06:00 UTC
                                .utc_offset_h = -8.0,
                                .slot_s = 300.0,
                                .n_slot = N_YEAR};
    sw_synth_fill(&synth, 0, 0, &grid, v);
    double worst = 0.0;
    for (int i = 0; i < N_YEAR; i++) {
        const int hour = i / 12 + 22; // since Tuesday's midnight at the site; no daylight saving
        const double level = (1 + hour / 24) % 7 < 5 ? 7.0 / 6.0 : 3.5 / 6.0;
        worst = fmax(worst, fabs(v[i] - 10.0 * (hour % 24) * level));
    }
    ck_assert_double_lt(worst, 1e-9);
}
END_TEST

START_TEST(a_year_of_temperature_has_its_summer) {
    const sw_synth synth = parsed("temperature,mean=14,season=10,range=10,sd=0");
    static double v[N_YEAR];
    const sw_synth_grid grid = {.start_unix_s = 1735689600.0, // 2025-01-01
                                .slot_s = 300.0,
                                .n_slot = N_YEAR};
    sw_synth_fill(&synth, 0, 0, &grid, v);
    double day[365] = {0.0};
    for (int i = 0; i < N_YEAR; i++) {
        day[i / N_DAY] += v[i] / N_DAY;
    }
    for (int d = 0; d < 365; d++) {
        // The wave moves by 0.09 C within a day; the unix epoch began half a day off the year's.
        const double wave = cos(2.0 * 3.14159265358979 * (d - 200.0) / 365.2425);
        ck_assert_double_eq_tol(day[d], 14.0 + 10.0 * wave, 0.2);
    }
    ck_assert_double_eq_tol(day[0], day[364], 0.2); // December runs into January
}
END_TEST

START_TEST(a_printed_generator_reads_back) {
    for (int32_t i = 0; i < sw_n_synth_preset; i++) {
        char text[SW_SYNTH_TEXT];
        char again[SW_SYNTH_TEXT];
        const sw_synth synth = parsed(sw_synth_presets[i].name);
        ck_assert(sw_synth_print(&synth, text, sizeof text));
        const sw_synth copy = parsed(text);
        ck_assert(sw_synth_print(&copy, again, sizeof again));
        ck_assert_str_eq(text, again);
        ck_assert(!sw_synth_print(&synth, text, 40));
    }
}
END_TEST

START_TEST(what_is_wrong_with_a_text_is_named) {
    static const struct {
        const char *text;
        const char *says;
    } wrong[] = {
        {"price,table=0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 20 19 21",
         "table: 19 after 20, allowed are ascending numbers"},
        {"price,table=0 1", "table: 2 numbers, needed are 22"},
        {"price,shared=1.5", "shared: 1.5 is no whole number"},
        {"price,corr=0.5", "corr: needs shared"},
        {"price,mean", "'mean' is not KEY=VALUE"},
        {"price,season=3", "season"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        sw_synth synth;
        sw_error err = {0};
        ck_assert_int_eq(sw_synth_parse(wrong[i].text, &synth, &err), SW_ERR_BAD_INPUT);
        ck_assert_msg(strstr(err.text, wrong[i].says) != NULL, "%s: %s", wrong[i].text, err.text);
    }
    ck_assert_double_eq(parsed("price , mean = 5").mean, 5.0);
}
END_TEST

// A model whose site 0 buys at a generated price and sells at 0.8 of it, whose site 1 sells at a
// constant of 30, and whose class 0 has a generated rate.
static sw_model *synth_model(const sw_synth *price, const sw_synth *rate) {
    sw_model *model = fixture_model(2, 1, 300.0, N_DAY);
    model->start_unix_s = (double)NAN;
    model->site_utc_offset_h = fixture_alloc(model, 2, sizeof(double));
    double *fraction = fixture_alloc(model, 2, sizeof *fraction);
    fraction[0] = 0.8;
    fraction[1] = (double)NAN;
    model->sell_fraction = fraction;
    enum { N_SYNTH = 2 * SW_SIGNALS_PER_SITE + 1 };
    // NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers
    const sw_synth **synth = fixture_alloc(model, N_SYNTH, sizeof *synth);
    synth[SW_SIGNAL_BUY] = price;
    synth[SW_SIGNALS_PER_SITE + SW_SIGNAL_BUY] = price;
    synth[N_SYNTH - 1] = rate;
    model->synth = synth;
    fixture_signals(model)[SW_SIGNAL_BUY].value = NULL;
    fixture_signals(model)[SW_SIGNAL_SELL].value = NULL;
    fixture_signals(model)[SW_SIGNALS_PER_SITE + SW_SIGNAL_BUY].value = NULL;
    fixture_signals(model)[SW_SIGNALS_PER_SITE + SW_SIGNAL_SELL] = fixture_signal(model, 30.0);
    fixture_workloads(model)[0].rate.value = NULL;
    model->seeded = true;
    return model;
}

static sw_world *world_of(const sw_model *model, uint64_t seed) {
    sw_world *world = NULL;
    sw_error err = {0};
    ck_assert_msg(sw_world_create(model, seed, &world, &err) == SW_OK, "%s", err.text);
    return world;
}

START_TEST(worlds_of_one_seed_are_the_same_and_of_two_are_different_days) {
    const sw_synth price = parsed("price-pjm");
    const sw_synth rate = parsed("rate-consumer,mean=0.5");
    sw_model *model = synth_model(&price, &rate);
    sw_world *a = world_of(model, 7);
    sw_world *b = world_of(model, 7);
    sw_world *c = world_of(model, 8);
    const sw_signal *buy = sw_world_signal(a, 0, SW_SIGNAL_BUY);
    ck_assert_mem_eq(buy->value, sw_world_signal(b, 0, SW_SIGNAL_BUY)->value,
                     N_DAY * sizeof(double));
    ck_assert(memcmp(buy->value, sw_world_signal(c, 0, SW_SIGNAL_BUY)->value,
                     N_DAY * sizeof(double)) != 0);
    // Two sites with one generator are two series.
    ck_assert(memcmp(buy->value, sw_world_signal(a, 1, SW_SIGNAL_BUY)->value,
                     N_DAY * sizeof(double)) != 0);
    sw_arrival x;
    sw_arrival y;
    int64_t n = 0;
    while (sw_world_next(a, &x)) {
        ck_assert(sw_world_next(b, &y));
        ck_assert_double_eq(x.time_s, y.time_s);
        n++;
    }
    double expected = 0.0;
    for (int64_t slot = 0; slot < N_DAY; slot++) {
        expected += sw_world_expected_jobs(a, 0, slot);
    }
    ck_assert(expected > 1000.0 && fabs((double)n - expected) < 5.0 * sqrt(expected));
    sw_world_destroy(a);
    sw_world_destroy(b);
    sw_world_destroy(c);
    sw_model_destroy(model);
}
END_TEST

START_TEST(the_sell_price_follows_the_generated_one_and_is_never_above_it) {
    const sw_synth price = parsed("price-de");
    const sw_synth rate = parsed("rate");
    sw_model *model = synth_model(&price, &rate);
    int64_t n_lowered = 0;
    int64_t n_found = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        sw_world *world = world_of(model, seed);
        for (int64_t slot = 0; slot < N_DAY; slot++) {
            const double buy = sw_signal_at(sw_world_signal(world, 0, SW_SIGNAL_BUY), slot);
            const double sell = sw_signal_at(sw_world_signal(world, 0, SW_SIGNAL_SELL), slot);
            ck_assert_double_eq(sell, fmin(0.8 * buy, buy));
            const double other = sw_signal_at(sw_world_signal(world, 1, SW_SIGNAL_BUY), slot);
            ck_assert_double_eq(sw_signal_at(sw_world_signal(world, 1, SW_SIGNAL_SELL), slot),
                                fmin(30.0, other));
            n_found += (0.8 * buy > buy) + (other < 30.0);
        }
        n_lowered += sw_world_sell_lowered(world);
        sw_world_destroy(world);
    }
    ck_assert_int_eq(n_lowered, n_found);
    ck_assert_int_gt(n_found, 0);
    sw_model_destroy(model);
}
END_TEST

START_TEST(forecasts_are_of_the_generated_values_and_unbiased) {
    const sw_synth price = parsed("price-pjm");
    const sw_synth rate = parsed("rate-consumer");
    sw_model *model = synth_model(&price, &rate);
    model->forecast = SW_FORECAST_DAY_AHEAD;
    model->forecast_sigma = 0.1;
    double ratio = 0.0;
    int n = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        sw_world *world = world_of(model, seed);
        const double truth = sw_signal_at(sw_world_signal(world, 0, SW_SIGNAL_BUY), 200);
        const double told = sw_world_forecast(world, SW_FORECAST_BUY, 0, 200, 0, false);
        ck_assert_double_eq(sw_world_forecast(world, SW_FORECAST_BUY, 0, 200, 0, true), truth);
        if (truth > 0.0) {
            ratio += told / truth;
            n++;
        }
        sw_world_destroy(world);
    }
    ck_assert_int_gt(n, 190);
    ck_assert_double_eq_tol(ratio / n, 1.0, 0.03); // 4 x 0.1 / sqrt(200)
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("synth");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, every_preset_is_read_and_stays_within_what_its_unit_allows);
    tcase_add_test(tcase, values_are_those_of_the_table_from_end_to_end);
    tcase_add_test(tcase, a_value_does_not_depend_on_how_many_slots_are_asked_for);
    tcase_add_test(tcase, seeds_and_streams_give_unrelated_series);
    tcase_add_test(tcase, signals_that_share_a_process_rise_together);
    tcase_add_test(tcase, long_slots_are_means_of_short_ones_and_the_hour_is_kept);
    tcase_add_test(tcase, short_slots_hold_the_sample_that_began_last);
    tcase_add_test(tcase, the_profile_follows_the_clock_of_the_site);
    tcase_add_test(tcase, a_year_keeps_the_hour_and_the_weekday_to_its_last_slot);
    tcase_add_test(tcase, a_year_of_temperature_has_its_summer);
    tcase_add_test(tcase, a_printed_generator_reads_back);
    tcase_add_test(tcase, what_is_wrong_with_a_text_is_named);
    tcase_add_test(tcase, worlds_of_one_seed_are_the_same_and_of_two_are_different_days);
    tcase_add_test(tcase, the_sell_price_follows_the_generated_one_and_is_never_above_it);
    tcase_add_test(tcase, forecasts_are_of_the_generated_values_and_unbiased);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
