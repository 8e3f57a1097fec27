// Result files, read back through HDF5 itself.
#include <check.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/results.h"
#include "io/results_read.h"
#include "support/temp_dir.h"

enum { N_TIME = 3000 };

// A file with two sites, 3000 times, a 2-D series with a NaN, a scalar, a group.
static void write_sample(const char *path) {
    static const char *const site[] = {"east", "Z\xc3\xbcrich"};
    static const char *const meaning[] = {"good", "bad"};
    static double time_s[N_TIME];
    static double series[N_TIME][2];
    const int8_t outcome[3] = {0, 1, 0};
    const int64_t job[3] = {0, 1, 2};
    const double total = 42.5;
    for (int i = 0; i < N_TIME; i++) {
        time_s[i] = 300.0 * i;
        series[i][0] = i;
        series[i][1] = i == 7 ? (double)NAN : -i;
    }
    sw_results *results = NULL;
    ck_assert_int_eq(sw_results_create(path, &results, NULL), SW_OK);
    sw_results_text(results, "title", "a title");
    sw_results_number(results, "scale", 0.25);
    sw_results_integer(results, "schema_version", 1);
    sw_results_texts(results, "names", 2, site);
    sw_results_dim_text(results, "site", 2, site, "site");
    sw_results_dim(results,
                   &(sw_results_array){.name = "time",
                                       .unit = "s",
                                       .long_name = "start",
                                       .type = SW_RESULTS_DOUBLE,
                                       .data = time_s},
                   N_TIME);
    sw_results_add(results, &(sw_results_array){.name = "load_kw",
                                                .unit = "kW",
                                                .long_name = "load",
                                                .dim = {"time", "site"},
                                                .type = SW_RESULTS_DOUBLE,
                                                .data = series});
    sw_results_add(results, &(sw_results_array){.name = "total_usd",
                                                .unit = "USD",
                                                .long_name = "total",
                                                .type = SW_RESULTS_DOUBLE,
                                                .data = &total});
    sw_results_group(results, "per_job");
    sw_results_dim(results,
                   &(sw_results_array){.group = "per_job",
                                       .name = "job",
                                       .unit = "1",
                                       .long_name = "job",
                                       .type = SW_RESULTS_INT64,
                                       .data = job},
                   3);
    sw_results_add(results, &(sw_results_array){.group = "per_job",
                                                .name = "outcome",
                                                .unit = "1",
                                                .long_name = "outcome",
                                                .dim = {"job"},
                                                .type = SW_RESULTS_INT8,
                                                .data = outcome,
                                                .meaning = meaning,
                                                .n_meaning = 2});
    sw_error error = {0};
    ck_assert_msg(sw_results_save(results, &error) == SW_OK, "%s", error.text);
    sw_results_destroy(results);
}

// True when a text attribute, of variable length and in UTF-8, has this value.
static bool has_text(hid_t owner, const char *name, const char *want) {
    char *text = NULL;
    const hid_t attr = H5Aopen(owner, name, H5P_DEFAULT);
    ck_assert_msg(attr >= 0, "no attribute %s", name);
    const hid_t type = H5Aget_type(attr);
    ck_assert_int_eq(H5Tis_variable_str(type), 1);
    ck_assert_int_eq(H5Tget_cset(type), H5T_CSET_UTF8);
    ck_assert_int_ge(H5Aread(attr, type, &text), 0);
    const bool same = strcmp(text, want) == 0;
    (void)H5free_memory(text);
    (void)H5Tclose(type);
    (void)H5Aclose(attr);
    return same;
}

static temp_dir dir;
static char path[128];

static void set_up(void) {
    temp_dir_make(&dir);
    (void)snprintf(path, sizeof path, "%s/r.h5", dir.path);
}

static void tear_down(void) {
    temp_dir_remove(&dir);
}

