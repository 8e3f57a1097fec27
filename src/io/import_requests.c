// Requests of production logs and clusters as a job trace: when each came, its images, and its work
// over that of a usual one.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "io/import_format.h"
#include "model/model.h"

enum { FIRST_ROOM = 1024, MAX_PER = 2 };

// The columns that make a request. Its work is (amount - less) over the product of `per`, divided
// by the median of the file's.
typedef struct layout {
    const char *time;
    bool seconds;       // the time is in s since any day, not a date
    const char *status; // pattern of its column; NULL: none
    const char *good;   // pattern of the states that count
    const char *group;  // users for --part, a letter and a number; NULL: rows by turns
    const char *images; // NULL: one each
    const char *amount;
    const char *less; // NULL: 0
    const char *per[MAX_PER];
    double least;     // of the amount; less is taken as that much
    bool skip_none;   // requests of no amount failed: left out
    const char *what; // of `work`, for the header
} layout;

// Fields of the layout's columns; -1: not there.
typedef struct places {
    int32_t n_field;
    int32_t time;
    int32_t status;
    int32_t group;
    int32_t images;
    int32_t amount;
    int32_t less;
    int32_t per[MAX_PER];
} places;

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
        if (room > SW_IMPORT_MAX_REQUEST || !resize(&r->time_s, room) ||
            !resize(&r->images, room) || !resize(&r->work, room)) {
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

static sw_status find_columns(const sw_csv *csv, const layout *l, places *at, sw_error *err) {
    const struct {
        const char *pattern;
        int32_t *field;
    } column[] = {{l->time, &at->time},     {l->status, &at->status}, {l->group, &at->group},
                  {l->images, &at->images}, {l->amount, &at->amount}, {l->less, &at->less},
                  {l->per[0], &at->per[0]}, {l->per[1], &at->per[1]}};
    at->n_field = csv->n_field;
    for (size_t i = 0; i < sizeof column / sizeof column[0]; i++) {
        *column[i].field = -1;
        if (column[i].pattern != NULL) {
            SW_TRY(sw_import_find(csv, column[i].pattern, column[i].field, err));
        }
    }
    return SW_OK;
}

static sw_status take_number(const sw_csv *csv, int32_t field, double lo, double hi, double *value,
                             sw_error *err) {
    if (!sw_number_parse(csv->field[field], value) || !(*value >= lo && *value <= hi)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": field %d, '%.64s'; a number from %g to %g is allowed",
                       csv->path, csv->line, field + 1, csv->field[field], lo, hi);
    }
    return SW_OK;
}

// Some rows lack the model's fields; failed and pending requests have no service.
static bool is_usable(const sw_csv *csv, const layout *l, const places *at) {
    const int32_t needed[] = {at->images, at->less, at->per[0], at->per[1]};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (needed[i] >= 0 && csv->field[needed[i]][0] == '\0') {
            return false;
        }
    }
    return at->status < 0 || sw_pattern_fits(l->good, csv->field[at->status], NULL);
}

// Tells whether a request belongs to the part asked for: by the number of its user, such as G0017,
// or else by its own.
static sw_status is_in_part(const sw_csv *csv, const places *at, const sw_import_options *options,
                            int64_t row, bool *is_in, sw_error *err) {
    *is_in = true;
    if (options->n_part == 0) {
        return SW_OK;
    }
    int64_t number = row;
    if (at->group >= 0) {
        const char *name = csv->field[at->group];
        if (name[0] != 'G' || !sw_integer_parse(name + 1, &number) || number < 0) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64 ": groupId '%.64s'; G and a number is allowed", csv->path,
                           csv->line, name);
        }
    }
    *is_in = (int32_t)(number % options->n_part) + 1 == options->part;
    return SW_OK;
}

// Reads the record as a request if it is a usable one in the part asked for.
static sw_status take_request(const sw_csv *csv, const layout *l, const places *at, double time_s,
                              const sw_import_options *options, sw_requests *r, sw_error *err) {
    double images = 1.0;
    double amount = 0.0;
    double less = 0.0;
    double per = 1.0;
    bool is_in = true;
    if (!is_usable(csv, l, at)) {
        r->n_left_out++;
        return SW_OK;
    }
    SW_TRY(is_in_part(csv, at, options, r->n_read, &is_in, err));
    if (!is_in) {
        return SW_OK;
    }
    if (at->images >= 0) {
        SW_TRY(take_number(csv, at->images, 1.0, (double)SW_MAX_IMAGES, &images, err));
        if (images != rint(images)) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%" PRId64 ": %g images; a whole number is allowed", csv->path,
                           csv->line, images);
        }
    }
    for (int i = 0; i < MAX_PER; i++) {
        if (at->per[i] >= 0) {
            double x = 0.0;
            SW_TRY(take_number(csv, at->per[i], 1.0, 1e6, &x, err));
            per *= x;
        }
    }
    SW_TRY(take_number(csv, at->amount, 0.0, 1e12, &amount, err));
    if (at->less >= 0) {
        SW_TRY(take_number(csv, at->less, 0.0, amount, &less, err));
    }
    amount -= less;
    if (amount == 0.0 && l->skip_none) {
        r->n_left_out++;
        return SW_OK;
    }
    amount = amount > l->least ? amount : l->least;
    return add(r, time_s, images, amount / per)
               ? SW_OK
               : sw_import_no_room(csv->path, r->n, SW_IMPORT_MAX_REQUEST, err);
}

