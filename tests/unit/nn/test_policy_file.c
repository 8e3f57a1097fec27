// Policy files: what is read, and what is refused for which reason.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

#include "base/file.h"
#include "support/policy_maker.h"
#include "support/temp_dir.h"

static temp_dir dir;
static char path[128];
static maker made;
static sw_arena arena;
static const sw_policy_file *file;

static const maker_wish small = {.n_asp = 2, .n_step = 3, .n_feature = 7, .width = 16};

static void set_up(void) {
    temp_dir_make(&dir);
    (void)snprintf(path, sizeof path, "%s/policy.h5", dir.path);
    maker_init(&made, &small);
    file = NULL;
}

static void tear_down(void) {
    maker_deinit(&made);
    sw_arena_deinit(&arena);
    temp_dir_remove(&dir);
}

// The file as it is must be refused with a message that begins with its path and holds `want`.
static void expect_refused(const char *want) {
    sw_error err = {0};
    file = NULL;
    const sw_status status = sw_policy_file_load(path, &arena, &file, &err);
    ck_assert_msg(status != SW_OK, "taken, but should be refused: %s", want);
    ck_assert_ptr_null(file);
    ck_assert_msg(strncmp(err.text, path, strlen(path)) == 0 && strstr(err.text, want) != NULL,
                  "got '%s', want '%s'", err.text, want);
}

static void write_and_refuse(const char *want) {
    ck_assert(maker_write(&made, path));
    expect_refused(want);
}

static void write_and_load(void) {
    sw_error err = {0};
    ck_assert(maker_write(&made, path));
    const sw_status status = sw_policy_file_load(path, &arena, &file, &err);
    ck_assert_msg(status == SW_OK, "%s", err.text);
}

START_TEST(a_file_gives_what_was_written) {
    static const sw_policy_head heads[] = {SW_HEAD_CATEGORICAL, SW_HEAD_ASP_STEP,
                                           SW_HEAD_BID_PRICE};
    maker_wish wish = small;
    wish.head = heads[_i];
    maker_deinit(&made);
    maker_init(&made, &wish);
    write_and_load();
    ck_assert_int_eq(file->head, heads[_i]);
    ck_assert_str_eq(file->algorithm, "test");
    ck_assert(file->mask);
    ck_assert_int_eq(file->seed, 42);
    ck_assert_str_eq(file->created, "2024-02-29T12:00:00Z");
    ck_assert_str_eq(file->commit, "0123456789ab");
    ck_assert_int_eq(file->n_asp, 2);
    ck_assert_int_eq(file->n_step, 3);
    ck_assert_int_eq(file->steps[2], 30);
    ck_assert_int_eq(file->n_feature, 7);
    ck_assert_str_eq(file->feature[6], "f6");
    ck_assert(file->scale[6] == 1.0f);
    ck_assert_int_eq(file->n_golden, MAKER_GOLDEN);
    ck_assert_str_eq(file->command, "train.py --seed 42");
    ck_assert_str_eq(file->reward, "event");
    ck_assert_str_eq(file->shaper, "none");
    ck_assert_str_eq(file->energy, "threshold");
    ck_assert_str_eq(file->hyper, "{\"rate\": 0.0005}");
    ck_assert(file->wall_s == 61.5);
    ck_assert_int_eq(file->n_point, 3);
    ck_assert_int_eq(file->n_column, 2);
    ck_assert_str_eq(file->column[1], "utility_usd");
    ck_assert(file->curve[5] == 50.0);
    const bool bid = heads[_i] == SW_HEAD_BID_PRICE;
    ck_assert(file->price_scale_usd == (bid ? 0.5 : 0.0));
    ck_assert(file->kappa == (bid ? 1e-4 : 0.0));
    ck_assert(file->w0_s == (bid ? 30.0 : 0.0));

    float work[1000];
    float got[MAKER_GOLDEN * 16];
    ck_assert_uint_le(sw_net_work_size(&file->actor, MAKER_GOLDEN), 1000);
    sw_net_forward(&file->actor, MAKER_GOLDEN, maker_find(&made, "/golden/input")->value.floats,
                   got, work);
    ck_assert_mem_eq(got, maker_find(&made, "/golden/output")->value.floats,
                     MAKER_GOLDEN * (size_t)file->actor.n_out * sizeof got[0]);
}
END_TEST

