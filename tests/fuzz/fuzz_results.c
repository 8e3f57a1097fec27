// libFuzzer target: damaged results of sweeps, as `results`, `merge` and `sweep --resume` read
// them, give a message, or the results that were written; never others, nor a crash.
//
// The first byte chooses a sound file and how it is read; the rest says what is damaged in it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "support/h5_edit.h"
#include "support/tiny_grid.h"
#include "sweep/grid_hash.h"
#include "sweep/merge.h"

enum { PATH_TEXT = 64 };

typedef enum kind { WHOLE, SHARD_0, SHARD_1, SERIES_0, SERIES_1, N_KIND } kind;

static sw_file sound[N_KIND];
static char hash[2][SW_SHA256_HEX]; // of the whole sweep without and with series
static char shard_path[N_KIND][PATH_TEXT];

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

// A folder in memory where there is one.
static const char *folder(void) {
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static void make_one(kind k) {
    sw_grid grid;
    sw_error error = {0};
    const bool series = k == SERIES_0 || k == SERIES_1;
    tiny_grid_make(&grid, series, k == SHARD_1 || k == SERIES_1, k == WHOLE ? 1 : 2);
    (void)snprintf(shard_path[k], PATH_TEXT, "%s/stepwatt-fuzz-%ld-%d.h5", folder(), (long)getpid(),
                   (int)k);
    SW_REQUIRE(sw_grid_save(shard_path[k], &grid, &error) == SW_OK);
    SW_REQUIRE(sw_file_read(shard_path[k], SW_FILE_MAX_BYTES, &sound[k], &error) == SW_OK);
    sw_grid_deinit(&grid);
}

static void remove_files(void) {
    for (int k = 0; k < N_KIND; k++) {
        (void)remove(shard_path[k]);
        sw_file_deinit(&sound[k]);
    }
}

// Results that were taken must be the ones that were written. Returns true when they were taken.
static bool check(sw_status status, const sw_error *error, sw_grid *grid, bool series) {
    SW_REQUIRE(error->code == status && (status == SW_OK) == (error->text[0] == '\0'));
    if (status != SW_OK) {
        SW_REQUIRE(grid->value == NULL && grid->n_task == 0);
        return false;
    }
    char found[SW_SHA256_HEX];
    sw_grid_hash(grid, grid->value, grid->n_value, found);
    SW_REQUIRE(strcmp(found, hash[series]) == 0);
    for (int64_t task = 0; task < grid->n_task; task++) {
        for (int64_t i = 0; i < grid->n_value; i++) {
            SW_REQUIRE(sw_grid_record(grid, task)[i] == tiny_grid_number(task, i));
        }
    }
    sw_grid_deinit(grid);
    return true;
}

// Reads a shard as `sweep --resume` does; true when it was taken.
static bool resume(const char *path, bool series, int32_t shard) {
    sw_grid grid;
    sw_error error = {0};
    tiny_grid_make(&grid, series, shard, 2);
    memset(grid.value, 0, (size_t)(grid.n_task * grid.n_value) * sizeof *grid.value);
    memset(grid.done, 0, (size_t)grid.n_task * sizeof *grid.done);
    const bool taken = sw_grid_take_shard(path, &grid, &error) == SW_OK;
    SW_REQUIRE(taken == (error.text[0] == '\0'));
    for (int64_t task = 0; task < grid.n_task; task++) {
        const bool mine = taken && sw_grid_is_mine(&grid, task);
        SW_REQUIRE(grid.done[task] == mine);
        for (int64_t i = 0; i < grid.n_value; i++) {
            SW_REQUIRE(sw_grid_record(&grid, task)[i] == (mine ? tiny_grid_number(task, i) : 0.0));
        }
    }
    sw_grid_deinit(&grid);
    return taken;
}

typedef enum reading { RESUME, RESUME_TOO, MERGE_FIRST, MERGE_SECOND, N_READING } reading;

// Reads a file in one way; true when it was taken.
static bool read_results(const char *path, kind k, reading how) {
    const bool series = k == SERIES_0 || k == SERIES_1;
    sw_grid grid = {0};
    sw_error error = {0};
    if (k == WHOLE) {
        return check(sw_grid_load(path, &grid, &error), &error, &grid, false);
    }
    if (how == RESUME || how == RESUME_TOO) {
        return resume(path, series, k == SHARD_1 || k == SERIES_1);
    }
    const char *other = shard_path[k == SHARD_0    ? SHARD_1
                                   : k == SHARD_1  ? SHARD_0
                                   : k == SERIES_0 ? SERIES_1
                                                   : SERIES_0];
    const char *const both[] = {how == MERGE_FIRST ? path : other,
                                how == MERGE_FIRST ? other : path};
    return check(sw_merge(both, 2, &grid, &error), &error, &grid, series);
}

static void make_all(void) {
    for (int k = 0; k < N_KIND; k++) {
        make_one((kind)k);
    }
    for (int series = 0; series < 2; series++) {
        sw_grid grid;
        tiny_grid_make(&grid, series == 1, 0, 1);
        sw_grid_hash(&grid, grid.value, grid.n_value, hash[series]);
        sw_grid_deinit(&grid);
    }
    for (int k = 0; k < N_KIND; k++) {
        SW_REQUIRE(read_results(shard_path[k], (kind)k, RESUME));
        SW_REQUIRE(read_results(shard_path[k], (kind)k, MERGE_FIRST));
    }
    h5_edit_keep_memory();
    SW_REQUIRE(atexit(remove_files) == 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    if (sound[0].data == NULL) {
        make_all();
    }
    char path[PATH_TEXT];
    (void)snprintf(path, sizeof path, "%s/stepwatt-fuzz-%ld.h5", folder(), (long)getpid());
    h5_edit_input in = {.data = data, .size = size};
    const unsigned choice = h5_edit_next(&in);
    const kind k = (kind)(choice % N_KIND);
    size_t n = 0;
    void *damaged = h5_edit(sound[k].data, sound[k].size, &in, &n);
    FILE *file = fopen(path, "wb");
    SW_REQUIRE(file != NULL);
    SW_REQUIRE(fwrite(damaged, 1, n, file) == n && fclose(file) == 0);
    free(damaged);
    (void)read_results(path, k, (reading)(choice / N_KIND % N_READING));
    (void)remove(path);
    return 0;
}
