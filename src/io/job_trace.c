#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/timegrid.h"
#include "io/columns.h"
#include "io/trace.h"

// The columns of a job trace. `images` is kept as an integer, the others as they are.
enum { ARRIVAL, IMAGES, DEADLINE, VALUE, WORK, N_COLUMN };

typedef struct column_rule {
    const char *name;
    const char *allowed;
    bool (*is_allowed)(double x); // false for NaN too
} column_rule;

static bool is_arrival(double x) {
    return x >= 0.0 && isfinite(x);
}

static bool is_images(double x) {
    return x >= 1.0 && x <= (double)SW_MAX_IMAGES && x == rint(x);
}

static bool is_deadline(double x) {
    return x > 0.0;
}

static bool is_value(double x) {
    return x >= 0.0 && isfinite(x);
}

static bool is_work(double x) {
    return x > 0.0 && isfinite(x);
}

static const column_rule rules[N_COLUMN] = {
    [ARRIVAL] = {"arrival_s", "a number, 0 at least", is_arrival},
    [IMAGES] = {"images", "an integer from 1 to 10000", is_images},
    [DEADLINE] = {"deadline_s", "a number above 0, or inf", is_deadline},
    [VALUE] = {"value", "a number, 0 at least", is_value},
    [WORK] = {"work", "a number above 0", is_work}};

// Finds the columns; names that mean nothing here are errors, since a misspelt one would be lost.
static sw_status find_columns(const sw_columns *table, const double *column[N_COLUMN],
                              sw_error *err) {
    for (int32_t i = 0; i < table->n_column; i++) {
        int k = 0;
        while (k < N_COLUMN && strcmp(table->name[i], rules[k].name) != 0) {
            k++;
        }
        if (k == N_COLUMN) {
            return sw_fail(
                err, SW_ERR_BAD_INPUT,
                "%s: unknown column '%s'; a job trace has arrival_s and may have images, "
                "deadline_s, value, work",
                table->path, table->name[i]);
        }
        column[k] = table->value[i];
    }
    if (column[ARRIVAL] == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: a job trace needs a column 'arrival_s'",
                       table->path);
    }
    return SW_OK;
}

// Checks every cell, and that arrivals do not fall.
static sw_status check_cells(const sw_columns *table, const double *const column[N_COLUMN],
                             sw_error *err) {
    char where[SW_WHERE_TEXT];
    const double *arrival_s = column[ARRIVAL];
    for (int64_t row = 0; row < table->n; row++) {
        for (int k = 0; k < N_COLUMN; k++) {
            if (column[k] != NULL && !rules[k].is_allowed(column[k][row])) {
                return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s is not allowed there; it must be %s",
                               sw_row_where(table->path, table->line, row, where), rules[k].name,
                               rules[k].allowed);
            }
        }
        if (row > 0 && arrival_s[row] < arrival_s[row - 1]) {
            return sw_fail(
                err, SW_ERR_BAD_INPUT,
                "%s: arrival_s %.10g is before the row above, %.10g; rows must be in order",
                sw_row_where(table->path, table->line, row, where), arrival_s[row],
                arrival_s[row - 1]);
        }
    }
    return SW_OK;
}

// Copies the first `n` numbers of a column; a column that is not there stays NULL.
static bool copy_column(sw_arena *arena, const double *from, int64_t n, const double **to) {
    *to = NULL;
    if (from == NULL) {
        return true;
    }
    double *copy = sw_arena_alloc(arena, (size_t)n, sizeof copy[0]);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, from, (size_t)n * sizeof copy[0]);
    *to = copy;
    return true;
}

static bool copy_jobs(sw_arena *arena, const double *const column[N_COLUMN], sw_job_trace *jobs) {
    double *arrival_s = sw_arena_alloc(arena, (size_t)jobs->n, sizeof arrival_s[0]);
    if (arrival_s == NULL) {
        return false;
    }
    for (int64_t i = 0; i < jobs->n; i++) {
        arrival_s[i] = sw_time_round(column[ARRIVAL][i]);
    }
    jobs->arrival_s = arrival_s;
    if (column[IMAGES] != NULL) {
        int32_t *images = sw_arena_alloc(arena, (size_t)jobs->n, sizeof images[0]);
        if (images == NULL) {
            return false;
        }
        for (int64_t i = 0; i < jobs->n; i++) {
            images[i] = (int32_t)column[IMAGES][i];
        }
        jobs->images = images;
    }
    return copy_column(arena, column[DEADLINE], jobs->n, &jobs->deadline_s) &&
           copy_column(arena, column[VALUE], jobs->n, &jobs->value) &&
           copy_column(arena, column[WORK], jobs->n, &jobs->work);
}

sw_status sw_job_trace_load_file(const char *path, sw_file *file, double end_s, sw_arena *arena,
                                 sw_job_trace *jobs, char sha256[65], sw_error *err) {
    sw_columns table = {0};
    SW_TRY(sw_columns_load_file(path, file, &table, err));
    const double *column[N_COLUMN] = {NULL};
    sw_job_trace result = {0};
    sw_status status = find_columns(&table, column, err);
    if (status == SW_OK) {
        status = check_cells(&table, column, err);
    }
    if (status == SW_OK) {
        SW_REQUIRE(column[ARRIVAL] != NULL);
        while (result.n < table.n && sw_time_round(column[ARRIVAL][result.n]) < end_s) {
            result.n++;
        }
        if (copy_jobs(arena, column, &result)) {
            *jobs = result;
            memcpy(sha256, table.sha256, sizeof table.sha256);
        } else {
            status = sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
        }
    }
    sw_columns_deinit(&table);
    return status;
}

sw_status sw_job_trace_load(const char *path, double end_s, sw_arena *arena, sw_job_trace *jobs,
                            char sha256[65], sw_error *err) {
    sw_file file = {0};
    SW_TRY(sw_file_read(path, SW_FILE_MAX_BYTES, &file, err));
    return sw_job_trace_load_file(path, &file, end_s, arena, jobs, sha256, err);
}
