#include "support/random_model.h"

#include <math.h>

#include "base/rng.h"
#include "base/timegrid.h"

static const double FOREVER = (double)INFINITY;

double dice_real(dice *d, double lo, double hi) {
    return lo + (hi - lo) * sw_rng_uniform(d->seed, SW_RNG_POLICY, d->stream, d->n++, 0);
}

int32_t dice_int(dice *d, int32_t lo, int32_t hi) {
    const int32_t x = lo + (int32_t)(dice_real(d, 0.0, 1.0) * (hi - lo + 1));
    return x > hi ? hi : x;
}

bool dice_chance(dice *d, double p) {
    return dice_real(d, 0.0, 1.0) < p;
}

// A time from lo_s to hi_s; in a stepped model a whole number of steps.
static double some_time_s(dice *d, double lo_s, double hi_s) {
    const double t_s = dice_real(d, lo_s, hi_s);
    if (!random_model_is_stepped(d->seed)) {
        return t_s;
    }
    return fmax(ceil(lo_s / RANDOM_MODEL_STEP_S), floor(t_s / RANDOM_MODEL_STEP_S)) *
           RANDOM_MODEL_STEP_S;
}

static void *take(sw_model *model, size_t n, size_t size) {
    void *piece = sw_arena_alloc(&model->arena, n == 0 ? 1 : n, size);
    SW_REQUIRE(piece != NULL);
    return piece;
}

static void put(const double *array, int32_t index, double value) {
    sw_model_reals(array)[index] = value;
}

static void put_int(const int32_t *array, int32_t index, int32_t value) {
    sw_model_ints(array)[index] = value;
}

// ------------------------------------------------------------------ sites

static void make_signals(sw_model *model, dice *d, sw_signal *signal) {
    const sw_system *sys = &model->sys;
    const double lowest_price = dice_chance(d, 0.4) ? -150.0 : 0.0;
    for (int kind = 0; kind < SW_SIGNALS_PER_SITE; kind++) {
        const bool constant = kind >= SW_SIGNAL_CARBON && dice_chance(d, 0.3);
        const int64_t n = constant ? 1 : sys->n_slot;
        double *value = take(model, (size_t)n, sizeof *value);
        for (int64_t s = 0; s < n; s++) {
            if (kind == SW_SIGNAL_BUY) {
                value[s] = dice_real(d, lowest_price, 300.0);
            } else if (kind == SW_SIGNAL_SELL) { // never above the buy price
                value[s] = signal[SW_SIGNAL_BUY].value[s] -
                           (dice_chance(d, 0.3) ? 0.0 : dice_real(d, 0.0, 100.0));
            } else if (kind == SW_SIGNAL_CARBON) {
                value[s] = dice_real(d, 0.0, 600.0);
            } else if (kind == SW_SIGNAL_OUTDOOR) {
                value[s] = dice_real(d, -10.0, 50.0);
            } else {
                value[s] = dice_chance(d, 0.3) ? 0.0 : dice_real(d, 0.0, 1.0);
            }
        }
        signal[kind] = (sw_signal){.value = value, .stride = constant ? 0 : 1};
    }
}

static void make_battery(const sw_system *sys, dice *d, int32_t i) {
    put(sys->site_battery_eff_charge, i, 1.0);
    put(sys->site_battery_eff_discharge, i, 1.0);
    if (dice_chance(d, 0.4)) {
        return; // none
    }
    const double kwh = dice_real(d, 0.1, 3.0);
    const double lo = dice_chance(d, 0.3) ? 0.0 : 0.1;
    const double hi = dice_chance(d, 0.3) ? 1.0 : 0.9;
    put(sys->site_battery_kwh, i, kwh);
    put(sys->site_battery_charge_kw, i, dice_real(d, 0.1, 8.0));
    put(sys->site_battery_discharge_kw, i, dice_real(d, 0.1, 8.0));
    if (dice_chance(d, 0.8)) {
        put(sys->site_battery_eff_charge, i, dice_real(d, 0.7, 1.0));
        put(sys->site_battery_eff_discharge, i, dice_real(d, 0.7, 1.0));
    }
    put(sys->site_soc_min_kwh, i, lo * kwh);
    put(sys->site_soc_max_kwh, i, hi * kwh);
    put(sys->site_soc_start_kwh, i, dice_real(d, lo, hi) * kwh);
    put(sys->site_battery_wear_usd_per_kwh, i, dice_real(d, 0.0, 0.02));
}

