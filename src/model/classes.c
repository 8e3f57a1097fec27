// What a policy may know of a class before its jobs arrive: means of images, value and work, and
// the median deadline.
#include <math.h>
#include <stdlib.h>

#include "model/model.h"

enum { MEDIAN_ROWS = 1001 }; // of a trace, evenly spread, stand for all

static double mean_of(const double *x, int64_t n) {
    double sum = 0.0;
    for (int64_t i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum / (double)n;
}

static double mean_images(const sw_job_trace *trace) {
    double sum = 0.0;
    for (int64_t i = 0; i < trace->n; i++) {
        sum += (double)trace->images[i];
    }
    return sum / (double)trace->n;
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(const double *x, int64_t n) {
    double row[MEDIAN_ROWS];
    const int64_t n_row = n < MEDIAN_ROWS ? n : MEDIAN_ROWS;
    for (int64_t i = 0; i < n_row; i++) {
        row[i] = x[i * n / n_row];
    }
    qsort(row, (size_t)n_row, sizeof row[0], compare);
    return row[n_row / 2];
}

void sw_model_describe_classes(sw_model *model) {
    const sw_system *sys = &model->sys;
    for (int32_t w = 0; w < sys->n_class; w++) {
        const sw_workload *load = &model->workload[w];
        const sw_job_trace *trace = &load->trace;
        const bool traced = load->kind == SW_ARRIVAL_TRACE && trace->n > 0;
        sw_model_reals(sys->class_images)[w] =
            traced && trace->images != NULL ? mean_images(trace) : sw_dist_mean(&load->images);
        sw_model_reals(sys->class_value)[w] =
            traced && trace->value != NULL ? mean_of(trace->value, trace->n) : 1.0;
        sw_model_reals(sys->class_work)[w] = traced && trace->work != NULL
                                                 ? mean_of(trace->work, trace->n)
                                                 : sw_dist_mean(&load->work);
        sw_model_reals(sys->class_deadline_s)[w] = traced && trace->deadline_s != NULL
                                                       ? median_of(trace->deadline_s, trace->n)
                                                       : sw_dist_at(&load->deadline_s, 0.5);
    }
}
