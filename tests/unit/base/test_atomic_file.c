// Files are complete or absent.
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "support/temp_dir.h"

static void path_in(const temp_dir *dir, const char *name, char path[512]) {
    (void)snprintf(path, 512, "%s/%s", dir->path, name);
}

static int count_files(const temp_dir *dir) {
    int n = 0;
    DIR *list = opendir(dir->path);
    ck_assert_ptr_nonnull(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        n += entry->d_name[0] != '.' ? 1 : 0;
    }
    (void)closedir(list);
    return n;
}

START_TEST(nothing_bears_the_name_before_commit) {
    temp_dir dir;
    temp_dir_make(&dir);
    char path[512];
    path_in(&dir, "a", path);
    sw_atomic_file file;
    struct stat info;
    ck_assert_int_eq(sw_atomic_file_open(path, &file, NULL), SW_OK);
    ck_assert_int_gt(fputs("text", file.stream), -1);
    ck_assert_int_ne(stat(path, &info), 0);
    ck_assert_int_eq(sw_atomic_file_commit(&file, NULL), SW_OK);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_size, 4);
    ck_assert_int_eq(count_files(&dir), 1);
    temp_dir_remove(&dir);
}
END_TEST

START_TEST(abandoning_keeps_the_old_file) {
    temp_dir dir;
    temp_dir_make(&dir);
    char path[512];
    path_in(&dir, "a", path);
    (void)temp_dir_put(&dir, "a", "old text");
    sw_atomic_file file;
    ck_assert_int_eq(sw_atomic_file_open(path, &file, NULL), SW_OK);
    ck_assert_int_gt(fputs("new", file.stream), -1);
    sw_atomic_file_abandon(&file);
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_size, 8);
    ck_assert_int_eq(count_files(&dir), 1);
    temp_dir_remove(&dir);
}
END_TEST

START_TEST(what_a_killed_process_left_is_not_touched) {
    temp_dir dir;
    temp_dir_make(&dir);
    char path[512];
    char left[600];
    path_in(&dir, "a", path);
    // As in a container, where each process has the same number.
    (void)snprintf(left, sizeof left, "a.tmp.%ld", (long)getpid());
    (void)temp_dir_put(&dir, left, "left");
    sw_atomic_file file[2];
    struct stat info;
    for (int i = 0; i < 2; i++) { // two writers, neither in the way of the other
        ck_assert_int_eq(sw_atomic_file_open(path, &file[i], NULL), SW_OK);
        ck_assert_int_gt(fputs(i == 0 ? "first" : "second one", file[i].stream), -1);
    }
    ck_assert_int_eq(count_files(&dir), 3);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(sw_atomic_file_sync(&file[i], NULL), SW_OK);
        ck_assert_int_eq(sw_atomic_file_commit(&file[i], NULL), SW_OK);
        ck_assert_int_eq(stat(path, &info), 0);
        ck_assert_int_eq(info.st_size, i == 0 ? 5 : 10);
    }
    path_in(&dir, left, path);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_size, 4);
    temp_dir_remove(&dir);
}
END_TEST

START_TEST(syncing_tells_of_a_full_disk) {
    sw_atomic_file file = {.stream = fopen("/dev/full", "w"), .path = strdup("full")};
    sw_error error = {0};
    ck_assert_ptr_nonnull(file.stream);
    ck_assert_int_gt(fputs("text", file.stream), -1);
    ck_assert_int_eq(sw_atomic_file_sync(&file, &error), SW_ERR_IO);
    ck_assert_str_eq(error.text, "full: cannot be written: No space left on device");
    (void)fclose(file.stream);
    free(file.path);
}
END_TEST

START_TEST(a_missing_folder_is_named) {
    sw_atomic_file file;
    sw_error error = {0};
    ck_assert_int_eq(sw_atomic_file_open("/nosuch/folder/x", &file, &error), SW_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.text, "/nosuch/folder/x"));
    ck_assert_ptr_null(file.stream);
    sw_atomic_file_abandon(&file); // nothing to do, nothing to crash on
}
END_TEST

START_TEST(a_name_taken_by_a_folder_leaves_nothing_else) {
    temp_dir dir;
    temp_dir_make(&dir);
    temp_dir_sub(&dir, "a");
    char path[512];
    path_in(&dir, "a", path);
    sw_atomic_file file;
    sw_error error = {0};
    ck_assert_int_eq(sw_atomic_file_open(path, &file, NULL), SW_OK);
    ck_assert_int_eq(sw_atomic_file_commit(&file, &error), SW_ERR_IO);
    ck_assert_ptr_nonnull(strstr(error.text, "cannot be written"));
    ck_assert_int_eq(count_files(&dir), 1);
    temp_dir_remove(&dir);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("atomic_file");
    TCase *tcase = tcase_create("atomic_file");
    tcase_add_test(tcase, nothing_bears_the_name_before_commit);
    tcase_add_test(tcase, abandoning_keeps_the_old_file);
    tcase_add_test(tcase, what_a_killed_process_left_is_not_touched);
    tcase_add_test(tcase, syncing_tells_of_a_full_disk);
    tcase_add_test(tcase, a_missing_folder_is_named);
    tcase_add_test(tcase, a_name_taken_by_a_folder_leaves_nothing_else);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
