#include "model/synth.h"

#include <math.h>

#include "base/fmath.h"
#include "base/rng.h"

const double sw_synth_probability[SW_SYNTH_TABLE] = {
    0.0002, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1,  0.2,   0.3,   0.4,   0.5,
    0.6,    0.7,   0.8,   0.9,  0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9998};

// What slot 0 is when the scenario has no start: Monday 2025-07-14T00:00:00Z, a common week in
// summer.
static const double NO_START_UNIX_S = 1752451200.0;
static const double WARMEST_DAY = 200.0; // of the year
static const double WARMEST_HOUR = 15.0;
static const double DAY_S = 86400.0;

// Processes shared between signals draw from streams that no signal has.
static const uint32_t SHARED_STREAM = 0x80000000u;

// Draws of one index.
enum { DRAW_SLOW, DRAW_FAST, DRAW_FINE };

// A latent process of unit variance.
typedef struct latent {
    uint32_t stream;
    double slow;
    double fast;
} latent;

typedef struct generator {
    const sw_synth *synth;
    uint64_t seed;
    uint32_t stream;
    double table_z[SW_SYNTH_TABLE];
    double slow_ar; // from hour to hour
    double slow_weight;
    double fast_weight;
    latent own;
    latent common;
    int64_t next_hour; // of the latent processes
    double z;          // at the begin of the hour
    double z_next;     // at its end
    double fine;
    double fine_sigma; // of a lognormal factor
    double level[2];   // factor of weekdays, of weekends
    double lo;         // least and greatest value of the kind
    double hi;
} generator;

static double normal_at(uint64_t seed, uint32_t stream, int64_t index, uint32_t draw) {
    return sw_norm_quantile(sw_rng_uniform(seed, SW_RNG_SYNTH, stream, (uint64_t)index, draw));
}

static double ar_step(double last, double ar, double fresh, bool first) {
    return first ? fresh : ar * last + sqrt(1.0 - ar * ar) * fresh;
}

// ------------------------------------------------------------------ the latent process

static double step_latent(const generator *g, latent *l, int64_t hour) {
    const bool first = hour == 0;
    l->slow = ar_step(l->slow, g->slow_ar, normal_at(g->seed, l->stream, hour, DRAW_SLOW), first);
    l->fast =
        ar_step(l->fast, g->synth->fast_ar, normal_at(g->seed, l->stream, hour, DRAW_FAST), first);
    return g->slow_weight * l->slow + g->fast_weight * l->fast;
}

// Moves on to the next hour.
static void step_hour(generator *g) {
    const double corr = g->synth->shared > 0.0 ? g->synth->corr : 0.0;
    g->z = g->z_next;
    double z = step_latent(g, &g->own, g->next_hour);
    if (corr > 0.0) {
        z = sqrt(1.0 - corr) * z + sqrt(corr) * step_latent(g, &g->common, g->next_hour);
    }
    g->z_next = z;
    g->next_hour++;
}

// Returns the deviation at z, linear between the table's entries.
static double deviation(const generator *g, double z) {
    const double *table = g->synth->table;
    int i = 0;
    while (i < SW_SYNTH_TABLE && g->table_z[i] <= z) {
        i++;
    }
    if (i == 0 || i == SW_SYNTH_TABLE) {
        return table[i == 0 ? 0 : SW_SYNTH_TABLE - 1];
    }
    const double share = (z - g->table_z[i - 1]) / (g->table_z[i] - g->table_z[i - 1]);
    return table[i - 1] + share * (table[i] - table[i - 1]);
}

// ------------------------------------------------------------------ values

static double clamp(double x, double lo, double hi) {
    return x < lo ? lo : (x > hi ? hi : x);
}

static double value_at(const generator *g, double profile, double rise, double z) {
    const double e = deviation(g, z);
    return g->synth->mean * (profile + (e < 0.0 ? profile : rise) * e);
}

// Interpolates 24 values that belong to the middles of the hours.
static double between_hours(const double *value, double hour) {
    const double below = floor(hour - 0.5);
    const double share = hour - 0.5 - below;
    const int i = ((int)below + 24) % 24;
    return (1.0 - share) * value[i] + share * value[(i + 1) % 24];
}

// Moves the 5-minute process on and returns its state.
static double step_fine(generator *g, int64_t sample) {
    const double fresh = normal_at(g->seed, g->stream, sample, DRAW_FINE);
    g->fine = ar_step(g->fine, g->synth->fine_ar, fresh, sample == 0);
    return g->fine;
}

// One level for the hour, times lognormal factors whose mean over the hour is 1.
static void fill_level_hour(generator *g, int64_t hour, int local, double *v) {
    const double x = value_at(g, g->synth->profile[local], g->synth->rise[local], g->z);
    double sum = 0.0;
    for (int k = 0; k < SW_SYNTH_SAMPLES_PER_HOUR; k++) {
        v[k] = g->fine_sigma > 0.0 ? sw_exp(g->fine_sigma *
                                            step_fine(g, hour * SW_SYNTH_SAMPLES_PER_HOUR + k))
                                   : 1.0;
        sum += v[k];
    }
    for (int k = 0; k < SW_SYNTH_SAMPLES_PER_HOUR; k++) {
        v[k] *= x * SW_SYNTH_SAMPLES_PER_HOUR / sum;
    }
}

