#include "model/synth_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"

static const double SPIKE_RATIO = 3.0;  // over the week's median
static const double SPIKE_FLOOR = 50.0; // above it, in the series' unit
enum { WEEK_H = 168 };

// Generated series that are compared with the sample: numbers and steps of the corrections.
enum { N_TRIAL = 12, N_BISECTION = 9, MAX_TRIAL_HOURS = 2 * 8784 };
// Corrections of the spread; half the steps of an integral over z; the table's entry (0.8) above
// which its tail begins.
enum { N_SPREAD_ROUND = 60, INTEGRAL_STEPS = 384, TAIL = 13 };
static const double DEEP = -1.05; // deviation below which the lower tail may be drawn in

// ------------------------------------------------------------------ hours of a sample

typedef struct hours {
    int64_t n;
    double *value; // [n]
    int64_t first; // interval with which the first begins
    int64_t per_hour;
    int first_local; // local hour of the first
    double first_s;  // where it begins on the clock of the place
} hours;

static int local_hour(const hours *h, int64_t i) {
    return (int)((h->first_local + i) % 24);
}

static sw_status make_hours(const sw_synth_sample *sample, hours *h, sw_error *err) {
    const double per_hour = sample->interval_s >= 1e-6 ? 3600.0 / sample->interval_s : 0.0;
    if (!(per_hour >= 1.0) || per_hour != floor(per_hour)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "intervals of %g s, allowed are an hour and whole parts of it",
                       sample->interval_s);
    }
    const double first_s = 3600.0 * ceil(sample->start_local_s / 3600.0);
    h->first = (int64_t)ceil((first_s - sample->start_local_s) / sample->interval_s);
    h->per_hour = (int64_t)per_hour;
    h->n = sample->n > h->first ? (sample->n - h->first) / h->per_hour : 0;
    if (h->n < SW_SYNTH_MIN_HOURS || h->n > SW_SYNTH_MAX_HOURS) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%lld whole hours, allowed are %d to %d",
                       (long long)h->n, (int)SW_SYNTH_MIN_HOURS, (int)SW_SYNTH_MAX_HOURS);
    }
    h->first_s = first_s;
    h->first_local = (int)(first_s / 3600.0 - 24.0 * floor(first_s / 86400.0));
    h->value = malloc((size_t)h->n * sizeof *h->value);
    if (h->value == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %lld hours", (long long)h->n);
    }
    for (int64_t i = 0; i < h->n; i++) {
        double sum = 0.0;
        for (int64_t k = 0; k < h->per_hour; k++) {
            sum += sample->value[h->first + i * h->per_hour + k];
        }
        h->value[i] = sum / (double)h->per_hour;
        if (!isfinite(h->value[i])) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "hour %lld holds no finite numbers",
                           (long long)i);
        }
    }
    return SW_OK;
}

// ------------------------------------------------------------------ statistics

