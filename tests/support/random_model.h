// random_model.h -- random small systems made in memory from a seed, for tests of properties.
#ifndef SW_TEST_RANDOM_MODEL_H
#define SW_TEST_RANDOM_MODEL_H

#include "model/model.h"

// Uniform numbers of one test case, one after another.
typedef struct dice {
    uint64_t seed;
    uint32_t stream;
    uint64_t n;
} dice;

double dice_real(dice *d, double lo, double hi);
int32_t dice_int(dice *d, int32_t lo, int32_t hi);
bool dice_chance(dice *d, double p);

// All times of a model of even seed, and so of its runs, are whole multiples of this (if its
// decisions' times are, too): many events fall on the same instant, and exactly so.
#define RANDOM_MODEL_STEP_S 15.0

static inline bool random_model_is_stepped(uint64_t seed) {
    return seed % 2 == 0;
}

// Makes 1-4 sites, 1-6 ASPs and 1-5 classes of every kind that a scenario can hold, over 1-8 slots.
sw_model *random_model(uint64_t seed);

// Makes the like of it with 1-2 sites and 10-150 ASPs; of every tenth seed one site and 64 or 576.
sw_model *random_wide_model(uint64_t seed);

#endif
