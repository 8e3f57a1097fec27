// Requests of a production log as a job trace.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "io/import_samples.h"
#include "model/model.h"

enum { FIRST_ROOM = 1024, MAX_ROWS = 1 << 26 };

// Service times are whole seconds; 0 stands for less than half of one.
#define SHORTEST_EXEC_S 0.5

// Columns of the log that are used.
enum { CREATED, STATUS, EXEC_S, GROUP, IMAGES, STEPS, N_FIELD };
static const char *const field_name[N_FIELD] = {
    [CREATED] = "gmt_create", [STATUS] = "predict_status",        [EXEC_S] = "exec_time_seconds",
    [GROUP] = "groupId",      [IMAGES] = "num_images_per_prompt", [STEPS] = "num_inference_steps"};

void sw_requests_deinit(sw_requests *requests) {
    free(requests->time_s);
    free(requests->images);
    free(requests->work);
    *requests = (sw_requests){0};
}

static bool resize(double **array, int64_t room) {
    double *larger = realloc(*array, (size_t)room * sizeof larger[0]);
    if (larger == NULL) {
        return false;
    }
    *array = larger;
    return true;
}

static bool add(sw_requests *r, double time_s, double images, double work) {
    if (r->n == r->room) {
        const int64_t room = r->room == 0 ? FIRST_ROOM : 2 * r->room;
        if (room > MAX_ROWS || !resize(&r->time_s, room) || !resize(&r->images, room) ||
            !resize(&r->work, room)) {
            return false;
        }
        r->room = room;
    }
    r->time_s[r->n] = time_s;
    r->images[r->n] = images;
    r->work[r->n] = work;
    r->n++;
    return true;
}

// Returns the part, 1 .. n_part, that a user such as G0017 belongs to; 0: no such name.
static int32_t part_of(const char *group, int32_t n_part) {
    int64_t number = 0;
    if (group[0] != 'G' || !sw_integer_parse(group + 1, &number) || number < 0) {
        return 0;
    }
    return (int32_t)(number % n_part) + 1;
}

static sw_status take_positive(const sw_csv *csv, int32_t field, double lo, double hi,
                               double *value, sw_error *err) {
    if (!sw_number_parse(csv->field[field], value) || !(*value >= lo && *value <= hi)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": field %d, '%.64s'; a number from %g to %g is allowed",
                       csv->path, csv->line, field + 1, csv->field[field], lo, hi);
    }
    return SW_OK;
}

// Reads the record as a request if it is a usable one in the window and part asked for.
static sw_status take_request(const sw_csv *csv, const int32_t field[N_FIELD], double time_s,
                              const sw_import_options *options, sw_requests *r, sw_error *err) {
    // Failed and pending requests have no service time; some rows lack the model's fields.
    if (strcmp(csv->field[field[STATUS]], "SUCCEED") != 0 || csv->field[field[IMAGES]][0] == '\0' ||
        csv->field[field[STEPS]][0] == '\0') {
        r->n_left_out++;
        return SW_OK;
    }
    if (options->n_part > 0) {
        const int32_t part = part_of(csv->field[field[GROUP]], options->n_part);
        if (part == 0) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64 ": groupId '%.64s'; G and a number is allowed", csv->path,
                           csv->line, csv->field[field[GROUP]]);
        }
        if (part != options->part) {
            return SW_OK;
        }
    }
    double images = 0.0;
    double steps = 0.0;
    double exec_s = 0.0;
    SW_TRY(take_positive(csv, field[IMAGES], 1.0, (double)SW_MAX_IMAGES, &images, err));
    SW_TRY(take_positive(csv, field[STEPS], 1.0, 1e6, &steps, err));
    SW_TRY(take_positive(csv, field[EXEC_S], 0.0, 1e9, &exec_s, err));
    if (images != rint(images)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": %g images; a whole number is allowed", csv->path, csv->line,
                       images);
    }
    exec_s = exec_s > SHORTEST_EXEC_S ? exec_s : SHORTEST_EXEC_S;
    if (!add(r, time_s, images, exec_s / (images * steps))) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory, or more than %d rows", csv->path,
                       MAX_ROWS);
    }
    return SW_OK;
}

static int compare_double(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

// Divides seconds per image and step by their median, so that a usual job has work 1.
static sw_status normalise_work(const sw_csv *csv, sw_requests *r, sw_error *err) {
    double *sorted = malloc((size_t)r->n * sizeof sorted[0]);
    if (sorted == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", csv->path);
    }
    memcpy(sorted, r->work, (size_t)r->n * sizeof sorted[0]);
    qsort(sorted, (size_t)r->n, sizeof sorted[0], compare_double);
    const double median = 0.5 * (sorted[(r->n - 1) / 2] + sorted[r->n / 2]);
    free(sorted);
    for (int64_t i = 0; i < r->n; i++) {
        r->work[i] /= median;
    }
    return SW_OK;
}

sw_status sw_import_alibaba(sw_csv *csv, const sw_import_options *options, sw_requests *requests,
                            sw_error *err) {
    int32_t field[N_FIELD];
    for (int i = 0; i < N_FIELD; i++) {
        field[i] = sw_csv_find(csv, field_name[i]);
        if (field[i] < 0) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": no column '%s'", csv->path,
                           csv->line, field_name[i]);
        }
    }
    const int32_t n_field = csv->n_field;
    double start_s = options->start_unix_s;
    double last_s = -(double)INFINITY;
    for (bool more = true;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more) {
            break;
        }
        double time_s = 0.0;
        if (csv->n_field != n_field) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": %d fields; %d are needed",
                           csv->path, csv->line, csv->n_field, n_field);
        }
        SW_TRY(sw_import_date(csv, csv->field[field[CREATED]], options, &time_s, err));
        if (time_s < last_s) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": time is before the row above",
                           csv->path, csv->line);
        }
        last_s = time_s;
        start_s = isfinite(start_s) ? start_s : time_s;
        if (time_s < start_s ||
            (options->days > 0.0 && time_s >= start_s + 86400.0 * options->days)) {
            continue;
        }
        requests->n_read++;
        SW_TRY(take_request(csv, field, time_s - start_s, options, requests, err));
    }
    if (requests->n == 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: no usable request in the window", csv->path);
    }
    return normalise_work(csv, requests, err);
}
