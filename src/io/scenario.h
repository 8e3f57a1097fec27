// scenario.h -- reads a scenario file (INI) and everything it names into a model, or tells all that
// is wrong with it.
#ifndef SW_IO_SCENARIO_H
#define SW_IO_SCENARIO_H

#include <stdio.h>

#include "base/status.h"
#include "io/messages.h"
#include "model/model.h"

typedef struct sw_scenario_options {
    const char *const *set; // "SECTION.KEY=VALUE" texts of --set, applied in order   [n_set]
    int32_t n_set;
    double shift_days; // moves a dated start by so many days (`--days`); 0: as written
} sw_scenario_options;

// Reads and checks a scenario. On any error *model is NULL and `messages` holds every error found.
sw_status sw_scenario_load(const char *path, const sw_scenario_options *options, sw_model **model,
                           sw_messages *messages);

// Writes docs/scenario.md, from the key table. ferror(out) tells whether all of it was written.
void sw_scenario_write_reference(FILE *out);

#endif
