// Traces: slot means, coverage, gaps, units and cells of signals; columns and limits of jobs; CSV
// and HDF5.
#include "support/put_file.h"

#include <math.h>
#include <stdlib.h>

#include <hdf5.h>

#include "base/timegrid.h"
#include "io/trace.h"

static sw_error err;

// Loads a trace from text and lays it over `n_slot` slots; returns the status.
static sw_status slots_of(const char *text, const char *column, const char *unit, double start,
                          double slot_s, int64_t n_slot, double *out) {
    err = (sw_error){0};
    sw_trace *trace = NULL;
    const char *path = put(text);
    sw_status status = sw_trace_load(path, &trace, &err);
    if (status == SW_OK) {
        const sw_slot_grid grid = {.start_unix_s = start, .slot_s = slot_s, .n_slot = n_slot};
        status = sw_trace_to_slots(trace, column, unit, 1.0, &grid, out, &err);
    }
    sw_trace_unload(trace);
    unlink(path);
    return status;
}

#define refused(says, ...)                                                                         \
    do {                                                                                           \
        ck_assert_int_eq(slots_of(__VA_ARGS__), SW_ERR_BAD_INPUT);                                 \
        assert_says(err, says);                                                                    \
    } while (0)

START_TEST(a_slot_holds_the_mean_of_samples_that_start_in_it_or_the_last_before) {
    double out[6];
    ck_assert_int_eq(slots_of("time_s,x\n0,1\n10,2\n20,6\n30,4\n", "x", NULL, NAN, 20, 2, out),
                     SW_OK);
    ck_assert_double_eq(out[0], 1.5);
    ck_assert_double_eq(out[1], 5.0);
    // Samples coarser than slots, starting before the run: 5, 15 hold; 25 starts in slot 2.
    ck_assert_int_eq(slots_of("time_s,x\n-5,7\n5,8\n15,9\n25,10\n", "x", NULL, NAN, 5, 6, out),
                     SW_OK);
    const double want[] = {7, 8, 8, 9, 9, 10};
    for (int i = 0; i < 6; i++) {
        ck_assert_double_eq(out[i], want[i]);
    }
}
END_TEST

START_TEST(times_that_are_not_binary_fractions_fall_into_the_slot_they_name) {
    double out[10];
    ck_assert_int_eq(
        slots_of("time_s,x\n0,0\n0.1,1\n0.2,2\n0.3,3\n0.4,4\n0.5,5\n0.6,6\n0.7,7\n0.8,8\n0.9,9\n",
                 "x", NULL, NAN, 0.1, 10, out),
        SW_OK);
    for (int i = 0; i < 10; i++) {
        ck_assert_double_eq(out[i], (double)i);
    }
}
END_TEST

START_TEST(dates_with_and_without_offset_are_laid_from_the_start) {
    double out[2];
    const char *text = "time,x\n2025-07-13T23:00:00Z,1\n2025-07-14 00:00:00,2\n"
                       "2025-07-13T21:00:00-04:00,3\n2025-07-14T02:00Z,4\n";
    ck_assert_int_eq(slots_of(text, "x", NULL, 1752451200.0, 3600, 2, out), SW_OK);
    ck_assert_double_eq(out[0], 2.0);
    ck_assert_double_eq(out[1], 3.0);
    refused("the scenario needs a start", text, "x", NULL, NAN, 3600, 2, out);
    refused(":3: time '2025-07-32' is no date", "time,x\n2025-07-13,1\n2025-07-32,1\n", "x", NULL,
            0, 1, 1, out);
}
END_TEST

