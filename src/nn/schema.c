#include "nn/schema.h"

#include <stdio.h>

// Longest feature name with its "aspN." prefix.
enum { NAME_TEXT = 48 };

#define ROW(name, scale, unit, text) {#name, scale, unit, text},
static const sw_feature slot_rows[] = {SW_SLOT_FEATURES(ROW)};
static const sw_feature slot_asp_rows[] = {SW_SLOT_ASP_FEATURES(ROW)};
static const sw_feature job_rows[] = {SW_JOB_FEATURES(ROW)};
static const sw_feature asp_rows[] = {SW_ASP_FEATURES(ROW)};
#undef ROW
#define N_ROW(rows) ((int32_t)(sizeof(rows) / sizeof *(rows)))

// Appends the rows of a group, with the prefix of an ASP unless `asp` is -1.
static bool add_rows(const sw_feature *row, int32_t n_row, int32_t asp, sw_arena *arena,
                     sw_feature *feature, int32_t *n) {
    for (int32_t i = 0; i < n_row; i++) {
        sw_feature *added = &feature[(*n)++];
        *added = row[i];
        if (asp >= 0) {
            char name[NAME_TEXT];
            (void)snprintf(name, sizeof name, "asp%d.%s", (int)asp, row[i].name);
            added->name = sw_arena_strdup(arena, name);
            if (added->name == NULL) {
                return false;
            }
        }
    }
    return true;
}

const sw_feature *sw_schema_list(int32_t n_asp, sw_arena *arena, int32_t *n, int32_t *n_slot) {
    const size_t n_once = N_ROW(slot_rows) + N_ROW(job_rows);
    const size_t n_each = N_ROW(slot_asp_rows) + N_ROW(asp_rows);
    sw_feature *feature = sw_arena_alloc(arena, n_once + (size_t)n_asp * n_each, sizeof *feature);
    *n = 0;
    *n_slot = 0;
    bool done = feature != NULL && add_rows(slot_rows, N_ROW(slot_rows), -1, arena, feature, n);
    for (int32_t k = 0; k < n_asp && done; k++) {
        done = add_rows(slot_asp_rows, N_ROW(slot_asp_rows), k, arena, feature, n);
    }
    *n_slot = *n;
    done = done && add_rows(job_rows, N_ROW(job_rows), -1, arena, feature, n);
    for (int32_t k = 0; k < n_asp && done; k++) {
        done = add_rows(asp_rows, N_ROW(asp_rows), k, arena, feature, n);
    }
    return done ? feature : NULL;
}

void sw_schema_hash(const sw_feature *feature, int32_t n, int32_t n_step, char hex[SW_SHA256_HEX]) {
    char line[2 * NAME_TEXT];
    sw_sha256 hash;
    sw_sha256_init(&hash);
    int length = snprintf(line, sizeof line, "stepwatt-observation %d clip %g steps %d\n",
                          SW_OBSERVATION_VERSION, SW_OBSERVATION_CLIP, (int)n_step);
    sw_sha256_update(&hash, line, (size_t)length);
    for (int32_t i = 0; i < n; i++) {
        length = snprintf(line, sizeof line, "%s %g\n", feature[i].name, feature[i].scale);
        sw_sha256_update(&hash, line, (size_t)length);
    }
    sw_sha256_final_hex(&hash, hex);
}
