// realise.h -- the signals of one seed: those of the model, and values for its generators.
#ifndef SW_MODEL_REALISE_H
#define SW_MODEL_REALISE_H

#include "model/model.h"

// Arrays of the model itself when it has no generators, else of the arena.
typedef struct sw_realised {
    const sw_signal *signal;     // [n_site, SW_SIGNALS_PER_SITE]; SELL is never above BUY
    const sw_workload *workload; // [n_class]
    int64_t sell_lowered;        // site-slots whose sell price was lowered to the buy price
} sw_realised;

sw_status sw_realise(const sw_model *model, uint64_t seed, sw_arena *arena, sw_realised *realised,
                     sw_error *err);

// Lowers a sell price to the buy price where it is above; returns in how many slots. The new values
// are taken from `arena`; -1 when memory is short.
int64_t sw_lower_sell(const sw_signal *buy, int64_t n_slot, sw_arena *arena, sw_signal *sell);

#endif
