// The INI reader: what it takes, and every way in which inih alone would misread a line.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/ini.h"

static const sw_ini_source source = {
    .label = "s.ini", .has_lines = true, .dir = "", .shown_dir = ""};
static sw_arena arena;
static sw_ini ini;
static sw_messages messages;

static void set_up(void) {
    arena = (sw_arena){0};
    messages = (sw_messages){0};
}

static void tear_down(void) {
    sw_messages_deinit(&messages);
    sw_arena_deinit(&arena);
}

static void read_bytes(const char *text, size_t n) {
    sw_messages_deinit(&messages);
    sw_ini_init(&ini, &arena);
    sw_ini_read_text(&ini, text, n, &source, &messages);
}

static void read_right(const char *text) {
    read_bytes(text, strlen(text));
    ck_assert_msg(messages.n == 0, "%s", messages.n > 0 ? messages.text[0] : "");
}

static void read_wrong(const char *text, const char *message) {
    read_bytes(text, strlen(text));
    ck_assert_int_eq(messages.n, 1);
    ck_assert_str_eq(messages.text[0], message);
    ck_assert_int_eq(messages.code, SW_ERR_BAD_INPUT);
}

static const char *value_of(const char *section, const char *key) {
    const sw_ini_section *found = sw_ini_find(&ini, section);
    ck_assert_ptr_nonnull(found);
    const sw_ini_entry *entry = sw_ini_get(found, key);
    return entry == NULL ? NULL : entry->value;
}

START_TEST(sections_keys_and_comments_are_read) {
    read_right("; a comment\n# another\n\n[site east]   ; comment\nprice = 42 ; comment ; more\n"
               "   ; indented comment\nname=a b\n \t \n[ link   a\tb ]\nx = 1:2, 3:4\n[empty]\n");
    ck_assert_int_eq(ini.n, 3);
    ck_assert_str_eq(value_of("site east", "price"), "42");
    ck_assert_str_eq(value_of("site east", "name"), "a b");
    ck_assert_str_eq(value_of("link a b", "x"), "1:2, 3:4");
    ck_assert_int_eq(ini.section[2].n, 0);
    ck_assert_int_eq(ini.section[1].line, 9);
    ck_assert_int_eq(ini.section[1].entry[0].line, 10);
}
END_TEST

START_TEST(byte_order_mark_and_crlf_change_nothing) {
    read_right("\xEF\xBB\xBF[a]\r\nx = 1\r\n\r\n[b]\r\ny = 2");
    ck_assert_str_eq(value_of("a", "x"), "1");
    ck_assert_str_eq(value_of("b", "y"), "2");
}
END_TEST

START_TEST(an_empty_text_is_an_empty_document) {
    read_right("");
    ck_assert_int_eq(ini.n, 0);
    ck_assert_ptr_null(sw_ini_find(&ini, "a"));
}
END_TEST

