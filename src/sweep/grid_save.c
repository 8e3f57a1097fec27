#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/results.h"
#include "sim/metrics.h"
#include "sweep/grid.h"
#include "sweep/grid_hash.h"
#include "sweep/save.h"
#include "sweep/series.h"

enum { MAX_NAME = 96 };

// ------------------------------------------------------------------ what every file of a sweep has

static void save_attributes(sw_results *results, const sw_grid *grid) {
    const sw_origin *origin = &grid->origin;
    const char *axis[SW_SWEEP_MAX_AXIS];
    for (int32_t a = 0; a < grid->n_axis; a++) {
        axis[a] = grid->axis[a].name;
    }
    const time_t now = time(NULL);
    struct tm utc;
    char created[32] = "";
    if (gmtime_r(&now, &utc) != NULL) {
        (void)strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    sw_results_text(results, "Conventions", "CF-1.8");
    sw_results_text(results, "title", grid->name);
    sw_results_text(results, "kind", grid->n_shard > 1 ? "sweep-shard" : "sweep");
    sw_results_integer(results, "schema_version", SW_RESULTS_SCHEMA);
    sw_results_text(results, "stepwatt_version", origin->version);
    sw_results_text(results, "stepwatt_commit", origin->commit);
    sw_results_text(results, "built_with", origin->built_with);
    sw_results_text(results, "sweep_sha256", grid->digest);
    sw_results_text(results, "sweep_text", origin->sweep_text);
    sw_results_text(results, "scenario", origin->scenario);
    sw_results_text(results, "scenario_text", origin->scenario_text);
    sw_results_text(results, "scenario_sha256", origin->scenario_sha256);
    sw_results_number(results, "revenue_scale", grid->revenue_scale);
    sw_results_texts(results, "input_files", origin->n_input, origin->input_path);
    sw_results_texts(results, "input_sha256", origin->n_input, origin->input_sha256);
    sw_results_texts(results, "axes", grid->n_axis, axis);
    sw_results_integer(results, "series", grid->series ? 1 : 0);
    sw_results_integer(results, "series_slots", grid->n_slot);
    sw_results_number(results, "slot_s", grid->slot_s);
    sw_results_integer(results, "shard", grid->shard);
    sw_results_integer(results, "shards", grid->n_shard);
    char hash[SW_SHA256_HEX];
    sw_grid_hash(grid, sw_grid_record(grid, grid->shard), grid->n_shard * grid->n_value, hash);
    sw_results_text(results, "content_sha256", hash);
    // What differs between two runs of the same sweep.
    sw_results_text(results, "command_line", origin->command_line);
    sw_results_text(results, "host", origin->host);
    sw_results_text(results, "created", created);
}

static void save_dimensions(sw_results *results, const sw_grid *grid) {
    for (int32_t a = 0; a < grid->n_axis; a++) {
        const sw_grid_axis *axis = &grid->axis[a];
        if (axis->number != NULL) {
            sw_results_dim(results,
                           &(sw_results_array){.name = axis->name,
                                               .unit = axis->unit,
                                               .long_name = axis->keys,
                                               .type = SW_RESULTS_DOUBLE,
                                               .data = axis->number},
                           axis->n);
        } else {
            sw_results_dim_text(results, axis->name, axis->n, axis->label, axis->keys);
        }
    }
    sw_results_dim_text(results, "policy", grid->n_policy, grid->policy,
                        "dispatcher/energy manager");
    sw_results_dim(results,
                   &(sw_results_array){.name = "seed",
                                       .unit = "1",
                                       .long_name = "seed of the run",
                                       .type = SW_RESULTS_UINT64,
                                       .data = grid->seed},
                   grid->n_seed);
    sw_results_dim_text(results, "site", grid->n_site, grid->site, "site");
    sw_results_dim_text(results, "asp", grid->n_asp, grid->asp, "AIGC service provider");
}

// ------------------------------------------------------------------ a whole sweep

// An array of the result: numbers at a place in each record.
typedef struct slice {
    int64_t from;   // of the first number in the record
    int64_t stride; // from one to the next
    int64_t n;      // numbers of a record
} slice;

// Lays the numbers of all records out as [point, policy, seed, number].
static void gather(const sw_grid *grid, slice at, double *out) {
    for (int64_t point = 0; point < grid->n_point; point++) {
        for (int32_t policy = 0; policy < grid->n_policy; policy++) {
            for (int32_t seed = 0; seed < grid->n_seed; seed++) {
                const double *record =
                    sw_grid_record(grid, sw_grid_task(grid, point, policy, seed));
                for (int64_t i = 0; i < at.n; i++) {
                    *out++ = record[at.from + i * at.stride];
                }
            }
        }
    }
}

// Adds an array whose last dimensions are `inner` (NULL ends).
static void save_array(sw_results *results, const sw_grid *grid, slice at,
                       const sw_results_array *like, const char *const inner[2], double *scratch) {
    sw_results_array array = *like;
    int rank = 0;
    for (int32_t a = 0; a < grid->n_axis; a++) {
        array.dim[rank++] = grid->axis[a].name;
    }
    array.dim[rank++] = "policy";
    array.dim[rank++] = "seed";
    for (int i = 0; i < 2 && inner[i] != NULL; i++) {
        array.dim[rank++] = inner[i];
    }
    gather(grid, at, scratch);
    array.data = scratch;
    array.type = SW_RESULTS_DOUBLE;
    sw_results_add(results, &array);
}

// The metrics of the run, of its sites or of its ASPs.
static void save_metrics(sw_results *results, const sw_grid *grid, int scope, double *scratch) {
    const int64_t n = scope == SW_SCOPE_SITE  ? grid->n_site
                      : scope == SW_SCOPE_ASP ? grid->n_asp
                                              : 1;
    const int64_t first = scope == SW_SCOPE_SITE  ? SW_N_METRIC
                          : scope == SW_SCOPE_ASP ? (int64_t)SW_N_METRIC * (1 + grid->n_site)
                                                  : 0;
    const char *part = scope == SW_SCOPE_SITE ? "site" : scope == SW_SCOPE_ASP ? "asp" : NULL;
    for (int m = 0; m < SW_N_METRIC; m++) {
        const sw_metric_info *info = &sw_metric_table[m];
        if ((info->scopes & scope) == 0) {
            continue;
        }
        char name[MAX_NAME];
        (void)snprintf(name, sizeof name, "%s%s%s", part != NULL ? part : "",
                       part != NULL ? "_" : "", info->name);
        save_array(results, grid, (slice){first + m, SW_N_METRIC, n},
                   &(sw_results_array){.name = name, .unit = info->unit, .long_name = info->text},
                   (const char *const[2]){part, NULL}, scratch);
    }
}

static void save_series(sw_results *results, const sw_grid *grid, double *scratch) {
    int64_t from = (int64_t)SW_N_METRIC * (1 + grid->n_site + grid->n_asp);
    const int64_t n_site = grid->n_slot * grid->n_site;
    const int64_t n_asp = grid->n_slot * grid->n_asp;
#define SAVE_SITE(field, unit_, text)                                                              \
    save_array(results, grid, (slice){from, 1, n_site},                                            \
               &(sw_results_array){.name = "slot_" #field,                                         \
                                   .unit = (unit_),                                                \
                                   .long_name = text " of a slot, per site"},                      \
               (const char *const[2]){"time", "site"}, scratch);                                   \
    from += n_site;
    SW_SITE_SERIES_LIST(SAVE_SITE)
#undef SAVE_SITE
#define SAVE_ASP(field, unit_, text)                                                               \
    save_array(results, grid, (slice){from, 1, n_asp},                                             \
               &(sw_results_array){.name = "slot_asp_" #field,                                     \
                                   .unit = (unit_),                                                \
                                   .long_name = text " of a slot, per ASP"},                       \
               (const char *const[2]){"time", "asp"}, scratch);                                    \
    from += n_asp;
    SW_ASP_SERIES_LIST(SAVE_ASP)
#undef SAVE_ASP
}

static sw_status save_whole(sw_results *results, const sw_grid *grid, sw_error *err) {
    const int64_t most_parts = grid->n_site > grid->n_asp ? grid->n_site : grid->n_asp;
    const int64_t inner = grid->series ? grid->n_slot * most_parts : most_parts;
    double *scratch = calloc((size_t)grid->n_task, (size_t)(inner + 1) * sizeof *scratch);
    double *time_s = calloc((size_t)grid->n_slot + 1, sizeof *time_s);
    if (scratch == NULL || time_s == NULL) {
        free(scratch);
        free(time_s);
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the result file");
    }
    save_metrics(results, grid, SW_SCOPE_RUN, scratch);
    save_metrics(results, grid, SW_SCOPE_SITE, scratch);
    save_metrics(results, grid, SW_SCOPE_ASP, scratch);
    if (grid->series) {
        for (int64_t slot = 0; slot < grid->n_slot; slot++) {
            time_s[slot] = (double)slot * grid->slot_s;
        }
        sw_results_dim(results,
                       &(sw_results_array){.name = "time",
                                           .unit = "s",
                                           .long_name = "start of the slot, in the base scenario",
                                           .type = SW_RESULTS_DOUBLE,
                                           .data = time_s},
                       grid->n_slot);
        save_series(results, grid, scratch);
    }
    free(scratch);
    free(time_s);
    return SW_OK;
}

// ------------------------------------------------------------------ a shard

// A shard keeps whole records: they are put in their places by `merge`.
static sw_status save_shard(sw_results *results, const sw_grid *grid, sw_error *err) {
    const int64_t n = sw_grid_count_mine(grid);
    int64_t *task = calloc((size_t)n + 1, sizeof *task);
    int64_t *place = calloc((size_t)grid->n_value, sizeof *place);
    double *value = calloc((size_t)n + 1, (size_t)grid->n_value * sizeof *value);
    if (task == NULL || place == NULL || value == NULL) {
        free(task);
        free(place);
        free(value);
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the result file");
    }
    for (int64_t i = 0; i < n; i++) {
        task[i] = grid->shard + i * grid->n_shard;
        memcpy(value + i * grid->n_value, sw_grid_record(grid, task[i]),
               (size_t)grid->n_value * sizeof *value);
    }
    for (int64_t i = 0; i < grid->n_value; i++) {
        place[i] = i;
    }
    sw_results_dim(results,
                   &(sw_results_array){.name = "task",
                                       .unit = "1",
                                       .long_name = "number of the task",
                                       .type = SW_RESULTS_INT64,
                                       .data = task},
                   n);
    sw_results_dim(results,
                   &(sw_results_array){.name = "value",
                                       .unit = "1",
                                       .long_name = "place in the record of a task",
                                       .type = SW_RESULTS_INT64,
                                       .data = place},
                   grid->n_value);
    sw_results_add(results, &(sw_results_array){.name = "record",
                                                .unit = "1",
                                                .long_name = "records; stepwatt merge unpacks them",
                                                .dim = {"task", "value"},
                                                .type = SW_RESULTS_DOUBLE,
                                                .data = value});
    free(task);
    free(place);
    free(value);
    return SW_OK;
}

sw_status sw_grid_save(const char *path, const sw_grid *grid, sw_error *err) {
    SW_REQUIRE(sw_grid_count_done(grid) ==
               sw_grid_count_mine(grid)); // a file is complete or absent
    sw_results *results = NULL;
    SW_TRY(sw_results_create(path, &results, err));
    save_attributes(results, grid);
    save_dimensions(results, grid);
    sw_status status =
        grid->n_shard > 1 ? save_shard(results, grid, err) : save_whole(results, grid, err);
    if (status == SW_OK) {
        status = sw_results_save(results, err);
    }
    sw_results_destroy(results);
    return status;
}
