// cmd_merge.c -- `stepwatt merge`: joins the shards of a sweep.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "sweep/merge.h"

enum { MAX_FILE = 100001 }; // the result and its shards

static sw_status merge(const char *const *path, int32_t n, int argc, char **argv, sw_error *err) {
    sw_grid grid;
    char host[256] = "";
    char *line = sw_command_line(argc, argv);
    if (line == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory");
    }
    sw_status status = sw_merge(path + 1, n - 1, &grid, err);
    if (status == SW_OK) {
        (void)gethostname(host, sizeof host - 1);
        grid.origin.command_line = line;
        grid.origin.host = host;
        status = sw_grid_save(path[0], &grid, err);
        if (status == SW_OK) {
            (void)printf("%d shards, %" PRId64 " tasks\nresults: %s\n", (int)n - 1, grid.n_task,
                         path[0]);
        }
        sw_grid_deinit(&grid);
    }
    free(line);
    return status;
}

sw_exit sw_cmd_merge(int argc, char **argv) {
    const sw_usage usage = {
        .command = "merge",
        .arguments = "OUT.h5 SHARD.h5...",
        .n_argument_min = 2,
        .n_argument_max = MAX_FILE,
        .text = "Joins the shards of a sweep into the file that one process would have written.\n"
                "All shards of the same sweep and version must be given, each once; exit status 3\n"
                "when some are missing.",
        .examples = "  stepwatt merge out/battery.h5 out/battery.*-of-4.h5\n",
    };
    sw_messages messages = {0};
    sw_error error = {0};
    sw_exit exit_status = SW_EXIT_DONE;
    const char **path = calloc((size_t)argc + 1, sizeof *path);
    if (path == NULL) {
        sw_messages_add(&messages, SW_ERR_NO_MEMORY, "out of memory");
        sw_print_messages(&messages);
        return SW_EXIT_FAILED;
    }
    const sw_args_outcome outcome = sw_args_parse(&usage, argc, argv, path, &messages);
    if (outcome == SW_ARGS_RUN) {
        sw_check_output_path("OUT.h5", path[0], &messages);
        if (messages.n == 0 && access(path[0], F_OK) == 0) {
            sw_messages_add(&messages, SW_ERR_BAD_INPUT,
                            "%s: is there already; remove it or name another file first", path[0]);
        }
    }
    if (messages.n > 0) {
        exit_status = sw_exit_of_input(messages.code);
        sw_print_messages(&messages);
    } else if (outcome == SW_ARGS_RUN) {
        int32_t n = 0;
        while (path[n] != NULL) {
            n++;
        }
        if (merge(path, n, argc, argv, &error) != SW_OK) {
            sw_print_error(&error);
            exit_status = sw_exit_of_run(error.code);
        }
    }
    free(path);
    return exit_status;
}
