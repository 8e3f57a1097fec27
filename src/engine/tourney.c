#include "engine/tourney.h"

sw_status sw_tourney_init(sw_tourney *tourney, int32_t n, sw_arena *arena, sw_error *err) {
    int32_t n_leaf = 1;
    while (n_leaf < n) {
        n_leaf *= 2;
    }
    tourney->n_leaf = n_leaf;
    tourney->node = sw_arena_alloc(arena, 2 * (size_t)n_leaf, sizeof *tourney->node);
    if (tourney->node == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %d event sources", n);
    }
    for (int32_t at = 2 * n_leaf - 1; at > 0; at--) {
        const int32_t owner = at < n_leaf ? tourney->node[(ptrdiff_t)2 * at].owner : at - n_leaf;
        tourney->node[at] = (sw_tourney_node){SW_KEY_NEVER, owner};
    }
    return SW_OK;
}
