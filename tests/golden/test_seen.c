// test_seen.c -- golden cases of what a policy sees when a job waits for its decision, and of the
// default predictor.
#include <check.h>
#include <stdlib.h>

#include "golden/bases.h"
#include "sim/sim.h"
#include "support/script.h"

static const script_case cases[] = {
    {
        // Before job 3: job 0 (36 s) runs, job 1 (72 s) and job 2 (36 s) wait. Wait = (108 + 36) /
        // (1 x 1).
        .name =
            "the predicted wait is all waiting work and one mean running job over the pool's speed",
        .scenario = ONE,
        .job = {{0, NEVER}, {1, NEVER}, {2, NEVER}, {3, NEVER}, {40, NEVER}},
        .decide = {{1, "a", 20}},
        .expect = {{"seen 0 a wait_s", 0},
                   {"seen 1 a running", 1},
                   {"seen 1 a wait_s", 36},
                   {"seen 3 a queued", 2},
                   {"seen 3 a waiting_work_s", 108},
                   {"seen 3 a running_work_s", 36},
                   {"seen 3 a wait_s", 144},
                   {"seen 3 a sent_work_s", 144},
                   {"seen 3 a sent_work_last_s", 0},
                   {"seen 4 a waiting_work_s", 72},
                   {"seen 4 a running_work_s", 72},
                   {"seen 4 a wait_s", 144}},
    },
    {
        // Two GPUs at half speed. Jobs of 36 and 72 s run, 36 s wait: (36 + 54) / (2 x 1/2).
        .name = "the predicted wait takes the number of GPUs and their speed",
        .scenario = ONE,
        .set = {"asp a.gpus=2"},
        .job = {{0, NEVER}, {1, NEVER}, {2, NEVER}, {3, NEVER}},
        .decide = {{1, "a", 20}},
        .control = {{0, "level", "a", 0}},
        .expect = {{"seen 1 a wait_s", 0}, {"seen 2 a wait_s", 54}, {"seen 3 a wait_s", 90}},
    },
    {
        .name = "without an available GPU the wait is infinite",
        .scenario = ONE,
        .job = {{0, NEVER}},
        .control = {{0, "active", "a", 0}},
        .expect = {{"seen 0 a available", 0}, {"seen 0 a wait_s", (double)INFINITY}},
    },
    {
        // Job 1 is decided at 5 while job 0 is on its way to b, which counts as if it were queued:
        // 36 / 1.
        .name = "a job in transit counts as waiting work",
        .scenario = TWO,
        .job = {{0, NEVER}, {5, NEVER}},
        .decide = {{0, "b", 10}, {1, "b", 10}},
        .expect = {{"seen 1 b in_transit", 1},
                   {"seen 1 b running", 0},
                   {"seen 1 b waiting_work_s", 36},
                   {"seen 1 b wait_s", 36}},
    },
    {
        // Active at once, available after 50 s.
        .name = "a GPU that wakes is active but not available",
        .scenario = ONE,
        .set = {"asp a.wake_s=50"},
        .job = {{400, NEVER}, {420, NEVER}},
        .control = {{0, "active", "a", 0}, {1, "active", "a", 1}},
        .expect = {{"seen 0 a active", 1},
                   {"seen 0 a available", 0},
                   {"seen 0 a wait_s", (double)INFINITY},
                   {"seen 1 a available", 1}},
    },
    {
        // 36 s sent in slot 0, the job of 72 s in slot 1 before job 2.
        .name = "work sent is counted slot by slot",
        .scenario = ONE,
        .job = {{0, NEVER}, {360, NEVER}, {361, NEVER}},
        .decide = {{1, "a", 20}},
        .expect = {{"seen 1 a sent_work_s", 0},
                   {"seen 1 a sent_work_last_s", 36},
                   {"seen 2 a sent_work_s", 72},
                   {"seen 2 a sent_work_last_s", 36}},
    },
    {
        // 1.5 x (4000 - 1000) W / 3.6e6 kWh x PUE 2 x (1 USD + 0.5 kg x 2 USD).
        .name = "while importing, energy costs its price and its carbon, with host and cooling",
        .scenario = ONE,
        .set = {"asp a.host_overhead=0.5", "site s.pue=2", "site s.carbon=500",
                "scenario.carbon_usd_per_kg=2"},
        .job = {{0, NEVER}},
        .expect = {{"seen 0 a energy_usd", 1.5 * 3000 / 3.6e6 * 2 * 2}, {"seen 0 a net_kw", 3}},
    },
    {
        // Level 0: (2000 - 1000) W at speed 1/2. Surplus of 9 kW: energy not sold at 0.3 USD, no
        // carbon.
        .name = "while exporting, energy costs what it would have sold for",
        .scenario = ONE,
        .set = {"site s.pv_kw=10", "site s.pv=1", "site s.sell_price=300", "site s.carbon=500",
                "scenario.carbon_usd_per_kg=2"},
        .job = {{0, NEVER}},
        .control = {{0, "level", "a", 0}},
        .expect = {{"seen 0 a energy_usd", 1000 / 0.5 / 3.6e6 * 0.3}, {"seen 0 a net_kw", -9}},
    },
    {
        .name = "surplus that no one would pay for costs nothing",
        .scenario = ONE,
        .set = {"site s.pv_kw=10", "site s.pv=1", "site s.price=-50", "site s.sell_price=-50"},
        .job = {{0, NEVER}},
        .expect = {{"seen 0 a energy_usd", 0}},
    },
    {
        // Idle 1 kW, of which PV covers all: net 0 counts as importing. COP 4: 1 + 1/4, so R = 1.25
        // kW.
        .name = "at a net power of zero energy is imported",
        .scenario = ONE,
        .set = {"site s.cooling=cop", "site s.outdoor_c=20", "site s.cop_a=4", "site s.cop_b=0",
                "site s.cop_min=1", "site s.cop_max=8", "site s.pv_kw=1.25", "site s.pv=1"},
        .job = {{0, NEVER}},
        .expect = {{"seen 0 a net_kw", 0}, {"seen 0 a energy_usd", 3000 / 3.6e6 * 1.25}},
    },
};

GOLDEN_MAIN("golden seen")
