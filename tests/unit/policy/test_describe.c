// What `policy list` and `policy info` print.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/describe.h"
#include "policy/policy.h"
#include "policy/registry.h"

static char text[8000];

// Hands out a stream whose text read_back() returns.
static FILE *open_text(void) {
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    return out;
}

static const char *read_back(FILE *out) {
    rewind(out);
    const size_t n = fread(text, 1, sizeof text - 1, out);
    ck_assert_uint_lt(n, sizeof text - 1);
    text[n] = '\0';
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static const sw_param_spec params[] = {
    {.key = "kappa",
     .kind = SW_PARAM_NUMBER,
     .fallback = 0.5,
     .lo = 0.0,
     .hi = INFINITY,
     .help = "a \"weight\""},
    {.key = "mode", .kind = SW_PARAM_TEXT, .fallback_text = "duals", .help = "how"},
    {.key = "file", .kind = SW_PARAM_FILE, .help = "what"},
    {.key = "n", .kind = SW_PARAM_INTEGER, .fallback = 3, .lo = 1, .hi = 9, .help = "count"},
};
static const sw_policy made_up = {
    .abi_major = 1,
    .abi_minor = 0,
    .struct_size = sizeof(sw_policy),
    .name = "made-up",
    .summary = "tab\there",
    .halves = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY | SW_POLICY_SEES_FUTURE,
    .params = params,
    .n_param = 4,
};

START_TEST(a_policy_is_described_with_its_parameters) {
    FILE *out = open_text();
    sw_policy_describe(out, &made_up);
    ck_assert_str_eq(read_back(out),
                     "made-up: tab\there\n"
                     "provides: dispatcher, energy manager; sees perfect forecasts\n"
                     "contract: 1.0\n"
                     "parameters of [policy NAME]:\n"
                     "  kappa: number from 0 to inf, default 0.5\n      a \"weight\"\n"
                     "  mode: text, default duals\n      how\n"
                     "  file: file, required\n      what\n"
                     "  n: whole number from 1 to 9, default 3\n      count\n");
    out = open_text();
    sw_policy_describe(out, &sw_policy_idle);
    ck_assert_ptr_nonnull(strstr(read_back(out), "provides: energy manager\n"));
    ck_assert_ptr_nonnull(strstr(text, "parameters of [policy NAME]: none\n"));
}
END_TEST

START_TEST(a_policy_as_json_is_one_object_without_infinities) {
    FILE *out = open_text();
    sw_policy_describe_json(out, &made_up);
    ck_assert_str_eq(
        read_back(out),
        "{\"name\": \"made-up\", \"summary\": \"tab\\u0009here\", \"halves\": [\"dispatcher\", "
        "\"energy\"], \"sees_future\": true, \"abi\": \"1.0\", \"params\": ["
        "{\"key\": \"kappa\", \"kind\": \"number\", \"default\": 0.5, \"min\": 0, \"max\": null, "
        "\"required\": false, \"help\": \"a \\\"weight\\\"\"}, "
        "{\"key\": \"mode\", \"kind\": \"text\", \"default\": \"duals\", \"min\": null, \"max\": "
        "null, \"required\": false, \"help\": \"how\"}, "
        "{\"key\": \"file\", \"kind\": \"file\", \"default\": null, \"min\": null, \"max\": null, "
        "\"required\": true, \"help\": \"what\"}, "
        "{\"key\": \"n\", \"kind\": \"whole number\", \"default\": 3, \"min\": 1, \"max\": 9, "
        "\"required\": false, \"help\": \"count\"}]}\n");
}
END_TEST

START_TEST(the_list_has_every_built_in_policy_once_and_each_passes_the_check) {
    FILE *out = open_text();
    sw_policy_list(out);
    const char *line = read_back(out);
    for (int32_t i = 0; i < sw_n_builtin_policy; i++) {
        const sw_policy *policy = sw_builtin_policy[i];
        sw_policy copy;
        sw_error err = {0};
        ck_assert_msg(sw_policy_check(policy, "built in", &copy, &err) == SW_OK, "%s", err.text);
        ck_assert_ptr_eq(sw_policy_find(policy->name), policy);
        ck_assert_int_eq(strncmp(line, policy->name, strlen(policy->name)), 0);
        line = strchr(line, '\n') + 1;
    }
    ck_assert_str_eq(line, "");
    ck_assert_ptr_null(sw_policy_find("nothing"));

    out = open_text();
    sw_policy_list_json(out);
    ck_assert_int_eq(strncmp(read_back(out), "[{\"name\": \"local\"", 17), 0);
    ck_assert_ptr_nonnull(strstr(text, "]}]\n"));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("describe");
    TCase *tcase = tcase_create("describe");
    tcase_add_test(tcase, a_policy_is_described_with_its_parameters);
    tcase_add_test(tcase, a_policy_as_json_is_one_object_without_infinities);
    tcase_add_test(tcase, the_list_has_every_built_in_policy_once_and_each_passes_the_check);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
