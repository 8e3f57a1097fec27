// script.h -- small runs by script: a scenario in a few lines, then jobs, decisions and controls
// given one by one, and what must come out. Golden cases are tables of these.
#ifndef TESTS_SUPPORT_SCRIPT_H
#define TESTS_SUPPORT_SCRIPT_H

#include <math.h>

enum { SCRIPT_MAX = 16, SCRIPT_MAX_SET = 20 };

// No deadline.
#define NEVER ((double)INFINITY)
// In place of an ASP's name: the job is rejected.
#define REJECT "reject"

// A job; the last entry is followed by one whose deadline is 0.
typedef struct script_job {
    double arrival_s;
    double deadline_s; // relative; NEVER: never late
    int images;        // 0: one
    double value;      // 0: 1
    double work;       // 0: 1
    const char *cls;   // NULL: class "w"
} script_job;

// The decision of a job. A job without one is served where it arrived, with the fewest steps.
typedef struct script_decision {
    int job;
    const char *asp; // REJECT: none; NULL ends the list
    int steps;       // 0: the fewest; not in the list: an invalid choice
    double not_before_s;
} script_decision;

// A control set at the tick of a slot; it holds until the next one of its kind and name.
typedef struct script_control {
    int slot;
    const char *kind; // "level" or "active" of an ASP, "battery_kw" or "cooling_kw" of a site (the
                      // latter switches the thermostat off); NULL ends the list
    const char *name;
    double value;
} script_control;

// What must come out. Counts and times must be equal; other numbers must agree to 1e-12 of the
// greater of 1 and the value. `what` is one of
//     METRIC           of the run, such as "jobs_late"
//     NAME METRIC      of the site or ASP of that name
//     job N FIELD      outcome (an sw_outcome_kind), start_s, end_s (NaN: never),
//                      revenue_usd, late_usd, transfer_usd
//     seen N ASP FIELD when job N waits for its decision: running, queued, in_transit, available,
//     active,
//                      waiting_work_s, running_work_s, sent_work_s, sent_work_last_s, wait_s
//                      (predicted), energy_usd (predicted, per GPU-s of work), net_kw (of its site)
//     slot N SITE FIELD   soc_kwh, room_c, battery_kw, cooling_heat_kw, it_kwh, cooling_kwh,
//     import_kwh
typedef struct script_expect {
    const char *what; // NULL ends the list
    double value;
} script_expect;

typedef struct script_case {
    const char *name;                // a sentence
    const char *scenario;            // INI text; the jobs of class C lie in the trace C.csv
    const char *set[SCRIPT_MAX_SET]; // SECTION.KEY=VALUE, as of --set
    const char *signals;             // text of signals.csv, which `set` may name; NULL: none
    script_job job[SCRIPT_MAX];
    script_decision decide[SCRIPT_MAX];
    script_control control[SCRIPT_MAX];
    script_expect expect[SCRIPT_MAX];
    const char
        *error; // the run must fail as a policy's error whose text holds this; NULL: it must not
} script_case;

// Runs the case and checks what comes out; a difference fails the calling test, naming the case.
void script_run(const script_case *c);

#endif
