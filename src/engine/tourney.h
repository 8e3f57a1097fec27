// tourney.h -- the earliest of many owners' next events: a winner tree over 64-bit keys. Equal keys go to the lower
// owner, so that the order of events is total. A change of one key costs log2(n) comparisons.
#ifndef SW_ENGINE_TOURNEY_H
#define SW_ENGINE_TOURNEY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

#define SW_KEY_NEVER UINT64_MAX

typedef struct sw_tourney {
    int32_t n_leaf;  // a power of two, >= number of owners
    uint64_t *key;   // of each owner; SW_KEY_NEVER: no event   [n_leaf]
    int32_t *winner; // of each inner node, root at 1           [n_leaf]
} sw_tourney;

// Takes memory for `n` owners, all without event. Owned by the arena.
sw_status sw_tourney_init(sw_tourney *tourney, int32_t n, sw_arena *arena, sw_error *err);

// The owner with the least key.
static inline int32_t sw_tourney_first(const sw_tourney *tourney)
{
    return tourney->winner[1];
}

// Sets the key of an owner.
static inline void sw_tourney_set(sw_tourney *tourney, int32_t owner, uint64_t key)
{
    const int32_t n = tourney->n_leaf;
    tourney->key[owner] = key;
    // The lowest inner node over a leaf compares two leaves; those above compare winners.
    int32_t node = (n + owner) / 2;
    const int32_t left = owner & ~1;
    int32_t best = tourney->key[left + 1] < tourney->key[left] ? left + 1 : left;
    tourney->winner[node] = best;
    while (node > 1) {
        const int32_t sibling = tourney->winner[node ^ 1];
        const int32_t lower = (node & 1) == 0 ? best : sibling;
        const int32_t upper = (node & 1) == 0 ? sibling : best;
        best = tourney->key[upper] < tourney->key[lower] ? upper : lower;
        node /= 2;
        tourney->winner[node] = best;
    }
}

#endif
