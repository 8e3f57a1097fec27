#include "sweep/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct merging {
    sw_grid *whole;
    const char *const *path;
    int32_t *from; // file that each shard came from; -1: none   [n_shard]
} merging;

static sw_status check_belongs(const merging *m, const sw_grid *part, const char *path,
                               sw_error *err) {
    const sw_grid *whole = m->whole;
    if (part->n_shard < 2) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: a whole sweep, not a shard; give files of sweep --shard", path);
    }
    if (strcmp(part->origin.version, whole->origin.version) != 0 ||
        strcmp(part->origin.commit, whole->origin.commit) != 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: written by stepwatt %s (%s), but %s by %s (%s); all shards must come "
                       "from one version",
                       path, part->origin.version, part->origin.commit, m->path[0],
                       whole->origin.version, whole->origin.commit);
    }
    if (strcmp(part->digest, whole->digest) != 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: a shard of another sweep than %s: scenario, axes, policies, seeds or "
                       "input files differ",
                       path, m->path[0]);
    }
    if (part->n_shard != whole->n_shard) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: one of %d shards, but %s is one of %d", path,
                       (int)part->n_shard, m->path[0], (int)whole->n_shard);
    }
    const int32_t before = m->from[part->shard];
    if (before >= 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: shard %d of %d is given twice, first as %s",
                       path, (int)part->shard, (int)part->n_shard, m->path[before]);
    }
    return SW_OK;
}

// Names the shards that are missing, as far as the message has room.
static sw_status check_all_there(const merging *m, sw_error *err) {
    char list[512] = "";
    size_t used = 0;
    int32_t missing = 0;
    for (int32_t s = 0; s < m->whole->n_shard; s++) {
        if (m->from[s] < 0) {
            missing++;
            if (used + 16 < sizeof list) {
                used += (size_t)snprintf(list + used, sizeof list - used, " %d", (int)s);
            }
        }
    }
    return missing == 0
               ? SW_OK
               : sw_fail(err, SW_ERR_INTERRUPTED,
                         "%d of %d shards are missing:%s; run them with --shard I/%d "
                         "--resume",
                         (int)missing, (int)m->whole->n_shard, list, (int)m->whole->n_shard);
}

// Looks at what all files say of themselves, so that one that does not belong is found before the
// memory for records is taken.
static sw_status check_heads(merging *m, int32_t n, sw_error *err) {
    SW_TRY(check_belongs(m, m->whole, m->path[0], err));
    m->from[m->whole->shard] = 0;
    for (int32_t i = 1; i < n; i++) {
        sw_grid part;
        SW_TRY(sw_grid_load_head(m->path[i], &part, err));
        const sw_status status = check_belongs(m, &part, m->path[i], err);
        if (status == SW_OK) {
            m->from[part.shard] = i;
        }
        sw_grid_deinit(&part);
        SW_TRY(status);
    }
    return check_all_there(m, err);
}

sw_status sw_merge(const char *const *path, int32_t n, sw_grid *grid, sw_error *err) {
    merging m = {.whole = grid, .path = path};
    sw_status status = sw_grid_load_head(path[0], grid, err);
    if (status != SW_OK) {
        return status;
    }
    m.from = malloc((size_t)grid->n_shard * sizeof *m.from);
    if (m.from == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for shards");
        goto cleanup;
    }
    memset(m.from, 0xFF, (size_t)grid->n_shard * sizeof *m.from);
    status = check_heads(&m, n, err);
    if (status == SW_OK) {
        grid->n_value = sw_grid_record_length(grid->n_site, grid->n_asp, grid->n_slot);
        status = sw_grid_size(grid, err);
    }
    for (int32_t i = 0; i < n && status == SW_OK; i++) {
        status = sw_grid_take_shard(path[i], grid, err);
    }
    if (status == SW_OK) {
        grid->shard = 0;
        grid->n_shard = 1;
    }

cleanup:
    free(m.from);
    if (status != SW_OK) {
        sw_grid_deinit(grid);
    }
    return status;
}
