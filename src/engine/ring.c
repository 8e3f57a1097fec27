#include "engine/ring.h"

#include <stdlib.h>

static bool grow(sw_ring *ring)
{
    const uint32_t capacity = ring->capacity == 0 ? 16 : ring->capacity * 2;
    if (capacity > (1u << 30)) {
        return false;
    }
    int32_t *item = malloc(capacity * sizeof *item);
    if (item == NULL) {
        return false;
    }
    const uint32_t n = sw_ring_count(ring);
    for (uint32_t i = 0; i < n; i++) {
        item[i] = sw_ring_at(ring, i);
    }
    free(ring->item);
    *ring = (sw_ring){.item = item, .capacity = capacity, .head = 0, .tail = n};
    return true;
}

bool sw_ring_push(sw_ring *ring, int32_t item)
{
    if (sw_ring_count(ring) == ring->capacity && !grow(ring)) {
        return false;
    }
    ring->item[ring->tail++ & (ring->capacity - 1)] = item;
    return true;
}

void sw_ring_deinit(sw_ring *ring)
{
    free(ring->item);
    *ring = (sw_ring){0};
}
