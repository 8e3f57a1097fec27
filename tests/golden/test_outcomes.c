// test_outcomes.c -- golden cases of what becomes of a job: on time, late, dropped, rejected,
// unfinished.
#include <check.h>
#include <stdlib.h>

#include "golden/bases.h"
#include "sim/sim.h"
#include "support/script.h"

static const script_case cases[] = {
    {
        // The second job has an idle GPU at 100 and ends at 136, one step of the grid after its
        // deadline.
        .name = "completing at the deadline is on time, a step of the grid later is late",
        .scenario = ONE,
        .job = {{0, 36}, {100, 36 - TICK_S}},
        .expect = {{"jobs_on_time", 1},
                   {"jobs_late", 1},
                   {"revenue_usd", 1},
                   {"late_usd", 1},
                   {"job 1 end_s", 136},
                   {"violation_rate", 0.5}},
    },
    {
        // Job 0 is due at 20 and ends at 36 all the same; job 1 waits for it.
        .name = "a late job that runs completes",
        .scenario = ONE,
        .job = {{0, 20}, {5, NEVER}},
        .expect = {{"job 0 outcome", SW_OUTCOME_LATE}, {"job 0 end_s", 36}, {"job 1 start_s", 36}},
    },
    {
        // Job 1, due at 30, would start at 36: dropped then, without work. Job 2 takes its place.
        .name = "a job whose deadline has passed when it would start is dropped",
        .scenario = ONE,
        .job = {{0, NEVER}, {0, 30, .images = 3}, {1, NEVER}},
        .expect = {{"job 1 outcome", SW_OUTCOME_DROPPED},
                   {"job 1 end_s", 36},
                   {"job 1 start_s", (double)NAN},
                   {"job 1 late_usd", 3},
                   {"job 2 start_s", 36},
                   {"it_kwh", 0.2 + 0.06}},
    },
    {
        // Held back until 50, due at 30: dropped at 50, with the GPU idle.
        .name = "a job that reaches its queue after its deadline is dropped there",
        .scenario = ONE,
        .job = {{0, 30}},
        .decide = {{0, "a", 10, .not_before_s = 50}},
        .expect = {{"jobs_dropped", 1}, {"job 0 end_s", 50}, {"it_kwh", 0.2}},
    },
    {
        // Due at 36, starts at 36: its deadline has not passed, so it runs, and ends late.
        .name = "a job that would start at its deadline is not dropped",
        .scenario = ONE,
        .job = {{0, NEVER}, {0, 36}},
        .expect = {{"jobs_dropped", 0}, {"jobs_late", 1}, {"job 1 end_s", 72}},
    },
    {
        .name = "a late, dropped or rejected job costs its penalty for every image",
        .scenario = ONE,
        .job = {{0, 70, .images = 2}, {0, 30, .images = 3}, {1, 30, .images = 4}},
        .decide = {{2, REJECT}},
        .expect = {{"jobs_late", 1},
                   {"jobs_dropped", 1},
                   {"jobs_rejected", 1},
                   {"late_usd", 2 + 3 + 4},
                   {"revenue_usd", 0},
                   {"violation_rate", 1}},
    },
    {
        // Due at 720, the end: pays. Due a step later, or never: does not.
        .name = "a rejected job pays only if its deadline lies at or before the end",
        .scenario = ONE,
        .job = {{100, 620}, {100, 620 + TICK_S}, {100, NEVER}},
        .decide = {{0, REJECT}, {1, REJECT}, {2, REJECT}},
        .expect =
            {{"jobs_rejected", 3}, {"late_usd", 1}, {"job 0 late_usd", 1}, {"job 1 late_usd", 0}},
    },
    {
        // Job 0 runs 648..720 x 2, past the end; jobs 1 to 3 wait. Due at 720 or before: overdue.
        .name = "an unfinished job pays only if its deadline lies at or before the end",
        .scenario = ONE,
        .job = {{648, NEVER, .images = 2}, {650, 70}, {650, 70 + TICK_S}, {650, 20}},
        .decide = {{0, "a", 20}},
        .expect = {{"jobs_unfinished", 4},
                   {"jobs_overdue", 2},
                   {"late_usd", 2},
                   {"jobs_dropped", 0},
                   {"revenue_usd", 0},
                   {"violation_rate", 0.5},
                   {"job 0 outcome", SW_OUTCOME_UNFINISHED},
                   {"job 0 end_s", (double)NAN}},
    },
    {
        // It is late at 30 already, but unfinished at the end: one outcome, one penalty.
        .name = "a running job whose deadline passed before the end is unfinished and overdue",
        .scenario = ONE,
        .job = {{700, 10}},
        .expect = {{"jobs_unfinished", 1}, {"jobs_overdue", 1}, {"jobs_late", 0}, {"late_usd", 1}},
    },
    {
        .name = "a completion at the end of the horizon counts",
        .scenario = ONE,
        .job = {{684, 36}},
        .expect = {{"jobs_on_time", 1}, {"job 0 end_s", 720}, {"revenue_usd", 1}},
    },
    {
        // Job 0 ends at 720. Job 1 would start or be dropped then, and is neither.
        .name = "at the end nothing starts and nothing is dropped",
        .scenario = ONE,
        .job = {{684, NEVER}, {690, 20}, {690, NEVER}},
        .expect =
            {{"jobs_on_time", 1}, {"jobs_dropped", 0}, {"jobs_unfinished", 2}, {"jobs_overdue", 1}},
    },
    {
        .name = "jobs that arrive at or after the end are not part of the run",
        .scenario = ONE,
        .job = {{720 - TICK_S, NEVER}, {720, NEVER}, {800, NEVER}},
        .expect = {{"jobs", 1}, {"jobs_unfinished", 1}},
    },
    {
        // The next multiple of 10 after 715 is the end itself.
        .name = "a job whose decision falls on the end stays undecided, at its origin",
        .scenario = TWO,
        .set = {"scenario.dispatch_interval_s=10"},
        .job = {{715, 5}},
        .decide = {{0, "b", 10}},
        .expect = {{"a jobs_unfinished", 1}, {"b jobs", 0}, {"transfer_usd", 0}, {"late_usd", 1}},
    },
    {
        // Sent at 715, it would reach b at 725.
        .name = "a job in transit at the end is unfinished",
        .scenario = TWO,
        .job = {{715, 5}},
        .decide = {{0, "b", 10}},
        .expect = {{"b jobs_unfinished", 1}, {"b late_usd", 1}, {"jobs_transferred", 1}},
    },
    {
        .name = "a job held back beyond the end is unfinished",
        .scenario = ONE,
        .job = {{0, NEVER}},
        .decide = {{0, "a", 10, .not_before_s = 1e6}},
        .expect = {{"jobs_unfinished", 1}, {"late_usd", 0}},
    },
    {
        .name = "a rejected job counts where it arrived",
        .scenario = TWO,
        .job = {{0, 10, .cls = "v"}},
        .decide = {{0, REJECT}},
        .expect = {{"b jobs", 1}, {"b jobs_rejected", 1}, {"a jobs", 0}, {"b late_usd", 1}},
    },
    {
        // No GPU is on in slot 0; both wait. At 360 job 0, due at 100, is dropped and job 1 starts.
        .name = "a job that waits for a GPU to be switched on is dropped when one comes too late",
        .scenario = ONE,
        .job = {{0, 100}, {1, NEVER}},
        .control = {{0, "active", "a", 0}, {1, "active", "a", 1}},
        .expect = {{"job 0 outcome", SW_OUTCOME_DROPPED},
                   {"job 0 end_s", 360},
                   {"job 1 start_s", 360}},
    },
    {
        .name = "without jobs there is no rate, no mean, and idle energy alone",
        .scenario = ONE,
        .expect = {{"jobs", 0},
                   {"violation_rate", 0},
                   {"mean_quality", 0},
                   {"mean_latency_s", 0},
                   {"it_kwh", 0.2},
                   {"utility_usd", -0.2}},
    },
};

GOLDEN_MAIN("golden outcomes")
