#include "sweep/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// One series: its name in the file, "slot_it_kwh".
typedef struct series_info {
    const char *name;
    const char *unit;
    const char *text;
} series_info;

#define SITE_INFO(field, unit, text) {"slot_" #field, unit, text " of a slot, per site"},
#define ASP_INFO(field, unit, text)  {"slot_asp_" #field, unit, text " of a slot, per ASP"},
static const series_info site_info[] = {SW_SITE_SERIES_LIST(SITE_INFO)};
static const series_info asp_info[] = {SW_ASP_SERIES_LIST(ASP_INFO)};
enum {
    N_SITE_SERIES = sizeof site_info / sizeof *site_info,
    N_ASP_SERIES = sizeof asp_info / sizeof *asp_info
};

sw_status sw_series_init(sw_series *series, const sw_model *model, sw_error *err) {
    const sw_system *sys = &model->sys;
    *series = (sw_series){.model = model};
    // Limits of the model keep these products far below 2^63.
    const size_t slots = (size_t)sys->n_slot;
    series->site = calloc(slots * (size_t)sys->n_site, N_SITE_SERIES * sizeof(double));
    series->asp = calloc(slots * (size_t)sys->n_asp, N_ASP_SERIES * sizeof(double));
    if (series->site == NULL || series->asp == NULL) {
        sw_series_deinit(series);
        return sw_fail(err, SW_ERR_NO_MEMORY,
                       "out of memory for series of %lld slots, %d sites and %d ASPs",
                       (long long)sys->n_slot, sys->n_site, sys->n_asp);
    }
    return SW_OK;
}

void sw_series_deinit(sw_series *series) {
    free(series->site);
    free(series->asp);
    *series = (sw_series){0};
}

void sw_series_add(sw_series *series, const sw_slot_report *report) {
    const sw_system *sys = &series->model->sys;
    const int64_t site_stride = sys->n_slot * sys->n_site;
    const int64_t asp_stride = sys->n_slot * sys->n_asp;
    double *at = series->site + report->slot * sys->n_site;
#define KEEP_SITE(field, unit, text)                                                               \
    for (int32_t i = 0; i < sys->n_site; i++) {                                                    \
        at[i] = report->field[i];                                                                  \
    }                                                                                              \
    at += site_stride;
    SW_SITE_SERIES_LIST(KEEP_SITE)
#undef KEEP_SITE
    at = series->asp + report->slot * sys->n_asp;
#define KEEP_ASP(field, unit, text)                                                                \
    for (int32_t i = 0; i < sys->n_asp; i++) {                                                     \
        at[i] = (double)report->field[i];                                                          \
    }                                                                                              \
    at += asp_stride;
    SW_ASP_SERIES_LIST(KEEP_ASP)
#undef KEEP_ASP
}

void sw_series_save(const sw_series *series, sw_results *results) {
    const sw_system *sys = &series->model->sys;
    for (int64_t s = 0; s < N_SITE_SERIES; s++) {
        sw_results_add(results,
                       &(sw_results_array){.name = site_info[s].name,
                                           .unit = site_info[s].unit,
                                           .long_name = site_info[s].text,
                                           .dim = {"time", "site"},
                                           .type = SW_RESULTS_DOUBLE,
                                           .data = series->site + s * sys->n_slot * sys->n_site});
    }
    for (int64_t s = 0; s < N_ASP_SERIES; s++) {
        sw_results_add(results,
                       &(sw_results_array){.name = asp_info[s].name,
                                           .unit = asp_info[s].unit,
                                           .long_name = asp_info[s].text,
                                           .dim = {"time", "asp"},
                                           .type = SW_RESULTS_DOUBLE,
                                           .data = series->asp + s * sys->n_slot * sys->n_asp});
    }
}
