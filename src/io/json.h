// json.h -- writes JSON to a stream: the caller says what, the writer minds commas, escapes and
// numbers. Numbers keep all their digits (%.17g); NaN and infinity, which JSON lacks, become null.
// Bytes that are not UTF-8 become U+FFFD. Write errors stay in the stream's error flag. Misuse of
// nesting aborts.
#ifndef SW_IO_JSON_H
#define SW_IO_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SW_JSON_MAX_DEPTH = 32 };

typedef struct sw_json {
    FILE *out; // borrowed
    int depth;
    bool array[SW_JSON_MAX_DEPTH];    // an array, else an object
    bool has_item[SW_JSON_MAX_DEPTH]; // a comma is due before the next
    bool has_key;                     // a key was written and waits for its value
} sw_json;

void sw_json_init(sw_json *json, FILE *out);
// Ends the document with a newline. True when all that was opened is closed and the stream saw no
// error.
bool sw_json_finish(sw_json *json);

void sw_json_begin_object(sw_json *json);
void sw_json_end_object(sw_json *json);
void sw_json_begin_array(sw_json *json);
void sw_json_end_array(sw_json *json);

// Names the next value; in objects only.
void sw_json_key(sw_json *json, const char *key);

void sw_json_text(sw_json *json, const char *text); // NULL: null
void sw_json_number(sw_json *json, double number);
void sw_json_integer(sw_json *json, int64_t number);
void sw_json_unsigned(sw_json *json, uint64_t number);
void sw_json_bool(sw_json *json, bool value);

#endif
