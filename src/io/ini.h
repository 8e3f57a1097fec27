// ini.h -- INI files, read strictly with inih: sections and keys as text, each with the place where
// it stands.
//
// Stricter than inih: no key twice in a section and no section twice in a file, no indented lines
// (inih would join them to the value above), no `key: value`, no text after a section's `]`, no
// control bytes, no lines that inih would cut, no `#` or `;` inside a value. `;` after a blank
// starts a comment; `;` or `#` first in a line makes it one.
#ifndef SW_IO_INI_H
#define SW_IO_INI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "io/messages.h"

enum {
    SW_INI_MAX_LINE = 190, // bytes; inih's buffer holds 200 with line end and final 0
    SW_INI_MAX_NAME = 49,  // bytes of a section's or key's name; inih cuts longer ones
    SW_INI_MAX_SECTION = 65536,
    SW_INI_MAX_ENTRY = 1000,   // keys of one section
    SW_INI_MAX_BYTES = 1 << 24 // of a file
};

// Where entries came from.
typedef struct sw_ini_source {
    const char *label;     // path of the file as it was opened, or `--set TEXT`
    bool has_lines;        // messages name a line
    const char *dir;       // folder in which its files are looked up first, "" or ending in '/'
    const char *shown_dir; // that folder as seen from the folder of the first file, likewise
} sw_ini_source;

typedef struct sw_ini_entry {
    const char *key;
    const char *value; // without blanks around it; never empty
    const sw_ini_source *source;
    int32_t line;
} sw_ini_entry;

typedef struct sw_ini_section {
    const char *name; // words with one blank between them, such as "site east"
    const sw_ini_source *source;
    int32_t line;
    int32_t n;
    int32_t capacity;
    sw_ini_entry *entry; // [n]
} sw_ini_section;

// One file, or several merged. All memory belongs to the arena, which is borrowed.
typedef struct sw_ini {
    sw_arena *arena;
    int32_t n;
    int32_t capacity;
    sw_ini_section *section; // in order of appearance; moves when one is added   [n]
    int32_t n_slot;          // of the hash table, a power of two
    int32_t *slot;           // index of a section by the hash of its name; -1: none   [n_slot]
} sw_ini;

// Starts an empty document.
void sw_ini_init(sw_ini *ini, sw_arena *arena);

// Reads INI text into an empty document; adds a message for every line that is wrong and reads on.
void sw_ini_read_text(sw_ini *ini, const char *text, size_t n, const sw_ini_source *source,
                      sw_messages *messages);

// Lays `over` on top of `ini`: its values win, its new sections and keys follow. Both use the same
// arena.
sw_status sw_ini_merge(sw_ini *ini, const sw_ini *over);

// Finds a section by name, a key in a section; NULL: not there. Adding a section moves all of them.
sw_ini_section *sw_ini_find(const sw_ini *ini, const char *name);
sw_ini_entry *sw_ini_get(const sw_ini_section *section, const char *key);

// Sets a key, new or not. NULL when memory is short.
sw_ini_entry *sw_ini_set(sw_ini *ini, sw_ini_section *section, const sw_ini_entry *entry);

// True when all characters are letters, digits or one of `_ . + -`, and there is at least one.
bool sw_ini_is_name(const char *text);

// Adds the message `PLACE: [section] key: ...`. Nullable: section, key, when there is none to name.
void sw_ini_complain(sw_messages *messages, const sw_ini_source *source, int32_t line,
                     const char *section, const char *key, const char *fmt, ...) SW_PRINTF(6, 7);

#endif
