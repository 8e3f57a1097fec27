// docs/scenario.md is what the program writes, and its example is a right scenario.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "io/keys.h"
#include "io/scenario.h"
#include "support/temp_dir.h"

enum { TEXT_MAX = 1 << 20 };

static temp_dir dir;
static char *written;
static char *kept;

static char *read_all(const char *path) {
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    char *text = calloc(TEXT_MAX, 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(fread(text, 1, TEXT_MAX, file), TEXT_MAX - 1);
    (void)fclose(file);
    return text;
}

static void set_up(void) {
    temp_dir_make(&dir);
    FILE *out = fopen(temp_dir_put(&dir, "scenario.md", ""), "wb");
    ck_assert_ptr_nonnull(out);
    sw_scenario_write_reference(out);
    ck_assert_int_eq(fclose(out), 0);
    written = read_all(dir.file);
    kept = read_all("docs/scenario.md");
}

static void tear_down(void) {
    free(written);
    free(kept);
    temp_dir_remove(&dir);
}

START_TEST(the_page_in_docs_is_what_the_program_writes) {
    ck_assert_msg(strcmp(written, kept) == 0,
                  "docs/scenario.md is out of date: cmake --build --preset dev --target "
                  "scenario-doc");
}
END_TEST

START_TEST(every_key_stands_in_the_page) {
    for (int32_t i = 0; i < sw_n_key; i++) {
        char cell[80];
        (void)snprintf(cell, sizeof cell, "| `%s%s` |", sw_key_table[i].name,
                       (sw_key_table[i].flags & SW_KEY_PER_GPU) ? "GPU" : "");
        ck_assert_msg(strstr(written, cell) != NULL, "%s", cell);
    }
}
END_TEST

START_TEST(the_example_of_the_page_loads) {
    static const char fence[] = "```ini\n";
    const char *start = strstr(written, fence);
    ck_assert_ptr_nonnull(start);
    start += strlen(fence);
    const char *end = strstr(start, "```");
    ck_assert_ptr_nonnull(end);
    const char *path = temp_dir_write(&dir, "example.ini", start, (size_t)(end - start));
    sw_model *model = NULL;
    sw_messages messages = {0};
    const sw_status status = sw_scenario_load(path, NULL, &model, &messages);
    ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "?");
    ck_assert_int_eq(model->sys.n_asp, 2);
    ck_assert_int_eq(model->sys.n_step, 5);
    sw_model_destroy(model);
    sw_messages_deinit(&messages);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("scenario reference");
    TCase *tcase = tcase_create("page");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_page_in_docs_is_what_the_program_writes);
    tcase_add_test(tcase, every_key_stands_in_the_page);
    tcase_add_test(tcase, the_example_of_the_page_loads);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
