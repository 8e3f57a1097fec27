// queue_case.c -- (mmc) the queue M/M/64 at load 0.9 through the whole simulator, one site at a
// constant price, beside the same queue as a bare loop. Model events are arrivals and departures;
// both make their own random numbers.
#include <stdio.h>

#include "bench/bare_queue.h"
#include "bench/parts.h"

enum { SERVERS = 64, JOBS = 1000000 };
static const double LOAD = 0.9;
static const double SERVICE_S = 10.0;
static const double SLOT_S = 300.0;

// Mean wait of M/M/c (Erlang C over the spare rate), s.
static double erlang_c_wait_s(int32_t servers, double rate_per_s, double mean_s) {
    const double offered = rate_per_s * mean_s;
    double blocked = 1.0; // Erlang B, by its recursion over servers
    for (int32_t n = 1; n <= servers; n++) {
        blocked = offered * blocked / (n + offered * blocked);
    }
    const double delayed = blocked / (1.0 - offered / servers * (1.0 - blocked));
    return delayed / (servers / mean_s - rate_per_s);
}

static sw_status load_queue(double rate_per_s, int64_t slots, sw_model **model, sw_error *err) {
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "[scenario]\nname = mmc\nslot_s = %.17g\nslots = %lld\nsteps = 10\n"
                   "[site hall]\nprice = 40\ncarbon = 300\ncooling = pue\npue = 1.2\n"
                   "[gpu g]\nidle_w = 60\nlevels = 1:400\n"
                   "[model m]\nquality_ceiling = 0.9\nquality_mid = 5\nquality_slope = 0.2\n"
                   "overhead_s.g = 0\nstep_s.g = %.17g\n"
                   "[asp pool]\nsite = hall\nmodel = m\ngpu = g\ngpus = %d\n"
                   "[workload jobs]\norigin = pool\narrivals = poisson:%.17g\nwork = exponential\n"
                   "deadline_s = inf\nprice_usd = 0.001\n",
                   SLOT_S, (long long)slots, SERVICE_S / 10.0, SERVERS, rate_per_s);
    return sw_bench_load_text(text, model, err);
}

static void report(const sw_bench *bench, const char *label, double events, double cpu_s,
                   double wait_s, double bare_event_s) {
    const sw_bench_figure figure[] = {
        {"million_events_per_s", events / cpu_s / 1e6},
        {"ns_per_event", cpu_s / events * 1e9},
        {"mean_wait_s", wait_s},
        {"speed_over_bare", bare_event_s / (cpu_s / events)},
    };
    bench->row(bench->context, "mmc", label, figure, sizeof figure / sizeof figure[0]);
}

sw_status sw_bench_queue(const sw_bench *bench, sw_error *err) {
    const double rate_per_s = LOAD * SERVERS / SERVICE_S;
    const int64_t slots = (int64_t)(JOBS * bench->scale / rate_per_s / SLOT_S) + 1;
    sw_model *model = NULL;
    sw_policy_pair *pair = NULL;
    sw_run_result result = {0};
    sw_bare_queue bare = {.servers = SERVERS,
                          .rate_per_s = rate_per_s,
                          .mean_service_s = SERVICE_S,
                          .jobs = (int64_t)(rate_per_s * SLOT_S * (double)slots)};
    double bare_s = 1e300;
    double own_s = 1e300;
    sw_status status = load_queue(rate_per_s, slots, &model, err);
    if (status == SW_OK) {
        status = sw_policy_resolve(model, "local/idle", &pair, err);
    }
    // By turns, so that a slower moment of the machine strikes both.
    for (int i = 0; status == SW_OK && i < bench->repeats; i++) {
        const double from_s = sw_bench_cpu_s();
        double took_s = 0.0;
        status = sw_bare_queue_run(&bare, err);
        bare_s = sw_bench_least(bare_s, sw_bench_cpu_s() - from_s);
        if (status == SW_OK) {
            sw_run_result_deinit(&result);
            status = sw_bench_run(bench, model, pair, &took_s, &result, err);
            own_s = sw_bench_least(own_s, took_s);
        }
    }
    if (status == SW_OK) {
        const sw_metrics *m = &result.total;
        const double events = m->jobs + m->jobs_on_time;
        const double bare_event_s = bare_s / (double)bare.events;
        report(bench, "stepwatt", events, own_s, m->mean_latency_s - SERVICE_S, bare_event_s);
        report(bench, "bare loop", (double)bare.events, bare_s, bare.mean_wait_s, bare_event_s);
        const sw_bench_figure formula = {"mean_wait_s",
                                         erlang_c_wait_s(SERVERS, rate_per_s, SERVICE_S)};
        bench->row(bench->context, "mmc formula", "Erlang C", &formula, 1);
    }
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
    return status;
}
