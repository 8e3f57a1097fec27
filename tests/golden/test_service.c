// test_service.c -- golden cases of service: decisions, queues, links, levels and the order of
// events.
#include <check.h>
#include <stdlib.h>

#include "golden/bases.h"
#include "sim/sim.h"
#include "support/script.h"

static const script_case cases[] = {
    {
        // Served 0..36 at quality 1/2: 2 x 1/2 = 1. GPU: idle 0.2 h x 1 kW, 0.01 h x 3 kW more
        // while busy.
        .name = "a job on time earns its price times the quality of its steps",
        .scenario = ONE,
        .job = {{0, NEVER}},
        .expect = {{"jobs", 1},
                   {"jobs_transferred", 0},
                   {"jobs_on_time", 1},
                   {"job 0 start_s", 0},
                   {"job 0 end_s", 36},
                   {"revenue_usd", 1.0},
                   {"it_kwh", 0.2 + 0.03},
                   {"energy_cost_usd", 0.23},
                   {"utility_usd", 1.0 - 0.23},
                   {"mean_latency_s", 36},
                   {"utilisation", 36.0 / 720}},
    },
    {
        // Images one after another on one GPU: 3 x 72 x 1.5 = 324 s. Revenue 3 x 2 x 1 x value 0.5.
        .name =
            "images, steps and the work factor stretch the service, the value scales the revenue",
        .scenario = ONE,
        .job = {{0, NEVER, .images = 3, .value = 0.5, .work = 1.5}},
        .decide = {{0, "a", 20}},
        .expect = {{"job 0 end_s", 324}, {"revenue_usd", 3.0}, {"images_on_time", 3}},
    },
    {
        // Image work 4 + 10 x 3.6 = 40 s.
        .name = "the overhead comes once for every image",
        .scenario = ONE,
        .set = {"model m.overhead_s.g=4"},
        .job = {{0, NEVER, .images = 2}},
        .expect = {{"job 0 end_s", 80}},
    },
    {
        // One image with quality 1/2 and three with quality 1: (0.5 + 3) / 4; steps (10 + 60) / 4.
        .name = "mean quality and steps weigh images, not jobs",
        .scenario = ONE,
        .job = {{0, NEVER}, {50, NEVER, .images = 3}},
        .decide = {{1, "a", 20}},
        .expect = {{"mean_quality", 3.5 / 4}, {"mean_steps", 70.0 / 4}},
    },
    {
        .name = "the revenue scale multiplies payments and penalties",
        .scenario = ONE,
        .set = {"scenario.revenue_scale=3"},
        .job = {{0, NEVER}, {100, 10}},
        .expect = {{"revenue_usd", 3}, {"late_usd", 3}},
    },
    {
        .name = "jobs that arrive together are served in the order of their numbers",
        .scenario = ONE,
        .job = {{5, NEVER}, {5, NEVER}, {5, NEVER}},
        .expect = {{"job 0 start_s", 5}, {"job 1 start_s", 41}, {"job 2 start_s", 77}},
    },
    {
        // Both arrive at 0. Class w stands first in the file, so its job is number 0 and starts;
        // that of v, sent to a without latency, waits.
        .name = "jobs of one instant are numbered by class in file order",
        .scenario = TWO,
        .job = {{0, NEVER, .cls = "v"}, {0, NEVER, .cls = "w"}},
        .decide = {{1, "a", 20}},
        .expect = {{"job 0 end_s", 36}, {"job 1 start_s", 36}, {"job 1 end_s", 108}},
    },
    {
        // Job 0 is held back until 20; job 1 reaches the queue at 5, earlier, and runs 5..41.
        .name = "FIFO goes by the time of reaching the queue, not of arrival",
        .scenario = ONE,
        .job = {{0, NEVER}, {5, NEVER}},
        .decide = {{0, "a", 10, .not_before_s = 20}},
        .expect = {{"job 1 start_s", 5}, {"job 0 start_s", 41}},
    },
    {
        // Jobs 1 and 2 both reach the queue at 20, while job 0 runs.
        .name = "FIFO breaks ties of reaching by job number",
        .scenario = ONE,
        .job = {{0, NEVER}, {1, NEVER}, {2, NEVER}},
        .decide = {{1, "a", 10, .not_before_s = 20}, {2, "a", 10, .not_before_s = 20}},
        .expect = {{"job 0 start_s", 0}, {"job 1 start_s", 36}, {"job 2 start_s", 72}},
    },
    {
        // Deadlines 500 and 301: job 2 overtakes job 1 behind the running job 0.
        .name = "EDF serves the earliest deadline first",
        .scenario = ONE,
        .set = {"asp a.queue=edf"},
        .job = {{0, NEVER}, {1, 499}, {2, 299}},
        .expect = {{"job 2 start_s", 36}, {"job 1 start_s", 72}},
    },
    {
        // Both are due at 200; job 1 reaches the queue last (held back until 30), and still goes
        // first.
        .name = "EDF breaks ties of deadlines by job number, not by time of reaching",
        .scenario = ONE,
        .set = {"asp a.queue=edf"},
        .job = {{0, NEVER}, {1, 199}, {2, 198}},
        .decide = {{1, "a", 10, .not_before_s = 30}},
        .expect = {{"job 1 start_s", 36}, {"job 2 start_s", 72}},
    },
    {
        // Job 0 starts before job 1, of the same instant and with an earlier deadline, is decided.
        .name = "with zero latency a job starts before the next arrival of that instant is decided",
        .scenario = ONE,
        .set = {"asp a.queue=edf"},
        .job = {{0, 500}, {0, 100}},
        .expect = {{"job 0 start_s", 0}, {"job 1 start_s", 36}},
    },
    {
        // At 10 the job from a reaches b, and a job arrives at b: the one that reaches the queue
        // goes first.
        .name = "jobs reach queues before arrivals of the same instant",
        .scenario = TWO,
        .set = {"asp b.queue=edf"},
        .job = {{0, NEVER, .cls = "w"}, {10, 100, .cls = "v"}},
        .decide = {{0, "b", 10}},
        .expect = {{"job 0 start_s", 10}, {"job 1 start_s", 46}},
    },
    {
        // The GPU is free at 36 when job 1 arrives, which would else be due at once.
        .name = "a completion frees its GPU before an arrival of the same instant",
        .scenario = ONE,
        .job = {{0, NEVER}, {36, 36}},
        .expect = {{"job 1 start_s", 36}, {"jobs_on_time", 2}},
    },
    {
        .name = "a job held back starts when told, and at once when that time is past",
        .scenario = ONE,
        .job = {{0, NEVER}, {100, NEVER}},
        .decide = {{0, "a", 10, .not_before_s = 20}, {1, "a", 10, .not_before_s = 90}},
        .expect = {{"job 0 start_s", 20}, {"job 1 start_s", 100}},
    },
    {
        // 0 + 10 s of latency, then 36 s of service; the transfer costs 0.25 USD for each of 2
        // images.
        .name = "latency elapses before service and the transfer is paid for every image",
        .scenario = TWO,
        .job = {{0, NEVER, .images = 2}},
        .decide = {{0, "b", 10}},
        .expect = {{"job 0 start_s", 10},
                   {"job 0 end_s", 82},
                   {"transfer_usd", 0.5},
                   {"jobs_transferred", 1},
                   {"b jobs_on_time", 1},
                   {"a jobs", 0},
                   {"mean_latency_s", 82}},
    },
    {
        // 3 s and 0.5 USD an image.
        .name = "a pair without a link of its own takes the default link",
        .scenario = ONE "[asp z]\nsite = s\nmodel = m\ngpu = g\ngpus = 1\n",
        .set = {"scenario.default_link=3:0.5"},
        .job = {{0, NEVER}},
        .decide = {{0, "z", 10}},
        .expect = {{"job 0 start_s", 3}, {"transfer_usd", 0.5}},
    },
    {
        .name = "a link holds in its own direction only",
        .scenario = TWO,
        .job = {{0, NEVER, .cls = "v"}},
        .decide = {{0, "a", 10}},
        .expect = {{"job 0 start_s", 0}, {"transfer_usd", 0}, {"jobs_transferred", 1}},
    },
    {
        .name = "latency follows the time before which a job must not go",
        .scenario = TWO,
        .job = {{0, NEVER}},
        .decide = {{0, "b", 10, .not_before_s = 20}},
        .expect = {{"job 0 start_s", 30}},
    },
    {
        // b is busy 10..82 with job 0; job 1, due at 30, is dropped at 82, its transfer paid all
        // the same.
        .name = "the transfer is charged at the decision, even of a job that is dropped",
        .scenario = TWO,
        .job = {{0, NEVER}, {0, 30}},
        .decide = {{0, "b", 20}, {1, "b", 20}},
        .expect = {{"jobs_dropped", 1}, {"transfer_usd", 0.5}, {"job 1 transfer_usd", 0.25}},
    },
    {
        .name = "the transfer is charged even if the job does not come through",
        .scenario = TWO,
        .job = {{715, NEVER}},
        .decide = {{0, "b", 10}},
        .expect = {{"jobs_unfinished", 1}, {"transfer_usd", 0.25}},
    },
    {
        // 72 s of work from 324: 36 s at speed 1 till the tick at 360, the other 36 at speed 1/2
        // take 72 s. GPU energy beyond idle: 0.01 h x 3 kW + 0.02 h x 1 kW.
        .name = "a change of level changes the rate of a job in service",
        .scenario = ONE,
        .job = {{324, NEVER}},
        .decide = {{0, "a", 20}},
        .control = {{1, "level", "a", 0}},
        .expect = {{"job 0 end_s", 432}, {"it_kwh", 0.2 + 0.03 + 0.02}},
    },
    {
        // The 72 s of work end at 360 sharp, due then; a tick first would still find the job
        // running.
        .name = "a completion at a tick comes before the change of level",
        .scenario = ONE,
        .job = {{288, 72}},
        .decide = {{0, "a", 20}},
        .control = {{1, "level", "a", 0}, {1, "active", "a", 0}},
        .expect = {{"job 0 end_s", 360}, {"jobs_on_time", 1}, {"slot 1 s it_kwh", 0.01}},
    },
    {
        // A job that arrives at the tick starts at the new speed: 36 / 0.5 = 72 s.
        .name = "an arrival at a tick sees the new level",
        .scenario = ONE,
        .job = {{360, NEVER}},
        .control = {{1, "level", "a", 0}},
        .expect = {{"job 0 end_s", 432}},
    },
    {
        // Own level: 36 / 0.25 = 144 s = 0.04 h at 3 kW, 2 kW more than idle.
        .name = "an ASP's own levels replace those of its GPU type",
        .scenario = ONE,
        .set = {"asp a.levels=0.25:3000"},
        .job = {{0, NEVER}},
        .expect = {{"job 0 end_s", 144}, {"it_kwh", 0.2 + 0.08}},
    },
    {
        .name = "a pool serves as many jobs at a time as it has GPUs",
        .scenario = ONE,
        .set = {"asp a.gpus=2"},
        .job = {{0, NEVER}, {0, NEVER}, {0, NEVER}},
        .expect = {{"job 1 start_s", 0}, {"job 2 start_s", 36}, {"it_kwh", 0.4 + 0.09}},
    },
    {
        // Decided at 10, in job order; the second then waits for the first.
        .name = "with an interval, jobs are decided at its next multiple, in job order",
        .scenario = ONE,
        .set = {"scenario.dispatch_interval_s=10"},
        .job = {{3, 43}, {4, NEVER}},
        .expect = {{"job 0 start_s", 10}, {"jobs_on_time", 2}, {"job 1 start_s", 46}},
    },
    {
        // Due at 45, counted from the arrival at 3 and not from the decision: late at 46.
        .name = "with an interval, deadlines still count from the arrival",
        .scenario = ONE,
        .set = {"scenario.dispatch_interval_s=10"},
        .job = {{3, 42}},
        .expect = {{"jobs_late", 1}, {"mean_latency_s", 43}},
    },
    {
        .name = "a job that arrives at a multiple of the interval is decided then",
        .scenario = ONE,
        .set = {"scenario.dispatch_interval_s=10"},
        .job = {{0, NEVER}, {50, NEVER}},
        .expect = {{"job 0 start_s", 0}, {"job 1 start_s", 50}},
    },
    {
        // Each decision at 10 puts its job into the idle GPU's queue, and starts it, before the
        // next is taken.
        .name = "each decision of an interval sees the effect of those before",
        .scenario = ONE,
        .set = {"scenario.dispatch_interval_s=10", "asp a.queue=edf"},
        .job = {{3, 600}, {4, 100}},
        .expect = {{"job 0 start_s", 10}, {"job 1 start_s", 46}},
    },
    {
        // 2^-28 lies half way between 0 and 2^-27: to even, 0. Three halves: to even, 2 x 2^-27.
        .name = "times are rounded to the grid, half to even",
        .scenario = ONE,
        .set = {"asp a.gpus=2"},
        .job = {{0x1p-28, NEVER}, {0x3p-28, NEVER}},
        .expect = {{"job 0 start_s", 0},
                   {"job 1 start_s", 2 * TICK_S},
                   {"job 1 end_s", 36 + 2 * TICK_S}},
    },
    {
        // 0.1 + 36, 100.3 + 36 and so on round differently in binary; on the grid all end at their
        // deadlines.
        .name = "a deadline of exactly the service time is met whatever the arrival",
        .scenario = ONE,
        .job = {{0.1, 36}, {100.3, 36}, {200.7, 36}, {333.33, 36}},
        .expect = {{"jobs_on_time", 4}, {"jobs_late", 0}},
    },
    {
        // 1000 images are 36000 s of work. The first job is alone on its GPU from 0.1 to 36000.1
        // but for slot 1, in which both run at half speed: 3600 s do 1800 s of work. The second
        // starts 0.7 s later.
        .name = "jobs that run for many slots end on the time grid, whatever the levels were",
        .scenario = ONE,
        .set = {"scenario.slot_s=3600", "scenario.slots=12", "asp a.gpus=2"},
        .job = {{0.1, 37800, .images = 1000}, {0.8, 37800, .images = 1000}},
        .control = {{1, "level", "a", 0}, {2, "level", "a", 1}},
        .expect = {{"jobs_on_time", 2}, {"jobs_late", 0}},
    },
    {
        // One arrival, one reach, one completion, two ticks.
        .name = "events are arrivals, reaches, completions and ticks",
        .scenario = ONE,
        .job = {{0, NEVER}},
        .expect = {{"events", 5}},
    },
};

GOLDEN_MAIN("golden service")
