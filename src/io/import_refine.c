// Refines a series of hours to 5 minutes, seeded, keeping the mean of each hour.
#include <inttypes.h>
#include <math.h>

#include "base/fmath.h"
#include "base/rng.h"
#include "io/import_format.h"
#include "io/import_samples.h"

#define FINE_S      300.0
#define SAME_TIME_S 1e-6

enum { MAX_PARTS = 288 };

// Streams of generators are numbered from 0, shared ones from 2^31.
static const uint32_t REFINE_STREAM = 0x40000000u;

// Draws the factors of an interval that starts at `time_s`: a function of time and seed alone, so
// that windows of one file agree.
static void draw_factors(double time_s, uint64_t seed, int32_t n, double factor[MAX_PARTS]) {
    const double sigma = sqrt(sw_log(1.0 + SW_REFINE_SD * SW_REFINE_SD));
    const int64_t first = (int64_t)floor(time_s / FINE_S);
    double z = 0.0;
    double sum = 0.0;
    for (int32_t k = 0; k < n; k++) {
        const double fresh = sw_norm_quantile(
            sw_rng_uniform(seed, SW_RNG_SYNTH, REFINE_STREAM, (uint64_t)(first + k), 0));
        z = k == 0 ? fresh : SW_REFINE_AR * z + sqrt(1.0 - SW_REFINE_AR * SW_REFINE_AR) * fresh;
        factor[k] = sw_exp(sigma * z);
        sum += factor[k];
    }
    for (int32_t k = 0; k < n; k++) {
        factor[k] *= (double)n / sum;
    }
}

static sw_status refine(const sw_samples *s, double interval_s, uint64_t seed, sw_samples *fine,
                        sw_error *err) {
    for (int64_t i = 0; i < s->n; i++) {
        const double step_s = i + 1 < s->n ? s->time_s[i + 1] - s->time_s[i] : interval_s;
        const double parts = rint(step_s / FINE_S);
        if (!(parts >= 1.0 && parts <= MAX_PARTS) || fabs(parts * FINE_S - step_s) > SAME_TIME_S) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64 ": an interval of %g s; --refine takes whole multiples of "
                           "%g s up to a day",
                           s->path, s->line[i], step_s, FINE_S);
        }
        const int32_t n = (int32_t)parts;
        double factor[MAX_PARTS];
        draw_factors(s->time_s[i], seed, n, factor);
        for (int32_t k = 0; k < n; k++) {
            if (!sw_samples_add(fine, s->time_s[i] + FINE_S * k, s->value[i] * factor[k],
                                s->line[i])) {
                return sw_import_no_room(s->path, fine->n, SW_IMPORT_MAX_ROW, err);
            }
        }
    }
    return SW_OK;
}

sw_status sw_samples_refine(sw_samples *series, uint64_t seed, sw_error *err) {
    double interval_s = 0.0;
    sw_samples fine = {.path = series->path};
    SW_TRY(sw_samples_interval(series, &interval_s, err));
    const sw_status status = refine(series, interval_s, seed, &fine, err);
    if (status != SW_OK) {
        sw_samples_deinit(&fine);
        return status;
    }
    sw_samples_deinit(series);
    *series = fine;
    return SW_OK;
}
