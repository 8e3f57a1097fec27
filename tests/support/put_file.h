// put_file.h -- writes a small input file for a test, under a name that no other test has.
#ifndef TESTS_SUPPORT_PUT_FILE_H
#define TESTS_SUPPORT_PUT_FILE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Writes `size` bytes and returns the name, which lives until the next call.
static inline const char *put_bytes(const char *suffix, const void *data, size_t size) {
    static char path[256];
    static int n;
    const char *dir = getenv("TMPDIR");
    (void)snprintf(path, sizeof path, "%s/sw_test_%ld_%d%s", dir != NULL ? dir : "/tmp", (long)getpid(),
             n++, suffix);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(data, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

static inline const char *put(const char *text) {
    return put_bytes(".csv", text, strlen(text));
}

#define assert_says(err, part)                                                                     \
    ck_assert_msg(strstr((err).text, part) != NULL, "message '%s' lacks '%s'", (err).text, part)

#endif