static void make_cooling(const sw_system *sys, dice *d, int32_t i) {
    put_int(sys->site_cooling, i, dice_int(d, SW_COOLING_PUE, SW_COOLING_RC));
    put(sys->site_pue, i, dice_real(d, 1.0, 1.6));
    put(sys->site_cop_a, i, dice_real(d, 6.0, 9.0));
    put(sys->site_cop_b, i, dice_real(d, 0.05, 0.15));
    put(sys->site_cop_min, i, 2.0);
    put(sys->site_cop_max, i, 6.0);
    put(sys->site_room_start_c, i, dice_real(d, 18.0, 28.0));
    put(sys->site_room_set_c, i, dice_real(d, 18.0, 24.0));
    put(sys->site_room_max_c, i, dice_real(d, 20.0, 27.0));
    put(sys->site_room_kwh_per_k, i, dice_real(d, 0.05, 1.0));
    put(sys->site_room_kw_per_k, i, dice_real(d, 0.02, 0.5));
    put(sys->site_cooling_max_kw, i, dice_real(d, 1.0, 8.0));
    put(sys->site_overheat_usd_per_kh, i, dice_chance(d, 0.3) ? 0.0 : dice_real(d, 0.0, 0.2));
    put(sys->site_wue_l_per_kwh, i, dice_real(d, 0.0, 2.0));
}

static void make_site(const sw_system *sys, dice *d, int32_t i) {
    put(sys->site_base_kw, i, dice_chance(d, 0.2) ? 0.0 : dice_real(d, 0.0, 1.0));
    put(sys->site_import_limit_kw, i, dice_chance(d, 0.5) ? FOREVER : dice_real(d, 0.2, 4.0));
    put(sys->site_export_limit_kw, i,
        dice_chance(d, 0.3) ? 0.0 : (dice_chance(d, 0.3) ? FOREVER : dice_real(d, 0.0, 3.0)));
    put(sys->site_overload_usd_per_kwh, i, dice_real(d, 0.0, 1.0));
    put(sys->site_pv_kw, i, dice_chance(d, 0.3) ? 0.0 : dice_real(d, 0.0, 5.0));
    put(sys->site_wind_kw, i, dice_chance(d, 0.3) ? 0.0 : dice_real(d, 0.0, 3.0));
    make_battery(sys, d, i);
    make_cooling(sys, d, i);
}

// ------------------------------------------------------------------ ASPs

static void make_asp(const sw_system *sys, dice *d, int32_t k) {
    put_int(sys->asp_site, k, dice_int(d, 0, sys->n_site - 1));
    put_int(sys->asp_gpus, k, dice_int(d, 1, 6));
    put(sys->asp_host_overhead, k, dice_real(d, 0.0, 0.5));
    put(sys->asp_idle_w, k, dice_real(d, 0.0, 200.0));
    put(sys->asp_off_w, k, dice_chance(d, 0.3) ? dice_real(d, 0.0, 300.0) : 0.0);
    if (dice_chance(d, 0.7)) { // up to several slots, so that several batches wake at once
        put(sys->asp_wake_s, k, some_time_s(d, 0.0, 4.0 * sys->slot_s));
    }
    put_int(sys->asp_edf, k, dice_int(d, 0, 1));

    // Stepped models have speeds by which a step can be divided.
    const int32_t n_level = dice_int(d, 1, sys->n_level_max);
    put_int(sys->asp_n_level, k, n_level);
    for (int32_t l = 0; l < n_level; l++) {
        const double speed = random_model_is_stepped(d->seed)
                                 ? 1.0 / (double)(1 << (n_level - 1 - l))
                                 : 1.3 * (l + dice_real(d, 0.2, 0.9)) / n_level;
        put(sys->asp_level_speed, k * sys->n_level_max + l, speed);
        put(sys->asp_level_busy_w, k * sys->n_level_max + l, 300.0 * (l + dice_real(d, 0.3, 1.0)));
    }
    const double overhead_s = some_time_s(d, 0.0, 30.0);
    const double step_s = some_time_s(d, 3.0, 0.4 * sys->slot_s);
    for (int32_t c = 0; c < sys->n_step; c++) {
        put(sys->asp_image_work_s, k * sys->n_step + c, overhead_s + (c + 1) * step_s);
        put(sys->asp_quality, k * sys->n_step + c, sw_quality(0.1, 0.9, 1.2, 1.5, c + 1.0));
    }
    for (int32_t o = 0; o < sys->n_asp; o++) {
        if (o != k && dice_chance(d, 0.15)) {
            put(sys->link_latency_s, o * sys->n_asp + k, FOREVER);
        } else if (o != k) {
            put(sys->link_latency_s, o * sys->n_asp + k,
                dice_chance(d, 0.5) ? 0.0 : some_time_s(d, 0.0, 0.5 * sys->slot_s));
            put(sys->link_transfer_usd, o * sys->n_asp + k, dice_real(d, 0.0, 0.002));
        }
    }
}

