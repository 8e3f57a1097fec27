// import.h -- turns files of markets, grids, weather and production logs into the project's trace
// files. One row of a table is one format; what is kept out is an error or counted, never dropped
// in silence.
#ifndef SW_IO_IMPORT_H
#define SW_IO_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

// What to do where samples are missing or empty.
typedef enum sw_import_fill {
    SW_FILL_NONE,  // a gap is an error
    SW_FILL_HOLD,  // the sample before holds on
    SW_FILL_LINEAR // a straight line to the sample after
} sw_import_fill;

typedef struct sw_import_options {
    const char *format; // name of a format, or "auto"
    const char *in;
    const char *out;     // .h5: HDF5, anything else CSV
    double start_unix_s; // of the window; NaN: the first sample
    double days;         // of the window; 0: to the last sample
    const char *column;  // which series of the file; NULL: the format's usual one
    const char *place;   // which node, site or zone of the file; NULL: the only one
    const char *clock;   // local clock of times without an offset; NULL: UTC
    double utc_offset_h; // of times without an offset; NaN: not given
    double rated_mw;     // of a plant, to turn power into a capacity factor; NaN: not given
    double usd_rate;     // USD for one unit of the file's currency; NaN: the currency stays
    bool refine;         // to 5 minutes, with the seed
    uint64_t seed;
    double latitude; // where the weather is from; NaN: as the file says
    double longitude;
    double tilt_deg; // of a PV array; NaN: as the file says, or the latitude
    double azimuth_deg;
    const char *turbine; // NULL: the first
    double hub_m;        // NaN: the turbine's usual one
    double wind_m;       // height of the file's wind; NaN: the format's
    const char *zone;    // a note on the place; NULL: none
    sw_import_fill fill;
    int32_t part; // of job traces: keep part 1 .. n_part of the users; 0: all
    int32_t n_part;
    const char *command;      // as typed, for the header; NULL: none
    const volatile int *stop; // not 0: end with SW_ERR_INTERRUPTED; NULL: never
} sw_import_options;

// Returns options that choose nothing.
sw_import_options sw_import_options_default(void);

// What was done.
typedef struct sw_import_report {
    const char *format;
    int64_t n_read;     // rows of the input
    int64_t n_written;  // rows of the output
    int64_t n_filled;   // of them, filled in
    int64_t n_left_out; // rows that repeat, are superseded, or are no usable request
} sw_import_report;

// A format as --help shows it.
typedef struct sw_import_format {
    const char *name;
    const char *summary;
    const char *header; // what the file starts with
} sw_import_format;

// Lists the formats. Returns the i-th; NULL beyond the last.
const sw_import_format *sw_import_format_at(int32_t i);

// Reads, checks and converts one file; the output is complete or absent.
sw_status sw_import(const sw_import_options *options, sw_import_report *report, sw_error *err);

#endif
