#include "cli/sweep_shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { MAX_SHARD = 1000000 };

// Reads a number that Slurm put into the environment; `fallback` when it is absent.
static bool read_environment(const char *name, int64_t fallback, int64_t *number) {
    const char *text = getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread starts
    *number = fallback;
    return text == NULL || sw_integer_parse(text, number);
}

static sw_shard from_slurm(sw_messages *messages) {
    int64_t id = -1;
    int64_t count = 1;
    int64_t first = 0;
    int64_t step = 1;
    const bool ok = read_environment("SLURM_ARRAY_TASK_ID", -1, &id) &&
                    read_environment("SLURM_ARRAY_TASK_COUNT", -1, &count) &&
                    read_environment("SLURM_ARRAY_TASK_MIN", 0, &first) &&
                    read_environment("SLURM_ARRAY_TASK_STEP", 1, &step);
    if (ok && (id == -1 || count == -1)) {
        return (sw_shard){0, 1};
    }
    if (!ok || count < 1 || count > MAX_SHARD || step < 1 || id < first ||
        (id - first) % step != 0 || (id - first) / step >= count) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "SLURM_ARRAY_TASK_ID, _COUNT, _MIN and _STEP make no shard; use a plain "
                        "array such as --array=0-9, or give --shard I/N");
        return (sw_shard){0, 1};
    }
    return (sw_shard){(int32_t)((id - first) / step), (int32_t)count};
}

sw_shard sw_shard_read(const char *text, sw_messages *messages) {
    if (text == NULL) {
        return from_slurm(messages);
    }
    char left[16];
    int64_t index = -1;
    int64_t count = 0;
    const char *slash = strchr(text, '/');
    const size_t n = slash != NULL ? (size_t)(slash - text) : sizeof left;
    if (n < sizeof left) {
        memcpy(left, text, n);
        left[n] = '\0';
    }
    if (n >= sizeof left || !sw_integer_parse(left, &index) ||
        !sw_integer_parse(slash + 1, &count) || count < 1 || count > MAX_SHARD || index < 0 ||
        index >= count) {
        sw_messages_add(
            messages, SW_ERR_BAD_INPUT,
            "--shard: '%s' is not allowed; give I/N with I from 0 to N-1 and N up to %d, "
            "such as 0/4",
            text, (int)MAX_SHARD);
        return (sw_shard){0, 1};
    }
    return (sw_shard){(int32_t)index, (int32_t)count};
}

char *sw_shard_path(const char *output, sw_shard shard) {
    const size_t size = strlen(output) + 40;
    char *path = malloc(size);
    const char *dot = strrchr(output, '.');
    const char *slash = strrchr(output, '/');
    if (dot == NULL || dot == output || (slash != NULL && dot <= slash + 1)) {
        dot = output + strlen(output);
    }
    if (path != NULL && shard.count > 1) {
        (void)snprintf(path, size, "%.*s.%d-of-%d%s", (int)(dot - output), output, (int)shard.index,
                       (int)shard.count, dot);
    } else if (path != NULL) {
        (void)snprintf(path, size, "%s", output);
    }
    return path;
}