static int compare_double(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

// Divides the work by its median, so that a usual job has work 1; 12 decimals are more than a log
// knows.
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
        r->work[i] = rint(r->work[i] / median * 1e12) / 1e12;
    }
    return SW_OK;
}

static sw_status take_time(const sw_csv *csv, const layout *l, const places *at,
                           const sw_import_options *options, double *time_s, sw_error *err) {
    if (l->seconds) {
        return take_number(csv, at->time, 0.0, 1e11, time_s, err);
    }
    return sw_import_date(csv, at->time, SW_DATE_YMD, options, time_s, err);
}

static sw_status read_requests(sw_csv *csv, const sw_import_kind *kind,
                               const sw_import_options *options, sw_requests *requests,
                               sw_error *err) {
    const layout *l = kind->layout;
    places at;
    SW_TRY(find_columns(csv, l, &at, err));
    requests->what = l->what;
    double start_s = options->start_unix_s;
    double last_s = -(double)INFINITY;
    for (bool more = true;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more) {
            break;
        }
        double time_s = 0.0;
        SW_TRY(sw_import_need(csv, at.n_field, err));
        SW_TRY(take_time(csv, l, &at, options, &time_s, err));
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
        // To the microsecond: seconds since 1970 hold no more.
        const double arrival_s = rint((time_s - start_s) * 1e6) / 1e6;
        SW_TRY(take_request(csv, l, &at, arrival_s, options, requests, err));
        requests->n_read++;
    }
    if (requests->n == 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: no usable request in the window", csv->path);
    }
    return normalise_work(csv, requests, err);
}

// ------------------------------------------------------------------ the formats

static const layout alibaba_genai = {
    .time = "gmt_create",
    .status = "predict_status",
    .good = "SUCCEED",
    .group = "groupId",
    .images = "num_images_per_prompt",
    .amount = "exec_time_seconds",
    .per = {"num_images_per_prompt", "num_inference_steps"},
    .least = 0.5, // times are whole seconds; 0 stands for less than half of one
    .what = "service seconds per image and step"};

static const layout alibaba_latency = {.time = "timestamp_anon",
                                       .seconds = true,
                                       .amount = "value",
                                       .least = 1.0,
                                       .what = "milliseconds of the sampled request"};

static const layout alibaba_gpu = {.time = "creation_time",
                                   .seconds = true,
                                   .amount = "deletion_time",
                                   .less = "scheduled_time",
                                   .least = 1.0,
                                   .what = "seconds from schedule to deletion of the pod"};

static const layout azure_llm = {
    .time = "TIMESTAMP", .amount = "GeneratedTokens", .least = 1.0, .what = "generated tokens"};

static const layout burstgpt = {.time = "Timestamp",
                                .seconds = true,
                                .amount = "Response tokens",
                                .least = 1.0,
                                .skip_none = true, // the service failed
                                .what = "response tokens"};

#define ALIBABA_LICENCE                                                                            \
    "Alibaba cluster data: for study and research; not to be shipped with products"

const sw_import_kind sw_import_requests[] = {
    {.shown = {"alibaba-genai", "Stable Diffusion requests as a job trace; --part I/N splits users",
               "gmt_create,predict_type,predict_status,exec_time_seconds,groupId,..."},
     .licence = ALIBABA_LICENCE,
     .sign = {"gmt_create", "num_images_per_prompt", "exec_time_seconds"},
     .uses = SW_USES_PART | SW_USES_UTC_OFFSET,
     .layout = &alibaba_genai,
     .read_jobs = read_requests},
    {.shown = {"alibaba-latency", "Alibaba GenAI latencies, each sample a job",
               "timestamp_anon,value,container_ip"},
     .licence = ALIBABA_LICENCE,
     .sign = {"timestamp_anon", "value", "container_ip"},
     .uses = SW_USES_PART,
     .layout = &alibaba_latency,
     .read_jobs = read_requests},
    {.shown = {"alibaba-gpu", "pods of Alibaba's GPU cluster 2023, each a job",
               "name,cpu_milli,...,num_gpu,...,creation_time,deletion_time,scheduled_time"},
     .licence = ALIBABA_LICENCE,
     .sign = {"num_gpu", "creation_time", "deletion_time", "scheduled_time"},
     .uses = SW_USES_PART,
     .layout = &alibaba_gpu,
     .read_jobs = read_requests},
    {.shown = {"azure-llm", "Azure LLM inference requests as a job trace",
               "TIMESTAMP,ContextTokens,GeneratedTokens"},
     .licence = "Azure public dataset: CC BY 4.0",
     .sign = {"TIMESTAMP", "ContextTokens", "GeneratedTokens"},
     .uses = SW_USES_PART | SW_USES_UTC_OFFSET,
     .layout = &azure_llm,
     .read_jobs = read_requests},
    {.shown = {"burstgpt", "BurstGPT requests as a job trace; failed ones are left out",
               "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type"},
     .licence = "BurstGPT: CC BY 4.0",
     .sign = {"Timestamp", "Model", "Response tokens"},
     .uses = SW_USES_PART,
     .layout = &burstgpt,
     .read_jobs = read_requests},
    {.shown = {NULL}}};
