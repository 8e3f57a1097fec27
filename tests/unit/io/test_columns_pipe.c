// What the process that reads HDF5 traces hands over may be anything once HDF5 has damaged its
// memory: the program takes columns that can be, and nothing else.
#include <check.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/apart.h"
#include "base/rng.h"
#include "io/columns.h"

enum { N_ROW = 3, MAX_NAME = 256 };

// A message, as the pipe carries it: numbers of rows and columns, then each column.
typedef struct column {
    char name[MAX_NAME];
    double value[N_ROW];
} column;

typedef struct message {
    int64_t n;
    int64_t n_column;
    column column[2];
} message;

static const message sound = {
    .n = N_ROW,
    .n_column = 2,
    .column = {{.name = "time_s", .value = {0, 1, 2}}, {.name = "x", .value = {4, 5, 6}}},
};

static message sent;
static size_t n_sent; // bytes
static bool said;     // with a message of its own

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's name
// In place of the process: hands `sent` over.
sw_status __wrap_sw_apart_read(const char *path, const sw_apart_steps *steps, void *what,
                               uint64_t most_bytes, sw_error *err);

sw_status __wrap_sw_apart_read(const char *path, const sw_apart_steps *steps, void *what,
                               uint64_t most_bytes, sw_error *err) {
    int end[2];
    ck_assert_str_eq(path, "trace");
    ck_assert_uint_gt(most_bytes, 0);
    ck_assert_int_eq(pipe(end), 0);
    sw_pipe out = {.fd = end[1]};
    ck_assert(sw_pipe_give(&out, &sent, n_sent));
    (void)close(end[1]);
    sw_pipe in = {.fd = end[0]};
    const sw_status status = steps->take(what, &in, err);
    (void)close(end[0]);
    said = err->code != SW_OK;
    return status;
}
// NOLINTEND(bugprone-reserved-identifier)

// Loads what is sent.
static sw_status load(sw_columns *table) {
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    sw_file file = {.data = strdup(signature), .size = sizeof signature - 1};
    sw_error err = {0};
    *table = (sw_columns){0};
    return sw_columns_load_file("trace", &file, table, &err);
}

static void is_refused(void) {
    sw_columns table;
    ck_assert_int_eq(load(&table), SW_ERR_BAD_INPUT);
    ck_assert(!said); // the caller knows more of the reason
    ck_assert_int_eq(table.n, 0);
    sent = sound;
    n_sent = sizeof sent;
}

START_TEST(columns_come_as_they_were_sent) {
    sw_columns table;
    ck_assert_int_eq(load(&table), SW_OK);
    ck_assert_int_eq(table.n, N_ROW);
    ck_assert_int_eq(table.n_column, 2);
    ck_assert_ptr_null(table.line);
    for (int32_t i = 0; i < 2; i++) {
        ck_assert_str_eq(table.name[i], sound.column[i].name);
        ck_assert_mem_eq(table.value[i], sound.column[i].value, sizeof sound.column[i].value);
    }
    sw_columns_deinit(&table);
}
END_TEST

START_TEST(extents_that_cannot_be_are_refused) {
    // Of a file as small as this one; no file has more than SW_COLUMNS_MAX_CELL.
    const int64_t n[] = {0, -1, INT64_MIN, INT64_MAX, SW_COLUMNS_MAX_CELL / 2 + 1, 8 * 2048 + 1};
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        sent.n = n[i];
        is_refused();
    }
    const int64_t n_column[] = {0, -1, INT64_MIN, 4097, INT64_MAX, (INT64_C(1) << 32) + 2};
    for (size_t i = 0; i < sizeof n_column / sizeof *n_column; i++) {
        sent.n_column = n_column[i];
        is_refused();
    }
}
END_TEST

START_TEST(names_that_cannot_be_are_refused) {
    sent.column[0].name[0] = '\0';
    is_refused();
    memset(sent.column[1].name, 'y', MAX_NAME); // without an end
    is_refused();
    sent.column[1].name[0] = 's'; // not in order
    is_refused();
    memcpy(sent.column[1].name, sent.column[0].name, MAX_NAME); // twice
    is_refused();
}
END_TEST

START_TEST(a_message_that_ends_early_is_refused) {
    for (size_t n = 0; n < sizeof sent; n++) {
        n_sent = n;
        is_refused();
    }
}
END_TEST

// Any bytes give columns as they say, or are refused.
START_TEST(any_bytes_are_survived) {
    enum { EXTENTS = offsetof(message, column), MOST_CHANGED = 4, FEW = 3 };
    int n_taken = 0;
    for (uint64_t i = 0; i < 20000; i++) {
        const uint64_t how = sw_rng_bits(1, SW_RNG_POLICY, 0, i, 0);
        for (uint32_t k = 0; k <= how % MOST_CHANGED; k++) {
            const uint64_t bits = sw_rng_bits(1, SW_RNG_POLICY, 1, i, k);
            const size_t at = (size_t)(bits >> 32) % ((bits & 1) != 0 ? EXTENTS : sizeof sent);
            const unsigned byte = (unsigned)(bits >> 8) & 255;
            ((unsigned char *)&sent)[at] = (unsigned char)((bits & 6) != 0 ? byte % FEW : byte);
        }
        sw_columns table;
        if (load(&table) == SW_OK) {
            n_taken++;
            ck_assert_int_eq(table.n, sent.n);
            ck_assert_int_eq(table.n_column, sent.n_column);
            for (int32_t c = 0; c < table.n_column; c++) {
                ck_assert_int_eq(sw_columns_find(&table, table.name[c]), c);
            }
            sw_columns_deinit(&table);
        }
        sent = sound;
    }
    ck_assert_int_gt(n_taken, 0);
}
END_TEST

static void set_up(void) {
    sent = sound;
    n_sent = sizeof sent;
}

int main(void) {
    Suite *suite = suite_create("columns_pipe");
    TCase *tc = tcase_create("columns_pipe");
    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, columns_come_as_they_were_sent);
    tcase_add_test(tc, extents_that_cannot_be_are_refused);
    tcase_add_test(tc, names_that_cannot_be_are_refused);
    tcase_add_test(tc, a_message_that_ends_early_is_refused);
    tcase_add_test(tc, any_bytes_are_survived);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
