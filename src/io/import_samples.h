// import_samples.h -- samples and requests on their way from a foreign file to a trace: collected,
// ordered, cut to a window, filled, and written.
#ifndef SW_IO_IMPORT_SAMPLES_H
#define SW_IO_IMPORT_SAMPLES_H

#include "base/csv.h"
#include "io/import.h"

// Rows of a file with samples, and of one with requests; what has more is refused.
enum { SW_IMPORT_MAX_ROW = 1 << 24, SW_IMPORT_MAX_REQUEST = 1 << 25 };

// One series, rows in the order of the file.
typedef struct sw_samples {
    const char *path; // borrowed, for messages
    int64_t n;
    int64_t room;
    double *time_s; // s since 1970 UTC, or within the year 2000 of the local clock when `yearly`
    double *value;  // NaN where the file has none
    int64_t *line;  // 0: filled in
    int64_t n_left_out;
    bool yearly;         // to be laid over the years of the window by month, day and time
    double utc_offset_h; // of a yearly series
    double interval_s;   // 0: the commonest one
    char column[48];     // of the output, with its unit
    char unit[24];       // in words
    const char *what;    // a sentence for the header
} sw_samples;

void sw_samples_deinit(sw_samples *series);

// Appends a sample; false when memory is short.
bool sw_samples_add(sw_samples *series, double time_s, double value, int64_t line);

// Orders by time, and drops rows that repeat time and value of another, counting them.
sw_status sw_samples_sort(sw_samples *series, sw_error *err);

// Finds the interval that most samples have; they need to rise. 0 for fewer than two.
sw_status sw_samples_interval(const sw_samples *series, double *interval_s, sw_error *err);

// Cuts to the window of the options and closes gaps as they say; the result has no NaN and steps
// evenly but where the file itself is denser.
sw_status sw_samples_cut(const sw_samples *series, const sw_import_options *options,
                         sw_samples *out, int64_t *n_filled, sw_error *err);

// Replaces each sample by those of 5 minutes with its value as their mean: lognormal factors of
// relative standard deviation SW_REFINE_SD and correlation SW_REFINE_AR, drawn by the seed.
#define SW_REFINE_SD 0.13
#define SW_REFINE_AR 0.3
sw_status sw_samples_refine(sw_samples *series, uint64_t seed, sw_error *err);

// A column of the output.
typedef struct sw_out_column {
    const char *name;
    const char *unit;      // for HDF5
    const char *long_name; // for HDF5
    const double *value;
    bool whole; // integers
} sw_out_column;

// What a trace file holds. The first column is `time` (as dates) or `arrival_s`.
typedef struct sw_out_table {
    const char *const *header; // lines, each without its `# `
    int32_t n_header;
    int64_t n; // rows
    const sw_out_column *column;
    int32_t n_column;
    const volatile int *stop; // not 0: interrupted; NULL: never
} sw_out_table;

sw_status sw_trace_write(const char *path, const sw_out_table *table, sw_error *err);

// Requests on their way to a job trace.
typedef struct sw_requests {
    int64_t n;
    int64_t room;
    double *time_s; // s since 1970 on the clock of the file, then since the window's start
    double *images;
    double *work;
    int64_t n_read;
    int64_t n_left_out;
    const char *what; // a sentence on `work` for the header
} sw_requests;

void sw_requests_deinit(sw_requests *requests);

#endif