START_TEST(values_labels_and_units_come_back) {
    write_sample(path);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    ck_assert_int_ge(file, 0);
    ck_assert(has_text(file, "title", "a title"));
    const hid_t set = H5Dopen2(file, "load_kw", H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    static double value[N_TIME][2];
    ck_assert_int_ge(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value), 0);
    for (int i = 0; i < N_TIME; i++) {
        ck_assert_double_eq(value[i][0], i);
        ck_assert(i == 7 ? isnan(value[i][1]) : value[i][1] == -i);
    }
    ck_assert(has_text(set, "units", "kW"));
    ck_assert(has_text(set, "long_name", "load"));
    // Scales: the first dimension is time, the second site.
    const hid_t site = H5Dopen2(file, "site", H5P_DEFAULT);
    const hid_t time = H5Dopen2(file, "time", H5P_DEFAULT);
    ck_assert_int_eq(H5DSis_attached(set, time, 0), 1);
    ck_assert_int_eq(H5DSis_attached(set, site, 1), 1);
    ck_assert_int_eq(H5DSis_attached(set, site, 0), 0);
    double fill = 0.0;
    const hid_t plist = H5Dget_create_plist(set);
    ck_assert_int_ge(H5Pget_fill_value(plist, H5T_NATIVE_DOUBLE, &fill), 0);
    ck_assert(isnan(fill));
    ck_assert_int_eq(H5Pget_nfilters(plist), 3); // shuffle, deflate, checksum
    unsigned order = 0;
    const hid_t creation = H5Gget_create_plist(H5Gopen2(file, "/", H5P_DEFAULT));
    ck_assert_int_ge(H5Pget_link_creation_order(creation, &order), 0);
    ck_assert_uint_eq(order, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    (void)H5Fclose(file);
}
END_TEST

START_TEST(groups_hold_codes_with_their_meanings) {
    write_sample(path);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t set = H5Dopen2(file, "per_job/outcome", H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    ck_assert(has_text(set, "flag_meanings", "good bad"));
    const hid_t job = H5Dopen2(file, "per_job/job", H5P_DEFAULT);
    ck_assert_int_eq(H5DSis_attached(set, job, 0), 1);
    (void)H5Fclose(file);
}
END_TEST

// All bytes of a file.
static size_t slurp(const char *name, char **bytes) {
    FILE *file = fopen(name, "rb");
    ck_assert_ptr_nonnull(file);
    *bytes = malloc(1 << 20);
    ck_assert_ptr_nonnull(*bytes);
    const size_t n = fread(*bytes, 1, 1 << 20, file);
    ck_assert_int_eq(fclose(file), 0);
    return n;
}

START_TEST(the_same_content_gives_the_same_bytes) {
    char other[160];
    (void)snprintf(other, sizeof other, "%s/s.h5", dir.path);
    write_sample(path);
    write_sample(other);
    char *a = NULL;
    char *b = NULL;
    const size_t n = slurp(path, &a);
    ck_assert_uint_eq(n, slurp(other, &b));
    ck_assert_mem_eq(a, b, n);
    free(a);
    free(b);
}
END_TEST

START_TEST(a_file_not_saved_leaves_nothing) {
    sw_results *results = NULL;
    ck_assert_int_eq(sw_results_create(path, &results, NULL), SW_OK);
    sw_results_destroy(results);
    ck_assert_int_eq(rmdir(dir.path), 0); // so it was empty
    ck_assert_int_eq(mkdir(dir.path, 0700), 0);
}
END_TEST

// A file of some hundred bytes that claims 8 TB.
START_TEST(values_that_are_not_in_the_file_are_refused_before_memory_is_taken) {
    const hsize_t n = (hsize_t)1 << 40;
    const hsize_t chunk = 1 << 16;
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    ck_assert_int_ge(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), 0);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    ck_assert_int_ge(H5Pset_chunk(plist, 1, &chunk), 0);
    const hid_t set =
        H5Dcreate2(file, "record", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    ck_assert_int_ge(H5Dclose(set) + H5Pclose(plist) + H5Sclose(space) + H5Fclose(file), 0);
    ck_assert_int_ge(H5Pclose(access), 0);
    sw_results_reader *reader = NULL;
    sw_error error = {0};
    ck_assert_int_eq(sw_results_open(path, &reader, NULL), SW_OK);
    ck_assert_int_eq(sw_results_need_array(reader, "record", 3, &error), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(error.text, "has 1099511627776 values where 3 are expected"));
    error = (sw_error){0};
    ck_assert_int_eq(sw_results_need_array(reader, "record", INT64_C(1) << 40, &error),
                     SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(error.text, "claims 1099511627776 values, which are not in"));
    sw_results_close(reader);
}
END_TEST

START_TEST(a_missing_folder_is_an_error) {
    sw_results *results = NULL;
    sw_error error = {0};
    ck_assert_int_eq(sw_results_create("/nosuch/x.h5", &results, &error), SW_ERR_IO);
    ck_assert_ptr_null(results);
    ck_assert_ptr_nonnull(strstr(error.text, "/nosuch/x.h5"));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("results");
    TCase *tcase = tcase_create("results");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, values_labels_and_units_come_back);
    tcase_add_test(tcase, groups_hold_codes_with_their_meanings);
    tcase_add_test(tcase, the_same_content_gives_the_same_bytes);
    tcase_add_test(tcase, a_file_not_saved_leaves_nothing);
    tcase_add_test(tcase, values_that_are_not_in_the_file_are_refused_before_memory_is_taken);
    tcase_add_test(tcase, a_missing_folder_is_an_error);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
