// sweep_reading.h -- what the readers of the parts of a sweep file share. Private to sweep/.
#ifndef SW_SWEEP_SWEEP_READING_H
#define SW_SWEEP_SWEEP_READING_H

#include "io/ini.h"
#include "sweep/sweep_file.h"

typedef struct sw_reading {
    sw_sweep *sweep;
    sw_ini ini;
    sw_ini_source source;
    sw_messages *messages;
} sw_reading;

typedef struct sw_texts {
    int32_t n;
    const char **text; // [n]
} sw_texts;

// Complains: memory is short; or of an entry (nullable: of its section).
void sw_reading_no_memory(sw_reading *r);
void sw_reading_complain(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                         const char *what);

// Cuts a value at its bars, or where it has none at its commas. False, with a message, on an empty
// part.
bool sw_reading_split(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                      sw_texts *list);

// Reads a section [axis NAME] into the sweep's next axis, or complains.
void sw_reading_axis(sw_reading *r, const sw_ini_section *section);

#endif
