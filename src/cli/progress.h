// progress.h -- a line on stderr that tells how far a long command is; nothing unless stderr is a
// terminal.
#ifndef SW_CLI_PROGRESS_H
#define SW_CLI_PROGRESS_H

#include <stdbool.h>

typedef struct sw_progress {
    const char *unit; // what is counted, in the plural: "slots", "runs"
    double start_s;
    double shown_s; // when the line was last drawn
    bool on;        // stderr is a terminal
} sw_progress;

void sw_progress_begin(sw_progress *progress, const char *unit);
// Draws the line at most ten times a second: share, rate, time left.
void sw_progress_show(sw_progress *progress, double done, double planned);
// Removes the line.
void sw_progress_end(sw_progress *progress);

#endif
