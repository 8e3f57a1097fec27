// Fitting against what is known: series made by a generator, and samples that cannot be fitted.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/synth_fit.h"

enum { YEAR = 8760, MOST = 180 * 288 };

static double value[MOST];

static const struct {
    const char *generator;
    double interval_s;
    int64_t n;
} known[] = {{"price-pjm", 300.0, 180 * (int64_t)288},
             {"price-caiso", 3600.0, YEAR},
             {"price-de", 3600.0, YEAR},
             // A quarter of the hours far below 0: the lower tail is drawn in.
             {"price,mean=20,table=-9 -8 -7 -6 -5 -4 -3 -2 -0.5 -0.1 0 0.1 0.2 0.3 0.5 0.6 0.7 0.8 "
              "0.9 1 1.1 1.2",
              3600.0, YEAR}};

static void expect_close(const char *what, const char *of, double made, double real, double most) {
    ck_assert_msg(fabs(made - real) <= most, "%s of %s: %g, the sample has %g, allowed +-%g", what,
                  of, made, real, most);
}

START_TEST(a_generator_fitted_to_a_made_series_makes_its_like) {
    const char *name = known[_i].generator;
    sw_synth truth;
    sw_synth fit;
    sw_error err = {0};
    ck_assert_msg(sw_synth_parse(name, &truth, &err) == SW_OK, "%s", err.text);
    const sw_synth_grid grid = {
        .start_unix_s = 1735689600.0, .slot_s = known[_i].interval_s, .n_slot = known[_i].n};
    sw_synth_fill(&truth, 5, 0, &grid, value);
    const sw_synth_sample sample = {.n = grid.n_slot,
                                    .value = value,
                                    .interval_s = grid.slot_s,
                                    .start_local_s = grid.start_unix_s};
    sw_synth_stats real;
    sw_synth_stats made;
    ck_assert_int_eq(sw_synth_stats_of(&sample, &real, &err), SW_OK);
    ck_assert_msg(sw_synth_fit(&sample, SW_SYNTH_PRICE, &fit, &err) == SW_OK, "%s", err.text);
    ck_assert_int_eq(sw_synth_trials(&fit, &sample, 2 * sample.n, 5, &made, &err), SW_OK);
    expect_close("mean", name, made.mean, real.mean, 0.05 * real.mean);
    expect_close("sd", name, made.sd, real.sd, 0.15 * real.sd);
    expect_close("lag-1", name, made.lag1, real.lag1, 0.1);
    expect_close("share below 0", name, made.low, real.low, fmax(0.3 * real.low, 0.005));
    for (int h = 0; h < 24; h++) {
        expect_close("profile", name, made.profile[h], real.profile[h], 0.2);
    }
    if (sample.interval_s < 3600.0) {
        expect_close("fine", name, fit.fine, truth.fine, 0.1 * truth.fine);
    } else {
        ck_assert_double_eq(fit.fine, 0.0);
    }
}
END_TEST

static void expect_refusal(sw_synth_sample sample, const char *says) {
    sw_synth synth;
    sw_error err = {0};
    ck_assert_int_eq(sw_synth_fit(&sample, SW_SYNTH_PRICE, &synth, &err), SW_ERR_BAD_INPUT);
    ck_assert_msg(strstr(err.text, says) != NULL, "%s", err.text);
}

START_TEST(samples_that_cannot_be_fitted_are_refused) {
    for (int i = 0; i < 48; i++) {
        value[i] = 10.0 + i;
    }
    sw_synth_sample sample = {.n = 48, .value = value, .interval_s = 7200.0};
    expect_refusal(sample, "intervals of 7200 s");
    sample.interval_s = 1000.0;
    expect_refusal(sample, "intervals of 1000 s");
    sample.interval_s = 0.0;
    expect_refusal(sample, "intervals of 0 s");
    sample.interval_s = 3600.0;
    sample.n = 23;
    expect_refusal(sample, "23 whole hours, allowed are 24 to");
    sample.n = 24;
    sample.start_local_s = 1.0; // so that the first whole hour is the second
    expect_refusal(sample, "23 whole hours");
    sample.start_local_s = 0.0;
    value[7] = (double)NAN;
    expect_refusal(sample, "hour 7 holds no finite numbers");
    for (int i = 0; i < 48; i++) {
        value[i] = -1.0;
    }
    expect_refusal(sample, "a mean of -1");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("synth_fit");
    TCase *tcase = tcase_create("all");
    tcase_add_loop_test(tcase, a_generator_fitted_to_a_made_series_makes_its_like, 0,
                        (int)(sizeof known / sizeof known[0]));
    tcase_add_test(tcase, samples_that_cannot_be_fitted_are_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