// ------------------------------------------------------------------ jobs

static const double SOME_IMAGES[3] = {1.0, 2.0, 4.0};
static const double UP_TO[3] = {0.6, 0.9, 1.0};

static sw_dist some_deadlines(const sw_system *sys, dice *d) {
    const double mean_s = some_time_s(d, 0.1 * sys->slot_s, 2.0 * sys->slot_s);
    if (random_model_is_stepped(d->seed) || dice_chance(d, 0.3)) {
        return (sw_dist){.kind = SW_DIST_CONSTANT, .a = dice_chance(d, 0.2) ? FOREVER : mean_s};
    }
    return dice_chance(d, 0.5)
               ? (sw_dist){.kind = SW_DIST_UNIFORM, .a = 0.3 * mean_s, .b = 2.0 * mean_s}
               : (sw_dist){.kind = SW_DIST_LOGNORMAL, .a = mean_s, .b = 1.0};
}

static void make_trace(sw_model *model, dice *d, sw_job_trace *trace) {
    const sw_system *sys = &model->sys;
    const int32_t n = dice_int(d, 0, 40);
    double *arrival_s = take(model, (size_t)n, sizeof *arrival_s);
    int32_t *images = take(model, (size_t)n, sizeof *images);
    double *deadline_s = take(model, (size_t)n, sizeof *deadline_s);
    double *value = take(model, (size_t)n, sizeof *value);
    double *work = take(model, (size_t)n, sizeof *work);
    const double end_s = dice_real(d, 0.2, 1.2) * sys->end_s; // some come too late to take part
    double now_s = 0.0;
    int32_t i = 0;
    for (; i < n && now_s <= sys->end_s; i++) {
        arrival_s[i] = sw_time_round(now_s);
        if (dice_chance(d, 0.3)) { // a tick
            arrival_s[i] = floor(now_s / sys->slot_s) * sys->slot_s;
        }
        if (i > 0) {
            arrival_s[i] = fmax(arrival_s[i], arrival_s[i - 1]);
        }
        images[i] = dice_int(d, 1, 3);
        deadline_s[i] = dice_chance(d, 0.1) ? FOREVER : some_time_s(d, 1.0, 2.0 * sys->slot_s);
        value[i] = dice_real(d, 0.0, 3.0);
        work[i] = random_model_is_stepped(d->seed) ? dice_int(d, 1, 3)
                  : dice_chance(d, 0.05)           ? 1e-12 // done within the instant
                                                   : dice_real(d, 0.2, 2.0);
        now_s += dice_chance(d, 0.4) ? 0.0 : some_time_s(d, 0.0, 4.0 * end_s / n);
    }
    *trace = (sw_job_trace){.n = i,
                            .arrival_s = arrival_s,
                            .images = dice_chance(d, 0.5) ? images : NULL,
                            .deadline_s = dice_chance(d, 0.5) ? deadline_s : NULL,
                            .value = dice_chance(d, 0.5) ? value : NULL,
                            .work = dice_chance(d, 0.5) ? work : NULL};
}

