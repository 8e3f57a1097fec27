// arena.h -- memory that is taken piece by piece and given back all at once.
#ifndef SW_BASE_ARENA_H
#define SW_BASE_ARENA_H

#include <stddef.h>

#include "base/compiler.h"

typedef struct sw_arena {
    struct sw_arena_block *block; // newest first; NULL: nothing taken yet
} sw_arena;

// Returns `count` zeroed elements of `size` bytes, aligned to 64 bytes; NULL when memory is short
// or the product overflows. A count of 0 gives a valid pointer. Owned by the arena.
void *sw_arena_alloc(sw_arena *arena, size_t count, size_t size) SW_NODISCARD;

// Copies a string into the arena. NULL when memory is short.
char *sw_arena_strdup(sw_arena *arena, const char *text) SW_NODISCARD;

// Gives all memory back; the arena is empty and usable again.
void sw_arena_deinit(sw_arena *arena);

#endif
