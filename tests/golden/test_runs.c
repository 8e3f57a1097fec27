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
    const char *name; // recorded figures: tests/golden/expected/NAME.txt, `METRIC VALUE` a line
    const char *scenario;
    const char *policy;
    uint64_t seed;
    const char *set; // SECTION.KEY=VALUE, as of --set; NULL: none
} runs[] = {
    {"quick-local-idle", "quick", "local/idle", 0, NULL},
    {"quick-random-idle", "quick", "random/idle", 7, NULL},
    {"quick-greedy-threshold", "quick", "greedy/threshold", 0, NULL},
    {"traced-local-idle", "traced", "local/idle", 0, NULL},
    {"traced-cheapest-threshold", "traced", "cheapest/threshold", 0, NULL},
    {"traced-greedy-all-on", "traced", "greedy/threshold", 3, "policy threshold.switch_off=0"},
#ifdef __x86_64__ // the first N_PLAIN are those that plan nothing
    {"quick-lp-lp", "quick", "lp/lp", 1, NULL},
    {"quick-lp-apportion", "quick", "lp/lp", 1, "policy lp.mode=apportion"},
    {"quick-oracle-oracle", "quick", "oracle/oracle", 1, NULL},
    {"traced-lp-lp", "traced", "lp/lp", 1, NULL},
    {"traced-lp-hour", "traced", "lp/lp", 2, "policy lp.horizon_h=1"},
    {"traced-greedy-lp", "traced", "greedy/lp", 1, NULL},
#endif
};
enum { N_PLAIN = 6, N_RUN = sizeof runs / sizeof runs[0] };

static sw_metrics run(const char *scenario, const char *set, const char *policy, uint64_t seed) {
    const sw_scenario_options scenario_options = {.set = &set, .n_set = set != NULL};
    sw_messages messages = {0};
    sw_model *model = NULL;
    char path[64];
    (void)snprintf(path, sizeof path, "scenarios/%s.ini", scenario);
    ck_assert_msg(sw_scenario_load(path, &scenario_options, &model, &messages) == SW_OK, "%s",
                  messages.n > 0 ? messages.text[0] : "?");
    sw_messages_deinit(&messages);
    sw_error err = {SW_OK, ""};
    sw_policy_pair *pair = NULL;
    ck_assert_msg(sw_policy_resolve(model, policy, &pair, &err) == SW_OK, "%s", err.text);
    const sw_run_options options = {.seed = seed};
    sw_run_result result;
    ck_assert_msg(sw_run(model, pair, &options, &result, &err) == SW_OK, "%s", err.text);
    const sw_metrics total = result.total;
    ck_assert_double_gt(result.wall_s, 0.0);
    ck_assert_double_lt(result.wall_s, 1000.0);
    ck_assert_double_ge(result.decision_s, result.control_s);
    ck_assert_double_gt(result.control_s, 0.0);
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
    const sw_metrics total = run(runs[_i].scenario, runs[_i].set, runs[_i].policy, runs[_i].seed);
    char summary[80];
    (void)snprintf(summary, sizeof summary, "tests/golden/expected/%s.txt", runs[_i].name);
    double value[SW_N_METRIC];
    memcpy(value, &total, sizeof value);
    if (getenv("SW_GOLDEN_REFRESH") != NULL) {
        record(summary, value);
    }
    for (int i = 0; i < (int)SW_N_METRIC; i++) {
        const char *name = sw_metric_table[i].name;
        const double want = recorded(summary, name);
        ck_assert_msg(!isnan(want), "%s: has no %s", summary, name);
        const double allowed = is_count(name) ? 0.0 : 1e-9 * fmax(fabs(want), 1e-3);
        ck_assert_msg(fabs(value[i] - want) <= allowed, "%s: %s is %.12g, was %.12g", runs[_i].name,
                      name, value[i], want);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("golden runs");
    TCase *plain = tcase_create("runs");
    tcase_add_loop_test(plain, a_run_comes_to_its_recorded_figures, 0, N_PLAIN);
    suite_add_tcase(suite, plain);
    TCase *plans = tcase_create("plans");
    tcase_add_loop_test(plans, a_run_comes_to_its_recorded_figures, N_PLAIN, N_RUN);
    suite_add_tcase(suite, plans);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
