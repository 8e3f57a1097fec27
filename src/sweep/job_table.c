#include "sweep/job_table.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void sw_job_table_init(sw_job_table *table, const sw_model *model) {
    *table = (sw_job_table){.model = model};
}

void sw_job_table_deinit(sw_job_table *table) {
    free(table->row);
    *table = (sw_job_table){0};
}

// Makes room for `job`. Rows not yet heard of stay zero.
static bool reserve(sw_job_table *table, int64_t job) {
    if (job >= table->n_room) {
        int64_t room = table->n_room > 0 ? table->n_room : 4096;
        while (room <= job) {
            room += room / 2;
        }
        sw_job_row *row = realloc(table->row, (size_t)room * sizeof *row);
        if (row == NULL) {
            return false;
        }
        memset(row + table->n_room, 0, (size_t)(room - table->n_room) * sizeof *row);
        table->row = row;
        table->n_room = room;
    }
    table->n = job >= table->n ? job + 1 : table->n;
    return true;
}

void sw_job_table_add(sw_job_table *table, const sw_outcome *outcome) {
    if (table->status != SW_OK) {
        return;
    }
    if (!reserve(table, outcome->job.job)) {
        table->status = SW_ERR_NO_MEMORY;
        return;
    }
    const sw_job_view *job = &outcome->job;
    table->row[job->job] = (sw_job_row){
        .arrival_s = job->arrival_s,
        .deadline_s = job->deadline_s,
        .start_s = outcome->start_s,
        .end_s = outcome->end_s,
        .revenue_usd = outcome->revenue_usd,
        .late_usd = outcome->late_usd,
        .transfer_usd = outcome->transfer_usd,
        .cls = job->cls,
        .origin = job->origin,
        .asp = outcome->asp,
        .steps = outcome->asp >= 0 ? table->model->sys.steps[outcome->step] : 0,
        .images = job->images,
        .outcome = (int8_t)outcome->kind,
    };
}

// ------------------------------------------------------------------ latency

static bool is_completed(const sw_job_row *row) {
    return row->outcome == SW_OUTCOME_ON_TIME || row->outcome == SW_OUTCOME_LATE;
}

