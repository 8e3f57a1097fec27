// synth.h -- synthetic signals: prices, weather, carbon and request rates that look like measured
// ones. A value is a pure function of (generator, seed, stream, slot).
//
// A generator makes one value an hour and refines it to 5 minutes. A latent normal process z, the
// sum of a slow (days) and a fast (hours) AR(1), is turned by a table of quantiles into a deviation
// e with median 0, so that tails, spikes and values below zero are those of the table:
//   x = mean (profile[hour] + (e < 0 ? profile[hour] : rise[hour]) e).
#ifndef SW_MODEL_SYNTH_H
#define SW_MODEL_SYNTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef enum sw_synth_kind {
    SW_SYNTH_PRICE,       // USD/MWh; one level an hour, rough inside it
    SW_SYNTH_CARBON,      // gCO2/kWh; moves evenly between the hours, as do the next three
    SW_SYNTH_WIND,        // capacity factor
    SW_SYNTH_PV,          // capacity factor
    SW_SYNTH_TEMPERATURE, // C; mean + season and daily wave + sd z
    SW_SYNTH_RATE,        // jobs/s; as a price
    SW_SYNTH_KINDS
} sw_synth_kind;

enum { SW_SYNTH_TABLE = 22, SW_SYNTH_MEDIAN = 10, SW_SYNTH_SAMPLES_PER_HOUR = 12 };
#define SW_SYNTH_SAMPLE_S 300.0

typedef struct sw_synth {
    sw_synth_kind kind;
    double mean;                  // over the week
    double profile[24];           // median of a local hour over the mean
    double rise[24];              // likewise the scale of deviations upwards; set by `profile` too
    double table[SW_SYNTH_TABLE]; // deviation at each of sw_synth_probability, ascending
    double slow;                  // share of the slow process in the variance of z
    double slow_ar;               // its correlation from day to day
    double fast_ar;               // correlation of the fast process from hour to hour
    double fine;                  // relative sd of 5-minute values about their hour
    double fine_ar;               // their correlation
    double weekend;               // level of Saturday and Sunday over the other days'
    double sd;                    // of a temperature about its waves, C
    double range;                 // of a temperature over the day, C
    double season;                // half of its range over the year, C
    double shared;                // number of the process shared with other signals; 0: none
    double corr;                  // share of that process in the variance of z
} sw_synth;

// Probabilities of the table's entries.
extern const double sw_synth_probability[SW_SYNTH_TABLE];

// Where the slots of a signal lie on the clock of its site.
typedef struct sw_synth_grid {
    double start_unix_s; // NaN: Monday 2025-07-14T00:00:00Z
    double utc_offset_h;
    double slot_s;
    int64_t n_slot;
} sw_synth_grid;

// Reads NAME[,KEY=VALUE...]: NAME a kind or a preset, VALUE a number or, for lists, numbers with
// blanks between. Errors tell what is allowed.
sw_status sw_synth_parse(const char *text, sw_synth *synth, sw_error *err);
// Writes the text that sw_synth_parse reads back, numbers with 4 digits; false when it does not
// fit.
bool sw_synth_print(const sw_synth *synth, char *text, size_t size);
enum { SW_SYNTH_TEXT = 2048 };

// Fills `out` [n_slot]: the mean of the 5-minute samples that start in a slot, else the last before
// it.
void sw_synth_fill(const sw_synth *synth, uint64_t seed, uint32_t stream, const sw_synth_grid *grid,
                   double *out);

// Unit of a kind's values, as column names of traces end in it.
const char *sw_synth_unit(sw_synth_kind kind);
const char *sw_synth_kind_name(sw_synth_kind kind);
// Sets what a kind has when nothing is said.
void sw_synth_default(sw_synth_kind kind, sw_synth *synth);

typedef struct sw_synth_preset {
    const char *name;
    const char *text; // what it stands for, as sw_synth_parse reads it
    const char *help; // what it imitates
} sw_synth_preset;

extern const sw_synth_preset sw_synth_presets[];
extern const int32_t sw_n_synth_preset;

#endif
