#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now_s(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0.0;
    }
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void sw_progress_begin(sw_progress *progress, const char *unit) {
    const double start_s = now_s();
    // The first line comes after half a second: short commands stay silent.
    *progress = (sw_progress){.unit = unit,
                              .start_s = start_s,
                              .shown_s = start_s + 0.4,
                              .on = isatty(STDERR_FILENO) == 1};
}

void sw_progress_show(sw_progress *progress, double done, double planned) {
    if (!progress->on) {
        return;
    }
    const double now = now_s();
    if (now - progress->shown_s < 0.1) {
        return;
    }
    progress->shown_s = now;
    const double spent_s = now - progress->start_s;
    const double rate = done / spent_s;
    const double left_s = done > 0.0 ? spent_s * (planned - done) / done : 0.0;
    const long left = (long)(left_s + 0.5);
    (void)fprintf(stderr, "\r\033[K%3.0f %%  %.0f of %.0f %s, %.3g %s/s, %ld:%02ld:%02ld left",
                  100.0 * done / planned, done, planned, progress->unit, rate, progress->unit,
                  left / 3600, left / 60 % 60, left % 60);
    (void)fflush(stderr);
}

void sw_progress_end(sw_progress *progress) {
    if (progress->on) {
        (void)fputs("\r\033[K", stderr);
    }
}
