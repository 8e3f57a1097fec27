#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 64 * 1024 };

// Doubles the room, up to one byte more than allowed and the final 0.
static bool grow(sw_file *file, size_t *room, size_t max_bytes) {
    const size_t most = max_bytes + 2;
    const size_t next = *room == 0 ? FIRST_BYTES : (*room > most / 2 ? most : *room * 2);
    char *data = realloc(file->data, next);
    if (data == NULL) {
        return false;
    }
    file->data = data;
    *room = next;
    return true;
}

static sw_status read_all(FILE *in, const char *path, size_t max_bytes, sw_file *file,
                          sw_error *err) {
    size_t room = 0;
    for (;;) {
        if (file->size + 1 >= room && !grow(file, &room, max_bytes)) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory after %zu bytes", path,
                           file->size);
        }
        errno = 0;
        const size_t n = fread(file->data + file->size, 1, room - 1 - file->size, in);
        file->size += n;
        if (ferror(in)) {
            return sw_fail(err, SW_ERR_IO, "%s: cannot be read: %s", path, strerror(errno));
        }
        if (file->size > max_bytes) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s: is larger than the %zu bytes allowed", path,
                           max_bytes);
        }
        if (n == 0) {
            break;
        }
    }
    file->data[file->size] = '\0';
    return SW_OK;
}

sw_status sw_file_read(const char *path, size_t max_bytes, sw_file *file, sw_error *err) {
    sw_file result = {0};
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        return sw_fail(err, SW_ERR_IO, "%s: cannot be opened: %s", path, strerror(errno));
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