// Moves evenly from hour to hour.
static void fill_smooth_hour(generator *g, int64_t hour, int local, double *v) {
    const sw_synth *s = g->synth;
    for (int k = 0; k < SW_SYNTH_SAMPLES_PER_HOUR; k++) {
        const double share = (k + 0.5) / SW_SYNTH_SAMPLES_PER_HOUR;
        const double z = g->z + share * (g->z_next - g->z);
        v[k] = value_at(g, between_hours(s->profile, local + share),
                        between_hours(s->rise, local + share), z);
        if (s->fine > 0.0) {
            v[k] *= 1.0 + s->fine * step_fine(g, hour * SW_SYNTH_SAMPLES_PER_HOUR + k);
        }
    }
}

static void fill_temperature_hour(const generator *g, double local_s, double *v) {
    const sw_synth *s = g->synth;
    for (int k = 0; k < SW_SYNTH_SAMPLES_PER_HOUR; k++) {
        const double share = (k + 0.5) / SW_SYNTH_SAMPLES_PER_HOUR;
        const double at_s = local_s + 3600.0 * share;
        const double year = (at_s / DAY_S - WARMEST_DAY) / 365.2425;
        const double day = (at_s / 3600.0 - WARMEST_HOUR) / 24.0;
        const double z = g->z + share * (g->z_next - g->z);
        v[k] = s->mean + s->season * sw_cos_turns(year) + s->range / 2.0 * sw_cos_turns(day) +
               s->sd * z;
    }
}

// Fills the samples of an hour that begins at `local_s` on the site's clock.
static void fill_hour(generator *g, int64_t hour, double local_s,
                      double v[SW_SYNTH_SAMPLES_PER_HOUR]) {
    const double day = floor(local_s / DAY_S);
    const int local = (int)((local_s - day * DAY_S) / 3600.0 + 0.5) % 24;
    const int weekday = (int)(day + 3.0 - 7.0 * floor((day + 3.0) / 7.0)); // 0: Monday
    step_hour(g);
    switch (g->synth->kind) {
    case SW_SYNTH_PRICE:
    case SW_SYNTH_RATE:
        fill_level_hour(g, hour, local, v);
        break;
    case SW_SYNTH_CARBON:
    case SW_SYNTH_WIND:
    case SW_SYNTH_PV:
        fill_smooth_hour(g, hour, local, v);
        break;
    case SW_SYNTH_TEMPERATURE:
        fill_temperature_hour(g, local_s, v);
        break;
    case SW_SYNTH_KINDS:
        SW_REQUIRE(!"a kind of generator");
    }
    for (int k = 0; k < SW_SYNTH_SAMPLES_PER_HOUR; k++) {
        v[k] = clamp(v[k] * g->level[weekday >= 5], g->lo, g->hi);
    }
}

// ------------------------------------------------------------------ slots

static void init_generator(generator *g, const sw_synth *s, uint64_t seed, uint32_t stream) {
    *g = (generator){.synth = s,
                     .seed = seed,
                     .stream = stream,
                     .slow_ar = sw_pow(s->slow_ar, 1.0 / 24.0),
                     .slow_weight = sqrt(s->slow),
                     .fast_weight = sqrt(1.0 - s->slow),
                     .own = {.stream = stream},
                     .common = {.stream = SHARED_STREAM | (uint32_t)s->shared},
                     .fine_sigma = sqrt(sw_log(1.0 + s->fine * s->fine)),
                     .lo = 0.0,
                     .hi = 1.0};
    for (int i = 0; i < SW_SYNTH_TABLE; i++) {
        g->table_z[i] = sw_norm_quantile(sw_synth_probability[i]);
    }
    const double weekday = s->kind == SW_SYNTH_TEMPERATURE ? 1.0 : 7.0 / (5.0 + 2.0 * s->weekend);
    g->level[0] = weekday;
    g->level[1] = s->kind == SW_SYNTH_TEMPERATURE ? 1.0 : weekday * s->weekend;
    if (s->kind == SW_SYNTH_PRICE || s->kind == SW_SYNTH_CARBON || s->kind == SW_SYNTH_RATE) {
        g->lo = s->kind == SW_SYNTH_PRICE ? -1e6 : 0.0;
        g->hi = 1e6;
    } else if (s->kind == SW_SYNTH_TEMPERATURE) {
        g->lo = -90.0;
        g->hi = 70.0;
    }
    step_hour(g); // so that z_next is the value at the begin of the first hour
}

void sw_synth_fill(const sw_synth *synth, uint64_t seed, uint32_t stream, const sw_synth_grid *grid,
                   double *out) {
    generator g;
    init_generator(&g, synth, seed, stream);
    const double start_unix_s = isnan(grid->start_unix_s) ? NO_START_UNIX_S : grid->start_unix_s;
    const double start_s = start_unix_s + 3600.0 * grid->utc_offset_h;
    const double first_s = 3600.0 * floor(start_s / 3600.0); // begin of the hour that slot 0 is in
    double sum = 0.0;
    double last = 0.0;
    int64_t count = 0;
    int64_t slot = 0;
    for (int64_t hour = 0; slot < grid->n_slot; hour++) {
        double v[SW_SYNTH_SAMPLES_PER_HOUR] = {0};
        const double hour_s = first_s + 3600.0 * (double)hour;
        fill_hour(&g, hour, hour_s, v);
        for (int k = 0; k < SW_SYNTH_SAMPLES_PER_HOUR; k++) {
            const double t_s = hour_s + SW_SYNTH_SAMPLE_S * k - start_s;
            while (slot < grid->n_slot && t_s >= (double)(slot + 1) * grid->slot_s) {
                out[slot++] = count > 0 ? sum / (double)count : last;
                sum = 0.0;
                count = 0;
            }
            if (t_s >= (double)slot * grid->slot_s) {
                sum += v[k];
                count++;
            }
            last = v[k];
        }
    }
}