START_TEST(lines_that_inih_would_misread_are_refused) {
    static const struct {
        const char *text;
        const char *message;
    } bad[] = {
        {"[a]\nx = 1\n y = 2\n",
         "s.ini:3: [a] indented line, allowed are lines that start without a blank"},
        {"[a]\nx = 1\n\ty = 2\n",
         "s.ini:3: [a] indented line, allowed are lines that start without a blank"},
        {"[a]\nx = 1\n  y = 2\n",
         "s.ini:3: [a] indented line, allowed are lines that start without a blank"},
        {"[a]\nx: 1\n",
         "s.ini:2: [a] neither a section nor a key, allowed are [kind name] and key = value"},
        {"[a]\nx:y = 1\n",
         "s.ini:2: [a] neither a section nor a key, allowed are [kind name] and key = value"},
        {"[a]\nonly words\n",
         "s.ini:2: [a] neither a section nor a key, allowed are [kind name] and key = value"},
        {"[a]\n= 1\n", "s.ini:2: [a] no key before '=', allowed is key = value"},
        {"[a]\nx ;y = 1\n", "s.ini:2: [a] bad key, allowed are letters, digits and _ . + -"},
        {"[a]\nx =\n", "s.ini:2: [a] x: no value, allowed is key = value"},
        {"[a]\nx = ; comment\n", "s.ini:2: [a] x: no value, allowed is key = value"},
        {"[a]\nx = 1 # not a comment\n", "s.ini:2: [a] x: '#' or ';' in the value, allowed is ';' "
                                         "after a blank as a comment"},
        {"[a]\nx = 1;2\n", "s.ini:2: [a] x: '#' or ';' in the value, allowed is ';' after a blank "
                           "as a comment"},
        {"[a]\nx = 1\nx = 2\n",
         "s.ini:3: [a] x: key repeated, first at line 2; a section may hold it once"},
        {"[a]\n[b]\n[ a ]\nx = 1\n",
         "s.ini:3: [a] section repeated, first at line 1; a file may hold it once"},
        {"[a\n", "s.ini:1: section header without ']', allowed is [kind name]"},
        {"[]\n", "s.ini:1: section header without a name, allowed is [kind name]"},
        {"[a] x = 1\n",
         "s.ini:1: text after the section's ']', allowed is a comment: a blank, ';' and text"},
        {"[a];x\n",
         "s.ini:1: text after the section's ']', allowed is a comment: a blank, ';' and text"},
        {"[a/b]\n", "s.ini:1: bad section name, allowed are words of letters, digits and _ . + -"},
        {"[a ;b]\n", "s.ini:1: bad section name, allowed are words of letters, digits and _ . + -"},
        {"x = 1\n", "s.ini:1: x: stands before the first section, allowed after a [kind name]"},
        {"[a]\nx = 1\rx\n", "s.ini:2: [a] control byte, allowed is plain text"},
        {"[a]\nx = \x1b[31m\n", "s.ini:2: [a] control byte, allowed is plain text"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        read_wrong(bad[i].text, bad[i].message);
    }
}
END_TEST

START_TEST(a_nul_byte_is_refused_and_hides_nothing_behind_it) {
    static const char text[] = "[a]\nx = 1\0 2\ny = 3\n";
    read_bytes(text, sizeof text - 1);
    ck_assert_int_eq(messages.n, 1);
    ck_assert_str_eq(messages.text[0], "s.ini:2: [a] NUL byte, allowed is plain text");
    ck_assert_str_eq(value_of("a", "y"), "3");
}
END_TEST

START_TEST(lines_of_190_bytes_are_whole_and_longer_ones_refused) {
    char text[400] = "[a]\nx = ";
    const size_t start = strlen(text);
    memset(text + start, 'v', 186);
    read_right(text); // "x = " and 186 bytes
    ck_assert_uint_eq(strlen(value_of("a", "x")), 186);
    text[start + 186] = 'v';
    read_wrong(text, "s.ini:2: [a] line is too long, allowed are 190 bytes");
}
END_TEST

START_TEST(names_of_49_bytes_are_whole_and_longer_ones_refused) {
    char name[60];
    char text[200];
    memset(name, 'n', sizeof name);
    name[49] = '\0';
    (void)snprintf(text, sizeof text, "[%s]\n%s = 1\n", name, name);
    read_right(text);
    ck_assert_str_eq(value_of(name, name), "1");
    name[49] = 'n';
    name[50] = '\0';
    (void)snprintf(text, sizeof text, "[%s]\n", name);
    read_wrong(text, "s.ini:1: section name is too long, allowed are 49 bytes");
    (void)snprintf(text, sizeof text, "[a]\n%s = 1\n", name);
    read_wrong(text, "s.ini:2: [a] key is too long, allowed are 49 bytes");
}
END_TEST

START_TEST(keys_below_a_wrong_header_go_to_no_other_section) {
    read_bytes("[a]\nx = 1\n[b\ny = 2\n[c]\nz = 3\n", 29);
    ck_assert_int_eq(messages.n, 1);
    ck_assert_ptr_null(value_of("a", "y"));
    ck_assert_str_eq(value_of("c", "z"), "3");
}
END_TEST

START_TEST(all_wrong_lines_are_reported_in_order_and_the_rest_is_counted) {
    char text[5000] = "[a]\n";
    for (int i = 0; i < 150; i++) {
        (void)strcat(text, "no equals sign\n");
    }
    read_bytes(text, strlen(text));
    ck_assert_int_eq(messages.n, SW_MESSAGES_MAX);
    ck_assert_int_eq(messages.n_lost, 150 - SW_MESSAGES_MAX);
    ck_assert_int_eq(strncmp(messages.text[0], "s.ini:2: ", 9), 0);
    ck_assert_int_eq(strncmp(messages.text[99], "s.ini:101: ", 11), 0);
}
END_TEST

START_TEST(thousands_of_sections_are_found_by_name) {
    enum { N = 5000, SIZE = N * 20 };
    char *text = calloc(SIZE, 1);
    ck_assert_ptr_nonnull(text);
    size_t n = 0;
    for (int i = 0; i < N; i++) {
        n += (size_t)snprintf(text + n, SIZE - n, "[s %d]\nv = %d\n", i, i);
    }
    read_bytes(text, n);
    ck_assert_int_eq(messages.n, 0);
    ck_assert_int_eq(ini.n, N);
    for (int i = 0; i < N; i += 7) {
        char name[32];
        (void)snprintf(name, sizeof name, "s %d", i);
        ck_assert_str_eq(value_of(name, "v"), name + 2);
    }
    free(text);
}
END_TEST

START_TEST(more_than_1000_keys_in_a_section_are_refused) {
    char *text = calloc(20000, 1);
    ck_assert_ptr_nonnull(text);
    size_t n = (size_t)snprintf(text, 20000, "[a]\n");
    for (int i = 0; i < 1001; i++) {
        n += (size_t)snprintf(text + n, 20000 - n, "k%d = 1\n", i);
    }
    read_wrong(text, "s.ini:1002: [a] k1000: too many keys in the section, allowed are 1000");
    free(text);
}
END_TEST

START_TEST(merging_lets_the_later_value_win_and_keeps_the_order) {
    sw_ini over;
    read_right("[a]\nx = 1\ny = 2\n[b]\nz = 3\n");
    sw_ini_init(&over, &arena);
    static const char text[] = "[c]\nw = 4\n[a]\ny = 5\nv = 6\n";
    sw_ini_read_text(&over, text, strlen(text), &source, &messages);
    ck_assert_int_eq(sw_ini_merge(&ini, &over), SW_OK);
    ck_assert_int_eq(ini.n, 3);
    ck_assert_str_eq(ini.section[2].name, "c");
    ck_assert_str_eq(value_of("a", "x"), "1");
    ck_assert_str_eq(value_of("a", "y"), "5");
    ck_assert_str_eq(value_of("a", "v"), "6");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("ini");
    TCase *tcase = tcase_create("reading");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, sections_keys_and_comments_are_read);
    tcase_add_test(tcase, byte_order_mark_and_crlf_change_nothing);
    tcase_add_test(tcase, an_empty_text_is_an_empty_document);
    tcase_add_test(tcase, lines_that_inih_would_misread_are_refused);
    tcase_add_test(tcase, a_nul_byte_is_refused_and_hides_nothing_behind_it);
    tcase_add_test(tcase, lines_of_190_bytes_are_whole_and_longer_ones_refused);
    tcase_add_test(tcase, names_of_49_bytes_are_whole_and_longer_ones_refused);
    tcase_add_test(tcase, keys_below_a_wrong_header_go_to_no_other_section);
    tcase_add_test(tcase, all_wrong_lines_are_reported_in_order_and_the_rest_is_counted);
    tcase_add_test(tcase, thousands_of_sections_are_found_by_name);
    tcase_add_test(tcase, more_than_1000_keys_in_a_section_are_refused);
    tcase_add_test(tcase, merging_lets_the_later_value_win_and_keeps_the_order);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
