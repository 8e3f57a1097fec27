// CSV: what is read, with line numbers, and hostile files that must be refused.
#include "support/put_file.h"

#include <stdlib.h>

#include "base/csv.h"

static sw_csv csv;
static sw_error err;

static void open_text(const char *text) {
    err = (sw_error){0};
    const char *path = put(text);
    ck_assert_int_eq(sw_csv_init(&csv, path, &err), SW_OK);
}

static void close_it(void) {
    unlink(csv.path);
    sw_csv_deinit(&csv);
}

// Reads one record and compares its line and its fields, joined by `|`.
static void next_is(int64_t line, const char *joined) {
    bool more = false;
    char text[512] = "";
    ck_assert_msg(sw_csv_next(&csv, &more, &err) == SW_OK, "%s", err.text);
    ck_assert(more);
    for (int32_t i = 0; i < csv.n_field; i++) {
        strcat(strcat(text, i == 0 ? "" : "|"), csv.field[i]);
    }
    ck_assert_str_eq(text, joined);
    ck_assert_int_eq(csv.line, line);
}

static void end_is_here(void) {
    bool more = true;
    ck_assert_int_eq(sw_csv_next(&csv, &more, &err), SW_OK);
    ck_assert(!more);
    close_it();
}

static void is_refused(const char *text, size_t size, const char *says) {
    err = (sw_error){0};
    const char *path = put_bytes(".csv", text, size);
    bool more = true;
    sw_status status = sw_csv_init(&csv, path, &err);
    while (status == SW_OK && more) {
        status = sw_csv_next(&csv, &more, &err);
    }
    ck_assert_msg(status == SW_ERR_BAD_INPUT, "taken: %s", text);
    assert_says(err, says);
    close_it();
}

START_TEST(quotes_comments_and_blanks_are_read_with_their_lines) {
    open_text("# origin\n\na , b,\"c, \"\"x\"\"\"\r\n\n# between\n1,\"two\nlines\", 3 \r\n4,,\n,");
    next_is(3, "a|b|c, \"x\"");
    next_is(6, "1|two\nlines|3");
    next_is(8, "4||");
    next_is(9, "|");
    end_is_here();
}
END_TEST

START_TEST(a_byte_order_mark_and_a_missing_last_newline_do_not_matter) {
    open_text("\xEF\xBB\xBF# c\ntime,x\n1,2");
    next_is(2, "time|x");
    next_is(3, "1|2");
    end_is_here();
    open_text("");
    end_is_here();
    open_text("# only a comment");
    end_is_here();
}
END_TEST

START_TEST(a_hash_inside_a_record_is_text) {
    open_text("a,#b\n\"#c\",d\n");
    next_is(1, "a|#b");
    next_is(2, "#c|d");
    end_is_here();
}
END_TEST

START_TEST(broken_quotes_and_control_characters_are_refused) {
    is_refused("a,b\n1,\"2", 8, ":2: quote without its end");
    is_refused("a,b\n1,\"2\"3\n", 11, ":2: text after a closing quote");
    is_refused("a,b\n1,2\"3\"\n", 11, ":2: quote inside a field");
    is_refused("a,b\n1,\0002\n", 9, ":2: control character (byte 0x00)");
    is_refused("a,b\n1,\"\0002\"\n", 11, ":2: control character (byte 0x00)");
    is_refused("a\r1\r2\r", 6, ":1: control character (byte 0x0d)");
    is_refused("a,b\n\x1b[31m,2\n", 12, "(byte 0x1b)");
}
END_TEST

START_TEST(records_and_columns_have_limits) {
    const size_t n = SW_CSV_MAX_RECORD + 10;
    char *text = malloc(n);
    memset(text, 'x', n);
    is_refused(text, n, "longer than the 1048576 bytes allowed");
    memset(text, ',', n);
    is_refused(text, n, "more than the 4096 columns allowed");
    memset(text, '\n', n);
    const char *path = put_bytes(".csv", text, n);
    ck_assert_int_eq(sw_csv_init(&csv, path, &err), SW_OK);
    ck_assert_int_le(sw_csv_max_records(&csv, 4096), 300); // empty lines claim no memory
    end_is_here();
    free(text);
}
END_TEST

START_TEST(a_file_that_is_not_there_or_too_large_is_named) {
    sw_file file = {0};
    err = (sw_error){0};
    ck_assert_int_eq(sw_csv_init(&csv, "/nowhere/x.csv", &err), SW_ERR_IO);
    assert_says(err, "/nowhere/x.csv: cannot be opened");
    err = (sw_error){0};
    ck_assert_int_eq(sw_csv_init(&csv, "/tmp", &err), SW_ERR_BAD_INPUT);
    assert_says(err, "/tmp: cannot be read: it is a folder, allowed are regular files");
    err = (sw_error){0};
    const char *path = put("0123456789");
    ck_assert_int_eq(sw_file_read(path, 9, &file, &err), SW_ERR_BAD_INPUT);
    assert_says(err, "larger than the 9 bytes allowed");
    ck_assert_int_eq(sw_file_read(path, 10, &file, &err), SW_OK);
    ck_assert_str_eq(file.data, "0123456789");
    // printf 0123456789 | sha256sum
    ck_assert_str_eq(file.sha256,
                     "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
    sw_file_deinit(&file);
    unlink(path);
}
END_TEST

int main(void) {
    TCase *tc = tcase_create("csv");
    tcase_add_test(tc, quotes_comments_and_blanks_are_read_with_their_lines);
    tcase_add_test(tc, a_byte_order_mark_and_a_missing_last_newline_do_not_matter);
    tcase_add_test(tc, a_hash_inside_a_record_is_text);
    tcase_add_test(tc, broken_quotes_and_control_characters_are_refused);
    tcase_add_test(tc, records_and_columns_have_limits);
    tcase_add_test(tc, a_file_that_is_not_there_or_too_large_is_named);
    Suite *suite = suite_create("csv");
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