START_TEST(a_curve_is_optional) {
    maker_remove(&made, "/train/column");
    maker_remove(&made, "/train/curve");
    write_and_load();
    ck_assert_int_eq(file->n_column, 0);
}
END_TEST

START_TEST(a_later_minor_version_is_read) {
    maker_find(&made, "/@version_minor")->value.integer = 7;
    write_and_load();
}
END_TEST

START_TEST(foreign_and_future_files_are_refused) {
    maker_find(&made, "/@format")->value.text = "stepwatt-results";
    write_and_refuse("format is 'stepwatt-results'; only 'stepwatt-policy' is read");
    maker_find(&made, "/@format")->value.text = "stepwatt-policy";
    maker_find(&made, "/@version_major")->value.integer = 2;
    write_and_refuse("is of version 2 of the format, this program reads 1; update stepwatt");
    maker_find(&made, "/@version_major")->value.integer = 0;
    write_and_refuse("is of version 0 of the format, this program reads 1");
    temp_dir_put(&dir, "policy.h5", "no file of this kind");
    expect_refused("is no HDF5 file");
    temp_dir_put(&dir, "policy.h5", "");
    expect_refused("is no HDF5 file");
    (void)snprintf(path, sizeof path, "%s/none.h5", dir.path);
    expect_refused("none.h5");
}
END_TEST

START_TEST(every_item_is_needed) {
    // All but the curve, which is optional.
    if (strncmp(made.item[_i].path, "/train/", 7) != 0) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s", made.item[_i].path);
        maker_remove(&made, name);
        // Without layer 2 the network ends early.
        const bool layer = strncmp(name, "/net/actor/layer2", 17) == 0;
        write_and_refuse(layer ? "/net/actor" : name);
    }
}
END_TEST

START_TEST(numbers_that_are_not_finite_are_refused) {
    maker_item *item = &made.item[_i];
    if (item->kind == MAKER_FLOATS) {
        item->value.floats[item->extent[0] - 1] = NAN;
    } else if (item->kind == MAKER_DOUBLES) {
        item->value.doubles[1] = (double)INFINITY;
    } else if (item->kind == MAKER_REAL) {
        item->value.real = (double)NAN;
    } else {
        return;
    }
    char want[128];
    (void)snprintf(want, sizeof want,
                   item->kind == MAKER_REAL ? "%s is not a finite" : "%s holds a", item->path);
    write_and_refuse(want);
}
END_TEST

START_TEST(shapes_must_fit_together) {
    maker_item *item = maker_find(&made, "/net/actor/layer1/weight");
    item->extent[1] = 15;
    write_and_refuse("/net/actor/layer1/weight has 15 columns; expected 16");
    item->extent[1] = 16;
    item->n_extent = 1;
    write_and_refuse("/net/actor/layer1/weight is not an array of 2 extents");
    item->n_extent = 2;
    item = maker_find(&made, "/net/actor/layer0/bias");
    item->extent[0] = 3;
    write_and_refuse("/net/actor/layer0/bias has 3 rows; expected 16");
    item->extent[0] = 16;
    item = maker_find(&made, "/obs/std");
    item->extent[0] = 6;
    write_and_refuse("/obs/std has 6 rows; expected 7");
    item->extent[0] = 7;
    item = maker_find(&made, "/golden/input");
    item->extent[1] = 6;
    write_and_refuse("/golden/input has 6 columns; expected 7");
    item->extent[1] = 7;
    item = maker_find(&made, "/golden/output");
    item->extent[0] = 4;
    write_and_refuse("/golden/output has 4 rows; expected 5");
    item->extent[0] = 5;
    maker_find(&made, "/action@n_asp")->value.integer = 3;
    write_and_refuse("/net/actor has 6 outputs; head categorical of 3 ASPs and 3 steps needs 9");
    maker_find(&made, "/action@n_asp")->value.integer = 0;
    write_and_refuse("/action@n_asp is 0; allowed: 1..65536");
    maker_find(&made, "/action@n_asp")->value.integer = 65536;
    write_and_refuse("/action/steps has 3 rows; allowed: 1..1");
}
END_TEST

