// drl_case.c -- (drl) what a decision by a network costs: a net of two hidden layers of 128 with
// random weights sees every job of a day, as the dispatcher drl would, while the day goes by the
// recorded decisions of greedy/threshold. What the network says is computed and left.
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "bench/parts.h"
#include "bench/peak.h"
#include "bench/tape.h"
#include "nn/net.h"
#include "nn/observe.h"

enum { HIDDEN = 128, BATCH = 64 };

// Who looks at the jobs.
typedef struct watcher {
    sw_world *world;
    const sw_view *view;
    sw_host host;
    sw_observer *observer;
    sw_arena arena;
    sw_net net;
    bool with_net;
    float *x; // [BATCH, n_feature]
    float *y; // [BATCH, n_action]
    float *sum;
    float *work;
    uint8_t *allowed;
    int64_t kept; // of the choices, so that none is left out as unused
} watcher;

static double forecast(const sw_host *host, sw_forecast_kind kind, int32_t owner, int64_t slot) {
    const watcher *w = host->context;
    return sw_world_forecast(w->world, kind, owner, slot, w->view->slot, false);
}

static void look(void *context, const sw_view *view, const sw_job_view *job) {
    watcher *w = context;
    const int32_t n_slot = sw_observer_n_slot_feature(w->observer);
    if (sw_observer_look(w->observer, view, job)) {
        sw_observer_fill_slot(w->observer, w->x);
        if (w->with_net) {
            sw_net_begin(&w->net, n_slot, w->x, w->sum, w->work);
        }
    }
    sw_observer_fill_decision(w->observer, w->x + n_slot);
    if (w->with_net) {
        sw_net_finish(&w->net, n_slot, w->sum, w->x + n_slot, w->y, w->work);
    }
    w->kept += sw_observer_mask(w->observer, w->allowed);
    int32_t best = -1;
    for (int32_t a = 0; a < w->net.n_out; a++) {
        if (w->allowed[a] != 0 && (best < 0 || w->y[a] > w->y[best])) {
            best = a;
        }
    }
    w->kept += best;
}

// Weights of about the size that training starts from.
static const float *random_weights(sw_arena *arena, int32_t n, int32_t n_in, uint32_t stream) {
    float *value = sw_arena_alloc(arena, (size_t)n, sizeof *value);
    const double width = 1.0 / sqrt((double)n_in);
    for (int32_t i = 0; value != NULL && i < n; i++) {
        value[i] =
            (float)(width * (2.0 * sw_rng_uniform(1, SW_RNG_POLICY, stream, (uint64_t)i, 0) - 1.0));
    }
    return value;
}

static float *constant(sw_arena *arena, int32_t n, float value) {
    float *array = sw_arena_alloc(arena, (size_t)n, sizeof *array);
    for (int32_t i = 0; array != NULL && i < n; i++) {
        array[i] = value;
    }
    return array;
}

static sw_status make_net(watcher *w, sw_error *err) {
    const int32_t n_in = sw_observer_n_feature(w->observer);
    const int32_t n_out = sw_observer_n_action(w->observer);
    const int32_t size[] = {n_in, HIDDEN, HIDDEN, n_out};
    sw_net_source source = {.n_in = n_in,
                            .n_layer = 3,
                            .mean = constant(&w->arena, n_in, 0.0f),
                            .std = constant(&w->arena, n_in, 1.0f),
                            .clip = constant(&w->arena, n_in, 5.0f)};
    for (int32_t l = 0; l < source.n_layer; l++) {
        const uint32_t stream = (uint32_t)l;
        source.layer[l].n_out = size[l + 1];
        source.layer[l].act = l < 2 ? SW_NET_RELU : SW_NET_NONE;
        source.layer[l].weight =
            random_weights(&w->arena, size[l] * size[l + 1], size[l], 2 * stream);
        source.layer[l].bias = random_weights(&w->arena, size[l + 1], size[l], 2 * stream + 1);
        if (source.layer[l].weight == NULL || source.layer[l].bias == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for a network");
        }
    }
    if (source.mean == NULL || source.std == NULL || source.clip == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for a network");
    }
    return sw_net_init(&w->net, &source, &w->arena, err);
}

