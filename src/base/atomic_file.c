#include "base/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

sw_status sw_atomic_file_open(const char *path, sw_atomic_file *file, sw_error *err) {
    *file = (sw_atomic_file){0};
    const size_t size = strlen(path) + 32;
    file->path = strdup(path);
    file->tmp = malloc(size);
    if (file->path == NULL || file->tmp == NULL) {
        sw_atomic_file_abandon(file);
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    (void)snprintf(file->tmp, size, "%s.tmp.%ld", path, (long)getpid());
    const int fd = open(file->tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    file->stream = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (file->stream == NULL) {
        const int reason = errno;
        if (fd >= 0) {
            (void)close(fd);
            (void)unlink(file->tmp);
        }
        sw_atomic_file_abandon(file);
        return sw_fail(err, SW_ERR_IO, "%s: cannot be created: %s", path, strerror(reason));
    }
    return SW_OK;
}

// Makes a rename in the folder of `path` last. File systems that cannot sync a folder say EINVAL.
static int sync_folder(char *path) {
    char *slash = strrchr(path, '/');
    const char *folder = ".";
    if (slash == path) {
        folder = "/";
    } else if (slash != NULL) {
        *slash = '\0';
        folder = path;
    }
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failed = fd < 0 || (fsync(fd) != 0 && errno != EINVAL);
    const int reason = errno;
    if (fd >= 0 && close(fd) != 0 && !failed) {
        return errno;
    }
    return failed ? reason : 0;
}

// Flushes, syncs and closes; returns 0 or the errno of the first step that failed.
static int finish_stream(FILE *stream) {
    errno = 0;
    int reason = 0;
    if (fflush(stream) != 0 || ferror(stream) != 0 || fsync(fileno(stream)) != 0) {
        reason = errno != 0 ? errno : EIO;
    }
    if (fclose(stream) != 0 && reason == 0) {
        reason = errno;
    }
    return reason;
}

sw_status sw_atomic_file_commit(sw_atomic_file *file, sw_error *err) {
    int reason = finish_stream(file->stream);
    file->stream = NULL;
    if (reason == 0 && rename(file->tmp, file->path) != 0) {
        reason = errno;
    }
    sw_status status = SW_OK;
    if (reason != 0) {
        (void)unlink(file->tmp);
        status = sw_fail(err, SW_ERR_IO, "%s: cannot be written: %s", file->path, strerror(reason));
    } else {
        reason = sync_folder(file->tmp);
        if (reason != 0) {
            status = sw_fail(err, SW_ERR_IO, "%s: its folder cannot be synced: %s", file->path,
                             strerror(reason));
        }
    }
    sw_atomic_file_abandon(file);
    return status;
}

void sw_atomic_file_abandon(sw_atomic_file *file) {
    if (file->stream != NULL) {
        (void)fclose(file->stream);
        (void)unlink(file->tmp);
    }
    free(file->path);
    free(file->tmp);
    *file = (sw_atomic_file){0};
}
