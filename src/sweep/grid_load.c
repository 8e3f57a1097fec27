#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/results_read.h"
#include "sim/metrics.h"
#include "sweep/grid.h"
#include "sweep/grid_hash.h"
#include "sweep/save.h"

static sw_status foreign(const char *path, const char *what, sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s; give a file that stepwatt sweep wrote", path,
                   what);
}

// Reads a whole number in lo .. hi.
static sw_status read_count(sw_results_reader *file, const char *path, const char *name, int64_t lo,
                            int64_t hi, int64_t *out, sw_error *err) {
    SW_TRY(sw_results_read_integer(file, name, out, err));
    return *out >= lo && *out <= hi ? SW_OK : foreign(path, name, err);
}

// What is printed must not move the cursor of a terminal.
static sw_status check_printable(const char *path, int32_t n, const char *const *text,
                                 sw_error *err) {
    for (int32_t i = 0; i < n; i++) {
        for (const char *c = text[i]; *c != '\0'; c++) {
            if ((unsigned char)*c < ' ' || *c == 0x7f) {
                return foreign(path, "a name in it holds control characters", err);
            }
        }
    }
    return SW_OK;
}

static sw_status read_labels(sw_results_reader *file, const char *path, const char *name,
                             int32_t most, sw_arena *arena, int32_t *n, const char ***label,
                             sw_error *err) {
    SW_TRY(sw_results_read_labels(file, name, most, arena, n, label, err));
    return check_printable(path, *n, *label, err);
}

// Reads a finite number that is not negative.
static sw_status read_amount(sw_results_reader *file, const char *path, const char *name,
                             double *out, sw_error *err) {
    SW_TRY(sw_results_read_number(file, name, out, err));
    return isfinite(*out) && *out >= 0.0 ? SW_OK : foreign(path, name, err);
}

static sw_status load_origin(sw_results_reader *file, const char *path, sw_grid *grid,
                             sw_error *err) {
    sw_origin *origin = &grid->origin;
    sw_arena *arena = &grid->arena;
    const struct {
        const char *name;
        const char **target;
    } text[] = {{"title", &grid->name},
                {"stepwatt_version", &origin->version},
                {"stepwatt_commit", &origin->commit},
                {"built_with", &origin->built_with},
                {"sweep_text", &origin->sweep_text},
                {"scenario", &origin->scenario},
                {"scenario_text", &origin->scenario_text},
                {"scenario_sha256", &origin->scenario_sha256},
                {"command_line", &origin->command_line},
                {"host", &origin->host}};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        SW_TRY(sw_results_read_text(file, text[i].name, arena, text[i].target, err));
    }
    const char *const printed[] = {grid->name, origin->version, origin->commit};
    SW_TRY(check_printable(path, sizeof printed / sizeof *printed, printed, err));
    const char *digest = NULL;
    SW_TRY(sw_results_read_text(file, "sweep_sha256", arena, &digest, err));
    if (strlen(digest) + 1 != sizeof grid->digest) {
        return foreign(path, "its sweep_sha256 is no digest", err);
    }
    memcpy(grid->digest, digest, sizeof grid->digest);
    int32_t n_hash = 0;
    SW_TRY(sw_results_read_texts(file, "input_files", arena, &origin->n_input, &origin->input_path,
                                 err));
    SW_TRY(sw_results_read_texts(file, "input_sha256", arena, &n_hash, &origin->input_sha256, err));
    return n_hash == origin->n_input ? SW_OK : foreign(path, "its input files lack hashes", err);
}

