// test_runs.c -- whole small runs against their recorded summaries: counts exactly, other figures
// to 1e-9. A number that moves is a change of results, to be explained in CHANGELOG.md. Plans of
// linear programs have the same bits on one type of CPU alone, so their runs are for that on which
// they were recorded. To record anew, on purpose:
//
//     SW_GOLDEN_REFRESH=1 build/dev/tests/golden/golden_runs
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario.h"
#include "sim/run.h"

static const struct {
    const char *scenario;
    const char *policy;
    uint64_t seed;
    const char *summary; // recorded figures, `METRIC VALUE` a line
} runs[] = {
    {"scenarios/quick.ini", "local/idle", 0, "tests/golden/expected/quick-local-idle.txt"},
    {"scenarios/quick.ini", "random/idle", 7, "tests/golden/expected/quick-random-idle.txt"},
    {"scenarios/quick.ini", "greedy/threshold", 0,
     "tests/golden/expected/quick-greedy-threshold.txt"},
    {"scenarios/traced.ini", "local/idle", 0, "tests/golden/expected/traced-local-idle.txt"},
    {"scenarios/traced.ini", "cheapest/threshold", 0,
     "tests/golden/expected/traced-cheapest-threshold.txt"},
#ifdef __x86_64__
    {"scenarios/quick.ini", "lp/lp", 1, "tests/golden/expected/quick-lp-lp.txt"},
    {"scenarios/quick.ini", "oracle/oracle", 1, "tests/golden/expected/quick-oracle-oracle.txt"},
    {"scenarios/traced.ini", "lp/lp", 1, "tests/golden/expected/traced-lp-lp.txt"},
    {"scenarios/traced.ini", "greedy/lp", 1, "tests/golden/expected/traced-greedy-lp.txt"},
#endif
};

static sw_metrics run(const char *scenario, const char *policy, uint64_t seed) {
    const sw_scenario_options scenario_options = {0};
    sw_messages messages = {0};
    sw_model *model = NULL;
    ck_assert_msg(sw_scenario_load(scenario, &scenario_options, &model, &messages) == SW_OK, "%s",
                  messages.n > 0 ? messages.text[0] : "?");
    sw_messages_deinit(&messages);
    sw_error err = {SW_OK, ""};
    sw_policy_pair *pair = NULL;
    ck_assert_msg(sw_policy_resolve(model, policy, &pair, &err) == SW_OK, "%s", err.text);
    const sw_run_options options = {.seed = seed};
    sw_run_result result;
    ck_assert_msg(sw_run(model, pair, &options, &result, &err) == SW_OK, "%s", err.text);
    const sw_metrics total = result.total;
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
    return total;
}

static void record(const char *path, const double *value) {
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < (int)SW_N_METRIC; i++) {
        (void)fprintf(out, "%s %.12g\n", sw_metric_table[i].name, value[i]);
    }
    ck_assert_int_eq(fclose(out), 0);
}

// Looks a figure up in a recorded summary; NaN when it has none of that name.
static double recorded(const char *path, const char *name) {
    FILE *in = fopen(path, "r");
    ck_assert_msg(in != NULL, "%s: cannot be read", path);
    char found[64];
    double value = (double)NAN;
    double x = 0.0;
    while (fscanf(in, "%63s %lf", found, &x) == 2) {
        value = strcmp(found, name) == 0 ? x : value;
    }
    (void)fclose(in);
    return value;
}

static bool is_count(const char *name) {
    return strncmp(name, "jobs", 4) == 0 || strcmp(name, "events") == 0 ||
           strcmp(name, "images_on_time") == 0 || strcmp(name, "clipped_controls") == 0;
}

START_TEST(a_run_comes_to_its_recorded_figures) {
    const sw_metrics total = run(runs[_i].scenario, runs[_i].policy, runs[_i].seed);
    double value[SW_N_METRIC];
    memcpy(value, &total, sizeof value);
    if (getenv("SW_GOLDEN_REFRESH") != NULL) {
        record(runs[_i].summary, value);
    }
    for (int i = 0; i < (int)SW_N_METRIC; i++) {
        const char *name = sw_metric_table[i].name;
        const double want = recorded(runs[_i].summary, name);
        ck_assert_msg(!isnan(want), "%s: has no %s", runs[_i].summary, name);
        const double allowed = is_count(name) ? 0.0 : 1e-9 * fmax(fabs(want), 1e-3);
        ck_assert_msg(fabs(value[i] - want) <= allowed, "%s %s: %s is %.12g, was %.12g",
                      runs[_i].scenario, runs[_i].policy, name, value[i], want);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("golden runs");
    TCase *tcase = tcase_create("runs");
    tcase_add_loop_test(tcase, a_run_comes_to_its_recorded_figures, 0,
                        (int)(sizeof runs / sizeof runs[0]));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
