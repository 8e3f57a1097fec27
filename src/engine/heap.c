#include "engine/heap.h"

#include <stdlib.h>

bool sw_heap_reserve(sw_heap *heap, int32_t n)
{
    if (n <= heap->capacity) {
        return true;
    }
    int64_t capacity = heap->capacity < 16 ? 16 : heap->capacity;
    while (capacity < n) {
        capacity *= 2;
    }
    if (capacity > INT32_MAX) {
        capacity = INT32_MAX;
    }
    sw_heap_entry *entry = realloc(heap->entry, (size_t)capacity * sizeof *entry);
    if (entry == NULL) {
        return false;
    }
    heap->entry = entry;
    heap->capacity = (int32_t)capacity;
    return true;
}

void sw_heap_deinit(sw_heap *heap)
{
    free(heap->entry);
    *heap = (sw_heap){0};
}

// Moves `entry` from the hole at `i` towards the root until its parent is before it.
static void sift_up(sw_heap *heap, int32_t i, sw_heap_entry entry)
{
    while (i > 0) {
        const int32_t parent = (i - 1) / 2;
        if (!sw_heap_before(&entry, &heap->entry[parent])) {
            break;
        }
        heap->entry[i] = heap->entry[parent];
        i = parent;
    }
    heap->entry[i] = entry;
}

// Moves `entry` from the hole at `i` towards the leaves until both children are after it.
static void sift_down(sw_heap *heap, int32_t i, sw_heap_entry entry)
{
    const int32_t n = heap->n;
    for (;;) {
        int64_t child = 2 * (int64_t)i + 1;
        if (child >= n) {
            break;
        }
        if (child + 1 < n && sw_heap_before(&heap->entry[child + 1], &heap->entry[child])) {
            child++;
        }
        if (!sw_heap_before(&heap->entry[child], &entry)) {
            break;
        }
        heap->entry[i] = heap->entry[child];
        i = (int32_t)child;
    }
    heap->entry[i] = entry;
}

bool sw_heap_push(sw_heap *heap, sw_heap_entry entry)
{
    if (heap->n == INT32_MAX || !sw_heap_reserve(heap, heap->n + 1)) {
        return false;
    }
    heap->n++;
    sift_up(heap, heap->n - 1, entry);
    return true;
}

// Puts `entry` in the place of entry `i`.
static void replace(sw_heap *heap, int32_t i, sw_heap_entry entry)
{
    if (i > 0 && sw_heap_before(&entry, &heap->entry[(i - 1) / 2])) {
        sift_up(heap, i, entry);
    } else {
        sift_down(heap, i, entry);
    }
}

void sw_heap_remove(sw_heap *heap, int32_t i)
{
    heap->n--;
    if (i < heap->n) {
        replace(heap, i, heap->entry[heap->n]);
    }
}
