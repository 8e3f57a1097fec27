// temp_dir.h -- a folder of files that a test writes and that is gone afterwards. Failures end the
// test.
#ifndef TESTS_SUPPORT_TEMP_DIR_H
#define TESTS_SUPPORT_TEMP_DIR_H

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct temp_dir {
    char path[64];
    char file[512]; // path of the file written last
} temp_dir;

static inline void temp_dir_make(temp_dir *dir) {
    (void)snprintf(dir->path, sizeof dir->path, "/tmp/stepwatt-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir->path));
}

// Writes bytes to a file of that name; returns its path, which the next call overwrites.
static inline const char *temp_dir_write(temp_dir *dir, const char *name, const char *text,
                                         size_t n) {
    const int length = snprintf(dir->file, sizeof dir->file, "%s/%s", dir->path, name);
    ck_assert_int_lt(length, (int)sizeof dir->file);
    FILE *out = fopen(dir->file, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(text, 1, n, out), n);
    ck_assert_int_eq(fclose(out), 0);
    return dir->file;
}

static inline const char *temp_dir_put(temp_dir *dir, const char *name, const char *text) {
    return temp_dir_write(dir, name, text, strlen(text));
}

static inline void temp_dir_sub(const temp_dir *dir, const char *name) {
    char sub[512];
    (void)snprintf(sub, sizeof sub, "%s/%s", dir->path, name);
    ck_assert_int_eq(mkdir(sub, 0700), 0);
}

// Removes the folder, its files, and the folders one level below with theirs.
// NOLINTNEXTLINE(misc-no-recursion): `depth` deep
static inline void temp_dir_remove_at(const char *path, int depth) {
    DIR *list = opendir(path);
    ck_assert_ptr_nonnull(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        char inner[800];
        const int n = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        ck_assert(n > 0 && (size_t)n < sizeof inner);
        if (unlink(inner) != 0 && depth > 0) {
            temp_dir_remove_at(inner, depth - 1);
        }
    }
    (void)closedir(list);
    (void)rmdir(path);
}

static inline void temp_dir_remove(temp_dir *dir) {
    temp_dir_remove_at(dir->path, 1);
}

#endif
