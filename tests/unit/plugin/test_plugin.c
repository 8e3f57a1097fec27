// The loader against plugins with one fault each, and files that are no plugins.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/plugin.h"

static const struct {
    int fault;
    const char *says; // part of the message
} cases[] = {
    {1, "built for version 2 of the policy contract, this program has 1"},
    {2, "needs version 1.1 of the policy contract, this program has 1.0"},
    {3, "struct_size is 16; allowed: "},
    {4, "no valid name"},
    {5, "halves is 0; allowed: dispatcher (1), energy (2) or both"},
    {6, "offers an energy manager without control()"},
    {7, "asks to see the future"},
    {8, "offers a dispatcher without dispatch()"},
    {9, "parameter weight has default 5 outside its range 0..2"},
    {10, "parameter weight is listed twice"},
    {11, "parameter `use` is reserved"},
    {12, "n_param is -1"},
    {13, "exports no sw_policy_entry()"},
    {14, "sw_policy_entry() gave no table"},
    {15, "parameter 1 has no valid key"},
    {16, "parameter other has kind 99; allowed: 0.."},
    {17, "parameter other has no line of help"},
};

static void expect_refusal(const char *path, const char *says) {
    sw_plugin plugin;
    sw_error err = {0};
    ck_assert_int_eq(sw_plugin_load(path, &plugin, &err), SW_ERR_BAD_INPUT);
    ck_assert_msg(strstr(err.text, says) != NULL, "message is: %s", err.text);
    ck_assert_msg(strstr(err.text, path) != NULL, "message does not name the file: %s", err.text);
    ck_assert_ptr_null(plugin.handle);
}

START_TEST(a_broken_plugin_is_refused_with_its_own_message) {
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/broken-%d.so", PLUGIN_DIR, cases[_i].fault);
    expect_refusal(path, cases[_i].says);
}
END_TEST

START_TEST(a_sound_plugin_is_loaded_and_can_be_called) {
    sw_plugin plugin;
    sw_error err = {0};
    ck_assert_msg(sw_plugin_load(PLUGIN_DIR "/broken-0.so", &plugin, &err) == SW_OK, "%s",
                  err.text);
    const sw_job_view job = {.origin = 2};
    sw_decision decision = {.asp = -1};
    plugin.table.dispatch(NULL, NULL, &job, &decision);
    ck_assert_int_eq(decision.asp, 2);
    ck_assert(plugin.table.feedback == NULL);
    sw_plugin_unload(&plugin);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named) {
    expect_refusal("no/such/policy.so", "cannot be loaded as a policy");
}
END_TEST

// Copies the sound plugin with one byte changed.
static void write_changed(const char *to, long at, int byte) {
    FILE *in = fopen(PLUGIN_DIR "/broken-0.so", "rb");
    FILE *out = fopen(to, "wb");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(out);
    long i = 0;
    for (int c; (c = fgetc(in)) != EOF; i++) {
        (void)fputc(i == at ? byte : c, out);
    }
    ck_assert_int_eq(fclose(in), 0);
    ck_assert_int_eq(fclose(out), 0);
}

START_TEST(another_machines_and_a_foreign_file_are_refused) {
    enum { ELF_MACHINE_AT = 18, ELF_MACHINE_ARM64 = 183 };
    char path[] = "/tmp/stepwatt-plugin-XXXXXX";
    const int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    write_changed(path, ELF_MACHINE_AT, ELF_MACHINE_ARM64);
    expect_refusal(path, "cannot be loaded as a policy");
    write_changed(path, 0, 'X');
    expect_refusal(path, "cannot be loaded as a policy");
    (void)unlink(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("plugin");
    TCase *tcase = tcase_create("all");
    tcase_add_loop_test(tcase, a_broken_plugin_is_refused_with_its_own_message, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tcase, a_sound_plugin_is_loaded_and_can_be_called);
    tcase_add_test(tcase, a_file_that_is_not_there_is_named);
    tcase_add_test(tcase, another_machines_and_a_foreign_file_are_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
