// scenario.h -- reads a scenario file (INI) and everything it names into a model, or tells all that
// is wrong with it.
#ifndef SW_IO_SCENARIO_H
#define SW_IO_SCENARIO_H

#include <stdio.h>

#include "base/status.h"
#include "model/model.h"

// Messages `FILE:LINE: [section] key: what is wrong, what is allowed`, in the order found.
typedef struct sw_messages {
    int32_t n;      // kept
    int32_t n_lost; // beyond the most that are kept (SW_MESSAGES_MAX)
    char **text;    // [n]
    sw_status code; // of the first: SW_ERR_BAD_INPUT, SW_ERR_IO or SW_ERR_NO_MEMORY
} sw_messages;

enum { SW_MESSAGES_MAX = 100 };

void sw_messages_deinit(sw_messages *messages);
// Adds one message; keeps its code when it is the first.
void sw_messages_add(sw_messages *messages, sw_status code, const char *fmt, ...) SW_PRINTF(3, 4);

typedef struct sw_scenario_options {
    const char *const *set; // "SECTION.KEY=VALUE" texts of --set, applied in order   [n_set]
    int32_t n_set;
    double shift_days; // moves a dated start by so many days (`--days`); 0: as written
} sw_scenario_options;

// Reads and checks a scenario. On any error *model is NULL and `messages` holds every error found.
sw_status sw_scenario_load(const char *path, const sw_scenario_options *options, sw_model **model,
                           sw_messages *messages);

// Writes the reference of all sections and keys (docs/scenario.md's table) as Markdown, from the
// key table.
void sw_scenario_write_reference(FILE *out);

#endif
