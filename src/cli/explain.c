#include "cli/explain.h"

#include <math.h>
#include <stddef.h>

#include "cli/table.h"

static const char *const outcome_name[] = {"on_time", "late", "dropped", "rejected", "unfinished"};
enum { N_OUTCOME = (int)(sizeof outcome_name / sizeof *outcome_name) };

// Terms that are the same sum in a run and in the plan. `sign`: of the metric in the utility.
typedef struct shared_term {
    const char *name;
    const char *text;
    size_t metric; // offset in sw_metrics
    sw_term term;
    double sign;
} shared_term;

#define SHARED(metric, term, sign, text)                                                           \
    { #metric, (text), offsetof(sw_metrics, metric), (term), (sign) }
static const shared_term shared[] = {
    SHARED(late_usd, SW_TERM_LATE, -1.0, "penalties"),
    SHARED(transfer_usd, SW_TERM_TRANSFER, -1.0, "moving jobs"),
    SHARED(energy_cost_usd, SW_TERM_ENERGY, -1.0, "energy bought less energy sold"),
    SHARED(overload_usd, SW_TERM_OVERLOAD, -1.0, "import above the limit"),
    SHARED(wear_usd, SW_TERM_WEAR, -1.0, "battery wear"),
    SHARED(battery_settlement_usd, SW_TERM_SETTLEMENT, 1.0, "stored energy, settled at the end"),
    SHARED(carbon_usd, SW_TERM_CARBON, -1.0, "carbon, priced"),
    SHARED(overheat_usd, SW_TERM_OVERHEAT, -1.0, "room too hot"),
};
enum { N_SHARED = (int)(sizeof shared / sizeof *shared) };

// Revenue is what the served jobs would pay at quality 1 times the mean quality paid for; the first
// factor's difference counts at the plan's quality, the second's at the run's jobs.
static void explain_revenue(const sw_metrics *run, const sw_explanation *e, sw_explain_row *row) {
    const double *plan_usd = e->bound.term_usd;
    const double run_face = e->face.usd[SW_OUTCOME_ON_TIME];
    const double plan_face = plan_usd[SW_TERM_FACE];
    const double run_quality = run_face > 0.0 ? run->revenue_usd / run_face : 0.0;
    const double plan_quality = plan_face > 0.0 ? plan_usd[SW_TERM_REVENUE] / plan_face : 0.0;
    const double served_usd = (plan_face - run_face) * plan_quality;
    row[0] = (sw_explain_row){"served_usd", "USD",     "jobs on time, at quality 1",
                              run_face,     plan_face, served_usd};
    row[1] = (sw_explain_row){
        "paid_quality", "1",          "mean quality paid for",
        run_quality,    plan_quality, plan_usd[SW_TERM_REVENUE] - run->revenue_usd - served_usd};
}

void sw_explain(const sw_metrics *run, sw_explanation *explanation) {
    const sw_bound_result *bound = &explanation->bound;
    sw_explain_row *row = explanation->row;
    explain_revenue(run, explanation, row);
    row += 2;
    for (int i = 0; i < N_SHARED; i++) {
        const double run_usd = *(const double *)((const char *)run + shared[i].metric);
        const double plan_usd = shared[i].sign * bound->term_usd[shared[i].term] + 0.0;
        *row++ =
            (sw_explain_row){shared[i].name, "USD",    shared[i].text,
                             run_usd,        plan_usd, shared[i].sign * (plan_usd - run_usd) + 0.0};
    }
    *row++ = (sw_explain_row){"unproven_usd", "USD",       "bound above its own plan",
                              (double)NAN,    (double)NAN, bound->bound_usd - bound->primal_usd};
    *row = (sw_explain_row){"utility_usd",
                            "USD",
                            "the gap: sum of all rows",
                            run->utility_usd,
                            bound->bound_usd,
                            bound->bound_usd - run->utility_usd};
}

void sw_explain_json(sw_json *json, const sw_explanation *explanation) {
    const sw_face_sum *face = &explanation->face;
    sw_json_begin_object(json);
    sw_json_key(json, "bound_usd");
    sw_json_number(json, explanation->bound.bound_usd);
    sw_json_key(json, "plan_usd");
    sw_json_number(json, explanation->bound.primal_usd);
    sw_json_key(json, "rows");
    sw_json_begin_array(json);
    for (int i = 0; i < SW_N_EXPLAIN_ROW; i++) {
        const sw_explain_row *row = &explanation->row[i];
        sw_json_begin_object(json);
        sw_json_key(json, "name");
        sw_json_text(json, row->name);
        sw_json_key(json, "unit");
        sw_json_text(json, row->unit);
        sw_json_key(json, "run");
        sw_json_number(json, row->run);
        sw_json_key(json, "plan");
        sw_json_number(json, row->plan);
        sw_json_key(json, "lost_usd");
        sw_json_number(json, row->lost_usd);
        sw_json_end_object(json);
    }
    sw_json_end_array(json);
    sw_json_key(json, "outcomes");
    sw_json_begin_array(json);
    for (int i = 0; i < N_OUTCOME; i++) {
        sw_json_begin_object(json);
        sw_json_key(json, "outcome");
        sw_json_text(json, outcome_name[i]);
        sw_json_key(json, "jobs");
        sw_json_number(json, (double)face->jobs[i]);
        sw_json_key(json, "worth_usd");
        sw_json_number(json, face->usd[i]);
        sw_json_key(json, "late_usd");
        sw_json_number(json, face->late_usd[i]);
        sw_json_end_object(json);
    }
    sw_json_end_array(json);
    sw_json_end_object(json);
}

static void add_number(sw_table *table, double value) {
    if (isnan(value)) {
        sw_table_cell(table, "-");
    } else {
        sw_table_cell(table, "%.6g", value);
    }
}

static bool print_rows(const sw_explanation *explanation, FILE *out) {
    sw_table *table = sw_table_create(7);
    if (table == NULL) {
        return false;
    }
    const double bound_usd = explanation->bound.bound_usd;
    const char *const head[] = {"term", "unit", "run", "plan", "lost USD", "% of bound", "what"};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        sw_table_cell(table, "%s", head[i]);
    }
    for (int i = 0; i < SW_N_EXPLAIN_ROW; i++) {
        const sw_explain_row *row = &explanation->row[i];
        sw_table_cell(table, "%s", row->name);
        sw_table_cell(table, "%s", row->unit);
        add_number(table, row->run);
        add_number(table, row->plan);
        add_number(table, row->lost_usd);
        if (bound_usd > 0.0) {
            sw_table_cell(table, "%.3f", 100.0 * row->lost_usd / bound_usd);
        } else {
            sw_table_cell(table, "-");
        }
        sw_table_cell(table, "%s", row->text);
    }
    const bool ok = sw_table_print(table, out);
    sw_table_destroy(table);
    return ok;
}

static bool print_outcomes(const sw_face_sum *face, FILE *out) {
    sw_table *table = sw_table_create(4);
    if (table == NULL) {
        return false;
    }
    sw_table_cell(table, "outcome");
    sw_table_cell(table, "jobs");
    sw_table_cell(table, "worth at quality 1, USD");
    sw_table_cell(table, "penalties, USD");
    for (int i = 0; i < N_OUTCOME; i++) {
        sw_table_cell(table, "%s", outcome_name[i]);
        sw_table_cell(table, "%lld", (long long)face->jobs[i]);
        add_number(table, face->usd[i]);
        add_number(table, face->late_usd[i]);
    }
    const bool ok = sw_table_print(table, out);
    sw_table_destroy(table);
    return ok;
}

bool sw_explain_print(const sw_explanation *explanation, FILE *out) {
    (void)fputs(
        "\nwhy the bound is not reached: the run beside the plan that the bound rests on, a "
        "plan no run need be able to follow\n\n",
        out);
    if (!print_rows(explanation, out)) {
        return false;
    }
    (void)fputs("\n", out);
    return print_outcomes(&explanation->face, out);
}
