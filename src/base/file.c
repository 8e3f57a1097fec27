#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_BYTES = 4096 };

// Makes the first room or doubles it, up to one byte more than allowed and the final 0.
static bool grow(sw_file *file, size_t *room, size_t first, size_t max_bytes) {
    const size_t most = max_bytes + 2;
    const size_t wanted = *room == 0 ? first : *room > most / 2 ? most : *room * 2;
    const size_t next = wanted < most ? wanted : most;
    char *data = realloc(file->data, next);
    if (data == NULL) {
        return false;
    }
    file->data = data;
    *room = next;
    return true;
}

static sw_status fail_size(const char *path, size_t max_bytes, sw_error *err) {
    return sw_fail(err, SW_ERR_BAD_INPUT, "%s: is larger than the %zu bytes allowed", path,
                   max_bytes);
}

static sw_status read_all(FILE *in, const char *path, size_t max_bytes, sw_file *file,
                          sw_error *err) {
    size_t room = 0;
    struct stat info = {0};
    // Room for the file as it is now and one byte more, so that its end is met; it may grow.
    (void)fstat(fileno(in), &info);
    const size_t first = info.st_size > FIRST_BYTES ? (size_t)info.st_size + 2 : FIRST_BYTES;
    for (;;) {
        if (file->size + 1 >= room && !grow(file, &room, first, max_bytes)) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory after %zu bytes", path,
                           file->size);
        }
        errno = 0;
        const size_t n = fread(file->data + file->size, 1, room - 1 - file->size, in);
        file->size += n;
        if (ferror(in)) {
            return sw_fail(err, SW_ERR_IO, "%s: cannot be read: %s", path, sw_errno_text(errno));
        }
        if (file->size > max_bytes) {
            return fail_size(path, max_bytes, err);
        }
        if (n == 0) {
            break;
        }
    }
    file->data[file->size] = '\0';
    return SW_OK;
}

// Opens a regular file. Pipes and devices would let the program wait, or read without end; opening
// does not wait for them either. Returns the descriptor, below 0 on failure.
static int open_regular(const char *path, size_t max_bytes, sw_error *err) {
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        (void)sw_fail(err, SW_ERR_IO, "%s: cannot be opened: %s", path, sw_errno_text(errno));
        return -1;
    }
    if (fstat(fd, &info) != 0) {
        (void)sw_fail(err, SW_ERR_IO, "%s: cannot be read: %s", path, sw_errno_text(errno));
    } else if (!S_ISREG(info.st_mode)) {
        (void)sw_fail(err, SW_ERR_BAD_INPUT,
                      "%s: cannot be read: it is a %s, allowed are regular files", path,
                      S_ISDIR(info.st_mode) ? "folder" : "pipe or device");
    } else if ((uint64_t)info.st_size > max_bytes) {
        (void)fail_size(path, max_bytes, err);
    } else {
        return fd;
    }
    (void)close(fd); // nothing was written
    return -1;
}

sw_status sw_file_check(const char *path, sw_error *err) {
    sw_error why = {0};
    const int fd = open_regular(path, SIZE_MAX, &why);
    if (fd < 0) {
        return sw_fail(err, why.code, "%s", why.text);
    }
    (void)close(fd); // nothing was written
    return SW_OK;
}

sw_status sw_file_read(const char *path, size_t max_bytes, sw_file *file, sw_error *err) {
    sw_file result = {0};
    sw_error why = {0};
    const int fd = open_regular(path, max_bytes, &why);
    if (fd < 0) {
        return sw_fail(err, why.code, "%s", why.text);
    }
    FILE *in = fdopen(fd, "rb");
    if (in == NULL) {
        (void)close(fd); // nothing was written
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    const sw_status status = read_all(in, path, max_bytes, &result, err);
    (void)fclose(in); // nothing was written
    if (status != SW_OK) {
        sw_file_deinit(&result);
        return status;
    }
    sw_sha256 hash;
    sw_sha256_init(&hash);
    sw_sha256_update(&hash, result.data, result.size);
    sw_sha256_final_hex(&hash, result.sha256);
    *file = result;
    return SW_OK;
}

void sw_file_deinit(sw_file *file) {
    free(file->data);
    *file = (sw_file){0};
}
