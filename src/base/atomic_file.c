#include "base/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LEFT = 1000 }; // files of killed processes, of one name and process number

// Makes a file of our own for `path`; one of that name may be left from a process that was killed,
// or be written by one with our number on another machine. Returns its descriptor, below 0 on
// failure (errno).
static int create_tmp(const char *path, char *tmp, size_t size) {
    int fd = -1;
    (void)snprintf(tmp, size, "%s.tmp.%ld", path, (long)getpid());
    for (int other = 1; other <= MAX_LEFT; other++) {
        fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) {
            break;
        }
        (void)snprintf(tmp, size, "%s.tmp.%ld.%d", path, (long)getpid(), other);
    }
    return fd;
}

sw_status sw_atomic_file_open(const char *path, sw_atomic_file *file, sw_error *err) {
    const size_t size = strlen(path) + 48;
    *file = (sw_atomic_file){.path = strdup(path), .tmp = malloc(size)};
    if (file->path == NULL || file->tmp == NULL) {
        free(file->path);
        free(file->tmp);
        *file = (sw_atomic_file){0};
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    const int fd = create_tmp(path, file->tmp, size);
    file->stream = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (file->stream == NULL) {
        const int reason = errno;
        if (fd >= 0) {
            (void)close(fd);
            (void)unlink(file->tmp);
        }
        sw_atomic_file_abandon(file);
        return sw_fail(err, SW_ERR_IO, "%s: cannot be created: %s", path, sw_errno_text(reason));
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

sw_status sw_atomic_file_sync(sw_atomic_file *file, sw_error *err) {
    errno = 0;
    if (fflush(file->stream) == 0 && ferror(file->stream) == 0 &&
        fsync(fileno(file->stream)) == 0) {
        return SW_OK;
    }
    return sw_fail(err, SW_ERR_IO, "%s: cannot be written: %s", file->path,
                   sw_errno_text(errno != 0 ? errno : EIO));
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
        status =
            sw_fail(err, SW_ERR_IO, "%s: cannot be written: %s", file->path, sw_errno_text(reason));
    } else {
        reason = sync_folder(file->tmp);
        if (reason != 0) {
            status = sw_fail(err, SW_ERR_IO, "%s: its folder cannot be synced: %s", file->path,
                             sw_errno_text(reason));
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
