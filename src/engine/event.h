// event.h -- what can happen, and in which order at one instant. Knows nothing of data centers.
#ifndef SW_ENGINE_EVENT_H
#define SW_ENGINE_EVENT_H

#include <stdint.h>

#include "base/timegrid.h"

// Kinds of events; at equal times the lower fires first.
typedef enum sw_event_kind {
    SW_EVENT_COMPLETION = 0, // a job's service ends
    SW_EVENT_TICK = 1,       // a slot begins
    SW_EVENT_WAKE = 2,       // switched-on GPUs can serve
    SW_EVENT_REACH = 3,      // a job reaches its queue
    SW_EVENT_ARRIVAL = 4,    // a job arrives
    SW_EVENT_INTERVAL = 5,   // a job that waited for the dispatch interval is decided
    SW_EVENT_FAILURE = 6     // reserved for failures of GPUs and sites
} sw_event_kind;

// Packs time and kind into one number that sorts as events do. `time_s` lies on the time grid, below 2^26 s.
static inline uint64_t sw_event_key(double time_s, sw_event_kind kind)
{
    return ((uint64_t)(int64_t)(time_s * SW_TIME_GRID_PER_S) << 3) | (uint64_t)kind;
}

static inline double sw_event_key_time_s(uint64_t key)
{
    return (double)(int64_t)(key >> 3) / SW_TIME_GRID_PER_S;
}

static inline sw_event_kind sw_event_key_kind(uint64_t key)
{
    return (sw_event_kind)(key & 7u);
}

#endif
