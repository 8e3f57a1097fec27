// slowed.c -- linked into a copy of the program to slow it down on purpose: a few percent more instructions
// at every job, for the test of the gate that is to notice.
#include "model/world.h"

// NOLINTBEGIN(bugprone-reserved-identifier): the linker wraps by these names
bool __real_sw_world_next(sw_world *world, sw_arrival *arrival);
bool __wrap_sw_world_next(sw_world *world, sw_arrival *arrival);

bool __wrap_sw_world_next(sw_world *world, sw_arrival *arrival) {
    volatile int32_t waste = 0;
    for (int32_t i = 0; i < 14; i++) {
        waste = waste + i;
    }
    return __real_sw_world_next(world, arrival);
}
// NOLINTEND(bugprone-reserved-identifier)