static sw_status watcher_init(watcher *w, const sw_model *model, sw_error *err) {
    w->host = (sw_host){.struct_size = sizeof w->host, .context = w, .forecast = forecast};
    SW_TRY(sw_observer_create(&model->sys, &w->host, &w->observer, err));
    SW_TRY(make_net(w, err));
    w->x = sw_arena_alloc(&w->arena, BATCH * (size_t)w->net.n_in, sizeof *w->x);
    w->y = sw_arena_alloc(&w->arena, BATCH * (size_t)w->net.n_out, sizeof *w->y);
    w->sum = sw_arena_alloc(&w->arena, (size_t)w->net.widest, sizeof *w->sum);
    w->work = sw_arena_alloc(&w->arena, sw_net_work_size(&w->net, BATCH), sizeof *w->work);
    w->allowed = sw_arena_alloc(&w->arena, (size_t)w->net.n_out, sizeof *w->allowed);
    return w->x != NULL && w->y != NULL && w->sum != NULL && w->work != NULL && w->allowed != NULL
               ? SW_OK
               : sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for a network");
}

// Plays the day once; NULL: nobody looks.
static sw_status play(const sw_tape *tape, watcher *w, double *cpu_s, sw_error *err) {
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    const double from_s = sw_bench_cpu_s();
    sw_status status = sw_world_create(tape->model, 1, &world, err);
    if (status == SW_OK) {
        status = sw_sim_create(tape->model, world, NULL, &sim, err);
    }
    if (status == SW_OK) {
        const sw_tape_witness witness = {.context = w, .look = look};
        if (w != NULL) {
            w->world = world;
            w->view = sw_sim_view(sim);
            sw_observer_reset(w->observer);
        }
        status = sw_tape_play(tape, sim, w != NULL ? &witness : NULL, err);
    }
    *cpu_s = sw_bench_least(*cpu_s, sw_bench_cpu_s() - from_s);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    return status;
}

// Operations of a forward pass of a row.
static double flop(const sw_net *net) {
    double n = 0.0;
    for (int32_t l = 0; l < net->n_layer; l++) {
        n += 2.0 * net->layer[l].n_in * net->layer[l].n_out;
    }
    return n;
}

// The network alone, some rows at a time, s a row.
static double time_net(const sw_bench *bench, watcher *w, int32_t rows) {
    const int32_t calls = 1 + (int32_t)(20000.0 * bench->scale) / rows;
    double least_s = 1e300;
    for (int i = 0; i < bench->repeats; i++) {
        const double from_s = sw_bench_cpu_s();
        for (int32_t call = 0; call < calls; call++) {
            sw_net_forward(&w->net, rows, w->x, w->y, w->work);
        }
        least_s = sw_bench_least(least_s, sw_bench_cpu_s() - from_s);
    }
    return least_s / calls / rows;
}

static void report(const sw_bench *bench, const char *label, double s, double operations,
                   double peak) {
    const sw_bench_figure figure[] = {
        {"ns_per_decision", s * 1e9},
        {"decisions_per_s", 1.0 / s},
        {"gflops", operations / s / 1e9},
        {"share_of_peak", operations / s / peak},
    };
    bench->row(bench->context, "drl", label, figure, sizeof figure / sizeof figure[0]);
}

static sw_status measure(const sw_bench *bench, const sw_tape *tape, watcher *w, sw_error *err) {
    double bare_s = 1e300;
    double seen_s = 1e300;
    double said_s = 1e300;
    for (int i = 0; i < bench->repeats; i++) {
        SW_TRY(play(tape, NULL, &bare_s, err));
        w->with_net = false;
        SW_TRY(play(tape, w, &seen_s, err));
        w->with_net = true;
        SW_TRY(play(tape, w, &said_s, err));
    }
    const double jobs = (double)tape->n;
    const double peak = sw_bench_peak_flops(bench->repeats);
    const double n = flop(&w->net);
    report(bench, "observation and mask", (seen_s - bare_s) / jobs, 0.0, peak);
    report(bench, "network", time_net(bench, w, 1), n, peak);
    report(bench, "network, 64 at a time", time_net(bench, w, BATCH), n, peak);
    report(bench, "both, in a run", said_s / jobs, n, peak);
    return SW_OK;
}

sw_status sw_bench_drl(const sw_bench *bench, sw_error *err) {
    sw_model *model = NULL;
    sw_policy_pair *pair = NULL;
    sw_tape tape = {0};
    watcher w = {0};
    sw_status status = sw_bench_load(bench->scenario, &model, err);
    if (status == SW_OK) {
        status = sw_policy_resolve(model, "greedy/threshold", &pair, err);
    }
    if (status == SW_OK) {
        status = sw_tape_record(&tape, model, pair, bench->stop, err);
    }
    if (status == SW_OK) {
        status = watcher_init(&w, model, err);
    }
    if (status == SW_OK) {
        status = measure(bench, &tape, &w, err);
    }
    sw_observer_destroy(w.observer);
    sw_arena_deinit(&w.arena);
    sw_tape_deinit(&tape);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
    return status;
}