static sw_status load_axis(sw_results_reader *file, const char *path, sw_grid *grid,
                           sw_grid_axis *axis, sw_error *err) {
    sw_arena *arena = &grid->arena;
    int64_t n = 0;
    SW_TRY(sw_results_count(file, axis->name, &n, err));
    if (n < 1 || n > SW_SWEEP_MAX_VALUE) {
        return foreign(path, "an axis has no values or too many", err);
    }
    SW_TRY(sw_results_read_note(file, axis->name, "long_name", arena, &axis->keys, err));
    axis->unit = "1";
    int32_t n_label = 0;
    sw_error ignored = {0};
    if (sw_results_read_labels(file, axis->name, (int32_t)n, arena, &n_label, &axis->label,
                               &ignored) == SW_OK) {
        axis->n = n_label;
        return check_printable(path, n_label, axis->label, err);
    }
    axis->n = (int32_t)n;
    axis->number = sw_arena_alloc(arena, (size_t)n, sizeof *axis->number);
    axis->label = sw_arena_alloc(arena, (size_t)n, sizeof *axis->label);
    if (axis->number == NULL || axis->label == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    SW_TRY(sw_results_read_note(file, axis->name, "units", arena, &axis->unit, err));
    SW_TRY(sw_results_read_array(file, axis->name, SW_RESULTS_DOUBLE, n, axis->number, err));
    for (int64_t i = 0; i < n; i++) {
        char label[32];
        (void)snprintf(label, sizeof label, "%.12g", axis->number[i]);
        axis->label[i] = sw_arena_strdup(arena, label);
        if (axis->label[i] == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
        }
    }
    return SW_OK;
}

static sw_status load_dimensions(sw_results_reader *file, const char *path, sw_grid *grid,
                                 sw_error *err) {
    sw_arena *arena = &grid->arena;
    const char **name = NULL;
    SW_TRY(sw_results_read_texts(file, "axes", arena, &grid->n_axis, &name, err));
    if (grid->n_axis > SW_SWEEP_MAX_AXIS) {
        return foreign(path, "it has more than 8 axes", err);
    }
    grid->n_point = 1;
    for (int32_t a = 0; a < grid->n_axis; a++) {
        grid->axis[a].name = name[a];
        bool fits = sw_sweep_is_axis_name(name[a]);
        for (int32_t b = 0; b < a; b++) {
            fits = fits && strcmp(name[a], name[b]) != 0;
        }
        if (!fits) {
            return foreign(path, "an axis has a name that none may have", err);
        }
        SW_TRY(load_axis(file, path, grid, &grid->axis[a], err));
        grid->n_point *= grid->axis[a].n;
        if (grid->n_point > SW_SWEEP_MAX_TASK) {
            return foreign(path, "it has too many points", err);
        }
    }
    SW_TRY(read_labels(file, path, "policy", SW_SWEEP_MAX_POLICY, arena, &grid->n_policy,
                       &grid->policy, err));
    SW_TRY(read_labels(file, path, "site", SW_MAX_SITE, arena, &grid->n_site, &grid->site, err));
    SW_TRY(read_labels(file, path, "asp", SW_MAX_ASP, arena, &grid->n_asp, &grid->asp, err));
    int64_t n_seed = 0;
    SW_TRY(sw_results_count(file, "seed", &n_seed, err));
    if (n_seed < 1 || n_seed > SW_SWEEP_MAX_SEED || grid->n_policy < 1 ||
        grid->n_point * grid->n_policy > SW_SWEEP_MAX_TASK / n_seed) {
        return foreign(path, "it has no tasks or too many", err);
    }
    grid->n_seed = (int32_t)n_seed;
    grid->seed = sw_arena_alloc(arena, (size_t)n_seed, sizeof *grid->seed);
    if (grid->seed == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    return sw_results_read_array(file, "seed", SW_RESULTS_UINT64, n_seed, grid->seed, err);
}

static sw_status load_head(sw_results_reader *file, const char *path, sw_grid *grid,
                           sw_error *err) {
    const char *kind = NULL;
    int64_t number = 0;
    sw_error error = {0};
    const sw_status found = sw_results_read_text(file, "kind", &grid->arena, &kind, &error);
    if (found == SW_ERR_NO_MEMORY) {
        return sw_fail(err, found, "%s", error.text);
    }
    if (found != SW_OK || (strcmp(kind, "sweep") != 0 && strcmp(kind, "sweep-shard") != 0)) {
        return foreign(path, "no results of a sweep", err);
    }
    SW_TRY(sw_results_read_integer(file, "schema_version", &number, err));
    if (number != SW_RESULTS_SCHEMA) {
        return foreign(path, "written by another version's layout", err);
    }
    SW_TRY(load_origin(file, path, grid, err));
    SW_TRY(read_amount(file, path, "revenue_scale", &grid->revenue_scale, err));
    SW_TRY(read_amount(file, path, "slot_s", &grid->slot_s, err));
    SW_TRY(read_count(file, path, "series", 0, 1, &number, err));
    grid->series = number == 1;
    SW_TRY(read_count(file, path, "series_slots", 0, SW_MAX_SLOT, &grid->n_slot, err));
    if (grid->series != (grid->n_slot > 0)) {
        return foreign(path, "it has series without slots, or slots without series", err);
    }
    SW_TRY(read_count(file, path, "shards", 1, 1000000, &number, err));
    grid->n_shard = (int32_t)number;
    SW_TRY(read_count(file, path, "shard", 0, grid->n_shard - 1, &number, err));
    grid->shard = (int32_t)number;
    if ((grid->n_shard > 1) != (strcmp(kind, "sweep-shard") == 0)) {
        return foreign(path, "its kind and its number of shards contradict", err);
    }
    return load_dimensions(file, path, grid, err);
}

// Compares what was read with the hash that was written with it.
static sw_status check_hash(sw_results_reader *file, const char *path, sw_grid *grid,
                            const double *value, sw_error *err) {
    char hash[SW_SHA256_HEX];
    const char *stated = NULL;
    SW_TRY(sw_results_read_text(file, "content_sha256", &grid->arena, &stated, err));
    sw_grid_hash(grid, value, sw_grid_hashed(grid), hash);
    return strcmp(hash, stated) == 0
               ? SW_OK
               : sw_fail(err, SW_ERR_BAD_INPUT,
                         "%s: damaged: its contents have another SHA-256 than it says", path);
}

// Reads METRIC(axes..., policy, seed) back into records.
static sw_status load_metrics(sw_results_reader *file, const char *path, sw_grid *grid,
                              sw_error *err) {
    const int64_t n_task = grid->n_point * grid->n_policy * grid->n_seed;
    for (int m = 0; m < SW_N_METRIC; m++) {
        SW_TRY(sw_results_need_array(file, sw_metric_table[m].name, n_task, err));
    }
    grid->n_value = SW_N_METRIC;
    SW_TRY(sw_grid_size(grid, err));
    double *scratch = calloc((size_t)grid->n_task, sizeof *scratch);
    if (scratch == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    sw_status status = SW_OK;
    for (int m = 0; m < SW_N_METRIC && status == SW_OK; m++) {
        status = sw_results_read_array(file, sw_metric_table[m].name, SW_RESULTS_DOUBLE,
                                       grid->n_task, scratch, err);
        const double *from = scratch;
        for (int64_t point = 0; point < grid->n_point && status == SW_OK; point++) {
            for (int32_t policy = 0; policy < grid->n_policy; policy++) {
                for (int32_t seed = 0; seed < grid->n_seed; seed++) {
                    sw_grid_record(grid, sw_grid_task(grid, point, policy, seed))[m] = *from++;
                }
            }
        }
    }
    free(scratch);
    for (int64_t task = 0; task < grid->n_task && status == SW_OK; task++) {
        grid->done[task] = true;
    }
    return status == SW_OK ? check_hash(file, path, grid, grid->value, err) : status;
}

// True when the grid of a shard's file and that of the whole have records of the same shape. Equal
// digests mean equal lists; a damaged file could still claim others.
static bool is_part_of(const sw_grid *part, const sw_grid *whole) {
    return strcmp(part->digest, whole->digest) == 0 && part->n_shard == whole->n_shard &&
           part->n_point * part->n_policy * part->n_seed == whole->n_task &&
           part->n_value == whole->n_value;
}

// Reads the records of a shard and puts them in their places.
static sw_status load_records(sw_results_reader *file, const char *path, sw_grid *part,
                              sw_grid *whole, sw_error *err) {
    part->n_value = sw_grid_record_length(part->n_site, part->n_asp, part->n_slot);
    if (!is_part_of(part, whole)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: its records are not of the shape of its sweep's",
                       path);
    }
    const int64_t n = (whole->n_task - part->shard + part->n_shard - 1) / part->n_shard;
    SW_TRY(sw_results_need_array(file, "task", n, err));
    SW_TRY(sw_results_need_array(file, "record", n * part->n_value, err));
    int64_t *task = calloc((size_t)n + 1, sizeof *task);
    double *value = calloc((size_t)n + 1, (size_t)part->n_value * sizeof *value);
    sw_status status = SW_OK;
    if (task == NULL || value == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
        goto cleanup;
    }
    status = sw_results_read_array(file, "task", SW_RESULTS_INT64, n, task, err);
    for (int64_t i = 0; i < n && status == SW_OK; i++) {
        if (task[i] != part->shard + i * part->n_shard) {
            status = foreign(path, "its tasks are not those of its shard", err);
        }
    }
    if (status == SW_OK) {
        status =
            sw_results_read_array(file, "record", SW_RESULTS_DOUBLE, n * part->n_value, value, err);
    }
    if (status == SW_OK) {
        status = check_hash(file, path, part, value, err);
    }
    for (int64_t i = 0; i < n && status == SW_OK; i++) {
        memcpy(sw_grid_record(whole, task[i]), value + i * part->n_value,
               (size_t)part->n_value * sizeof *value);
        whole->done[task[i]] = true;
    }

cleanup:
    free(task);
    free(value);
    return status;
}

sw_status sw_grid_load_head(const char *path, sw_grid *grid, sw_error *err) {
    *grid = (sw_grid){0};
    sw_results_reader *file = NULL;
    SW_TRY(sw_results_open(path, &file, err));
    const sw_status status = load_head(file, path, grid, err);
    sw_results_close(file);
    if (status != SW_OK) {
        sw_grid_deinit(grid);
    }
    return status;
}

sw_status sw_grid_load(const char *path, sw_grid *grid, sw_error *err) {
    *grid = (sw_grid){0};
    sw_results_reader *file = NULL;
    SW_TRY(sw_results_open(path, &file, err));
    sw_status status = load_head(file, path, grid, err);
    if (status == SW_OK && grid->n_shard > 1) {
        status = sw_fail(err, SW_ERR_BAD_INPUT, "%s: shard %d of %d; join all with stepwatt merge",
                         path, (int)grid->shard, (int)grid->n_shard);
    }
    if (status == SW_OK) {
        status = load_metrics(file, path, grid, err);
    }
    sw_results_close(file);
    if (status != SW_OK) {
        sw_grid_deinit(grid);
    }
    return status;
}

sw_status sw_grid_take_shard(const char *path, sw_grid *whole, sw_error *err) {
    sw_grid part = {0};
    sw_results_reader *file = NULL;
    SW_TRY(sw_results_open(path, &file, err));
    sw_status status = load_head(file, path, &part, err);
    if (status == SW_OK) {
        status = load_records(file, path, &part, whole, err);
    }
    sw_results_close(file);
    sw_grid_deinit(&part);
    return status;
}