START_TEST(a_run_must_be_covered_and_without_gaps_where_it_lies) {
    double out[8];
    const char *text = "time_s,x\n0,1\n10,2\n20,3\n40,4\n50,5\n60,6\n";
    ck_assert_int_eq(slots_of(text, "x", NULL, NAN, 10, 2, out), SW_OK); // the gap is later
    refused(":4: gap after the sample at 20 s: it would hold for 20 s, but samples come every 10 s",
            text, "x", NULL, NAN, 10, 3, out);
    refused(":3: first sample is at 5 s, after the start", "# c\ntime_s,x\n5,1\n15,1\n", "x", NULL,
            NAN, 5, 1, out);
    // The last sample holds as long as the interval before it.
    text = "time_s,x\n0,1\n10,2\n";
    ck_assert_int_eq(slots_of(text, "x", NULL, NAN, 10, 2, out), SW_OK);
    refused(":3: samples end at 20 s, before the end of the run, 21 s", text, "x", NULL, NAN, 7, 3,
            out);
    refused("one sample alone", "time_s,x\n0,1\n", "x", NULL, NAN, 1, 1, out);
    // 1.5 times the interval is no gap yet.
    ck_assert_int_eq(
        slots_of("time_s,x\n0,1\n10,2\n20,3\n35,4\n45,5\n", "x", NULL, NAN, 10, 5, out), SW_OK);
}
END_TEST

START_TEST(times_must_rise_and_be_there_once) {
    double out[1];
    refused(":4: time 10 s is not after the row before, 10 s", "time_s,x\n0,1\n10,2\n10,3\n", "x",
            NULL, NAN, 1, 1, out);
    refused(":3: time 2023-11-05T06:00:00Z is not after the row before, 2023-11-05T06:00:00Z",
            "time,x\n2023-11-05T01:00:00-05:00,2\n2023-11-05T06:00Z,3\n", "x", NULL, 0, 1, 1, out);
    refused("this has neither", "x,y\n0,1\n", "x", NULL, NAN, 1, 1, out);
    refused("this has both", "time,time_s,y\n2020-01-01,0,1\n", "y", NULL, NAN, 1, 1, out);
    refused(":3: time_s is no number", "time_s,x\n0,1\ninf,1\n", "x", NULL, NAN, 1, 1, out);
    refused("no rows after the header", "time_s,x\n", "x", NULL, NAN, 1, 1, out);
    refused("is empty", "# nothing\n", "x", NULL, NAN, 1, 1, out);
    refused(":3: 3 fields where the header has 2", "time_s,x\n0,1\n1,2,3\n", "x", NULL, NAN, 1, 1,
            out);
    refused("column 'x' is there twice", "time_s,x,x\n0,1,1\n", "x", NULL, NAN, 1, 1, out);
    refused("column 2 has no name", "time_s,\n0,1\n", "x", NULL, NAN, 1, 1, out);
}
END_TEST

START_TEST(a_bad_cell_matters_only_in_the_column_and_slots_asked_for) {
    double out[3];
    const char *text = "time_s,x,y\n0,1,1\n10,2,\n20,nan,3\n";
    ck_assert_int_eq(slots_of(text, "x", NULL, NAN, 10, 2, out), SW_OK);
    refused(":4: column 'x' at 20 s is empty or no number", text, "x", NULL, NAN, 10, 3, out);
    refused(":3: column 'y' at 10 s is empty or no number", text, "y", NULL, NAN, 10, 2, out);
    refused("no column 'z'; there are: x, y", text, "z", NULL, NAN, 10, 2, out);
    refused("is empty or no number", "time_s,x\n0,inf\n1,1\n", "x", NULL, NAN, 1, 2, out);
}
END_TEST

