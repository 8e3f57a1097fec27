#include "sweep/stats.h"

#include <math.h>
#include <stddef.h>

#include "base/fmath.h"
#include "base/status.h"

// Returns P(-t < T < t) for t = sqrt(df) tan(theta), theta = 2 pi turns (Abramowitz and Stegun,
// "Handbook of Mathematical Functions", 26.7.3 and 26.7.4: finite sums for whole df). Writing it in
// theta spares the arctangent, and the gamma function never appears.
static double student_probability(int32_t df, double turns) {
    const double cosine = sw_cos_turns(turns);
    const double sine = sw_cos_turns(0.25 - turns);
    const int odd = df % 2;
    double term = odd != 0 ? cosine : 1.0;
    double sum = 0.0;
    // Terms cos^(k) weighted by ratios of double factorials, k up to df - 2.
    for (int32_t k = odd; k <= df - 2; k += 2) {
        sum += term;
        term *= cosine * cosine * (double)(k + 1) / (double)(k + 2);
    }
    const double two_over_pi = 0.63661977236758134308;
    return odd != 0 ? 4.0 * turns + two_over_pi * sine * sum : sine * sum;
}

double sw_student_t(int32_t df, double confidence) {
    SW_REQUIRE(df >= 1 && confidence > 0.0 && confidence < 1.0);
    // The probability rises with the angle; halve the interval until it cannot be halved.
    double lo = 0.0;
    double hi = 0.25;
    for (;;) {
        const double mid = 0.5 * (lo + hi);
        if (mid <= lo || mid >= hi) {
            break;
        }
        if (student_probability(df, mid) < confidence) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    return sqrt((double)df) * sw_cos_turns(0.25 - lo) / sw_cos_turns(lo);
}

sw_summary sw_summarise_difference(const double *value, const double *base, int32_t n) {
    sw_summary summary = {(double)NAN, (double)NAN, (double)NAN};
    if (n < 1) {
        return summary;
    }
    double sum = 0.0;
    for (int32_t i = 0; i < n; i++) {
        sum += value[i] - (base != NULL ? base[i] : 0.0);
    }
    summary.mean = sum / (double)n;
    if (n < 2) {
        return summary;
    }
    double squares = 0.0;
    for (int32_t i = 0; i < n; i++) {
        const double off = value[i] - (base != NULL ? base[i] : 0.0) - summary.mean;
        squares += off * off;
    }
    const double error = sqrt(squares / (double)(n - 1) / (double)n);
    const double half = sw_student_t(n - 1, SW_CONFIDENCE) * error;
    summary.lo = summary.mean - half;
    summary.hi = summary.mean + half;
    return summary;
}

sw_summary sw_summarise(const double *value, int32_t n) {
    return sw_summarise_difference(value, NULL, n);
}
