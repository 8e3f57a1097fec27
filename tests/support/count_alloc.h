// count_alloc.h -- counts calls that take memory, in tests linked with sw_count_allocations().
#ifndef SW_TEST_COUNT_ALLOC_H
#define SW_TEST_COUNT_ALLOC_H

#include <stdint.h>

// Returns how often the program has taken memory so far; check's assertions do, too.
int64_t count_alloc_calls(void);

#endif
