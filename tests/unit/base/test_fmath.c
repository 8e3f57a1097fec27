#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/rng.h"

enum { N = 100000 };

static double uniform(uint64_t i, double lo, double hi) {
    return lo + (hi - lo) * sw_rng_uniform(99, SW_RNG_POLICY, 0, i, 0);
}

// Error of `got` in units of the last digit of the double nearest to `truth`.
static double ulps(double got, long double truth) {
    const double nearest = fabs((double)truth);
    const double ulp = nextafter(nearest, HUGE_VAL) - nearest;
    return (double)(fabsl((long double)got - truth) / (long double)ulp);
}

static void expect_exp_within_1_ulp(double lo, double hi) {
    double worst = 0.0;
    for (uint64_t i = 0; i < N; i++) {
        const double x = uniform(i, lo, hi);
        worst = fmax(worst, ulps(sw_exp(x), expl((long double)x)));
    }
    ck_assert_double_le(worst, 1.0);
}

START_TEST(exp_is_within_1_ulp) {
    expect_exp_within_1_ulp(-1.0, 1.0);
    expect_exp_within_1_ulp(-1e-8, 1e-8);
    expect_exp_within_1_ulp(-50.0, 50.0);
    expect_exp_within_1_ulp(-708.0, 709.7);
    expect_exp_within_1_ulp(-745.0, -708.0); // subnormal results
}
END_TEST

START_TEST(exp_at_its_edges) {
    ck_assert_double_eq(sw_exp(0.0), 1.0);
    ck_assert_double_eq(sw_exp(HUGE_VAL), HUGE_VAL);
    ck_assert_double_eq(sw_exp(-HUGE_VAL), 0.0);
    ck_assert_double_eq(sw_exp(709.79), HUGE_VAL);
    ck_assert(sw_exp(709.782712893384) < HUGE_VAL);
    ck_assert_double_eq(sw_exp(-745.2), 0.0);
    ck_assert_double_eq(sw_exp(-745.13), 0x1p-1074);
    ck_assert(isnan(sw_exp((double)NAN)));
}
END_TEST

static void expect_log_within_1_ulp(double exponent_lo, double exponent_hi) {
    double worst = 0.0;
    for (uint64_t i = 0; i < N; i++) {
        const double x = exp2(uniform(i, exponent_lo, exponent_hi));
        worst = fmax(worst, ulps(sw_log(x), logl((long double)x)));
    }
    ck_assert_double_le(worst, 1.0);
}

START_TEST(log_is_within_1_ulp) {
    expect_log_within_1_ulp(-0.01, 0.01);
    expect_log_within_1_ulp(-1e-9, 1e-9);
    expect_log_within_1_ulp(-1.0, 1.0);
    expect_log_within_1_ulp(-53.0, 0.0);
    expect_log_within_1_ulp(-1022.0, 1023.9);
    expect_log_within_1_ulp(-1074.0, -1022.0); // subnormal arguments
}
END_TEST

START_TEST(log_at_its_edges) {
    ck_assert_double_eq(sw_log(1.0), 0.0);
    ck_assert_double_eq(sw_log(0.0), -HUGE_VAL);
    ck_assert_double_eq(sw_log(HUGE_VAL), HUGE_VAL);
    ck_assert(isnan(sw_log(-1.0)));
    ck_assert(isnan(sw_log((double)NAN)));
    // Where the exponent is split: sqrt 2 and its neighbours.
    const double root = 1.4142135623730951;
    ck_assert_double_le(ulps(sw_log(root), logl((long double)root)), 1.0);
    for (int side = 0; side < 2; side++) {
        const double x = nextafter(root, side == 0 ? 0.0 : 2.0);
        ck_assert_double_le(ulps(sw_log(x), logl((long double)x)), 1.0);
    }
}
END_TEST

START_TEST(many_logs_at_once_have_the_same_bits) {
    for (int n = 0; n < 300; n++) {
        double x[300];
        double y[300];
        for (int i = 0; i < n; i++) {
            x[i] = exp2(uniform(300 * (uint64_t)n + (uint64_t)i, -60.0, n % 2 == 0 ? 0.0 : 60.0));
            y[i] = x[i];
        }
        sw_log_n(n, y);
        for (int i = 0; i < n; i++) {
            ck_assert(y[i] == sw_log(x[i]));
        }
    }
}
END_TEST

