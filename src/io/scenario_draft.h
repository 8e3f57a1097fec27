// scenario_draft.h -- a scenario while it is read: its merged text, its sections with their values,
// what is wrong. Private to the scenario reader.
#ifndef SW_IO_SCENARIO_DRAFT_H
#define SW_IO_SCENARIO_DRAFT_H

#include "io/ini.h"
#include "io/keys.h"
#include "io/scenario.h"

// One section with its values.
typedef struct sw_item {
    const char *section; // "site east"
    const sw_ini_source *source;
    int32_t line;
    sw_section_kind kind;
    const char *name;  // behind the kind's word; "" where there is none
    const char *name2; // of a link: the server
    sw_value *value;   // in the order of the kind's rows in the key table
} sw_item;

typedef struct sw_draft {
    sw_arena scratch; // what the model does not keep
    sw_messages *messages;
    bool out_of_memory; // items may be incomplete
    sw_ini ini;
    sw_ini_source *top; // the scenario file itself
    int32_t n[SW_N_SECTION_KIND];
    sw_item *item[SW_N_SECTION_KIND];
    int32_t *
        item_of_section; // index within its kind, by section of `ini`; -1: of no known kind [ini.n]
} sw_draft;

// Messages of the draft so far: lets a step tell whether it added any.
int32_t sw_draft_n_message(const sw_draft *draft);

// Reads the file, what it includes, and the --set texts into draft->ini.
void sw_draft_read(sw_draft *draft, const char *path, const sw_scenario_options *options);

// Turns the sections of draft->ini into items: kinds, names, values by the key table, absent keys.
void sw_draft_make_items(sw_draft *draft);

// Finds where the file that a value names lies: beside the source, else in the current folder.
// `shown` gets the spelling by which the scenario's own folder leads to it. NULL, with a message,
// when it is in neither place or memory is short. Both texts belong to draft->scratch.
const char *sw_draft_find_file(sw_draft *draft, const sw_item *item, sw_value *value);

// Writes the draft as one scenario text, into `arena`; NULL when memory is short.
const char *sw_draft_text(const sw_draft *draft, sw_arena *arena);

// Returns the value of a key of the table; absent keys hold their fallback or are not `ok`.
sw_value *sw_item_value(const sw_item *item, const char *key);

// Returns the item of a kind by name; -1: there is none.
int32_t sw_draft_find(const sw_draft *draft, sw_section_kind kind, const char *name);

// Adds a message at a key's place, or at its section's when the key is absent.
void sw_draft_complain(sw_draft *draft, const sw_item *item, const char *key, const char *fmt, ...)
    SW_PRINTF(4, 5);
void sw_draft_no_memory(sw_draft *draft);

// Checks what no single key can tell: references, pairs of keys, the horizon, what an ASP's model
// needs. Resolves references: their values' `index` is the item they name.
void sw_draft_check(sw_draft *draft);

// Loads all signals and job traces into the model, whose name, horizon and start are set: its
// `signal`, `workload`, `sell_lowered` and `input`. Adds a message for each that is wrong.
void sw_draft_load_series(sw_draft *draft, sw_model *model);

#endif
