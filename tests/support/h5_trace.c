#include "support/h5_trace.h"

#include <math.h>

#include "base/status.h"
#include "support/h5_memory.h"

enum { N_ROW = 6, DATE_BYTES = 20 };

typedef struct making {
    hid_t file;
    hid_t layout; // of datasets
} making;

static bool is_old(h5_trace_form form) {
    return form == H5_TRACE_OLD || form == H5_TRACE_OLD_DATES;
}

static making start(h5_trace_form form) {
    const making made = {h5_memory_create(is_old(form)), H5Pcreate(H5P_DATASET_CREATE)};
    SW_REQUIRE(made.layout >= 0);
    if (form == H5_TRACE_CHUNKS) {
        const hsize_t chunk = 4;
        SW_REQUIRE(H5Pset_chunk(made.layout, 1, &chunk) >= 0 && H5Pset_shuffle(made.layout) >= 0 &&
                   H5Pset_deflate(made.layout, 1) >= 0 && H5Pset_fletcher32(made.layout) >= 0);
    }
    return made;
}

static void add(const making *made, const char *name, hid_t type, const void *data) {
    const hsize_t n = N_ROW;
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t set =
        H5Dcreate2(made->file, name, type, space, H5P_DEFAULT, made->layout, H5P_DEFAULT);
    SW_REQUIRE(set >= 0 && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    (void)H5Dclose(set);
    (void)H5Sclose(space);
}

static void add_dates(const making *made, bool variable) {
    static const char date[N_ROW][DATE_BYTES + 1] = {
        "2025-07-14T05:00:00Z", "2025-07-14T05:10:00Z", "2025-07-14T05:20:00Z",
        "2025-07-14T05:30:00Z", "2025-07-14T05:40:00Z", "2025-07-14T05:50:00Z"};
    const char *pointer[N_ROW];
    for (int i = 0; i < N_ROW; i++) {
        pointer[i] = date[i];
    }
    const hid_t type = H5Tcopy(H5T_C_S1);
    SW_REQUIRE(type >= 0 && H5Tset_size(type, variable ? H5T_VARIABLE : DATE_BYTES + 1) >= 0);
    add(made, "time", type, variable ? (const void *)pointer : (const void *)date);
    (void)H5Tclose(type);
}

static void *finish(const making *made, size_t *size) {
    (void)H5Pclose(made->layout);
    return h5_memory_close(made->file, size);
}

void *h5_trace_signals(h5_trace_form form, size_t *size) {
    static const double time_s[N_ROW] = {0, 600, 1200, 1800, 2400, 3000};
    static const double x[N_ROW] = {21.5, 21, 20.5, 20, 20.25, 20.5};
    static const float y[N_ROW] = {0.0f, 0.1f, 0.5f, 0.4f, 0.25f, 1.0f};
    const making made = start(form);
    if (form == H5_TRACE_OLD_DATES || form == H5_TRACE_NEW_DATES) {
        add_dates(&made, form == H5_TRACE_NEW_DATES);
    } else {
        add(&made, "time_s", H5T_NATIVE_DOUBLE, time_s);
    }
    add(&made, "x_c", H5T_NATIVE_DOUBLE, x);
    add(&made, "y_cf", H5T_NATIVE_FLOAT, y);
    return finish(&made, size);
}

void *h5_trace_jobs(h5_trace_form form, size_t *size) {
    static const double arrival_s[N_ROW] = {0, 1.5, 1.5, 20, 3000, 4000};
    static const int images[N_ROW] = {1, 4, 1, 2, 10, 1};
    static const double deadline_s[N_ROW] = {30, 60, (double)INFINITY, 5, 5, 5};
    static const double value[N_ROW] = {1, 1, 2, 0, 1, 1};
    static const float work[N_ROW] = {1.0f, 0.5f, 2.0f, 1.0f, 1.0f, 1.0f};
    const making made = start(form);
    add(&made, "arrival_s", H5T_NATIVE_DOUBLE, arrival_s);
    add(&made, "images", H5T_NATIVE_INT, images);
    add(&made, "deadline_s", H5T_NATIVE_DOUBLE, deadline_s);
    add(&made, "value", H5T_NATIVE_DOUBLE, value);
    add(&made, "work", H5T_NATIVE_FLOAT, work);
    return finish(&made, size);
}
