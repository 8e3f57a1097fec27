// net_fixture.h -- networks of random weights, the same ones in every run.
#ifndef TESTS_SUPPORT_NET_FIXTURE_H
#define TESTS_SUPPORT_NET_FIXTURE_H

#include "base/rng.h"
#include "nn/net.h"

// Returns uniform number `index` of a stream, in -size .. size.
static inline float net_random(uint32_t stream, uint64_t index, double size) {
    return (float)(size * (2.0 * sw_rng_uniform(7, SW_RNG_POLICY, stream, index, 0) - 1.0));
}

// Fills n floats.
static inline void net_randoms(uint32_t stream, int32_t n, double size, float *x) {
    for (int32_t i = 0; i < n; i++) {
        x[i] = net_random(stream, (uint64_t)i, size);
    }
}

typedef struct net_shape {
    int32_t n_in;
    int32_t n_layer;
    int32_t n_out[SW_NET_MAX_LAYER];
    sw_net_act act; // of all layers but the last
    sw_net_act last;
} net_shape;

// Writes a source of that shape into the arena: weights of the usual size 1/sqrt(inputs), means,
// deviations and clips that matter.
static inline sw_net_source net_source(const net_shape *shape, sw_arena *arena) {
    sw_net_source written = {.n_in = shape->n_in, .n_layer = shape->n_layer};
    float *scaling = sw_arena_alloc(arena, 3 * (size_t)shape->n_in, sizeof *scaling);
    SW_REQUIRE(scaling != NULL);
    for (int32_t i = 0; i < shape->n_in; i++) {
        scaling[i] = net_random(1, (uint64_t)i, 0.3);
        scaling[shape->n_in + i] = 1.0f + net_random(2, (uint64_t)i, 0.5);
        scaling[2 * shape->n_in + i] = 1.5f + net_random(3, (uint64_t)i, 0.4);
    }
    written.mean = scaling;
    written.std = scaling + shape->n_in;
    written.clip = scaling + (ptrdiff_t)2 * shape->n_in;
    int32_t n_in = shape->n_in;
    for (int32_t l = 0; l < shape->n_layer; l++) {
        const int32_t n_out = shape->n_out[l];
        float *weight = sw_arena_alloc(arena, (size_t)n_in * (size_t)n_out, sizeof *weight);
        float *bias = sw_arena_alloc(arena, (size_t)n_out, sizeof *bias);
        SW_REQUIRE(weight != NULL && bias != NULL);
        double size = 1.0;
        while (size * size * (double)n_in > 3.0) {
            size *= 0.9;
        }
        net_randoms(10 + 2 * (uint32_t)l, n_in * n_out, size, weight);
        net_randoms(11 + 2 * (uint32_t)l, n_out, size, bias);
        written.layer[l].n_out = n_out;
        written.layer[l].act = l + 1 < shape->n_layer ? shape->act : shape->last;
        written.layer[l].weight = weight;
        written.layer[l].bias = bias;
        n_in = n_out;
    }
    return written;
}

#endif
