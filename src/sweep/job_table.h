// job_table.h -- every job of a run, one row each, collected from outcomes (`run --jobs`).
#ifndef SW_SWEEP_JOB_TABLE_H
#define SW_SWEEP_JOB_TABLE_H

#include "io/results.h"
#include "sim/run.h"

typedef struct sw_job_row {
    double arrival_s;
    double deadline_s; // absolute; inf: never late
    double start_s;    // NaN: never began
    double end_s;      // NaN: unfinished
    double revenue_usd;
    double late_usd;
    double transfer_usd;
    int32_t cls;
    int32_t origin;
    int32_t asp;   // -1: rejected or never decided
    int32_t steps; // denoising steps; 0 without an ASP
    int32_t images;
    int8_t outcome; // an sw_outcome_kind
} sw_job_row;

typedef struct sw_job_table {
    const sw_model *model; // borrowed
    int64_t n;
    int64_t n_room;
    sw_job_row *row;  // by job number   [n]
    sw_status status; // SW_ERR_NO_MEMORY when a row could not be kept
} sw_job_table;

void sw_job_table_init(sw_job_table *table, const sw_model *model);
void sw_job_table_deinit(sw_job_table *table);

// Keeps an outcome; jobs come in any order.
void sw_job_table_add(sw_job_table *table, const sw_outcome *outcome);

// Replaces the histogram's p99_latency_s by the exact one: the least latency that at least 99 % of
// the completed jobs do not exceed, of the run, each site and each ASP.
sw_status sw_job_table_set_p99(const sw_job_table *table, sw_run_result *result, sw_error *err);

// Adds group `per_job`: one array a column along dimension `job`.
sw_status sw_job_table_save(const sw_job_table *table, sw_results *results, sw_error *err);

#endif
