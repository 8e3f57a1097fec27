// test_pool.c -- golden cases of GPU pools: levels, switching off and on, draining, waking; and of
// controls and decisions that are a policy's error.
#include <check.h>
#include <stdlib.h>

#include "golden/bases.h"
#include "sim/sim.h"
#include "support/script.h"

static const script_case cases[] = {
    {
        // 0.1 h off at 0.1 kW, then 0.1 h idle at 1 kW.
        .name = "a GPU switched off draws its off power",
        .scenario = ONE,
        .control = {{0, "active", "a", 0}, {1, "active", "a", 1}},
        .expect = {{"slot 0 s it_kwh", 0.01}, {"slot 1 s it_kwh", 0.1}},
    },
    {
        // (1 + 0.5) x 1 kW idle x 0.2 h + 1.5 x 3 kW x 0.01 h, and 2 kW of other load x 0.2 h.
        .name = "the host's share multiplies GPU power, busy, idle or off, but not the base load",
        .scenario = ONE,
        .set = {"asp a.host_overhead=0.5", "site s.base_kw=2"},
        .job = {{0, NEVER}},
        .expect = {{"it_kwh", 0.3 + 0.045 + 0.4}, {"a it_kwh", 0.345}},
    },
    {
        .name = "the host's share multiplies off power too",
        .scenario = ONE,
        .set = {"asp a.host_overhead=0.5"},
        .control = {{0, "active", "a", 0}},
        .expect = {{"it_kwh", 0.2 * 0.15}},
    },
    {
        // Two jobs run 300..372 when both GPUs are switched off at 360: they draw 2 x 4 kW for 12 s
        // more, then 2 x 0.1 kW for 348 s. Job 2 waits.
        .name = "switching off never interrupts a job and starts no other",
        .scenario = ONE,
        .set = {"asp a.gpus=2"},
        .job = {{300, NEVER}, {300, NEVER}, {301, NEVER}},
        .decide = {{0, "a", 20}, {1, "a", 20}},
        .control = {{1, "active", "a", 0}},
        .expect = {{"job 0 end_s", 372},
                   {"jobs_on_time", 2},
                   {"jobs_unfinished", 1},
                   {"slot 1 s it_kwh", (8 * 12 + 0.2 * 348) / 3600}},
    },
    {
        // Both GPUs run till 372 and 408. With one allowed, job 2 may start only when busy < 1: at
        // 408.
        .name = "a job starts only while fewer GPUs are busy than may be",
        .scenario = ONE,
        .set = {"asp a.gpus=2"},
        .job = {{300, NEVER}, {336, NEVER}, {337, NEVER}},
        .decide = {{0, "a", 20}, {1, "a", 20}},
        .control = {{1, "active", "a", 1}},
        .expect = {{"job 0 end_s", 372}, {"job 1 end_s", 408}, {"job 2 start_s", 408}},
    },
    {
        .name = "at the start all GPUs are on and awake, at their top level",
        .scenario = ONE,
        .set = {"asp a.wake_s=50", "asp a.gpus=2"},
        .job = {{0, NEVER}, {0, NEVER}},
        .expect = {{"job 0 start_s", 0}, {"job 1 end_s", 36}},
    },
    {
        // Switched on at 360, it serves from 410 and draws idle power from 360 on: slot 1 is 0.1 h
        // x 1 kW + 0.03.
        .name = "a GPU that wakes draws idle power at once and serves later",
        .scenario = ONE,
        .set = {"asp a.wake_s=50"},
        .job = {{100, NEVER}},
        .control = {{0, "active", "a", 0}, {1, "active", "a", 1}},
        .expect = {{"job 0 start_s", 410}, {"slot 1 s it_kwh", 0.1 + 0.03}},
    },
    {
        // It wakes at 410; the job that arrives then starts at once.
        .name = "wake-ups come before arrivals of the same instant",
        .scenario = ONE,
        .set = {"asp a.wake_s=50"},
        .job = {{410, 36}},
        .control = {{0, "active", "a", 0}, {1, "active", "a", 1}},
        .expect = {{"jobs_on_time", 1}},
    },
    {
        // At 410 the GPU wakes and takes job 0, which waits; job 1, due sooner, reaches the queue
        // only then.
        .name = "wake-ups come before jobs that reach the queue at the same instant",
        .scenario = ONE,
        .set = {"asp a.wake_s=50", "asp a.queue=edf"},
        .job = {{100, 600}, {200, 400}},
        .decide = {{1, "a", 10, .not_before_s = 410}},
        .control = {{0, "active", "a", 0}, {1, "active", "a", 1}},
        .expect = {{"job 0 start_s", 410}, {"job 1 start_s", 446}},
    },
    {
        // One of two GPUs stays awake. The other, switched on at 360 for 800 s of waking, is off
        // again at 720.
        .name = "waking GPUs are switched off before those awake",
        .scenario = ONE,
        .set = {"asp a.gpus=2", "asp a.wake_s=800", "scenario.slots=3"},
        .job = {{720, NEVER}},
        .control = {{0, "active", "a", 1}, {1, "active", "a", 2}, {2, "active", "a", 1}},
        .expect = {{"job 0 start_s", 720}},
    },
    {
        // Switched on at 360 and 720, they would serve at 1160 and 1520. At 1080 the second is
        // given up.
        .name = "of several that wake the one with the longest time left is switched off first",
        .scenario = ONE,
        .set = {"asp a.gpus=2", "asp a.wake_s=800", "scenario.slots=5"},
        .job = {{0, NEVER}},
        .control = {{0, "active", "a", 0},
                    {1, "active", "a", 1},
                    {2, "active", "a", 2},
                    {3, "active", "a", 1}},
        .expect = {{"job 0 start_s", 1160}},
    },
    {
        // Job 0 works from 300 to 804. Its GPU, told off at 360, drains; told on at 720 it is still
        // on: job 1 needs no waking.
        .name = "a draining GPU is still on and need not wake",
        .scenario = ONE,
        .set = {"asp a.wake_s=200", "scenario.slots=4"},
        .job = {{300, NEVER, .images = 7}, {301, NEVER}},
        .decide = {{0, "a", 20}},
        .control = {{1, "active", "a", 0}, {2, "active", "a", 1}},
        .expect = {{"job 0 end_s", 804}, {"job 1 start_s", 804}},
    },
    {
        // Job 0 ends at 408 and its GPU is off from then on: switched on at 720 it wakes till 920.
        .name = "a GPU that has drained must wake again",
        .scenario = ONE,
        .set = {"asp a.wake_s=200", "scenario.slots=4"},
        .job = {{336, NEVER}, {337, NEVER}},
        .decide = {{0, "a", 20}},
        .control = {{1, "active", "a", 0}, {2, "active", "a", 1}},
        .expect = {{"job 0 end_s", 408}, {"job 1 start_s", 920}},
    },
    {
        // A level not set again holds: both jobs run at half speed.
        .name = "controls hold until they are changed",
        .scenario = ONE,
        .job = {{0, NEVER}, {400, NEVER}},
        .control = {{0, "level", "a", 0}},
        .expect = {{"job 0 end_s", 72}, {"job 1 end_s", 472}},
    },
    {
        // 36 / 0.3 = 120 s, though 0.3 is no binary fraction; due at 120.
        .name = "service at any speed ends on the time grid",
        .scenario = ONE,
        .set = {"asp a.levels=0.3:1000"},
        .job = {{0, 120}, {200.1, 120}},
        .expect = {{"job 0 end_s", 120}, {"jobs_on_time", 2}},
    },
    {
        // Starts that a tick allows run for all ASPs after all controls: b's job, sent by a's, is
        // not affected.
        .name = "at a tick the queued jobs start at once",
        .scenario = TWO,
        .job = {{0, NEVER}, {1, NEVER, .cls = "v"}},
        .control = {{0, "active", "a", 0},
                    {0, "active", "b", 0},
                    {1, "active", "a", 1},
                    {1, "active", "b", 1}},
        .expect = {{"job 0 start_s", 360}, {"job 1 start_s", 360}},
    },
    {
        .name = "more active GPUs than there are is an error of the policy",
        .scenario = ONE,
        .control = {{0, "active", "a", 2}},
        .error = "t=0 s, slot 0, asp a: active 2",
    },
    {
        .name = "fewer than none active is an error of the policy",
        .scenario = ONE,
        .control = {{1, "active", "a", -1}},
        .error = "t=360 s, slot 1, asp a: active -1",
    },
    {
        .name = "a level that does not exist is an error of the policy",
        .scenario = ONE,
        .control = {{0, "level", "a", 2}},
        .error = "asp a: level 2",
    },
    {
        .name = "an infinite battery command is an error of the policy",
        .scenario = ONE,
        .control = {{0, "battery_kw", "s", (double)INFINITY}},
        .error = "site s: battery_kw",
    },
    {
        .name = "a cooling command that is no number is an error of the policy",
        .scenario = ONE,
        .control = {{0, "cooling_kw", "s", (double)NAN}},
        .error = "site s: cooling_kw",
    },
    {
        .name = "steps that are not in the list are an error of the policy",
        .scenario = ONE,
        .job = {{0, NEVER}},
        .decide = {{0, "a", 11}},
        .error = "job 0: no such step choice",
    },
    {
        .name = "an ASP that cannot be reached is an error of the policy",
        .scenario = ONE "[asp z]\nsite = s\nmodel = m\ngpu = g\ngpus = 1\n",
        .job = {{0, NEVER}},
        .decide = {{0, "z", 10}},
        .error = "cannot be reached",
    },
    {
        .name = "a start time that is no number is an error of the policy",
        .scenario = ONE,
        .job = {{0, NEVER}},
        .decide = {{0, "a", 10, .not_before_s = (double)NAN}},
        .error = "job 0: not_before",
    },
};

GOLDEN_MAIN("golden pool")
