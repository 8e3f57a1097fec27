// trace_gen.h -- writes traces made by a generator, and fits generators to traces.
#ifndef SW_IO_TRACE_GEN_H
#define SW_IO_TRACE_GEN_H

#include <stdio.h>

#include "io/json.h"
#include "model/synth_fit.h"

typedef struct sw_trace_gen_options {
    const char *generator; // without `synth:`
    const char *out;       // .h5: HDF5, anything else CSV
    double start_unix_s;   // NaN: column time_s in place of time
    double utc_offset_h;
    double slot_s;
    double days;
    uint64_t seed;
    uint32_t stream;     // which of a run's signals
    const char *command; // as typed, for the header
    const volatile int *stop; // not 0: end with SW_ERR_INTERRUPTED; NULL: never
} sw_trace_gen_options;

// Writes one column; the output is complete or absent.
sw_status sw_trace_gen(const sw_trace_gen_options *options, sw_error *err);

enum { SW_TRACE_FIT_SEEDS = 20, SW_TRACE_FIT_LENGTHS = 4 };

typedef struct sw_trace_fit_options {
    const char *path;
    const char *column;    // `arrival_s`: a job trace
    const char *kind;      // NULL: by the column's unit
    const char *generator; // compare this one, without `synth:`; NULL: fit one
    double utc_offset_h;   // clock of the profile
    double start_unix_s;   // begin of a trace without dates; NaN: Monday 2025-07-14T00:00:00Z
} sw_trace_fit_options;

typedef struct sw_trace_fit {
    sw_synth synth;
    sw_synth_stats real;
    sw_synth_stats made; // mean over the seeds, of series that many times as long
} sw_trace_fit;

sw_status sw_trace_fit_file(const sw_trace_fit_options *options, sw_trace_fit *fit, sw_error *err);
// Prints the generator as a signal of a scenario, and a table of both statistics in Markdown.
void sw_trace_fit_print(const sw_trace_fit *fit, FILE *out);
void sw_trace_fit_json(const sw_trace_fit *fit, sw_json *json);

#endif