START_TEST(pow_is_as_accurate_as_it_says) {
    double worst = 0.0;
    for (uint64_t i = 0; i < N; i++) {
        const double x = exp2(uniform(i, -20.0, 20.0));
        const double y = uniform(i + N, -30.0, 30.0);
        const long double truth = powl((long double)x, (long double)y);
        const long double error = fabsl(((long double)sw_pow(x, y) - truth) / truth);
        worst = fmax(worst, (double)error / (1.0 + fabs(y * log(x))));
    }
    ck_assert_double_le(worst, 2.5e-16);
    ck_assert_double_eq(sw_pow(0.0, 0.0), 1.0);
    ck_assert_double_eq(sw_pow(0.0, 2.0), 0.0);
    ck_assert_double_eq(sw_pow(0.0, -2.0), HUGE_VAL);
}
END_TEST

START_TEST(cosine_of_turns_is_within_2e_16) {
    double worst = 0.0;
    for (uint64_t i = 0; i < N; i++) {
        const double x = uniform(i, -1.5, 1.5);
        const long double turn = (long double)x - floorl((long double)x);
        const long double truth = cosl(6.283185307179586476925286766559L * turn);
        worst = fmax(worst, (double)fabsl((long double)sw_cos_turns(x) - truth));
    }
    ck_assert_double_le(worst, 2e-16);
    ck_assert_double_eq(sw_cos_turns(0.0), 1.0);
    ck_assert_double_eq(sw_cos_turns(0.25), 0.0);
    ck_assert_double_eq(sw_cos_turns(-0.5), -1.0);
    ck_assert_double_eq(sw_cos_turns(1000.75), 0.0);
}
END_TEST

// Values that Wichura publishes with AS 241, and tables of the normal distribution.
START_TEST(normal_quantiles_are_those_published) {
    static const double known[][2] = {
        {0.25, -0.6744897501960817},   {0.001, -3.090232306167814}, {1e-20, -9.262340089798408},
        {0.975, 1.959963984540054},    {0.95, 1.644853626951473},   {0.995, 2.575829303548901},
        {0.0228, -1.9990772149717693},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const double x = sw_norm_quantile(known[i][0]);
        ck_assert_double_le(fabs(x / known[i][1] - 1.0), 4e-15);
    }
    ck_assert_double_eq(sw_norm_quantile(0.5), 0.0);
}
END_TEST

START_TEST(normal_quantile_inverts_the_distribution) {
    double worst = 0.0;
    for (uint64_t i = 0; i < N; i++) {
        const double p = exp2(uniform(i, -200.0, -1.0));
        const long double x = (long double)sw_norm_quantile(p);
        const long double back = 0.5L * erfcl(-x * 0.70710678118654752440084436210485L);
        // d ln p / d ln x is about -x^2 in the tail: the same relative error of x.
        const long double error = (back / (long double)p - 1.0L) / (1.0L + x * x);
        worst = fmax(worst, (double)fabsl(error));
        // The upper half mirrors the lower one; 1 - p is exact there.
        const double upper = uniform(i + N, 0.5, 1.0);
        ck_assert(sw_norm_quantile(upper) == -sw_norm_quantile(1.0 - upper));
    }
    ck_assert_double_le(worst, 1e-15);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("fmath");
    TCase *tc = tcase_create("fmath");
    tcase_add_test(tc, exp_is_within_1_ulp);
    tcase_add_test(tc, exp_at_its_edges);
    tcase_add_test(tc, log_is_within_1_ulp);
    tcase_add_test(tc, log_at_its_edges);
    tcase_add_test(tc, many_logs_at_once_have_the_same_bits);
    tcase_add_test(tc, pow_is_as_accurate_as_it_says);
    tcase_add_test(tc, cosine_of_turns_is_within_2e_16);
    tcase_add_test(tc, normal_quantiles_are_those_published);
    tcase_add_test(tc, normal_quantile_inverts_the_distribution);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
