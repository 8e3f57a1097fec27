// explain.h -- why a run did not reach its bound: the gap split into terms, beside the plan of the
// bound's program.
//
// The plan is one best point of a relaxation, not a run that could be had: each row says where the
// run and the plan differ, not that the difference could be won.
#ifndef SW_CLI_EXPLAIN_H
#define SW_CLI_EXPLAIN_H

#include "io/json.h"
#include "lp/bound.h"
#include "sim/run.h"
#include "sweep/observer.h"

enum { SW_N_EXPLAIN_ROW = 12 };

// One row: the run and the plan in `unit`, and the utility lost by the difference. NaN: has none.
typedef struct sw_explain_row {
    const char *name;
    const char *unit;
    const char *text;
    double run;
    double plan;
    double lost_usd;
} sw_explain_row;

typedef struct sw_explanation {
    sw_explain_row row[SW_N_EXPLAIN_ROW]; // the last is the gap, the sum of all others
    sw_bound_result bound;
    sw_face_sum face;
} sw_explanation;

// Fills the rows from a run, its face values and the bound that `explanation` holds.
void sw_explain(const sw_metrics *run, sw_explanation *explanation);

// Writes the value of the member `explain`.
void sw_explain_json(sw_json *json, const sw_explanation *explanation);
// Prints the tables; false when memory is short.
bool sw_explain_print(const sw_explanation *explanation, FILE *out);

#endif
