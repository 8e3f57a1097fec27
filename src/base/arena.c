#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SW_ARENA_ALIGN = 64, SW_ARENA_CHUNK = 64 * 1024 };

// A block starts with this header, padded to the alignment; its bytes follow.
typedef struct sw_arena_block {
    struct sw_arena_block *older;
    size_t size; // bytes in all, header included
    size_t used; // header included
} sw_arena_block;

static size_t round_up(size_t n) {
    return (n + SW_ARENA_ALIGN - 1) / SW_ARENA_ALIGN * SW_ARENA_ALIGN;
}

void *sw_arena_alloc(sw_arena *arena, size_t count, size_t size) {
    if (size != 0 && count > (SIZE_MAX / 2) / size) {
        return NULL;
    }
    const size_t bytes = round_up(count * size + (count * size == 0));
    const size_t header = round_up(sizeof(sw_arena_block));
    sw_arena_block *block = arena->block;

    if (block == NULL || block->size - block->used < bytes) {
        const size_t total = header + (bytes > SW_ARENA_CHUNK ? bytes : SW_ARENA_CHUNK);
        block = aligned_alloc(SW_ARENA_ALIGN, total);
        if (block == NULL) {
            return NULL;
        }
        *block = (sw_arena_block){.older = arena->block, .size = total, .used = header};
        arena->block = block;
    }
    void *piece = (char *)block + block->used;
    block->used += bytes;
    return memset(piece, 0, bytes);
}

char *sw_arena_strdup(sw_arena *arena, const char *text) {
    const size_t n = strlen(text) + 1;
    char *copy = sw_arena_alloc(arena, n, 1);
    return copy == NULL ? NULL : memcpy(copy, text, n);
}

void sw_arena_deinit(sw_arena *arena) {
    while (arena->block != NULL) {
        sw_arena_block *older = arena->block->older;
        free(arena->block);
        arena->block = older;
    }
}
