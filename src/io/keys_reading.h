// keys_reading.h -- what the readers of values of keys share. Private to keys_parse.c and
// keys_signal.c.
#ifndef SW_IO_KEYS_READING_H
#define SW_IO_KEYS_READING_H

#include "io/keys.h"

// The value that is being read, and where its message goes.
typedef struct sw_key_reading {
    const sw_key *key;
    const char *text;
    sw_arena *arena;
    sw_value *value;
    char *why; // [SW_KEY_WHY]
} sw_key_reading;

// Says what is wrong with the value, and what is allowed; returns false.
bool sw_key_wrong(sw_key_reading *p, const char *fmt, ...) SW_PRINTF(2, 3);
// Takes `c` and the blanks around it; false where it does not stand.
bool sw_key_take_char(const char **text, char c);
// Keeps a list in the arena.
const double *sw_key_keep(sw_key_reading *p, const double *x, int32_t n);
// Copies `n` bytes of the value into the arena as a text.
const char *sw_key_keep_text(sw_key_reading *p, const char *text, size_t n);

// Reads a signal, which lies within the value's text; and the arrivals of a workload.
bool sw_key_parse_signal(sw_key_reading *p, const char *signal);
bool sw_key_parse_arrivals(sw_key_reading *p);

#endif
