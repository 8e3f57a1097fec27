#include "sweep/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HEADER_BYTES = 256,
    CHECK_BYTES = 16 // of the SHA-256 of a record
};

struct sw_journal {
    const sw_grid *grid;
    int fd;
    char *path;
    size_t record_bytes;   // number of the task, values, checksum
    unsigned char *buffer; // [record_bytes]
    off_t end;             // of the last whole record; 0: not ours yet
    bool failed;           // an append failed: no further ones
};

static sw_status fail(const sw_journal *journal, const char *what, int reason, sw_error *err) {
    return sw_fail(err, SW_ERR_IO, "%s: %s: %s", journal->path, what, sw_errno_text(reason));
}

// ------------------------------------------------------------------ reading and writing bytes

// Reads exactly n bytes at `at`; false at the end of the file or on an error (errno, else 0).
static bool read_at(int fd, void *data, size_t n, off_t at) {
    char *to = data;
    while (n > 0) {
        errno = 0;
        const ssize_t got = pread(fd, to, n, at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        to += got;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static bool write_at(int fd, const void *data, size_t n, off_t at) {
    const char *from = data;
    while (n > 0) {
        const ssize_t put = pwrite(fd, from, n, at);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            errno = put == 0 ? ENOSPC : errno;
            return false;
        }
        from += put;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

// ------------------------------------------------------------------ opening

static void write_header(const sw_grid *grid, char header[HEADER_BYTES]) {
    memset(header, 0, HEADER_BYTES);
    (void)snprintf(header, HEADER_BYTES,
                   "stepwatt sweep journal 1\nsweep %s\nshard %d of %d\nvalues %" PRId64 "\n",
                   grid->digest, (int)grid->shard, (int)grid->n_shard, grid->n_value);
}

// Locks the file that is at the path now; a journal that was removed between opening and locking is
// opened anew.
static sw_status open_locked(sw_journal *journal, sw_error *err) {
    for (int attempt = 0; attempt < 100; attempt++) {
        journal->fd = open(journal->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (journal->fd < 0) {
            return fail(journal, "cannot be created", errno, err);
        }
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (fcntl(journal->fd, F_SETLK, &lock) != 0) {
            if (errno != EACCES && errno != EAGAIN) {
                return fail(journal, "cannot be locked", errno, err);
            }
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s: another process writes the same output; let it finish or give "
                           "another -o",
                           journal->path);
        }
        struct stat mine;
        struct stat there;
        if (fstat(journal->fd, &mine) == 0 && stat(journal->path, &there) == 0 &&
            mine.st_ino == there.st_ino && mine.st_dev == there.st_dev) {
            return SW_OK;
        }
        (void)close(journal->fd);
        journal->fd = -1;
    }
    return sw_fail(err, SW_ERR_IO, "%s: appears and vanishes; give another -o", journal->path);
}

// True when a short file is the start of a journal (or what a crash left of it, zeros), so that
// nothing is lost when it is written anew.
static bool is_begun(const char *found, size_t n, const char *wanted) {
    bool zeros = true;
    for (size_t i = 0; i < n; i++) {
        zeros = zeros && found[i] == '\0';
    }
    const size_t most = strcspn(wanted, "\n");
    return zeros || memcmp(found, wanted, n < most ? n : most) == 0;
}

// Goes on with a journal of `size` bytes that has tasks.
static sw_status take_over(sw_journal *journal, const char wanted[HEADER_BYTES], off_t size,
                           sw_error *err) {
    char found[HEADER_BYTES];
    if (!read_at(journal->fd, found, HEADER_BYTES, 0)) {
        return fail(journal, "cannot be read", errno != 0 ? errno : EIO, err);
    }
    if (memcmp(found, wanted, HEADER_BYTES) != 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: tasks of another sweep, shard or version of stepwatt; continue with "
                       "that one, or remove the file",
                       journal->path);
    }
    const off_t record = (off_t)journal->record_bytes;
    journal->end = HEADER_BYTES + (size - HEADER_BYTES) / record * record;
    return SW_OK;
}

// Writes the header where `n` bytes of one may be.
static sw_status begin(sw_journal *journal, const char wanted[HEADER_BYTES], size_t n,
                       sw_error *err) {
    char found[HEADER_BYTES];
    if (!read_at(journal->fd, found, n, 0)) {
        return fail(journal, "cannot be read", errno != 0 ? errno : EIO, err);
    }
    if (!is_begun(found, n, wanted)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: is no journal of a sweep; remove it or give another -o", journal->path);
    }
    if (ftruncate(journal->fd, 0) != 0 || !write_at(journal->fd, wanted, HEADER_BYTES, 0)) {
        return fail(journal, "cannot be written", errno, err);
    }
    journal->end = HEADER_BYTES;
    return SW_OK;
}

// Takes an old journal over, or starts it.
static sw_status start(sw_journal *journal, bool resume, sw_error *err) {
    char wanted[HEADER_BYTES];
    struct stat info;
    write_header(journal->grid, wanted);
    if (fstat(journal->fd, &info) != 0) {
        return fail(journal, "cannot be read", errno, err);
    }
    if (info.st_size <= HEADER_BYTES) {
        return begin(journal, wanted, (size_t)info.st_size, err);
    }
    return resume ? take_over(journal, wanted, info.st_size, err)
                  : sw_fail(err, SW_ERR_BAD_INPUT,
                            "%s: finished tasks of an earlier run are there; --resume continues "
                            "it, or remove the file",
                            journal->path);
}

sw_status sw_journal_open(const char *path, const sw_grid *grid, bool resume, sw_journal **journal,
                          sw_error *err) {
    *journal = NULL;
    sw_journal *j = calloc(1, sizeof *j);
    const size_t size = strlen(path) + sizeof ".journal";
    char *name = malloc(size);
    const size_t record_bytes = ((size_t)grid->n_value + 1) * sizeof(double) + CHECK_BYTES;
    unsigned char *buffer = malloc(record_bytes);
    if (j == NULL || name == NULL || buffer == NULL) {
        free(j);
        free(name);
        free(buffer);
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    (void)snprintf(name, size, "%s.journal", path);
    *j = (sw_journal){
        .grid = grid, .fd = -1, .path = name, .record_bytes = record_bytes, .buffer = buffer};
    sw_status status = open_locked(j, err);
    if (status == SW_OK) {
        status = start(j, resume, err);
    }
    if (status != SW_OK) {
        sw_journal_close(j, false);
        return status;
    }
    *journal = j;
    return SW_OK;
}

void sw_journal_close(sw_journal *journal, bool done) {
    if (journal != NULL) {
        if (done || journal->end == HEADER_BYTES) {
            (void)unlink(journal->path); // before the lock goes
        }
        if (journal->fd >= 0) {
            (void)close(journal->fd);
        }
        free(journal->path);
        free(journal->buffer);
        free(journal);
    }
}

// ------------------------------------------------------------------ records

static void checksum(const sw_journal *journal, const unsigned char *record,
                     unsigned char check[CHECK_BYTES]) {
    unsigned char digest[SW_SHA256_BYTES];
    sw_sha256 hash;
    sw_sha256_init(&hash);
    sw_sha256_update(&hash, record, journal->record_bytes - CHECK_BYTES);
    sw_sha256_final(&hash, digest);
    memcpy(check, digest, CHECK_BYTES);
}

sw_status sw_journal_read(sw_journal *journal, sw_grid *grid, int64_t *n_damaged, sw_error *err) {
    const size_t size = journal->record_bytes;
    int64_t damaged = 0;
    for (off_t at = HEADER_BYTES; at < journal->end; at += (off_t)size) {
        unsigned char check[CHECK_BYTES];
        int64_t task = 0;
        if (!read_at(journal->fd, journal->buffer, size, at)) {
            return fail(journal, "cannot be read", errno != 0 ? errno : EIO, err);
        }
        checksum(journal, journal->buffer, check);
        memcpy(&task, journal->buffer, sizeof task);
        if (memcmp(check, journal->buffer + size - CHECK_BYTES, CHECK_BYTES) != 0 || task < 0 ||
            !sw_grid_is_mine(grid, task)) {
            damaged++;
        } else if (task < grid->n_task) {
            memcpy(sw_grid_record(grid, task), journal->buffer + sizeof task,
                   size - sizeof task - CHECK_BYTES);
            grid->done[task] = true;
        }
    }
    if (n_damaged != NULL) {
        *n_damaged = damaged;
    }
    return SW_OK;
}

sw_status sw_journal_add(sw_journal *journal, int64_t task, const double *record, sw_error *err) {
    const size_t size = journal->record_bytes;
    if (journal->failed) {
        return sw_fail(err, SW_ERR_IO, "%s: cannot be written", journal->path);
    }
    memcpy(journal->buffer, &task, sizeof task);
    memcpy(journal->buffer + sizeof task, record, size - sizeof task - CHECK_BYTES);
    checksum(journal, journal->buffer, journal->buffer + size - CHECK_BYTES);
    if (!write_at(journal->fd, journal->buffer, size, journal->end)) {
        const int reason = errno;
        journal->failed = true;
        (void)ftruncate(journal->fd, journal->end); // a torn record is passed over in any case
        return sw_fail(err, SW_ERR_IO,
                       "%s: cannot be written: %s; what it holds is kept, make room and --resume",
                       journal->path, sw_errno_text(reason));
    }
    journal->end += (off_t)size;
    return SW_OK;
}

sw_status sw_journal_sync(sw_journal *journal, sw_error *err) {
    return fsync(journal->fd) == 0 ? SW_OK : fail(journal, "cannot be written", errno, err);
}
