// Files of sweeps that were damaged or made up: they are refused with a message, or give what was
// written; nothing else is taken for results.
#include <check.h>
#include <stdlib.h>

#include "base/file.h"
#include "support/h5_memory.h"
#include "support/temp_dir.h"
#include "support/tiny_grid.h"
#include "sweep/grid_hash.h"
#include "sweep/merge.h"

static temp_dir dir;
static char part[2][80]; // paths of the shards
static char whole[80];
static sw_error err;

static void save(const char *path, int32_t shard, int32_t n_shard) {
    sw_grid grid;
    sw_error error = {0};
    tiny_grid_make(&grid, false, shard, n_shard);
    ck_assert_msg(sw_grid_save(path, &grid, &error) == SW_OK, "%s", error.text);
    sw_grid_deinit(&grid);
}

static void setup(void) {
    temp_dir_make(&dir);
    (void)snprintf(whole, sizeof whole, "%s/whole.h5", dir.path);
    save(whole, 0, 1);
    for (int i = 0; i < 2; i++) {
        (void)snprintf(part[i], sizeof part[i], "%s/part%d.h5", dir.path, i);
        save(part[i], i, 2);
    }
}

static void teardown(void) {
    temp_dir_remove(&dir);
}

// Fails unless the grid is the tiny sweep.
static void assert_same(const sw_grid *grid) {
    sw_grid expected;
    char want[SW_SHA256_HEX];
    char found[SW_SHA256_HEX];
    tiny_grid_make(&expected, false, 0, 1);
    sw_grid_hash(&expected, expected.value, expected.n_value, want);
    sw_grid_hash(grid, grid->value, grid->n_value, found);
    ck_assert_str_eq(found, want);
    ck_assert_int_eq(sw_grid_count_done(grid), expected.n_task);
    sw_grid_deinit(&expected);
}

static sw_status merge(const char *first, const char *second) {
    const char *const path[] = {first, second};
    sw_grid grid;
    err = (sw_error){0};
    const sw_status status = sw_merge(path, 2, &grid, &err);
    if (status == SW_OK) {
        for (int64_t i = 0; i < grid.n_task * grid.n_value; i++) {
            ck_assert_double_eq(grid.value[i],
                                tiny_grid_number(i / grid.n_value, i % grid.n_value));
        }
        assert_same(&grid);
        sw_grid_deinit(&grid);
    }
    return status;
}

static sw_status load(const char *path) {
    sw_grid grid;
    err = (sw_error){0};
    const sw_status status = sw_grid_load(path, &grid, &err);
    if (status == SW_OK) {
        assert_same(&grid);
        sw_grid_deinit(&grid);
    }
    return status;
}

START_TEST(files_of_sweeps_give_what_was_written) {
    ck_assert_msg(load(whole) == SW_OK, "%s", err.text);
    ck_assert_msg(merge(part[0], part[1]) == SW_OK, "%s", err.text);
    ck_assert_msg(merge(part[1], part[0]) == SW_OK, "%s", err.text);
    ck_assert_int_eq(load(part[1]), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "part1.h5: shard 1 of 2; join all with stepwatt merge"));
}
END_TEST

// Changes single bytes all over a file; what is still taken must be what was written.
static void spoil(const char *path, bool is_part, size_t n_place) {
    sw_file good = {0};
    ck_assert_int_eq(sw_file_read(path, SW_FILE_MAX_BYTES, &good, &err), SW_OK);
    for (size_t at = 8; at < good.size; at += 1 + good.size / n_place) {
        good.data[at] = (char)(good.data[at] ^ 0x55);
        const char *bad = temp_dir_write(&dir, "bad.h5", good.data, good.size);
        good.data[at] = (char)(good.data[at] ^ 0x55);
        const sw_status status = is_part ? merge(bad, part[1]) : load(bad);
        ck_assert(status == SW_OK || err.text[0] != '\0');
    }
    sw_file_deinit(&good);
}

START_TEST(a_changed_byte_never_gives_other_results) {
    spoil(whole, false, 50);
    spoil(part[0], true, 100);
}
END_TEST

// ------------------------------------------------------------------ files that no writer made

static hid_t open_part(void) {
    sw_file file = {0};
    ck_assert_int_eq(sw_file_read(part[0], SW_FILE_MAX_BYTES, &file, &err), SW_OK);
    const hid_t id = h5_memory_open(file.data, file.size);
    sw_file_deinit(&file);
    return id;
}

