// Sweep files: lists, ranges, linked keys, and the order of points.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "support/temp_dir.h"
#include "sweep/grid.h"
#include "sweep/sweep_file.h"

static temp_dir dir;
static sw_sweep sweep;
static sw_messages messages;

static void setup(void) {
    temp_dir_make(&dir);
    (void)temp_dir_put(&dir, "base.ini", "");
}

static void teardown(void) {
    sw_sweep_deinit(&sweep);
    sw_messages_deinit(&messages);
    temp_dir_remove(&dir);
}

static const char *const head = "[sweep]\nbase = base.ini\npolicies = a, b\n";

static sw_status load(const char *seeds, const char *axes) {
    char text[2048];
    (void)snprintf(text, sizeof text, "%sseeds = %s\n%s", head, seeds, axes);
    return sw_sweep_load(temp_dir_put(&dir, "s.ini", text), &sweep, &messages);
}

START_TEST(a_range_has_its_last_value) {
    ck_assert_int_eq(load("3", "[axis x]\nkey = site east.pv_kw\nvalues = 0:0.3:0.1\n"), SW_OK);
    ck_assert_int_eq(sweep.axis[0].n, 4);
    ck_assert_str_eq(sweep.axis[0].label[3], "0.3");
    ck_assert_str_eq(sweep.axis[0].setting[3], "site east.pv_kw=0.3");
    ck_assert_str_eq(sweep.axis[0].unit, "kW");
    ck_assert_double_eq(sweep.axis[0].number[1], 0.1);
    ck_assert_int_eq(sweep.n_seed, 3);
    ck_assert_uint_eq(sweep.seed[2], 2);
}
END_TEST

START_TEST(bars_keep_commas_together) {
    ck_assert_int_eq(load("7:8", "[axis x]\nkey = scenario.steps\nvalues = 6,10 | 6:42:4\n"),
                     SW_OK);
    ck_assert_int_eq(sweep.axis[0].n, 2);
    ck_assert_str_eq(sweep.axis[0].setting[0], "scenario.steps=6,10");
    ck_assert_str_eq(sweep.axis[0].setting[1], "scenario.steps=6:42:4");
    ck_assert_ptr_null(sweep.axis[0].number);
    ck_assert_uint_eq(sweep.seed[0], 7);
}
END_TEST

START_TEST(linked_keys_move_together_and_a_dash_leaves_the_base) {
    ck_assert_int_eq(load("5, 3", "[axis x]\nkey = site a.pv_kw\nvalues = 1, 2, 3\n"
                                  "[axis y]\nkey.1 = site a.pv_kw\nvalues.1 = - | 4\n"
                                  "key.2 = site b.pv_kw\nvalues.2 = 5 | 6\nlabel = low | high\n"),
                     SW_OK);
    int32_t place[SW_SWEEP_MAX_AXIS];
    const char *setting[SW_SWEEP_MAX_SETTING];
    ck_assert_int_eq(sweep.n_point, 6);
    sw_sweep_place(&sweep, 4, place);
    ck_assert_int_eq(place[0], 2);
    ck_assert_int_eq(place[1], 0);
    ck_assert_int_eq(sw_sweep_settings(&sweep, place, setting), 2);
    ck_assert_str_eq(setting[0], "site a.pv_kw=3");
    ck_assert_str_eq(setting[1], "site b.pv_kw=5");
    ck_assert_str_eq(sweep.axis[1].keys, "site a.pv_kw, site b.pv_kw");
    ck_assert_uint_eq(sweep.seed[0], 5);
}
END_TEST

START_TEST(what_is_wrong_is_told_with_its_line) {
    static const char *const bad[][3] = {
        {"-1", "", "seeds"},
        {"1,1", "", "seeds"},
        {"9:3", "", "seeds"},
        {"1", "[axis x]\nvalues = 1\n", "needs 1 to 32 keys"},
        {"1", "[axis x]\nkey = pv_kw\nvalues = 1\n", "s.ini:6: [axis x] key: no scenario key"},
        {"1", "[axis x]\nkey = site a.pv_kw\n", "has no values"},
        {"1", "[axis x]\nkey = site a.pv_kw\nvalues = 1,,2\n", "empty value"},
        {"1", "[axis x]\nkey = site a.pv_kw\nvalues = 1:0:1\n", "bad range"},
        {"1", "[axis x]\nkey = site a.pv_kw\nvalues = 0:1e9:1\n", "bad range"},
        {"1", "[axis policy]\nkey = site a.pv_kw\nvalues = 1\n", "bad name"},
        {"1", "[axis x]\nkey = site a.pv_kw\nvalues = 1\nvalue = 2\n", "unknown key"},
        {"1", "[what]\n", "unknown section"},
        {"1000000", "[axis x]\nkey = site a.pv_kw\nvalues = 0:999:1\n", "tasks"},
    };
    ck_assert_int_eq(load(bad[_i][0], bad[_i][1]), SW_ERR_BAD_INPUT);
    ck_assert_msg(strstr(messages.text[0], bad[_i][2]) != NULL, "%s", messages.text[0]);
    ck_assert_int_eq(sweep.n_axis, 0);
}
END_TEST

START_TEST(new_seeds_move_no_number) {
    sw_grid grid = {.n_point = 3, .n_policy = 2, .n_seed = 2, .n_shard = 1, .n_value = 1};
    sw_error error = {0};
    ck_assert_int_eq(sw_grid_size(&grid, &error), SW_OK);
    const int64_t task = sw_grid_task(&grid, 2, 1, 1);
    sw_grid_record(&grid, task)[0] = 7.0;
    grid.done[task] = true;
    grid.n_seed = 5;
    ck_assert_int_eq(sw_grid_size(&grid, &error), SW_OK);
    ck_assert_int_eq(sw_grid_task(&grid, 2, 1, 1), task);
    ck_assert_double_eq(sw_grid_record(&grid, task)[0], 7.0);
    ck_assert_int_eq(sw_grid_count_done(&grid), 1);
    for (int64_t i = 0; i < grid.n_task; i++) {
        ck_assert_int_eq(sw_grid_task(&grid, sw_grid_point_of(&grid, i),
                                      sw_grid_policy_of(&grid, i), sw_grid_seed_of(&grid, i)),
                         i);
    }
    // Shards share all tasks out.
    int64_t n = 0;
    for (grid.shard = 0, grid.n_shard = 7; grid.shard < 7; grid.shard++) {
        n += sw_grid_count_mine(&grid);
    }
    ck_assert_int_eq(n, grid.n_task);
    sw_grid_deinit(&grid);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sweep_file");
    TCase *tcase = tcase_create("sweep_file");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_range_has_its_last_value);
    tcase_add_test(tcase, bars_keep_commas_together);
    tcase_add_test(tcase, linked_keys_move_together_and_a_dash_leaves_the_base);
    tcase_add_loop_test(tcase, what_is_wrong_is_told_with_its_line, 0, 13);
    tcase_add_test(tcase, new_seeds_move_no_number);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