START_TEST(units_in_column_names_are_known_and_checked) {
    ck_assert_str_eq(sw_trace_unit("lmp_usd_per_mwh"), "usd_per_mwh");
    ck_assert_str_eq(sw_trace_unit("dry_bulb_c"), "c");
    ck_assert_str_eq(sw_trace_unit("ci_gco2_per_kwh"), "gco2_per_kwh");
    ck_assert_str_eq(sw_trace_unit("rate_jobs_per_s"), "jobs_per_s");
    ck_assert_str_eq(sw_trace_unit("pv_kw"), "kw");
    ck_assert_str_eq(sw_trace_unit("cf"), "cf");
    ck_assert_ptr_null(sw_trace_unit("price"));
    ck_assert_ptr_null(sw_trace_unit("pacific"));
    ck_assert_ptr_null(sw_trace_unit("c"));
    double out[2];
    const char *text = "time_s,lmp_usd_per_mwh,ci_g_per_kwh,a_kw,a_c\n0,1,2,3,4\n1,1,2,3,4\n";
    ck_assert_int_eq(slots_of(text, "lmp", "usd_per_mwh", NAN, 1, 2, out), SW_OK);
    ck_assert_int_eq(slots_of(text, "lmp_usd_per_mwh", "usd_per_mwh", NAN, 1, 2, out), SW_OK);
    ck_assert_int_eq(slots_of(text, "ci", "gco2_per_kwh", NAN, 1, 2, out), SW_OK);
    ck_assert_double_eq(out[1], 2.0);
    refused("column 'lmp_usd_per_mwh' is in usd_per_mwh, but the signal is in c", text, "lmp", "c",
            NAN, 1, 2, out);
    refused("more than one column 'a'", text, "a", "c", NAN, 1, 2, out);
}
END_TEST

// Loads jobs from text; on success *jobs lives in `arena`.
static sw_status jobs_of(const char *text, double end_s, sw_arena *arena, sw_job_trace *jobs) {
    char sha256[65];
    err = (sw_error){0};
    const char *path = put(text);
    const sw_status status = sw_job_trace_load(path, end_s, arena, jobs, sha256, &err);
    unlink(path);
    return status;
}

START_TEST(jobs_are_rounded_to_the_grid_and_cut_at_the_end) {
    sw_arena arena = {0};
    sw_job_trace jobs = {0};
    ck_assert_int_eq(
        jobs_of("arrival_s,images,deadline_s,value,work\n0.1,1,5,1,1\n0.1,4.0,inf,0,.5\n"
                "7,10000,1,1,1\n10,1,1,1,1\n",
                10.0, &arena, &jobs),
        SW_OK);
    ck_assert_int_eq(jobs.n, 3);
    ck_assert_double_eq(jobs.arrival_s[0], sw_time_round(0.1));
    ck_assert_double_ne(jobs.arrival_s[0], 0.1);
    ck_assert_int_eq(jobs.images[1], 4);
    ck_assert_int_eq(jobs.images[2], 10000);
    ck_assert(isinf(jobs.deadline_s[1]));
    ck_assert_double_eq(jobs.work[1], 0.5);
    jobs = (sw_job_trace){0};
    ck_assert_int_eq(jobs_of("arrival_s\n1\n", 10.0, &arena, &jobs), SW_OK);
    ck_assert(jobs.n == 1 && jobs.images == NULL && jobs.deadline_s == NULL && jobs.value == NULL);
    sw_arena_deinit(&arena);
}
END_TEST

START_TEST(job_values_out_of_range_name_line_and_column) {
    static const struct {
        const char *text;
        const char *says;
    } bad[] = {
        {"arrival_s\n-1\n", ":2: arrival_s is not allowed"},
        {"arrival_s\ninf\n", ":2: arrival_s is not allowed"},
        {"arrival_s\n\"\"\n", ":2: arrival_s is not allowed"},
        {"arrival_s\n5\n4.9\n", ":3: arrival_s 4.9 is before the row above, 5"},
        {"arrival_s,images\n1,0\n", ":2: images is not allowed there; it must be an integer"},
        {"arrival_s,images\n1,1.5\n", "images"},
        {"arrival_s,images\n1,10001\n", "images"},
        {"arrival_s,images\n1,\n", "images"},
        {"arrival_s,deadline_s\n1,0\n", "deadline_s"},
        {"arrival_s,value\n1,-1\n", "value"},
        {"arrival_s,value\n1,inf\n", "value"},
        {"arrival_s,work\n1,0\n", "work"},
        {"arrival_s,deadline\n1,5\n", "unknown column 'deadline'"},
        {"images\n1\n", "needs a column 'arrival_s'"}};
    sw_arena arena = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        sw_job_trace jobs = {.n = -7};
        ck_assert_int_eq(jobs_of(bad[i].text, 10.0, &arena, &jobs), SW_ERR_BAD_INPUT);
        assert_says(err, bad[i].says);
        ck_assert_int_eq(jobs.n, -7);
    }
    sw_arena_deinit(&arena);
}
END_TEST