// Merges the file that was made in memory with its sound other half, which must be refused.
static void assert_refused(hid_t id, const char *says) {
    size_t n = 0;
    void *data = h5_memory_close(id, &n);
    const char *bad = temp_dir_write(&dir, "bad.h5", data, n);
    free(data);
    ck_assert_int_eq(merge(bad, part[1]), SW_ERR_BAD_INPUT);
    ck_assert_msg(strstr(err.text, "bad.h5: ") != NULL && strstr(err.text, says) != NULL,
                  "'%s' does not say '%s'", err.text, says);
}

static void set_integer(hid_t file, const char *name, int64_t number) {
    const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    ck_assert_int_ge(H5Awrite(attribute, H5T_NATIVE_INT64, &number), 0);
    H5Aclose(attribute);
}

static void set_text(hid_t file, const char *name, const char *text) {
    const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    ck_assert_int_ge(H5Awrite(attribute, type, &text), 0);
    H5Tclose(type);
    H5Aclose(attribute);
}

// Puts an array of `n` zeros of a type where another was; in `layout`.
static void put_zeros(hid_t file, const char *name, hid_t type, hsize_t n, hid_t layout) {
    static const double zero[64];
    ck_assert_int_ge(H5Ldelete(file, name, H5P_DEFAULT), 0);
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    if (n <= 64) {
        ck_assert_int_ge(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, zero), 0);
    }
    H5Dclose(set);
    H5Sclose(space);
}

START_TEST(claims_that_contradict_each_other_are_refused) {
    hid_t file = open_part();
    set_integer(file, "schema_version", 2);
    assert_refused(file, "another version's layout");
    file = open_part();
    set_integer(file, "series", 1);
    assert_refused(file, "series without slots");
    file = open_part();
    set_integer(file, "shard", 2);
    assert_refused(file, "shard");
    file = open_part();
    set_text(file, "kind", "sweep");
    assert_refused(file, "contradict");
    file = open_part();
    set_text(file, "sweep_sha256", "short");
    assert_refused(file, "no digest");
    file = open_part();
    set_text(file, "title", "tiny\x1b[2J");
    assert_refused(file, "control characters");
    file = open_part();
    set_text(file, "scenario_text", "[scenario]\nslots = 3\n");
    assert_refused(file, "another SHA-256");
}
END_TEST

START_TEST(arrays_of_another_type_shape_or_place_are_refused) {
    hid_t file = open_part();
    put_zeros(file, "seed", H5T_STD_I64LE, 1, H5P_DEFAULT);
    assert_refused(file, "array 'seed'");
    file = open_part();
    put_zeros(file, "task", H5T_STD_I64LE, 3, H5P_DEFAULT);
    assert_refused(file, "array 'task' has 3 values where 4 are expected");
    file = open_part();
    put_zeros(file, "task", H5T_STD_I64LE, 4, H5P_DEFAULT);
    assert_refused(file, "its tasks are not those of its shard");
    file = open_part();
    ck_assert_int_ge(H5Ldelete(file, "record", H5P_DEFAULT), 0);
    ck_assert_int_ge(H5Lcreate_soft("/battery", file, "record", H5P_DEFAULT, H5P_DEFAULT), 0);
    assert_refused(file, "array 'record'");
    // Claims 10^9 numbers and stores none.
    file = open_part();
    put_zeros(file, "battery", H5T_IEEE_F64LE, 1000000000, H5P_DEFAULT);
    assert_refused(file, "array 'battery'");
    // Its values lie in another file.
    file = open_part();
    const hid_t outside = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(outside, "/etc/passwd", 0, 800);
    put_zeros(file, "battery", H5T_IEEE_F64LE, 100, outside);
    H5Pclose(outside);
    assert_refused(file, "array 'battery'");
}
END_TEST

START_TEST(axes_of_names_that_none_may_have_are_refused) {
    static const char *const name[][2] = {{"seed", "without"},
                                          {"battery", "battery"},
                                          {"", "without"},
                                          {"../etc", "without"},
                                          {"utility_usd", "without"}};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        const hid_t file = open_part();
        const hid_t attribute = H5Aopen(file, "axes", H5P_DEFAULT);
        const hid_t type = H5Aget_type(attribute);
        ck_assert_int_ge(H5Awrite(attribute, type, name[i]), 0);
        H5Tclose(type);
        H5Aclose(attribute);
        assert_refused(file, "an axis has a name that none may have");
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("grid_file");
    TCase *tc = tcase_create("grid_file");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, files_of_sweeps_give_what_was_written);
    tcase_add_test(tc, a_changed_byte_never_gives_other_results);
    tcase_add_test(tc, claims_that_contradict_each_other_are_refused);
    tcase_add_test(tc, arrays_of_another_type_shape_or_place_are_refused);
    tcase_add_test(tc, axes_of_names_that_none_may_have_are_refused);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
