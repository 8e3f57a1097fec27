#include "model/realise.h"

#include <math.h>
#include <string.h>

#include "model/synth.h"

int64_t sw_lower_sell(const sw_signal *buy, int64_t n_slot, sw_arena *arena, sw_signal *sell) {
    int64_t n_lowered = 0;
    for (int64_t n = 0; n < n_slot; n++) {
        n_lowered += sw_signal_at(sell, n) > sw_signal_at(buy, n);
    }
    if (n_lowered == n_slot) {
        *sell = *buy;
    } else if (n_lowered > 0) {
        double *value = sw_arena_alloc(arena, (size_t)n_slot, sizeof *value);
        if (value == NULL) {
            return -1;
        }
        for (int64_t n = 0; n < n_slot; n++) {
            value[n] = fmin(sw_signal_at(sell, n), sw_signal_at(buy, n));
        }
        *sell = (sw_signal){.value = value, .stride = 1};
    }
    return n_lowered;
}

// Makes the values of a generator.
static bool generate(const sw_model *model, uint64_t seed, int32_t stream, int32_t site,
                     sw_arena *arena, sw_signal *signal) {
    double *value = sw_arena_alloc(arena, (size_t)model->sys.n_slot, sizeof *value);
    if (value == NULL) {
        return false;
    }
    const sw_synth_grid grid = {.start_unix_s = model->start_unix_s,
                                .utc_offset_h = model->site_utc_offset_h[site],
                                .slot_s = model->sys.slot_s,
                                .n_slot = model->sys.n_slot};
    sw_synth_fill(model->synth[stream], seed, (uint32_t)stream, &grid, value);
    *signal = (sw_signal){.value = value, .stride = 1};
    return true;
}

// Sets the sell price of a site whose buy or sell price is generated.
static bool realise_sell(const sw_model *model, int32_t site, sw_arena *arena, sw_signal *signal,
                         int64_t *n_lowered) {
    const sw_signal *buy = &signal[SW_SIGNAL_BUY];
    sw_signal *sell = &signal[SW_SIGNAL_SELL];
    const double fraction = model->sell_fraction[site];
    if (!isnan(fraction)) {
        double *value = sw_arena_alloc(arena, (size_t)model->sys.n_slot, sizeof *value);
        if (value == NULL) {
            return false;
        }
        for (int64_t n = 0; n < model->sys.n_slot; n++) {
            value[n] = fraction * sw_signal_at(buy, n);
        }
        *sell = (sw_signal){.value = value, .stride = 1};
    }
    const int64_t n = sw_lower_sell(buy, model->sys.n_slot, arena, sell);
    *n_lowered += n > 0 ? n : 0;
    return n >= 0;
}

sw_status sw_realise(const sw_model *model, uint64_t seed, sw_arena *arena, sw_realised *realised,
                     sw_error *err) {
    const sw_system *sys = &model->sys;
    const int32_t n_signal = sys->n_site * SW_SIGNALS_PER_SITE;
    *realised = (sw_realised){.signal = model->signal,
                              .workload = model->workload,
                              .sell_lowered = model->sell_lowered};
    if (model->synth == NULL) {
        return SW_OK;
    }
    sw_signal *signal = sw_arena_alloc(arena, (size_t)n_signal, sizeof *signal);
    sw_workload *workload = sw_arena_alloc(arena, (size_t)sys->n_class, sizeof *workload);
    bool ok = signal != NULL && workload != NULL;
    if (ok) {
        memcpy(signal, model->signal, (size_t)n_signal * sizeof *signal);
        memcpy(workload, model->workload, (size_t)sys->n_class * sizeof *workload);
        *realised = (sw_realised){signal, workload, model->sell_lowered};
    }
    for (int32_t i = 0; i < n_signal && ok; i++) {
        if (model->synth[i] != NULL) {
            ok = generate(model, seed, i, i / SW_SIGNALS_PER_SITE, arena, &signal[i]);
        }
    }
    for (int32_t site = 0; site < sys->n_site && ok; site++) {
        const sw_synth *const *synth = &model->synth[(ptrdiff_t)site * SW_SIGNALS_PER_SITE];
        if (synth[SW_SIGNAL_BUY] != NULL || synth[SW_SIGNAL_SELL] != NULL) {
            ok = realise_sell(model, site, arena, &signal[(ptrdiff_t)site * SW_SIGNALS_PER_SITE],
                              &realised->sell_lowered);
        }
    }
    for (int32_t cls = 0; cls < sys->n_class && ok; cls++) {
        if (model->synth[n_signal + cls] != NULL) {
            const int32_t site = sys->asp_site[sys->class_origin[cls]];
            ok = generate(model, seed, n_signal + cls, site, arena, &workload[cls].rate);
        }
    }
    return ok ? SW_OK
              : sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for generated signals of %lld slots",
                        (long long)sys->n_slot);
}