START_TEST(values_out_of_range_are_refused) {
    maker_find(&made, "/@head")->value.text = "softmax";
    write_and_refuse("/@head is 'softmax'; allowed: categorical, asp-step, bid-price");
    maker_find(&made, "/@head")->value.text = "asp-step";
    write_and_refuse("/net/actor has 6 outputs; head asp-step of 2 ASPs and 3 steps needs 3");
    maker_find(&made, "/@head")->value.text = "categorical";
    maker_find(&made, "/@mask")->value.integer = 2;
    write_and_refuse("/@mask is 2; allowed: 0..1");
    maker_find(&made, "/@mask")->value.integer = 0;
    maker_find(&made, "/net/actor/layer1@act")->value.text = "gelu";
    write_and_refuse("/net/actor/layer1@act is 'gelu'; allowed: none, relu, tanh");
    maker_find(&made, "/net/actor/layer1@act")->value.text = "relu";
    maker_find(&made, "/@obs_hash")->value.text = "12ab";
    write_and_refuse("/@obs_hash is not 64 hexadecimal digits");
    maker_find(&made, "/@obs_hash")->value.text =
        maker_find(&made, "/@scenario_digest")->value.text;
    maker_find(&made, "/action/steps")->value.ints[1] = 10;
    write_and_refuse("/action/steps is not ascending from 1 on");
    maker_find(&made, "/action/steps")->value.ints[1] = 20;
    maker_find(&made, "/obs/clip")->value.floats[3] = 0.0f;
    write_and_refuse("/obs/clip is not above 0 throughout");
    maker_find(&made, "/obs/clip")->value.floats[3] = 1.0f;
    maker_find(&made, "/obs/name")->value.texts[2] = "";
    write_and_refuse("/obs/name holds an empty text or control characters");
    maker_find(&made, "/obs/name")->value.texts[2] = "f\x1b[2J";
    write_and_refuse("/obs/name holds an empty text or control characters");
    maker_find(&made, "/obs/name")->value.texts[2] = "f2";
    maker_find(&made, "/train@command")->value.text = "rm\r";
    write_and_refuse("/train@command holds control characters");
}
END_TEST

START_TEST(a_last_layer_of_asp_step_must_be_tanh) {
    maker_wish wish = small;
    wish.head = SW_HEAD_ASP_STEP;
    maker_deinit(&made);
    maker_init(&made, &wish);
    maker_find(&made, "/net/actor/layer2@act")->value.text = "none";
    write_and_refuse("head asp-step needs a last layer with act tanh");
}
END_TEST

START_TEST(long_texts_are_refused) {
    char *text = calloc(40000, 1);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', 39999);
    text[32768] = '\0';
    maker_find(&made, "/train@hyper")->value.text = text;
    write_and_load();
    text[32768] = 'x';
    write_and_refuse("/train@hyper is not a text of fixed length up to 32768 bytes");
    maker_find(&made, "/train@hyper")->value.text = "{}";
    text[257] = '\0';
    maker_find(&made, "/obs/name")->value.texts[0] = text;
    write_and_refuse("/obs/name does not hold texts of fixed length up to 256 bytes");
    free(text);
}
END_TEST

START_TEST(a_network_that_misses_its_golden_outputs_is_refused) {
    float *output = maker_find(&made, "/golden/output")->value.floats;
    output[7] += 5e-5f;
    write_and_load();
    output[7] += 1e-3f;
    write_and_refuse("golden vector 1, output 1: the network gives ");
}
END_TEST

START_TEST(a_wrong_payload_hash_is_refused) {
    made.payload = maker_find(&made, "/@scenario_digest")->value.text;
    write_and_refuse("the file was changed");
    made.payload = "none";
    write_and_refuse("/@payload_sha256 is not 64 hexadecimal digits");
}
END_TEST

