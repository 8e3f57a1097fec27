// report.h -- metrics as JSON and as text, the same rows for both, from the table of metrics.
#ifndef SW_CLI_REPORT_H
#define SW_CLI_REPORT_H

#include "io/json.h"
#include "sim/run.h"
#include "sweep/stats.h"

// Writes all metrics as members of the open object; those without a meaning in `scope`
// (SW_SCOPE_...) are null.
void sw_report_metrics_json(sw_json *json, const sw_metrics *metrics, int scope);

// Writes {"mean": m, "lo": l, "hi": h}.
void sw_report_summary_json(sw_json *json, const sw_summary *summary);

// Prints all metrics of a run, and beside them its sites and ASPs where they are few; false when
// memory is short.
bool sw_report_run(const sw_model *model, const sw_run_result *result, FILE *out);

#endif
