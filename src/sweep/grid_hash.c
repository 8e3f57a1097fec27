#include "sweep/grid_hash.h"

#include <string.h>

#include "sim/metrics.h"

static void add_whole(sw_sha256 *hash, uint64_t number) {
    unsigned char byte[sizeof number];
    for (size_t i = 0; i < sizeof byte; i++) {
        byte[i] = (unsigned char)(number >> 8 * i);
    }
    sw_sha256_update(hash, byte, sizeof byte);
}

static void add_real(sw_sha256 *hash, double number) {
    uint64_t bits = 0;
    memcpy(&bits, &number, sizeof bits);
    add_whole(hash, bits);
}

static void add_reals(sw_sha256 *hash, const double *number, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        add_real(hash, number[i]);
    }
}

static void add_text(sw_sha256 *hash, const char *text) {
    const size_t n = strlen(text);
    add_whole(hash, n);
    sw_sha256_update(hash, text, n);
}

static void add_texts(sw_sha256 *hash, int32_t n, const char *const *text) {
    add_whole(hash, (uint64_t)n);
    for (int32_t i = 0; i < n; i++) {
        add_text(hash, text[i]);
    }
}

static void add_origin(sw_sha256 *hash, const sw_grid *grid) {
    const sw_origin *origin = &grid->origin;
    const char *const text[] = {grid->name,       grid->digest,          origin->version,
                                origin->commit,   origin->built_with,    origin->sweep_text,
                                origin->scenario, origin->scenario_text, origin->scenario_sha256};
    add_texts(hash, sizeof text / sizeof *text, text);
    add_texts(hash, origin->n_input, origin->input_path);
    add_texts(hash, origin->n_input, origin->input_sha256);
    add_real(hash, grid->revenue_scale);
    add_real(hash, grid->slot_s);
    add_whole(hash, grid->series);
    add_whole(hash, (uint64_t)grid->n_slot);
    add_whole(hash, (uint64_t)grid->shard);
    add_whole(hash, (uint64_t)grid->n_shard);
}

static void add_axis(sw_sha256 *hash, const sw_grid_axis *axis) {
    add_text(hash, axis->name);
    add_text(hash, axis->keys);
    if (axis->number == NULL) {
        add_texts(hash, axis->n, axis->label);
        return;
    }
    add_text(hash, axis->unit);
    add_whole(hash, (uint64_t)axis->n);
    add_reals(hash, axis->number, axis->n);
}

int64_t sw_grid_hashed(const sw_grid *grid) {
    return grid->n_shard > 1 ? grid->n_value : SW_N_METRIC;
}

void sw_grid_hash(const sw_grid *grid, const double *value, int64_t stride,
                  char hex[SW_SHA256_HEX]) {
    sw_sha256 hash;
    sw_sha256_init(&hash);
    add_origin(&hash, grid);
    for (int32_t a = 0; a < grid->n_axis; a++) {
        add_axis(&hash, &grid->axis[a]);
    }
    add_texts(&hash, grid->n_policy, grid->policy);
    add_texts(&hash, grid->n_site, grid->site);
    add_texts(&hash, grid->n_asp, grid->asp);
    add_whole(&hash, (uint64_t)grid->n_seed);
    for (int32_t i = 0; i < grid->n_seed; i++) {
        add_whole(&hash, grid->seed[i]);
    }
    const int64_t n_task = grid->n_point * grid->n_policy * grid->n_seed;
    int64_t record = 0;
    for (int64_t task = grid->shard; task < n_task; task += grid->n_shard) {
        add_reals(&hash, value + stride * record++, sw_grid_hashed(grid));
    }
    sw_sha256_final_hex(&hash, hex);
}
