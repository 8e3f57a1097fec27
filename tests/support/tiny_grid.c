#include "support/tiny_grid.h"

#include <string.h>

enum { N_VALUE = 2, N_POLICY = 2, N_SITE = 2, N_SLOT = 2 };

double tiny_grid_number(int64_t task, int64_t i) {
    return (double)task + (double)i / 1024.0;
}

static void *take(sw_grid *grid, size_t n, size_t size) {
    void *piece = sw_arena_alloc(&grid->arena, n, size);
    SW_REQUIRE(piece != NULL);
    return piece;
}

static const char **texts(sw_grid *grid, const char *first, const char *second) {
    const char **text = take(grid, 2, sizeof *text);
    text[0] = first;
    text[1] = second;
    return text;
}

void tiny_grid_make(sw_grid *grid, bool series, int32_t shard, int32_t n_shard) {
    *grid = (sw_grid){.name = "tiny", .revenue_scale = 1.5, .n_axis = 2, .slot_s = 300.0};
    memset(grid->digest, 'd', sizeof grid->digest - 1);
    grid->origin = (sw_origin){.version = "1.0",
                               .commit = "0123456789ab",
                               .built_with = "a compiler",
                               .host = "here",
                               .command_line = "stepwatt sweep tiny.ini",
                               .sweep_text = "[sweep]\nname = tiny\n",
                               .scenario = "tiny.ini",
                               .scenario_text = "[scenario]\nslots = 2\n",
                               .scenario_sha256 = "no hash",
                               .n_input = 2,
                               .input_path = texts(grid, "a.csv", "b.csv"),
                               .input_sha256 = texts(grid, "first hash", "second hash")};
    double *number = take(grid, N_VALUE, sizeof *number);
    number[0] = 0.0;
    number[1] = 0.5;
    grid->axis[0] = (sw_grid_axis){.name = "battery",
                                   .unit = "kWh",
                                   .keys = "site east.battery_kwh",
                                   .n = N_VALUE,
                                   .label = texts(grid, "0", "0.5"),
                                   .number = number};
    grid->axis[1] = (sw_grid_axis){.name = "without",
                                   .unit = "1",
                                   .keys = "scenario.steps",
                                   .n = N_VALUE,
                                   .label = texts(grid, "nothing", "steps")};
    grid->n_point = (int64_t)N_VALUE * N_VALUE;
    grid->n_policy = N_POLICY;
    grid->policy = texts(grid, "local/idle", "greedy/threshold");
    grid->n_seed = 1;
    grid->seed = take(grid, 1, sizeof *grid->seed);
    grid->seed[0] = UINT64_MAX - 1;
    grid->n_site = N_SITE;
    grid->site = texts(grid, "east", "west");
    grid->n_asp = 1;
    grid->asp = texts(grid, "alpha", NULL);
    grid->series = series;
    grid->n_slot = series ? N_SLOT : 0;
    grid->shard = shard;
    grid->n_shard = n_shard;
    grid->n_value = sw_grid_record_length(grid->n_site, grid->n_asp, grid->n_slot);
    sw_error error = {0};
    SW_REQUIRE(sw_grid_size(grid, &error) == SW_OK);
    for (int64_t task = shard; task < grid->n_task; task += n_shard) {
        for (int64_t i = 0; i < grid->n_value; i++) {
            sw_grid_record(grid, task)[i] = tiny_grid_number(task, i);
        }
        grid->done[task] = true;
    }
}
