#include "engine/minset.h"

#include <stddef.h>
#include <stdlib.h>

// Plays all matches anew.
static void play_all(sw_minset *set) {
    for (int32_t at = set->n_leaf - 1; at > 0; at--) {
        const sw_minset_node *left = &set->node[(ptrdiff_t)2 * at];
        set->node[at] = left[1].order < left[0].order ? left[1] : left[0];
    }
}

bool sw_minset_grow(sw_minset *set) {
    if (set->n_leaf > INT32_MAX / 4) {
        return false;
    }
    const int32_t n_leaf = set->n_leaf == 0 ? 16 : 2 * set->n_leaf;
    sw_minset_node *node = malloc(2 * (size_t)n_leaf * sizeof *node);
    int32_t *item = realloc(set->item, (size_t)n_leaf * sizeof *item);
    set->item = item != NULL ? item : set->item;
    if (node == NULL || item == NULL) {
        free(node);
        return false;
    }
    for (int32_t place = 0; place < n_leaf; place++) {
        const bool old = place < set->n_leaf;
        node[n_leaf + place] =
            old ? set->node[set->n_leaf + place] : (sw_minset_node){SW_MINSET_EMPTY, place};
        item[place] = old ? item[place] : place + 1;
    }
    // All old places are taken; the first new one is free, and each names the next.
    set->free = set->n_leaf;
    free(set->node);
    set->node = node;
    set->n_leaf = n_leaf;
    play_all(set);
    return true;
}

void sw_minset_deinit(sw_minset *set) {
    free(set->node);
    free(set->item);
    *set = (sw_minset){0};
}

void sw_minset_subtract(sw_minset *set, double amount) {
    for (int32_t place = 0; place < set->n_leaf; place++) {
        sw_minset_node *leaf = &set->node[set->n_leaf + place];
        if (leaf->order != SW_MINSET_EMPTY) {
            leaf->order = sw_minset_order(sw_minset_key(leaf->order) - amount);
        }
    }
    play_all(set);
}
