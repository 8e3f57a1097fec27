// journal.h -- finished tasks of a sweep, appended to a file beside the results as they come, so
// that nothing done is lost when the program is killed.
//
// A header names the sweep (digest, shard, length of a record); each record carries the number of
// its task and a checksum. A record cut off at the end, or damaged, is passed over and its task
// runs again. The file is locked while it is open: two processes cannot write the same output.
#ifndef SW_SWEEP_JOURNAL_H
#define SW_SWEEP_JOURNAL_H

#include "sweep/grid.h"

typedef struct sw_journal sw_journal;

// Opens the journal of the output file `path`, at `path`.journal, and locks it. With `resume` an
// old one is continued, which must be of the same sweep; without it there must be none with
// finished tasks. The grid is borrowed.
sw_status sw_journal_open(const char *path, const sw_grid *grid, bool resume, sw_journal **journal,
                          sw_error *err);

// Reads finished tasks into the grid; those beyond its tasks are left for later. `n_damaged`
// (nullable) gets how many records were passed over.
sw_status sw_journal_read(sw_journal *journal, sw_grid *grid, int64_t *n_damaged, sw_error *err);

// Appends a task's record. One thread at a time.
sw_status sw_journal_add(sw_journal *journal, int64_t task, const double *record, sw_error *err);

// Makes what was appended last through a power failure.
sw_status sw_journal_sync(sw_journal *journal, sw_error *err);

// Closes the journal and gives the lock back. Removed when `done` (the results are written), or
// when it holds no task.
void sw_journal_close(sw_journal *journal, bool done);

#endif