static hid_t new_h5(const char **path) {
    *path = put_bytes(".h5", "", 0);
    const hid_t file = H5Fcreate(*path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(file, 0);
    return file;
}

static void add_h5(hid_t file, const char *name, hid_t type, int rank, hsize_t n,
                   const void *data) {
    const hsize_t dims[2] = {n, 1};
    const hid_t space = H5Screate_simple(rank, dims, NULL);
    const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    if (data != NULL) {
        ck_assert_int_ge(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), 0);
    }
    H5Dclose(set);
    H5Sclose(space);
}

START_TEST(hdf5_columns_read_like_csv) {
    const char *path = NULL;
    hid_t file = new_h5(&path);
    const char dates[3][25] = {"2025-07-14T00:00:00Z", "2025-07-14T01:00:00Z",
                               "2025-07-14T02:00:00Z"};
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, 25);
    const double x[] = {1, 2, 3};
    const int32_t whole[] = {4, 5, 6};
    add_h5(file, "time", text, 1, 3, dates);
    add_h5(file, "x_c", H5T_NATIVE_DOUBLE, 1, 3, x);
    add_h5(file, "y", H5T_NATIVE_INT32, 1, 3, whole);
    add_h5(file, "square", H5T_NATIVE_DOUBLE, 2, 3, x); // not 1-D: no column
    H5Tclose(text);
    H5Fclose(file);
    sw_trace *trace = NULL;
    err = (sw_error){0};
    ck_assert_msg(sw_trace_load(path, &trace, &err) == SW_OK, "%s", err.text);
    ck_assert_int_eq(trace->n_series, 2);
    ck_assert(trace->dated);
    double out[2];
    sw_slot_grid grid = {.start_unix_s = 1752451200.0, .slot_s = 3600, .n_slot = 2};
    ck_assert_int_eq(sw_trace_to_slots(trace, "x", "c", 2.0, &grid, out, &err), SW_OK);
    ck_assert_double_eq(out[1], 4.0);
    ck_assert_int_eq(sw_trace_to_slots(trace, "y", "c", 1.0, &grid, out, &err), SW_OK);
    ck_assert_double_eq(out[1], 5.0);
    grid.n_slot = 2000;
    ck_assert_int_eq(sw_trace_to_slots(trace, "y", "c", 1.0, &grid, out, &err), SW_ERR_BAD_INPUT);
    assert_says(err, ".h5: row 3: samples end at");
    sw_trace_unload(trace);
    unlink(path);

    file = new_h5(&path);
    const double arrival_s[] = {0.5, 0.5, 9};
    const int32_t images[] = {1, 2, 3};
    add_h5(file, "arrival_s", H5T_NATIVE_DOUBLE, 1, 3, arrival_s);
    add_h5(file, "images", H5T_NATIVE_INT32, 1, 3, images);
    H5Fclose(file);
    sw_arena arena = {0};
    sw_job_trace jobs;
    char sha256[65];
    err = (sw_error){0};
    ck_assert_int_eq(sw_job_trace_load(path, 9.0, &arena, &jobs, sha256, &err), SW_OK);
    ck_assert_int_eq(jobs.n, 2);
    ck_assert_int_eq(jobs.images[1], 2);
    sw_arena_deinit(&arena);
    unlink(path);
}
END_TEST

// Expects that an HDF5 file is refused with a message.
START_TEST(hdf5_dates_of_variable_length_read_like_others) {
    const char *path = NULL;
    const hid_t file = new_h5(&path);
    const char *dates[3] = {"2025-07-14T00:00:00Z", "2025-07-14 01:00:00+00:00",
                            "2025-07-14T02:00:00Z"};
    const double x[] = {1, 2, 3};
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, H5T_VARIABLE);
    add_h5(file, "time", text, 1, 3, dates);
    add_h5(file, "x_c", H5T_NATIVE_DOUBLE, 1, 3, x);
    H5Tclose(text);
    H5Fclose(file);
    sw_trace *trace = NULL;
    err = (sw_error){0};
    ck_assert_msg(sw_trace_load(path, &trace, &err) == SW_OK, "%s", err.text);
    ck_assert(trace->dated);
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq(trace->time_s[i], 1752451200.0 + 3600.0 * i);
    }
    sw_trace_unload(trace);
    unlink(path);
}
END_TEST

