#include "engine/tourney.h"

sw_status sw_tourney_init(sw_tourney *tourney, int32_t n, sw_arena *arena, sw_error *err)
{
    int32_t n_leaf = 2;
    while (n_leaf < n) {
        n_leaf *= 2;
    }
    tourney->n_leaf = n_leaf;
    tourney->key = sw_arena_alloc(arena, (size_t)n_leaf, sizeof *tourney->key);
    tourney->winner = sw_arena_alloc(arena, (size_t)n_leaf, sizeof *tourney->winner);
    if (tourney->key == NULL || tourney->winner == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %d event sources", n);
    }
    for (int32_t i = 0; i < n_leaf; i++) {
        tourney->key[i] = SW_KEY_NEVER;
    }
    for (int32_t i = 0; i < n_leaf; i += 2) {
        sw_tourney_set(tourney, i, SW_KEY_NEVER);
    }
    return SW_OK;
}