START_TEST(more_layers_than_allowed_are_refused) {
    maker_item *weight = maker_find(&made, "/net/actor/layer1/weight");
    maker_item *bias = maker_find(&made, "/net/actor/layer1/bias");
    for (int32_t l = 3; l < 9; l++) {
        maker_item extra[3] = {
            {.kind = MAKER_TEXT, .value.text = "relu", .extent = {1, 1}}, *weight, *bias};
        (void)snprintf(extra[0].path, sizeof extra[0].path, "/net/actor/layer%d@act", (int)l);
        (void)snprintf(extra[1].path, sizeof extra[1].path, "/net/actor/layer%d/weight", (int)l);
        (void)snprintf(extra[2].path, sizeof extra[2].path, "/net/actor/layer%d/bias", (int)l);
        extra[1].extent[1] = l == 3 ? 6 : 16;
        memcpy(&made.item[made.n], extra, sizeof extra);
        made.n += 3;
    }
    write_and_refuse("/net/actor has more than the 8 layers allowed");
}
END_TEST

// ------------------------------------------------------------------ files that our writer cannot
// make

// Opens the written file for changes.
static hid_t reopen(void) {
    ck_assert(maker_write(&made, path));
    const hid_t id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    ck_assert(id >= 0);
    return id;
}

START_TEST(links_out_of_the_file_are_refused) {
    hid_t id = reopen();
    ck_assert(H5Ldelete(id, "/obs/mean", H5P_DEFAULT) >= 0);
    ck_assert(H5Lcreate_soft("/obs/clip", id, "/obs/mean", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    ck_assert(H5Fclose(id) >= 0);
    expect_refused("/obs/mean is missing");
    id = reopen();
    ck_assert(H5Ldelete(id, "/obs", H5P_DEFAULT) >= 0);
    ck_assert(H5Lcreate_external("/etc/passwd", "/", id, "/obs", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    ck_assert(H5Fclose(id) >= 0);
    expect_refused("/obs/name is missing");
}
END_TEST

// Replaces /obs/mean by a dataset of n float32 made with these properties.
static void replace_mean(hid_t type, hsize_t n, hid_t plist) {
    const hid_t id = reopen();
    ck_assert(H5Ldelete(id, "/obs/mean", H5P_DEFAULT) >= 0);
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t d = H5Dcreate2(id, "/obs/mean", type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    ck_assert(d >= 0);
    ck_assert(H5Dclose(d) >= 0 && H5Sclose(space) >= 0 && H5Pclose(plist) >= 0);
    ck_assert(H5Fclose(id) >= 0);
}

START_TEST(arrays_stored_in_other_ways_are_refused) {
    const hsize_t chunk = 7;
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    replace_mean(H5T_IEEE_F64LE, 7, plist);
    expect_refused("/obs/mean is not of type 32-bit float");
    plist = H5Pcreate(H5P_DATASET_CREATE);
    replace_mean(H5T_IEEE_F32BE, 7, plist);
    expect_refused("/obs/mean is not of type 32-bit float, little-endian");
    plist = H5Pcreate(H5P_DATASET_CREATE); // nothing written: no storage
    replace_mean(H5T_IEEE_F32LE, 7, plist);
    expect_refused("/obs/mean is not stored in the file as it is");
    plist = H5Pcreate(H5P_DATASET_CREATE);
    ck_assert(H5Pset_chunk(plist, 1, &chunk) >= 0);
    ck_assert(H5Pset_alloc_time(plist, H5D_ALLOC_TIME_EARLY) >= 0);
    replace_mean(H5T_IEEE_F32LE, 7, plist);
    expect_refused("/obs/mean is not stored in the file as it is");
    plist = H5Pcreate(H5P_DATASET_CREATE);
    ck_assert(H5Pset_external(plist, "/etc/passwd", 0, 28) >= 0);
    replace_mean(H5T_IEEE_F32LE, 7, plist);
    expect_refused("/obs/mean is not stored in the file as it is");
}
END_TEST

START_TEST(an_extent_beyond_the_file_takes_no_memory) {
    const hid_t id = reopen();
    ck_assert(H5Ldelete(id, "/train/curve", H5P_DEFAULT) >= 0);
    const hsize_t extent[2] = {1 << 20, 2};
    const hid_t space = H5Screate_simple(2, extent, NULL);
    const hid_t d = H5Dcreate2(id, "/train/curve", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT,
                               H5P_DEFAULT);
    ck_assert(H5Dclose(d) >= 0 && H5Sclose(space) >= 0 && H5Fclose(id) >= 0);
    expect_refused("/train/curve is not stored in the file as it is");
}
END_TEST

START_TEST(groups_and_arrays_are_not_taken_for_each_other) {
    hid_t id = reopen();
    ck_assert(H5Ldelete(id, "/obs/mean", H5P_DEFAULT) >= 0);
    const hid_t group = H5Gcreate2(id, "/obs/mean", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert(H5Gclose(group) >= 0 && H5Fclose(id) >= 0);
    expect_refused("/obs/mean is no array");
    id = reopen();
    ck_assert(H5Ldelete(id, "/obs", H5P_DEFAULT) >= 0);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t d =
        H5Dcreate2(id, "/obs", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert(H5Dclose(d) >= 0 && H5Sclose(space) >= 0 && H5Fclose(id) >= 0);
    expect_refused("/obs/name is missing");
}
END_TEST

START_TEST(the_older_form_of_hdf5_is_refused) {
    const hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert(id >= 0 && H5Fclose(id) >= 0);
    expect_refused("HDF5 superblock version 0; allowed: 2 and 3, whose metadata carry checksums");
}
END_TEST

// Any byte changed, and any end cut off, must be refused or change nothing that is read.
START_TEST(damage_is_found) {
    maker_deinit(&made);
    maker_wish wish = {.n_asp = 1, .n_step = 2, .n_feature = 2, .width = 1};
    maker_init(&made, &wish);
    write_and_load();
    char whole[SW_SHA256_HEX];
    memcpy(whole, file->payload_sha256, sizeof whole);
    sw_file bytes = {0};
    ck_assert_int_eq(sw_file_read(path, SW_FILE_MAX_BYTES, &bytes, NULL), SW_OK);
    int32_t n_refused = 0;
    int32_t n_tried = 0;
    for (size_t i = 0; i < bytes.size; i += 13, n_tried++) {
        bytes.data[i] = (char)(bytes.data[i] ^ 1 << (i % 8));
        temp_dir_write(&dir, "policy.h5", bytes.data, bytes.size);
        bytes.data[i] = (char)(bytes.data[i] ^ 1 << (i % 8));
        sw_error err = {0};
        if (sw_policy_file_load(path, &arena, &file, &err) != SW_OK) {
            ck_assert(strncmp(err.text, path, strlen(path)) == 0);
            n_refused++;
        } else {
            ck_assert_str_eq(file->payload_sha256, whole);
        }
    }
    ck_assert_int_gt(n_refused, n_tried / 4); // gaps in the file hold nothing
    for (size_t n = 0; n < bytes.size; n += 197) {
        temp_dir_write(&dir, "policy.h5", bytes.data, n);
        expect_refused("");
    }
    sw_file_deinit(&bytes);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("policy_file");
    TCase *tc = tcase_create("policy_file");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, a_file_gives_what_was_written, 0, SW_N_POLICY_HEAD);
    tcase_add_test(tc, a_curve_is_optional);
    tcase_add_test(tc, a_later_minor_version_is_read);
    tcase_add_test(tc, foreign_and_future_files_are_refused);
    maker_init(&made, &small);
    const int n_item = made.n;
    maker_deinit(&made);
    tcase_add_loop_test(tc, every_item_is_needed, 0, n_item);
    tcase_add_loop_test(tc, numbers_that_are_not_finite_are_refused, 0, n_item);
    tcase_add_test(tc, shapes_must_fit_together);
    tcase_add_test(tc, values_out_of_range_are_refused);
    tcase_add_test(tc, a_last_layer_of_asp_step_must_be_tanh);
    tcase_add_test(tc, long_texts_are_refused);
    tcase_add_test(tc, a_network_that_misses_its_golden_outputs_is_refused);
    tcase_add_test(tc, a_wrong_payload_hash_is_refused);
    tcase_add_test(tc, more_layers_than_allowed_are_refused);
    tcase_add_test(tc, links_out_of_the_file_are_refused);
    tcase_add_test(tc, arrays_stored_in_other_ways_are_refused);
    tcase_add_test(tc, an_extent_beyond_the_file_takes_no_memory);
    tcase_add_test(tc, groups_and_arrays_are_not_taken_for_each_other);
    tcase_add_test(tc, the_older_form_of_hdf5_is_refused);
    tcase_add_test(tc, damage_is_found);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
