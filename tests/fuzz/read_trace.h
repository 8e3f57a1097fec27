// read_trace.h -- what the fuzz targets of traces ask of a file in memory: a trace or a message.
#ifndef TESTS_FUZZ_READ_TRACE_H
#define TESTS_FUZZ_READ_TRACE_H

#include <stdlib.h>
#include <string.h>

#include "io/trace.h"

static const char *const trace_name = "fuzzed";

// Copies bytes into a file that its reader takes over. Nothing looks at the hash.
static inline sw_file file_of(const void *data, size_t size) {
    sw_file file = {.data = malloc(size + 1), .size = size};
    SW_REQUIRE(file.data != NULL);
    if (size > 0) {
        memcpy(file.data, data, size);
    }
    file.data[size] = '\0';
    return file;
}

static inline void check_said(sw_status status, const sw_error *error) {
    SW_REQUIRE(error->code == status);
    SW_REQUIRE(status == SW_OK || strncmp(error->text, trace_name, strlen(trace_name)) == 0);
}

static inline void read_signals(const void *data, size_t size) {
    enum { N_SLOT = 12 };
    const sw_slot_grid grid = {.start_unix_s = 1752469200.0, .slot_s = 300.0, .n_slot = N_SLOT};
    double slot[N_SLOT];
    sw_file file = file_of(data, size);
    sw_trace *trace = NULL;
    sw_error error = {0};
    const sw_status status = sw_trace_load_file(trace_name, &file, &trace, &error);
    SW_REQUIRE((status == SW_OK) == (trace != NULL));
    check_said(status, &error);
    for (int32_t i = 0; trace != NULL && i < trace->n_series; i++) {
        sw_error why = {0};
        check_said(sw_trace_to_slots(trace, trace->name[i], "cf", 1.0, &grid, slot, &why), &why);
    }
    sw_trace_unload(trace);
}

static inline void read_jobs(const void *data, size_t size) {
    sw_file file = file_of(data, size);
    sw_arena arena = {0};
    sw_job_trace jobs = {0};
    sw_error error = {0};
    char sha256[SW_SHA256_HEX];
    const sw_status status =
        sw_job_trace_load_file(trace_name, &file, 3600.0, &arena, &jobs, sha256, &error);
    check_said(status, &error);
    for (int64_t i = 0; status == SW_OK && i < jobs.n; i++) {
        SW_REQUIRE(jobs.arrival_s[i] >= (i > 0 ? jobs.arrival_s[i - 1] : 0.0));
        SW_REQUIRE(jobs.images == NULL || (jobs.images[i] >= 1 && jobs.images[i] <= SW_MAX_IMAGES));
    }
    sw_arena_deinit(&arena);
}

#endif
