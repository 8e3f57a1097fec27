// tape.h -- writes down in memory all that a run decides, in the form that policy replay reads, and
// all that came of it. Two runs are the same when their tapes are.
#ifndef TESTS_SUPPORT_TAPE_H
#define TESTS_SUPPORT_TAPE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "sim/run.h"

// Makes two runs in two threads take turns at every decision, so that what they share shows.
typedef struct tape_turns {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int next; // whose turn it is
    bool over[2];
} tape_turns;

void tape_turns_init(tape_turns *turns);
void tape_turns_deinit(tape_turns *turns);
// Says that a run is over, which the other need not wait for.
void tape_turns_end(tape_turns *turns, int side);

enum { TAPE_JOBS, TAPE_CONTROLS, TAPE_OUTCOMES, TAPE_N };

typedef struct tape {
    const sw_system *sys;
    FILE *file[TAPE_N];
    char *text[TAPE_N]; // after tape_close
    size_t size[TAPE_N];
    bool all_off;      // some ASP had no GPU on
    tape_turns *turns; // NULL: runs alone
    int side;
} tape;

// Returns false when memory is short; deinit is due all the same.
bool tape_open(tape *made, const sw_system *sys);
bool tape_close(tape *made);
void tape_deinit(tape *made);

// What to listen to a run with. The tape must stay where it is.
sw_sim_listeners tape_listeners(tape *made);
bool tape_equal(const tape *a, const tape *b);
bool tape_results_equal(const sw_run_result *a, const sw_run_result *b, const sw_system *sys);

#endif
