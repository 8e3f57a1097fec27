// Journals: records come back as they were, torn and damaged ones do not, foreign ones are refused.
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temp_dir.h"
#include "sweep/journal.h"

static temp_dir dir;
static sw_grid grid;
static char path[128];    // of the results
static char journal[160]; // of the journal

static void setup(void) {
    sw_error error = {0};
    temp_dir_make(&dir);
    (void)snprintf(path, sizeof path, "%s/out.h5", dir.path);
    (void)snprintf(journal, sizeof journal, "%s.journal", path);
    grid = (sw_grid){.n_point = 2, .n_policy = 2, .n_seed = 2, .n_shard = 1, .n_value = 3};
    memset(grid.digest, 'a', sizeof grid.digest - 1);
    ck_assert_int_eq(sw_grid_size(&grid, &error), SW_OK);
}

static void teardown(void) {
    sw_grid_deinit(&grid);
    temp_dir_remove(&dir);
}

static sw_journal *open_it(bool resume) {
    sw_journal *j = NULL;
    sw_error error = {0};
    ck_assert_msg(sw_journal_open(path, &grid, resume, &j, &error) == SW_OK, "%s", error.text);
    return j;
}

static void refuse(bool resume, const char *text) {
    sw_journal *j = NULL;
    sw_error error = {0};
    ck_assert_int_eq(sw_journal_open(path, &grid, resume, &j, &error), SW_ERR_BAD_INPUT);
    ck_assert_msg(strstr(error.text, text) != NULL, "%s", error.text);
    ck_assert_ptr_null(j);
}

// Writes records of tasks 5, 0 and 3.
static void write_three(void) {
    static const int64_t task[] = {5, 0, 3};
    sw_error error = {0};
    sw_journal *j = open_it(false);
    for (int i = 0; i < 3; i++) {
        const double record[3] = {(double)task[i], 0.1, -0.0};
        ck_assert_int_eq(sw_journal_add(j, task[i], record, &error), SW_OK);
    }
    sw_journal_close(j, false);
}

static int64_t read_back(int64_t *damaged) {
    sw_error error = {0};
    sw_journal *j = open_it(true);
    ck_assert_int_eq(sw_journal_read(j, &grid, damaged, &error), SW_OK);
    sw_journal_close(j, false);
    return sw_grid_count_done(&grid);
}

enum { HEADER = 256, RECORD = 8 + 3 * 8 + 16 };

static void overwrite(long at, char byte) {
    FILE *file = fopen(journal, "r+b");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
    ck_assert_int_eq(fputc(byte, file), byte);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(records_come_back_as_they_were) {
    int64_t damaged = -1;
    write_three();
    ck_assert_int_eq(read_back(&damaged), 3);
    ck_assert_int_eq(damaged, 0);
    ck_assert(grid.done[5] && grid.done[0] && grid.done[3]);
    const double record[3] = {5.0, 0.1, -0.0};
    ck_assert_int_eq(memcmp(sw_grid_record(&grid, 5), record, sizeof record), 0);
}
END_TEST

START_TEST(a_torn_record_runs_again_and_is_written_over) {
    int64_t damaged = -1;
    sw_error error = {0};
    write_three();
    ck_assert_int_eq(truncate(journal, HEADER + 3 * RECORD - 1 - _i), 0);
    ck_assert_int_eq(read_back(&damaged), 2);
    ck_assert_int_eq(damaged, 0);
    sw_journal *j = open_it(true);
    const double record[3] = {3.0, 0.1, -0.0};
    ck_assert_int_eq(sw_journal_add(j, 3, record, &error), SW_OK);
    sw_journal_close(j, false);
    ck_assert_int_eq(read_back(&damaged), 3);
    ck_assert_int_eq(damaged, 0);
}
END_TEST

START_TEST(a_damaged_record_is_passed_over_alone) {
    int64_t damaged = -1;
    write_three();
    overwrite(HEADER + RECORD + _i, 'Z');
    ck_assert_int_eq(read_back(&damaged), 2);
    ck_assert_int_eq(damaged, 1);
    ck_assert(grid.done[5] && !grid.done[0] && grid.done[3]);
}
END_TEST

START_TEST(another_sweep_or_shard_is_refused_and_kept) {
    int64_t damaged = -1;
    write_three();
    refuse(false, "--resume");
    grid.digest[3] = 'b';
    refuse(true, "another sweep");
    grid.digest[3] = 'a';
    grid.n_shard = 2;
    refuse(true, "another sweep");
    grid.n_shard = 1;
    ck_assert_int_eq(read_back(&damaged), 3);
}
END_TEST

START_TEST(a_journal_without_tasks_leaves_nothing) {
    sw_journal_close(open_it(false), false);
    ck_assert_int_ne(access(journal, F_OK), 0);
    write_three();
    sw_journal_close(open_it(true), true);
    ck_assert_int_ne(access(journal, F_OK), 0);
}
END_TEST

START_TEST(a_second_process_is_refused) {
    sw_journal *j = open_it(false);
    const pid_t child = fork(); // locks belong to processes
    if (child == 0) {
        sw_journal *other = NULL;
        sw_error error = {0};
        const bool refused =
            sw_journal_open(path, &grid, true, &other, &error) == SW_ERR_BAD_INPUT &&
            strstr(error.text, "another process") != NULL;
        _exit(refused ? 0 : 1);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(access(journal, F_OK), 0);
    sw_journal_close(j, false);
}
END_TEST

START_TEST(a_short_file_that_is_no_journal_is_left_alone) {
    static const char note[] = "mind the tariff of july\n";
    char found[sizeof note] = "";
    (void)temp_dir_put(&dir, "out.h5.journal", note);
    refuse(true, "is no journal");
    refuse(false, "is no journal");
    FILE *file = fopen(journal, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(found, 1, sizeof found, file), strlen(note));
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_str_eq(found, note);
    // What a crash can leave of a header is one.
    (void)temp_dir_put(&dir, "out.h5.journal", "stepwatt sweep jou");
    sw_journal_close(open_it(false), false);
    (void)temp_dir_write(&dir, "out.h5.journal", "\0\0\0\0", 4);
    sw_journal_close(open_it(true), false);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("journal");
    TCase *tcase = tcase_create("journal");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, records_come_back_as_they_were);
    tcase_add_test(tcase, a_short_file_that_is_no_journal_is_left_alone);
    tcase_add_loop_test(tcase, a_torn_record_runs_again_and_is_written_over, 0, RECORD);
    tcase_add_loop_test(tcase, a_damaged_record_is_passed_over_alone, 0, RECORD);
    tcase_add_test(tcase, another_sweep_or_shard_is_refused_and_kept);
    tcase_add_test(tcase, a_journal_without_tasks_leaves_nothing);
    tcase_add_test(tcase, a_second_process_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