static int compare_doubles(const void *a, const void *b) {
    double x = 0.0;
    double y = 0.0;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

// The 99th percentile (nearest rank) of the latencies of completed jobs at an ASP, at a site, or
// (both -1) of all. `scratch` has room for all jobs. 0 of nothing.
static double p99_of(const sw_job_table *table, int32_t site, int32_t asp, double *scratch) {
    int64_t n = 0;
    for (int64_t job = 0; job < table->n; job++) {
        const sw_job_row *row = &table->row[job];
        const bool here = is_completed(row) && (asp < 0 || row->asp == asp) &&
                          (site < 0 || table->model->sys.asp_site[row->asp] == site);
        if (here) {
            scratch[n++] = row->end_s - row->arrival_s;
        }
    }
    if (n == 0) {
        return 0.0;
    }
    qsort(scratch, (size_t)n, sizeof *scratch, compare_doubles);
    const int64_t rank = (99 * n + 99) / 100; // ceil(0.99 n)
    return scratch[rank - 1];
}

sw_status sw_job_table_set_p99(const sw_job_table *table, sw_run_result *result, sw_error *err) {
    double *scratch = malloc(((size_t)table->n + 1) * sizeof *scratch);
    if (scratch == NULL || table->status != SW_OK) {
        free(scratch);
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for a table of the jobs");
    }
    result->total.p99_latency_s = p99_of(table, -1, -1, scratch);
    for (int32_t site = 0; site < table->model->sys.n_site; site++) {
        result->site[site].p99_latency_s = p99_of(table, site, -1, scratch);
    }
    for (int32_t asp = 0; asp < table->model->sys.n_asp; asp++) {
        result->asp[asp].p99_latency_s = p99_of(table, -1, asp, scratch);
    }
    free(scratch);
    return SW_OK;
}

// ------------------------------------------------------------------ results

// One column: where it lies in a row.
typedef struct column {
    sw_results_array array;
    size_t offset;
} column;

static size_t size_of(sw_results_type type) {
    return type == SW_RESULTS_INT8 ? 1 : type == SW_RESULTS_INT32 ? 4 : 8;
}

static void save_column(const sw_job_table *table, sw_results *results, const column *c,
                        unsigned char *scratch) {
    const size_t size = size_of(c->array.type);
    for (int64_t job = 0; job < table->n; job++) {
        const unsigned char *row = (const unsigned char *)&table->row[job];
        memcpy(scratch + (size_t)job * size, row + c->offset, size);
    }
    sw_results_array array = c->array;
    array.group = "per_job";
    array.dim[0] = "job";
    array.data = scratch;
    sw_results_add(results, &array);
}

#define COLUMN(field, type_, unit_, text, ...)                                                     \
    {                                                                                              \
        {.name = #field, .unit = (unit_), .long_name = (text), .type = (type_), __VA_ARGS__},      \
            offsetof(sw_job_row, field)                                                            \
    }

sw_status sw_job_table_save(const sw_job_table *table, sw_results *results, sw_error *err) {
    static const char *const outcome_name[] = {"on_time", "late", "dropped", "rejected",
                                               "unfinished"};
    const sw_system *sys = &table->model->sys;
    const column columns[] = {
        {{.name = "class",
          .unit = "1",
          .long_name = "workload class",
          .type = SW_RESULTS_INT32,
          .meaning = sys->class_name,
          .n_meaning = sys->n_class},
         offsetof(sw_job_row, cls)},
        COLUMN(origin, SW_RESULTS_INT32, "1", "ASP at which the job arrived",
               .meaning = sys->asp_name, .n_meaning = sys->n_asp),
        COLUMN(asp, SW_RESULTS_INT32, "1", "ASP that was to serve it; -1: none",
               .meaning = sys->asp_name, .n_meaning = sys->n_asp),
        COLUMN(steps, SW_RESULTS_INT32, "1", "denoising steps; 0 without an ASP", .n_meaning = 0),
        COLUMN(images, SW_RESULTS_INT32, "1", "images", .n_meaning = 0),
        COLUMN(arrival_s, SW_RESULTS_DOUBLE, "s", "arrival, from the start of the run",
               .n_meaning = 0),
        COLUMN(start_s, SW_RESULTS_DOUBLE, "s", "service began; NaN if it never did",
               .n_meaning = 0),
        COLUMN(end_s, SW_RESULTS_DOUBLE, "s",
               "completed, dropped or rejected; NaN if still in the system", .n_meaning = 0),
        COLUMN(deadline_s, SW_RESULTS_DOUBLE, "s", "deadline; inf: none", .n_meaning = 0),
        COLUMN(outcome, SW_RESULTS_INT8, "1", "how the job ended", .meaning = outcome_name,
               .n_meaning = (int32_t)(sizeof outcome_name / sizeof *outcome_name)),
        COLUMN(revenue_usd, SW_RESULTS_DOUBLE, "USD", "paid for it", .n_meaning = 0),
        COLUMN(late_usd, SW_RESULTS_DOUBLE, "USD", "penalty paid", .n_meaning = 0),
        COLUMN(transfer_usd, SW_RESULTS_DOUBLE, "USD", "paid to move it", .n_meaning = 0),
    };
    int64_t *scratch = malloc(((size_t)table->n + 1) * sizeof *scratch);
    if (scratch == NULL || table->status != SW_OK) {
        free(scratch);
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for a table of the jobs");
    }
    sw_results_group(results, "per_job");
    for (int64_t job = 0; job < table->n; job++) {
        scratch[job] = job;
    }
    sw_results_dim(results,
                   &(sw_results_array){.group = "per_job",
                                       .name = "job",
                                       .unit = "1",
                                       .long_name = "job number, in order of arrival",
                                       .type = SW_RESULTS_INT64,
                                       .data = scratch},
                   table->n);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        save_column(table, results, &columns[i], (unsigned char *)scratch);
    }
    free(scratch);
    return SW_OK;
}