static void h5_is_refused(const char *path, const char *says) {
    sw_trace *trace = NULL;
    err = (sw_error){0};
    ck_assert_int_eq(sw_trace_load(path, &trace, &err), SW_ERR_BAD_INPUT);
    assert_says(err, says);
    unlink(path);
}

START_TEST(hostile_hdf5_files_are_refused) {
    const char *path = NULL;
    const double x[] = {0, 1, 2};
    hid_t file = new_h5(&path);
    H5Fclose(file);
    h5_is_refused(path, "no 1-D datasets of numbers");

    file = new_h5(&path);
    add_h5(file, "time_s", H5T_NATIVE_DOUBLE, 1, 3, x);
    add_h5(file, "x", H5T_NATIVE_DOUBLE, 1, 2, x);
    H5Fclose(file);
    h5_is_refused(path, "dataset 'x' has 2 rows and dataset 'time_s' 3");

    file = new_h5(&path); // claims 10^8 rows, stores none
    const hsize_t dims = 100000000;
    const hsize_t chunk = 1000;
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(plist, 1, &chunk);
    const hid_t space = H5Screate_simple(1, &dims, NULL);
    H5Dclose(H5Dcreate2(file, "time_s", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    H5Pclose(plist);
    H5Sclose(space);
    H5Fclose(file);
    h5_is_refused(path, "its data are not stored in the file");

    file = new_h5(&path); // claims 10^8 rows, stores the first thousand
    const hid_t chunked = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(chunked, 1, &chunk);
    const hid_t wide = H5Screate_simple(1, &dims, NULL);
    const hid_t set =
        H5Dcreate2(file, "time_s", H5T_NATIVE_DOUBLE, wide, H5P_DEFAULT, chunked, H5P_DEFAULT);
    const hsize_t origin = 0;
    const hsize_t one = 1;
    H5Sselect_hyperslab(wide, H5S_SELECT_SET, &origin, NULL, &one, NULL);
    const hid_t memory = H5Screate_simple(1, &one, NULL);
    ck_assert_int_ge(H5Dwrite(set, H5T_NATIVE_DOUBLE, memory, wide, H5P_DEFAULT, x), 0);
    H5Sclose(memory);
    H5Dclose(set);
    H5Sclose(wide);
    H5Pclose(chunked);
    H5Fclose(file);
    h5_is_refused(path, "its data are not stored in the file");

    file = new_h5(&path); // data in another file
    const hid_t outside = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(outside, "/etc/passwd", 0, 24);
    const hsize_t three = 3;
    const hid_t few = H5Screate_simple(1, &three, NULL);
    H5Dclose(H5Dcreate2(file, "time_s", H5T_NATIVE_DOUBLE, few, H5P_DEFAULT, outside, H5P_DEFAULT));
    H5Pclose(outside);
    H5Sclose(few);
    H5Fclose(file);
    h5_is_refused(path, "its data are not stored in the file");

    file = new_h5(&path);
    H5Lcreate_external("/etc/passwd", "/x", file, "time_s", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    h5_is_refused(path, "its root group is damaged or holds a link");

    file = new_h5(&path);
    H5Lcreate_soft("/x", file, "time_s", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    h5_is_refused(path, "'time_s': is a link");

    file = new_h5(&path);
    add_h5(file, "time", H5T_NATIVE_DOUBLE, 1, 3, x);
    H5Fclose(file);
    h5_is_refused(path, "must hold texts");

    h5_is_refused(put_bytes(".h5", "\x89HDF\r\n\x1a\n_damaged_", 17), "no whole HDF5 file");
}
END_TEST

// A file of an old form or one with checksums, of 5 rows in chunks of 2; `compressed` ones become
// shorter, and all have a checksum of their own when `summed`. Writes the first `n` rows.
static const char *chunked_h5(bool old, bool compressed, bool summed, hsize_t n) {
    static const double x[] = {0, 1, 2, 3, 4};
    const hsize_t all = 5;
    const hsize_t chunk = 2;
    const hsize_t origin = 0;
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(access, old ? H5F_LIBVER_EARLIEST : H5F_LIBVER_V18, H5F_LIBVER_V18);
    const char *path = put_bytes(".h5", "", 0);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(plist, 1, &chunk);
    H5Pset_shuffle(plist);
    if (compressed) {
        H5Pset_deflate(plist, 1);
    }
    if (summed) {
        H5Pset_fletcher32(plist);
    }
    const hid_t space = H5Screate_simple(1, &all, NULL);
    const hid_t memory = H5Screate_simple(1, &n, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &origin, NULL, &n, NULL);
    const char *name[2] = {"time_s", "x"};
    for (int i = 0; i < 2; i++) {
        const hid_t set =
            H5Dcreate2(file, name[i], H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, plist, H5P_DEFAULT);
        ck_assert_int_ge(H5Dwrite(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, x), 0);
        H5Dclose(set);
    }
    H5Sclose(memory);
    H5Sclose(space);
    H5Pclose(plist);
    H5Pclose(access);
    H5Fclose(file);
    return path;
}

START_TEST(hdf5_columns_in_chunks_must_be_whole) {
    for (int form = 0; form < 8; form++) {
        const bool old = (form & 1) != 0;
        const bool compressed = (form & 2) != 0;
        const char *path = chunked_h5(old, compressed, (form & 4) != 0, 5);
        sw_trace *trace = NULL;
        err = (sw_error){0};
        ck_assert_msg(sw_trace_load(path, &trace, &err) == SW_OK, "%s", err.text);
        ck_assert_int_eq(trace->n, 5);
        ck_assert_double_eq(trace->value[0][4], 4.0);
        sw_trace_unload(trace);
        unlink(path);
    }
    h5_is_refused(chunked_h5(true, false, false, 4), "its chunks are not whole");
    h5_is_refused(chunked_h5(false, true, true, 4), "its chunks are not whole");
}
END_TEST

// HDF5 1.10 divides by the sides of chunks when it opens a dataset.
START_TEST(a_file_that_crashes_hdf5_is_damaged) {
    static const unsigned char side_and_element[8] = {2, 0, 0, 0, sizeof(double), 0, 0, 0};
    const char *path = chunked_h5(true, false, false, 5);
    sw_file file = {0};
    ck_assert_int_eq(sw_file_read(path, SW_FILE_MAX_BYTES, &file, &err), SW_OK);
    int n_found = 0;
    for (size_t at = 0; at + sizeof side_and_element <= file.size; at++) {
        if (memcmp(file.data + at, side_and_element, sizeof side_and_element) == 0) {
            file.data[at] = 0;
            n_found++;
        }
    }
    ck_assert_int_gt(n_found, 0);
    unlink(path);
    h5_is_refused(put_bytes(".h5", file.data, file.size), ".h5: ");
    sw_file_deinit(&file);
}
END_TEST

// A file of one column of three numbers, 1, 2 and 3, of that type.
static const char *h5_of_type(hid_t type) {
    const char *path = NULL;
    unsigned char x[3 * sizeof(double)] = {0};
    const double number[] = {1, 2, 3};
    memcpy(x, number, sizeof number);
    ck_assert_int_ge(H5Tconvert(H5T_NATIVE_DOUBLE, type, 3, x, NULL, H5P_DEFAULT), 0);
    const hid_t file = new_h5(&path);
    add_h5(file, "time_s", H5T_NATIVE_DOUBLE, 1, 3, number);
    add_h5(file, "x", type, 1, 3, x);
    H5Fclose(file);
    return path;
}

START_TEST(hdf5_numbers_are_those_of_machines) {
    const hid_t plain[] = {H5T_IEEE_F32LE, H5T_IEEE_F64BE, H5T_STD_I8LE,  H5T_STD_U8BE,
                           H5T_STD_I16BE,  H5T_STD_U16LE,  H5T_STD_U32BE, H5T_STD_I64BE};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        const char *path = h5_of_type(plain[i]);
        sw_trace *trace = NULL;
        err = (sw_error){0};
        ck_assert_msg(sw_trace_load(path, &trace, &err) == SW_OK, "%s", err.text);
        ck_assert_double_eq(trace->value[0][2], 3.0);
        sw_trace_unload(trace);
        unlink(path);
    }
    const hid_t few_bits = H5Tcopy(H5T_STD_I32LE);
    ck_assert_int_ge(H5Tset_precision(few_bits, 17), 0);
    h5_is_refused(h5_of_type(few_bits), "dataset 'x': its numbers are of another kind than");
    const hid_t half = H5Tcopy(H5T_IEEE_F32LE); // as 16 bits are kept
    ck_assert_int_ge(H5Tset_fields(half, 15, 10, 5, 0, 10), 0);
    ck_assert_int_ge(H5Tset_size(half, 2), 0);
    ck_assert_int_ge(H5Tset_ebias(half, 15), 0);
    h5_is_refused(h5_of_type(half), "or IEEE floats of 32 and 64");
    H5Tclose(few_bits);
    H5Tclose(half);
}
END_TEST

START_TEST(an_hdf5_file_with_any_byte_changed_does_no_harm) {
    const char *made = NULL;
    const hid_t file = new_h5(&made);
    const double x[] = {0, 1, 2};
    add_h5(file, "time_s", H5T_NATIVE_DOUBLE, 1, 3, x);
    add_h5(file, "x", H5T_NATIVE_DOUBLE, 1, 3, x);
    H5Fclose(file);
    static unsigned char good[8192];
    FILE *f = fopen(made, "rb");
    const size_t size = fread(good, 1, sizeof good, f);
    (void)fclose(f);
    unlink(made);
    ck_assert_uint_gt(size, 1000);
    for (size_t i = 8; i < size; i += 1 + size / 500) {
        const unsigned char kept = good[i];
        good[i] ^= 0xFF;
        const char *path = put_bytes(".h5", good, size);
        good[i] = kept;
        sw_trace *trace = NULL;
        err = (sw_error){0};
        if (sw_trace_load(path, &trace, &err) == SW_OK) {
            ck_assert_int_ge(trace->n, 1);
        } else {
            ck_assert_ptr_null(trace);
            ck_assert_str_ne(err.text, "");
        }
        sw_trace_unload(trace);
        unlink(path);
    }
}
END_TEST

int main(void) {
    TCase *tc = tcase_create("trace");
    tcase_add_test(tc, a_slot_holds_the_mean_of_samples_that_start_in_it_or_the_last_before);
    tcase_add_test(tc, times_that_are_not_binary_fractions_fall_into_the_slot_they_name);
    tcase_add_test(tc, dates_with_and_without_offset_are_laid_from_the_start);
    tcase_add_test(tc, a_run_must_be_covered_and_without_gaps_where_it_lies);
    tcase_add_test(tc, times_must_rise_and_be_there_once);
    tcase_add_test(tc, a_bad_cell_matters_only_in_the_column_and_slots_asked_for);
    tcase_add_test(tc, units_in_column_names_are_known_and_checked);
    tcase_add_test(tc, jobs_are_rounded_to_the_grid_and_cut_at_the_end);
    tcase_add_test(tc, job_values_out_of_range_name_line_and_column);
    tcase_add_test(tc, hdf5_columns_read_like_csv);
    tcase_add_test(tc, hdf5_dates_of_variable_length_read_like_others);
    tcase_add_test(tc, hostile_hdf5_files_are_refused);
    tcase_add_test(tc, hdf5_columns_in_chunks_must_be_whole);
    tcase_add_test(tc, hdf5_numbers_are_those_of_machines);
    tcase_add_test(tc, a_file_that_crashes_hdf5_is_damaged);
    tcase_add_test(tc, an_hdf5_file_with_any_byte_changed_does_no_harm);
    Suite *suite = suite_create("trace");
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
