#include "support/count_alloc.h"

#include <stdatomic.h>
#include <stddef.h>

static _Atomic int64_t n_call;

int64_t count_alloc_calls(void) {
    return atomic_load(&n_call);
}

// The linker sends each call of NAME here, and __real_NAME to the library.
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size) {
    atomic_fetch_add(&n_call, 1);
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    atomic_fetch_add(&n_call, 1);
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    atomic_fetch_add(&n_call, 1);
    return __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    atomic_fetch_add(&n_call, 1);
    return __real_aligned_alloc(alignment, size);
}
