// ring.h -- a first-in first-out queue of 32-bit items. Grows by doubling when it holds more than ever before.
#ifndef SW_ENGINE_RING_H
#define SW_ENGINE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

typedef struct sw_ring {
    int32_t *item; // [capacity], a power of two
    uint32_t capacity;
    uint32_t head; // counts pops
    uint32_t tail; // counts pushes; tail - head items are in the ring
} sw_ring;

static inline uint32_t sw_ring_count(const sw_ring *ring)
{
    return ring->tail - ring->head;
}

// The i-th item from the front, i < count.
static inline int32_t sw_ring_at(const sw_ring *ring, uint32_t i)
{
    return ring->item[(ring->head + i) & (ring->capacity - 1)];
}

// Adds an item at the back; false when memory is short.
bool sw_ring_push(sw_ring *ring, int32_t item) SW_NODISCARD;

// Takes the item at the front of a ring that is not empty.
static inline int32_t sw_ring_pop(sw_ring *ring)
{
    return ring->item[ring->head++ & (ring->capacity - 1)];
}

void sw_ring_deinit(sw_ring *ring);

#endif
