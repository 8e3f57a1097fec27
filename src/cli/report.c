#include "cli/report.h"

#include <math.h>
#include <string.h>

#include "cli/table.h"

// More sites and ASPs than these would not fit on a line.
enum { MAX_COLUMN = 8 };

void sw_report_metrics_json(sw_json *json, const sw_metrics *metrics, int scope) {
    double value[SW_N_METRIC];
    memcpy(value, metrics, sizeof value);
    for (int m = 0; m < SW_N_METRIC; m++) {
        sw_json_key(json, sw_metric_table[m].name);
        const bool has_meaning = (sw_metric_table[m].scopes & scope) != 0;
        sw_json_number(json, has_meaning ? value[m] : (double)NAN);
    }
}

void sw_report_summary_json(sw_json *json, const sw_summary *summary) {
    sw_json_begin_object(json);
    sw_json_key(json, "mean");
    sw_json_number(json, summary->mean);
    sw_json_key(json, "lo");
    sw_json_number(json, summary->lo);
    sw_json_key(json, "hi");
    sw_json_number(json, summary->hi);
    sw_json_end_object(json);
}

// One figure; counts in full, all else to six digits.
static void add_cell(sw_table *table, const sw_metrics *metrics, int m, int scope) {
    double value[SW_N_METRIC];
    memcpy(value, metrics, sizeof value);
    if ((sw_metric_table[m].scopes & scope) == 0) {
        sw_table_cell(table, "-");
    } else if (value[m] == floor(value[m]) && fabs(value[m]) < 1e15) {
        sw_table_cell(table, "%.0f", value[m]);
    } else {
        sw_table_cell(table, "%.6g", value[m]);
    }
}

bool sw_report_run(const sw_model *model, const sw_run_result *result, FILE *out) {
    const sw_system *sys = &model->sys;
    const bool parts = sys->n_site + sys->n_asp <= MAX_COLUMN;
    const int32_t n_site = parts ? sys->n_site : 0;
    const int32_t n_asp = parts ? sys->n_asp : 0;
    sw_table *table = sw_table_create(3 + (size_t)n_site + (size_t)n_asp);
    if (table == NULL) {
        return false;
    }
    sw_table_cell(table, "metric");
    sw_table_cell(table, "unit");
    sw_table_cell(table, "run");
    for (int32_t site = 0; site < n_site; site++) {
        sw_table_cell(table, "site %s", sys->site_name[site]);
    }
    for (int32_t asp = 0; asp < n_asp; asp++) {
        sw_table_cell(table, "asp %s", sys->asp_name[asp]);
    }
    for (int m = 0; m < SW_N_METRIC; m++) {
        sw_table_cell(table, "%s", sw_metric_table[m].name);
        sw_table_cell(table, "%s", sw_metric_table[m].unit);
        add_cell(table, &result->total, m, SW_SCOPE_RUN);
        for (int32_t site = 0; site < n_site; site++) {
            add_cell(table, &result->site[site], m, SW_SCOPE_SITE);
        }
        for (int32_t asp = 0; asp < n_asp; asp++) {
            add_cell(table, &result->asp[asp], m, SW_SCOPE_ASP);
        }
    }
    const bool ok = sw_table_print(table, out);
    sw_table_destroy(table);
    return ok;
}
