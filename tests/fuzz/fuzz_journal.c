// libFuzzer target: damaged journals of sweeps give a message, or the records that were written to
// them; never others, nor a crash. What is appended to one that was taken is there afterwards.
//
// The bytes are steps: sound records, records of tasks that there are not, any bytes, changes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/h5_edit.h"
#include "support/tiny_grid.h"
#include "sweep/journal.h"

enum { PATH_TEXT = 64, MOST = 1 << 16, HEADER = 256, N_NUMBER = 3, CHECK = 16 };
enum { RECORD = 8 + N_NUMBER * 8 + CHECK };

// A journal in memory.
typedef struct bytes {
    unsigned char data[MOST];
    size_t n;
} bytes;

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void make_grid(sw_grid *grid, unsigned shards) {
    sw_error error = {0};
    *grid = (sw_grid){.n_point = 4,
                      .n_policy = 2,
                      .n_seed = 2,
                      .n_value = N_NUMBER,
                      .n_shard = 1 + (int32_t)(shards % 3)};
    grid->shard = grid->n_shard - 1;
    memset(grid->digest, 'd', sizeof grid->digest - 1);
    SW_REQUIRE(sw_grid_size(grid, &error) == SW_OK);
}

static void append(bytes *to, const void *data, size_t n) {
    if (n <= sizeof to->data - to->n) {
        memcpy(to->data + to->n, data, n);
        to->n += n;
    }
}

static void checksum_of(const unsigned char *record, unsigned char digest[SW_SHA256_BYTES]) {
    sw_sha256 hash;
    sw_sha256_init(&hash);
    sw_sha256_update(&hash, record, RECORD - CHECK);
    sw_sha256_final(&hash, digest);
}

// The record of a task, with its checksum.
static void make_record(int64_t task, unsigned char record[RECORD]) {
    unsigned char digest[SW_SHA256_BYTES];
    memcpy(record, &task, sizeof task);
    for (int i = 0; i < N_NUMBER; i++) {
        const double number = tiny_grid_number(task, i);
        memcpy(record + sizeof task + (size_t)i * sizeof number, &number, sizeof number);
    }
    checksum_of(record, digest);
    memcpy(record + RECORD - CHECK, digest, CHECK);
}

static void append_record(bytes *to, int64_t task) {
    unsigned char record[RECORD];
    make_record(task, record);
    append(to, record, sizeof record);
}

// libFuzzer sees what is compared and learns checksums of records that it makes up. Those are no
// damage: a checksum is no signature.
static bool is_forged(const bytes *from) {
    for (size_t at = HEADER; at + RECORD <= from->n; at += RECORD) {
        unsigned char sound[RECORD];
        unsigned char digest[SW_SHA256_BYTES];
        int64_t task = 0;
        checksum_of(from->data + at, digest);
        memcpy(&task, from->data + at, sizeof task);
        make_record(task, sound);
        if (memcmp(from->data + at + RECORD - CHECK, digest, CHECK) == 0 &&
            memcmp(from->data + at, sound, RECORD) != 0) {
            return true;
        }
    }
    return false;
}

static void append_header(bytes *to, const sw_grid *grid) {
    char header[HEADER] = {0};
    (void)snprintf(header, sizeof header,
                   "stepwatt sweep journal 1\nsweep %s\nshard %d of %d\nvalues %d\n", grid->digest,
                   (int)grid->shard, (int)grid->n_shard, N_NUMBER);
    append(to, header, sizeof header);
}

static int64_t wide_number(h5_edit_input *in) {
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof number; i++) {
        number = number << 8 | h5_edit_next(in);
    }
    int64_t whole = 0;
    memcpy(&whole, &number, sizeof whole);
    return whole;
}

static void take_step(bytes *to, const sw_grid *grid, h5_edit_input *in) {
    switch (h5_edit_next(in) % 6) {
    case 0:
    case 1:
        append_record(to, (int64_t)(h5_edit_next(in) % grid->n_task));
        break;
    case 2:
        append_record(to, wide_number(in));
        break;
    case 3:
        for (unsigned n = h5_edit_next(in); n > 0; n--) {
            const unsigned char byte = (unsigned char)h5_edit_next(in);
            append(to, &byte, 1);
        }
        break;
    case 4:
        if (to->n > 0) {
            const size_t at = h5_edit_next(in) * 256u + h5_edit_next(in);
            to->data[at % to->n] ^= (unsigned char)h5_edit_next(in);
        }
        break;
    default:
        to->n = (h5_edit_next(in) * 256u + h5_edit_next(in)) % (to->n + 1);
        break;
    }
}

// What was taken must be what was written.
static void check(const sw_grid *grid) {
    for (int64_t task = 0; task < grid->n_task; task++) {
        for (int i = 0; i < N_NUMBER && grid->done[task]; i++) {
            SW_REQUIRE(sw_grid_is_mine(grid, task));
            SW_REQUIRE(sw_grid_record(grid, task)[i] == tiny_grid_number(task, i));
        }
    }
}

// Reads the journal into the grid; false when it is refused. Adds a task at its end if asked to.
static bool resume(const char *path, sw_grid *grid, int64_t add) {
    sw_error error = {0};
    sw_journal *journal = NULL;
    if (sw_journal_open(path, grid, true, &journal, &error) != SW_OK) {
        SW_REQUIRE(journal == NULL && error.text[0] != '\0');
        return false;
    }
    int64_t n_damaged = -1;
    SW_REQUIRE(sw_journal_read(journal, grid, &n_damaged, &error) == SW_OK && n_damaged >= 0);
    check(grid);
    if (add >= 0) {
        double record[N_NUMBER];
        for (int i = 0; i < N_NUMBER; i++) {
            record[i] = tiny_grid_number(add, i);
        }
        SW_REQUIRE(sw_journal_add(journal, add, record, &error) == SW_OK);
    }
    sw_journal_close(journal, false);
    return true;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    static bytes written;
    char path[PATH_TEXT];
    char journal[PATH_TEXT + 16];
    sw_grid grid;
    h5_edit_input in = {.data = data, .size = size};
    make_grid(&grid, h5_edit_next(&in));
    written.n = 0;
    append_header(&written, &grid);
    while (in.at < in.size) {
        take_step(&written, &grid, &in);
    }
    if (is_forged(&written)) {
        sw_grid_deinit(&grid);
        return 0;
    }
    (void)snprintf(path, sizeof path, "%s/stepwatt-fuzz-%ld",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
    (void)snprintf(journal, sizeof journal, "%s.journal", path);
    FILE *file = fopen(journal, "wb");
    SW_REQUIRE(file != NULL);
    SW_REQUIRE(fwrite(written.data, 1, written.n, file) == written.n && fclose(file) == 0);
    if (resume(path, &grid, grid.shard)) {
        grid.done[grid.shard] = false;
        SW_REQUIRE(resume(path, &grid, -1) && grid.done[grid.shard]);
    }
    (void)remove(journal);
    sw_grid_deinit(&grid);
    return 0;
}
