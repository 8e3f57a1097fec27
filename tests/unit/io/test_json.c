// JSON: escapes, numbers, nesting.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"

static char text[4096];

// Writes what `write` writes, returns it as a string.
static const char *written(void (*write)(sw_json *json)) {
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    sw_json json;
    sw_json_init(&json, file);
    write(&json);
    ck_assert(sw_json_finish(&json));
    rewind(file);
    const size_t n = fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

static void nested(sw_json *json) {
    sw_json_begin_object(json);
    sw_json_key(json, "a");
    sw_json_begin_array(json);
    sw_json_integer(json, -1);
    sw_json_begin_object(json);
    sw_json_end_object(json);
    sw_json_begin_array(json);
    sw_json_end_array(json);
    sw_json_end_array(json);
    sw_json_key(json, "b");
    sw_json_bool(json, true);
    sw_json_key(json, "c");
    sw_json_unsigned(json, UINT64_MAX);
    sw_json_end_object(json);
}

START_TEST(nesting_puts_commas_where_they_belong) {
    ck_assert_str_eq(written(nested),
                     "{\"a\": [-1, {}, []], \"b\": true, \"c\": 18446744073709551615}\n");
}
END_TEST

static void numbers(sw_json *json) {
    sw_json_begin_array(json);
    sw_json_number(json, 0.1);
    sw_json_number(json, (double)NAN);
    sw_json_number(json, (double)INFINITY);
    sw_json_number(json, -(double)INFINITY);
    sw_json_number(json, 1e300);
    sw_json_end_array(json);
}

START_TEST(numbers_keep_their_digits_and_nan_is_null) {
    ck_assert_str_eq(written(numbers),
                     "[0.10000000000000001, null, null, null, 1.0000000000000001e+300]\n");
}
END_TEST

static void strings(sw_json *json) {
    sw_json_begin_array(json);
    sw_json_text(json, "a\"b\\c\n\t\x01\x7f");
    sw_json_text(json, "Z\xc3\xbcrich \xf0\x9f\x98\x80");
    sw_json_text(json,
                 "\xff\xc0\xaf\xed\xa0\x80\xe2\x82"); // no UTF-8: stray, overlong, surrogate, cut
    sw_json_text(json, NULL);
    sw_json_end_array(json);
}

START_TEST(strings_are_escaped_and_bad_bytes_replaced) {
    ck_assert_str_eq(
        written(strings),
        "[\"a\\\"b\\\\c\\n\\u0009\\u0001\\u007f\", \"Z\xc3\xbcrich \xf0\x9f\x98\x80\", "
        "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\", null]\n");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("json");
    TCase *tcase = tcase_create("json");
    tcase_add_test(tcase, nesting_puts_commas_where_they_belong);
    tcase_add_test(tcase, numbers_keep_their_digits_and_nan_is_null);
    tcase_add_test(tcase, strings_are_escaped_and_bad_bytes_replaced);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