static int compare_numbers(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

// Returns the quantile (type 7) of ascending numbers.
static double quantile(const double *ascending, int64_t n, double p) {
    const double at = p * (double)(n - 1);
    const int64_t i = (int64_t)at;
    return i + 1 < n ? ascending[i] + (at - (double)i) * (ascending[i + 1] - ascending[i])
                     : ascending[n - 1];
}

static double correlation(const double *x, int64_t n, int64_t lag) {
    double mean = 0.0;
    for (int64_t i = 0; i < n; i++) {
        mean += x[i] / (double)n;
    }
    double up = 0.0;
    double down = 0.0;
    for (int64_t i = 0; i < n; i++) {
        down += (x[i] - mean) * (x[i] - mean);
        up += i + lag < n ? (x[i] - mean) * (x[i + lag] - mean) : 0.0;
    }
    return down > 0.0 ? up / down : 0.0;
}

static void moments(const double *x, int64_t n, double *mean, double *sd) {
    double sum = 0.0;
    for (int64_t i = 0; i < n; i++) {
        sum += x[i];
    }
    *mean = sum / (double)n;
    double square = 0.0;
    for (int64_t i = 0; i < n; i++) {
        square += (x[i] - *mean) * (x[i] - *mean);
    }
    *sd = sqrt(square / (double)n);
}

static double spike_share(const hours *h) {
    int64_t n_spike = 0;
    for (int64_t begin = 0; begin < h->n; begin += WEEK_H) {
        double week[WEEK_H];
        const int64_t n = h->n - begin < WEEK_H ? h->n - begin : WEEK_H;
        memcpy(week, h->value + begin, (size_t)n * sizeof *week);
        qsort(week, (size_t)n, sizeof *week, compare_numbers);
        const double median = quantile(week, n, 0.5);
        for (int64_t i = 0; i < n; i++) {
            n_spike += week[i] > SPIKE_RATIO * median && week[i] > SPIKE_FLOOR + median;
        }
    }
    return (double)n_spike / (double)h->n;
}

// Variances inside the hours: relative to the hour's mean, and of counts over their mean.
static void inside_hours(const sw_synth_sample *sample, const hours *h, sw_synth_stats *stats) {
    stats->fine = 0.0;
    stats->dispersion = 0.0;
    if (h->per_hour < 2) {
        return;
    }
    double variance = 0.0;
    double squares = 0.0;
    double means = 0.0;
    for (int64_t i = 0; i < h->n; i++) {
        const double *v = sample->value + h->first + i * h->per_hour;
        for (int64_t k = 0; k < h->per_hour; k++) {
            variance += (v[k] - h->value[i]) * (v[k] - h->value[i]) / (double)(h->per_hour - 1);
        }
        squares += h->value[i] * h->value[i];
        means += h->value[i];
    }
    stats->fine = squares > 0.0 ? sqrt(variance / squares) : 0.0;
    stats->dispersion = means > 0.0 ? variance * sample->interval_s / means : 0.0;
}

static void stats_of_hours(const hours *h, sw_synth_stats *stats) {
    *stats = (sw_synth_stats){.lag1 = correlation(h->value, h->n, 1), .spike = spike_share(h)};
    moments(h->value, h->n, &stats->mean, &stats->sd);
    int64_t n[24] = {0};
    for (int64_t i = 0; i < h->n; i++) {
        n[local_hour(h, i)]++;
        stats->profile[local_hour(h, i)] += h->value[i];
        stats->low += (h->value[i] < 0.0) / (double)h->n;
    }
    for (int l = 0; l < 24; l++) {
        stats->profile[l] /= n[l] > 0 && stats->mean != 0.0 ? (double)n[l] * stats->mean : 1.0;
    }
}

sw_status sw_synth_stats_of(const sw_synth_sample *sample, sw_synth_stats *stats, sw_error *err) {
    hours h = {0};
    const sw_status status = make_hours(sample, &h, err);
    if (status == SW_OK) {
        stats_of_hours(&h, stats);
        inside_hours(sample, &h, stats);
    }
    free(h.value);
    return status;
}

// ------------------------------------------------------------------ first estimates

static bool is_weekend(const hours *h, int64_t i) {
    const double day = floor((h->first_s + 3600.0 * (double)i) / 86400.0) + 3.0;
    return day - 7.0 * floor(day / 7.0) >= 5.0;
}

// Sets the mean and the weekend's level, and divides the hours by them.
static void fit_level(hours *h, sw_synth *synth) {
    double sd = 0.0;
    moments(h->value, h->n, &synth->mean, &sd);
    double sum[2] = {0.0, 0.0};
    double n[2] = {0.0, 0.0};
    for (int64_t i = 0; i < h->n; i++) {
        sum[is_weekend(h, i)] += h->value[i];
        n[is_weekend(h, i)] += 1.0;
    }
    synth->weekend = 1.0;
    if (h->n >= WEEK_H && sum[0] > 0.0 && sum[1] > 0.0) {
        synth->weekend = (sum[1] / n[1]) / (sum[0] / n[0]);
    }
    const double weekday = 7.0 / (5.0 + 2.0 * synth->weekend);
    for (int64_t i = 0; i < h->n; i++) {
        h->value[i] /= synth->mean * weekday * (is_weekend(h, i) ? synth->weekend : 1.0);
    }
}

// Sets median and rise of each local hour; `scratch` holds [n] numbers.
static void fit_profile(const hours *h, double *scratch, sw_synth *synth) {
    for (int l = 0; l < 24; l++) {
        int64_t n = 0;
        double rise = 0.0;
        for (int64_t i = 0; i < h->n; i++) {
            if (local_hour(h, i) == l) {
                scratch[n++] = h->value[i];
            }
        }
        qsort(scratch, (size_t)n, sizeof *scratch, compare_numbers);
        synth->profile[l] = fmax(quantile(scratch, n, 0.5), 0.0);
        for (int64_t i = 0; i < n; i++) {
            rise += 2.0 * fmax(scratch[i] - synth->profile[l], 0.0) / (double)n;
        }
        synth->rise[l] = rise;
    }
}

// Replaces the hours by their deviations.
static void to_deviations(hours *h, const sw_synth *synth) {
    for (int64_t i = 0; i < h->n; i++) {
        const double profile = synth->profile[local_hour(h, i)];
        const double rest = h->value[i] - profile;
        const double scale = rest < 0.0 ? profile : synth->rise[local_hour(h, i)];
        h->value[i] = scale > 0.0 ? rest / scale : 0.0;
    }
}

static void fit_table(const hours *h, double *scratch, sw_synth *synth) {
    memcpy(scratch, h->value, (size_t)h->n * sizeof *scratch);
    qsort(scratch, (size_t)h->n, sizeof *scratch, compare_numbers);
    for (int i = 0; i < SW_SYNTH_TABLE; i++) {
        synth->table[i] = quantile(scratch, h->n, sw_synth_probability[i]);
    }
}

typedef struct ranked {
    double value;
    int64_t at;
} ranked;

static int compare_ranked(const void *a, const void *b) {
    const ranked *x = a;
    const ranked *y = b;
    const int by_value = (x->value > y->value) - (x->value < y->value);
    return by_value != 0 ? by_value : (x->at > y->at) - (x->at < y->at);
}

static double clamp(double x, double lo, double hi) {
    return x < lo ? lo : (x > hi ? hi : x);
}

// Sets the persistence from the correlations of normal scores after 1 h, 1 and 2 days: after a day
// only the slow process is left.
static sw_status fit_persistence(hours *h, sw_synth *synth, sw_error *err) {
    ranked *rank = malloc((size_t)h->n * sizeof *rank);
    if (rank == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %lld hours", (long long)h->n);
    }
    for (int64_t i = 0; i < h->n; i++) {
        rank[i] = (ranked){.value = h->value[i], .at = i};
    }
    qsort(rank, (size_t)h->n, sizeof *rank, compare_ranked);
    for (int64_t i = 0; i < h->n; i++) {
        h->value[rank[i].at] = sw_norm_quantile(((double)i + 0.5) / (double)h->n);
    }
    free(rank);
    const double hour = correlation(h->value, h->n, 1);
    const double day = correlation(h->value, h->n, 24);
    const double two_days = correlation(h->value, h->n, 48);
    synth->slow_ar = day > 0.0 ? clamp(two_days / day, 0.05, 0.98) : 0.05;
    // The slow process alone persists no more from hour to hour than the sample does.
    const double slow_hour_ar = sw_pow(synth->slow_ar, 1.0 / 24.0);
    const double most = clamp(hour / slow_hour_ar, 0.0, 0.95);
    synth->slow = h->n >= 3 * (int64_t)24 ? clamp(day / synth->slow_ar, 0.0, most) : 0.0;
    const double slow_hour = synth->slow * slow_hour_ar;
    synth->fast_ar = clamp((hour - slow_hour) / (1.0 - synth->slow), 0.0, 0.995);
    return SW_OK;
}

// ------------------------------------------------------------------ corrections

// Returns the mean lag-1 correlation of the hours that the generator makes.
static double made_lag1(const sw_synth *synth, const hours *sample, double *scratch) {
    const int64_t n = sample->n < MAX_TRIAL_HOURS ? sample->n : MAX_TRIAL_HOURS;
    const sw_synth_grid grid = {.start_unix_s = sample->first_s, .slot_s = 3600.0, .n_slot = n};
    sw_synth coarse = *synth;
    coarse.fine = 0.0;
    double lag1 = 0.0;
    for (uint64_t seed = 0; seed < N_TRIAL; seed++) {
        sw_synth_fill(&coarse, seed, 0, &grid, scratch);
        lag1 += correlation(scratch, n, 1) / N_TRIAL;
    }
    return lag1;
}

// Changes the fast correlation until generated series persist from hour to hour as the sample does.
static void correct_persistence(const sw_synth_stats *aim, const hours *sample, double *scratch,
                                sw_synth *synth) {
    double lo = 0.0;
    double hi = 0.999;
    for (int i = 0; i < N_BISECTION; i++) {
        synth->fast_ar = (lo + hi) / 2.0;
        if (made_lag1(synth, sample, scratch) < aim->lag1) {
            lo = synth->fast_ar;
        } else {
            hi = synth->fast_ar;
        }
    }
}

// First and second moments of a table's deviations below (0) and above (1) the median.
typedef struct table_moments {
    double first[2];
    double second[2];
    double deep; // part of the second moment that lies beyond DEEP
} table_moments;

// Integrates over z; the table is linear in it between its entries.
static table_moments moments_of_table(const double *table) {
    table_moments m = {{0.0}, {0.0}, 0.0};
    double z[SW_SYNTH_TABLE];
    for (int i = 0; i < SW_SYNTH_TABLE; i++) {
        z[i] = sw_norm_quantile(sw_synth_probability[i]);
    }
    double weight = 0.0;
    int i = 0;
    for (int k = -INTEGRAL_STEPS; k <= INTEGRAL_STEPS; k++) {
        const double at = 6.0 * k / INTEGRAL_STEPS;
        const double density = sw_exp(-at * at / 2.0);
        while (i < SW_SYNTH_TABLE && z[i] <= at) {
            i++;
        }
        double e = table[i == 0 ? 0 : SW_SYNTH_TABLE - 1];
        if (i > 0 && i < SW_SYNTH_TABLE) {
            e = table[i - 1] + (at - z[i - 1]) / (z[i] - z[i - 1]) * (table[i] - table[i - 1]);
        }
        m.first[e > 0.0] += density * e;
        m.second[e > 0.0] += density * e * e;
        m.deep += e < DEEP ? density * (e * e - DEEP * DEEP) : 0.0;
        weight += density;
    }
    for (int k = 0; k < 2; k++) {
        m.first[k] /= weight;
        m.second[k] /= weight;
    }
    m.deep /= weight;
    return m;
}

// Sets the rise of each local hour so that its mean is the sample's, and the table's upper tail so
// that the standard deviation over all hours is.
static void correct_spread(const sw_synth_stats *aim, const double *hour_mean, sw_synth *synth) {
    const double weekday = 7.0 / (5.0 + 2.0 * synth->weekend);
    const double square_level =
        weekday * weekday * (5.0 + 2.0 * synth->weekend * synth->weekend) / 7.0;
    const double aim_ratio = aim->sd / aim->mean;
    for (int round = 0; round < N_SPREAD_ROUND; round++) {
        const table_moments m = moments_of_table(synth->table);
        if (!(m.first[1] > 0.0)) {
            return; // no deviations upwards
        }
        double square = 0.0;
        double tail = 0.0;
        double deep = 0.0;
        for (int h = 0; h < 24; h++) {
            const double a = synth->profile[h];
            const double b = fmax(hour_mean[h] - a * (1.0 + m.first[0]), 0.0) / m.first[1];
            synth->rise[h] = b;
            square += (a * a * (1.0 + 2.0 * m.first[0] + m.second[0]) +
                       2.0 * a * b * m.first[1] + b * b * m.second[1]) *
                      square_level / 24.0;
            tail += b * b * m.second[1] * square_level / 24.0;
            deep += a * a * m.deep * square_level / 24.0;
        }
        // What is missing or too much goes into the upper tail. The lower one is drawn in first,
        // once, and only well below values of 0 (deviation -1), so that their share stays.
        const double missing = aim_ratio * aim_ratio + 1.0 - square;
        if (round == 0 && missing < 0.0 && deep > 0.0) {
            const double draw_in = sqrt(clamp(1.0 + missing / deep, 0.1, 1.0));
            for (int i = 0; i < SW_SYNTH_MEDIAN && synth->table[i] < DEEP; i++) {
                synth->table[i] = DEEP + (synth->table[i] - DEEP) * draw_in;
            }
            continue;
        }
        const double stretch = tail > 0.0 ? sqrt(clamp(1.0 + missing / tail, 1.0, 1.4)) : 1.0;
        const double knee = synth->table[TAIL];
        for (int i = TAIL + 1; i < SW_SYNTH_TABLE; i++) {
            synth->table[i] = knee + (synth->table[i] - knee) * stretch;
        }
    }
}

// Counts of a rate's arrivals vary more, and persist less, than the rate itself: by the variance of
// a Poisson process, which the hours of a run have anyway.
static void remove_counting_noise(sw_synth_stats *aim) {
    const double variance = aim->sd * aim->sd;
    const double rest = fmax(variance - aim->mean / 3600.0, 0.05 * variance);
    aim->lag1 = fmin(aim->lag1 * variance / rest, 0.98);
    aim->sd = sqrt(rest);
}

// Sets the relative sd of 5 minutes: hours take away what their samples have in common, and random
// counts have a variance of their own.
static void fit_fine(const sw_synth_stats *aim, const hours *h, sw_synth *synth) {
    if (h->per_hour < 2 || (synth->kind != SW_SYNTH_PRICE && synth->kind != SW_SYNTH_RATE)) {
        return;
    }
    const bool counts = synth->kind == SW_SYNTH_RATE;
    synth->fine_ar = counts ? 0.7 : 0.3;
    double share = 1.0;
    double power = synth->fine_ar;
    const double n = (double)h->per_hour;
    for (int64_t k = 1; k < h->per_hour; k++) {
        share -= 2.0 * (n - (double)k) * power / (n * (n - 1.0));
        power *= synth->fine_ar;
    }
    double variance = aim->fine * aim->fine;
    if (counts && aim->dispersion > 0.0) {
        // Of the variance of counts, 1/dispersion is that of a Poisson process.
        variance *= fmax(1.0 - 1.0 / aim->dispersion, 0.0);
    }
    synth->fine = sqrt(variance / share);
}

// ------------------------------------------------------------------ all

sw_status sw_synth_fit(const sw_synth_sample *sample, sw_synth_kind kind, sw_synth *synth,
                       sw_error *err) {
    hours h = {0};
    double *scratch = NULL;
    sw_status status = make_hours(sample, &h, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    scratch = malloc((size_t)h.n * sizeof *scratch);
    if (scratch == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %lld hours", (long long)h.n);
        goto cleanup;
    }
    sw_synth_stats aim;
    stats_of_hours(&h, &aim);
    inside_hours(sample, &h, &aim);
    if (!(aim.mean > 0.0)) {
        status = sw_fail(err, SW_ERR_BAD_INPUT, "a mean of %g, needed is one above 0", aim.mean);
        goto cleanup;
    }
    sw_synth_default(kind, synth);
    fit_level(&h, synth);
    fit_profile(&h, scratch, synth);
    to_deviations(&h, synth);
    fit_table(&h, scratch, synth);
    status = fit_persistence(&h, synth, err);
    if (status != SW_OK) {
        goto cleanup;
    }
    if (kind == SW_SYNTH_RATE) {
        remove_counting_noise(&aim);
    }
    correct_spread(&aim, aim.profile, synth);
    correct_persistence(&aim, &h, scratch, synth);
    fit_fine(&aim, &h, synth);
cleanup:
    free(h.value);
    free(scratch);
    return status;
}