static void make_class(sw_model *model, dice *d, int32_t w, sw_workload *load) {
    const sw_system *sys = &model->sys;
    put_int(sys->class_origin, w, dice_int(d, 0, sys->n_asp - 1));
    put(sys->class_price_usd, w, dice_real(d, 0.001, 0.05));
    put(sys->class_late_usd, w, dice_real(d, 0.0, 0.02));
    *load = (sw_workload){.kind = SW_ARRIVAL_TRACE, .iod = 1.0};
    load->deadline_s = some_deadlines(sys, d);
    load->images = (sw_dist){.kind = SW_DIST_LIST, .n = 3, .value = SOME_IMAGES, .up_to = UP_TO};
    load->work = (sw_dist){.kind = SW_DIST_CONSTANT, .a = 1.0};
    if (random_model_is_stepped(d->seed) || dice_chance(d, 0.5)) {
        make_trace(model, d, &load->trace);
        return;
    }
    double *rate = take(model, 1, sizeof *rate);
    *rate = dice_real(d, 0.0, 40.0) / sys->end_s;
    load->kind = dice_chance(d, 0.5) ? SW_ARRIVAL_POISSON : SW_ARRIVAL_BURSTY;
    load->rate = (sw_signal){.value = rate, .stride = 0};
    load->iod = load->kind == SW_ARRIVAL_BURSTY ? dice_real(d, 1.0, 4.0) : 1.0;
    if (dice_chance(d, 0.7)) {
        load->work = dice_chance(d, 0.5) ? (sw_dist){.kind = SW_DIST_EXPONENTIAL, .a = 1.0}
                                         : (sw_dist){.kind = SW_DIST_LOGNORMAL, .a = 1.0, .b = 0.8};
    }
}

// ------------------------------------------------------------------ all of it

static sw_model *make_model(uint64_t seed, bool wide) {
    dice d = {.seed = seed, .stream = 7};
    sw_model *model = sw_model_create();
    SW_REQUIRE(model != NULL);
    sw_system *sys = &model->sys;
    sys->name = "random";
    sys->slot_s = dice_chance(&d, 0.5) ? 300.0 : 60.0;
    sys->n_slot = dice_int(&d, 1, 8);
    sys->end_s = sys->slot_s * (double)sys->n_slot;
    if (dice_chance(&d, 0.4)) { // not always a divisor of the slot
        sys->dispatch_interval_s = random_model_is_stepped(seed)
                                       ? RANDOM_MODEL_STEP_S * dice_int(&d, 1, 4)
                                       : dice_real(&d, 0.5, sys->slot_s);
    }
    sys->carbon_usd_per_kg = dice_chance(&d, 0.5) ? 0.0 : dice_real(&d, 0.0, 0.1);
    sys->revenue_scale = 1.0;
    sys->n_site = wide ? dice_int(&d, 1, 2) : dice_int(&d, 1, 4);
    sys->n_asp = wide ? dice_int(&d, 10, 150) : dice_int(&d, 1, 6);
    if (wide && seed % 10 == 0) {
        sys->n_site = 1;
        sys->n_asp = seed % 20 == 0 ? 64 : 576; // 8 sums of 8; 72 of them, 9 of those, 2 of those
    }
    sys->n_class = dice_int(&d, 1, 5);
    sys->n_step = dice_int(&d, 1, 4);
    sys->n_level_max = 3;
    SW_REQUIRE(sw_model_alloc(model, NULL) == SW_OK);
    model->forecast = SW_FORECAST_PERFECT;
    sw_signal *signal = take(model, (size_t)sys->n_site * SW_SIGNALS_PER_SITE, sizeof *signal);
    sw_workload *workload = take(model, (size_t)sys->n_class, sizeof *workload);
    for (int32_t c = 0; c < sys->n_step; c++) {
        put_int(sys->steps, c, 10 * (c + 1));
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        make_signals(model, &d, signal + (ptrdiff_t)i * SW_SIGNALS_PER_SITE);
        make_site(sys, &d, i);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        make_asp(sys, &d, k);
    }
    for (int32_t w = 0; w < sys->n_class; w++) {
        make_class(model, &d, w, &workload[w]);
    }
    model->signal = signal;
    model->workload = workload;
    sw_model_describe_classes(model);
    return model;
}

sw_model *random_model(uint64_t seed) {
    return make_model(seed, false);
}

sw_model *random_wide_model(uint64_t seed) {
    return make_model(seed, true);
}
