// heap.h -- a binary min-heap of small entries ordered by (key, id), with replace-top and removal anywhere. Grows by
// doubling when it holds more than ever before, so a run in steady state allocates nothing.
#ifndef SW_ENGINE_HEAP_H
#define SW_ENGINE_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

typedef struct sw_heap_entry {
    double key;
    int64_t id;   // breaks ties; unique in the heap
    int32_t item; // the owner's
} sw_heap_entry;

typedef struct sw_heap {
    sw_heap_entry *entry; // [capacity]; entry[0] is the least
    int32_t n;
    int32_t capacity;
} sw_heap;

static inline bool sw_heap_before(const sw_heap_entry *a, const sw_heap_entry *b)
{
    return a->key < b->key || (a->key == b->key && a->id < b->id);
}

// Makes room for `n` entries; false when memory is short (the heap stays as it was).
bool sw_heap_reserve(sw_heap *heap, int32_t n) SW_NODISCARD;
void sw_heap_deinit(sw_heap *heap);

// Adds an entry; false when memory is short.
bool sw_heap_push(sw_heap *heap, sw_heap_entry entry) SW_NODISCARD;
// Takes away entry `i` of a heap of n > i entries.
void sw_heap_remove(sw_heap *heap, int32_t i);

#endif
