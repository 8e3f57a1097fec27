#include "io/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/status.h"

void sw_json_init(sw_json *json, FILE *out) {
    *json = (sw_json){.out = out};
}

bool sw_json_finish(sw_json *json) {
    SW_REQUIRE(json->depth == 0 && !json->has_key);
    (void)fputc('\n', json->out);
    return fflush(json->out) == 0 && ferror(json->out) == 0;
}

// Writes what stands between the previous item and this one.
static void begin_value(sw_json *json) {
    if (json->depth == 0) {
        return;
    }
    const int level = json->depth - 1;
    if (!json->array[level]) {
        SW_REQUIRE(json->has_key);
        json->has_key = false;
        return;
    }
    if (json->has_item[level]) {
        (void)fputs(", ", json->out);
    }
    json->has_item[level] = true;
}

static void open_level(sw_json *json, bool array) {
    begin_value(json);
    SW_REQUIRE(json->depth < SW_JSON_MAX_DEPTH);
    json->array[json->depth] = array;
    json->has_item[json->depth] = false;
    json->depth++;
    (void)fputc(array ? '[' : '{', json->out);
}

static void close_level(sw_json *json, bool array) {
    SW_REQUIRE(json->depth > 0 && json->array[json->depth - 1] == array && !json->has_key);
    json->depth--;
    (void)fputc(array ? ']' : '}', json->out);
}

void sw_json_begin_object(sw_json *json) {
    open_level(json, false);
}

void sw_json_end_object(sw_json *json) {
    close_level(json, false);
}

void sw_json_begin_array(sw_json *json) {
    open_level(json, true);
}

void sw_json_end_array(sw_json *json) {
    close_level(json, true);
}

// Returns the length of the UTF-8 sequence at `s`, or 0 when it is none (RFC 3629: no overlong
// forms, no surrogates, nothing above U+10FFFF).
static int utf8_length(const unsigned char *s) {
    if (s[0] < 0x80) {
        return 1;
    }
    const int n = s[0] >= 0xC2 && s[0] <= 0xDF   ? 2
                  : s[0] >= 0xE0 && s[0] <= 0xEF ? 3
                  : s[0] >= 0xF0 && s[0] <= 0xF4 ? 4
                                                 : 0;
    for (int i = 1; i < n; i++) {
        if (s[i] < 0x80 || s[i] > 0xBF) {
            return 0;
        }
    }
    const bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    const bool outside = (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF4 && s[1] > 0x8F);
    return overlong || outside ? 0 : n;
}

static void write_string(FILE *out, const char *text) {
    (void)fputc('"', out);
    const unsigned char *s = (const unsigned char *)text;
    while (*s != '\0') {
        const int n = utf8_length(s);
        if (n == 0) {
            (void)fputs("\\ufffd", out);
            s++;
        } else if (*s == '"' || *s == '\\') {
            (void)fprintf(out, "\\%c", *s);
            s++;
        } else if (*s == '\n') {
            (void)fputs("\\n", out);
            s++;
        } else if (*s < 0x20 || *s == 0x7F) {
            (void)fprintf(out, "\\u%04x", (unsigned)*s);
            s++;
        } else {
            (void)fwrite(s, 1, (size_t)n, out);
            s += n;
        }
    }
    (void)fputc('"', out);
}

void sw_json_key(sw_json *json, const char *key) {
    SW_REQUIRE(json->depth > 0 && !json->array[json->depth - 1] && !json->has_key);
    if (json->has_item[json->depth - 1]) {
        (void)fputs(", ", json->out);
    }
    json->has_item[json->depth - 1] = true;
    write_string(json->out, key);
    (void)fputs(": ", json->out);
    json->has_key = true;
}

void sw_json_text(sw_json *json, const char *text) {
    begin_value(json);
    if (text == NULL) {
        (void)fputs("null", json->out);
    } else {
        write_string(json->out, text);
    }
}

void sw_json_number(sw_json *json, double number) {
    begin_value(json);
    if (isfinite(number)) {
        (void)fprintf(json->out, "%.17g", number);
    } else {
        (void)fputs("null", json->out);
    }
}

void sw_json_integer(sw_json *json, int64_t number) {
    begin_value(json);
    (void)fprintf(json->out, "%" PRId64, number);
}

void sw_json_unsigned(sw_json *json, uint64_t number) {
    begin_value(json);
    (void)fprintf(json->out, "%" PRIu64, number);
}

void sw_json_bool(sw_json *json, bool value) {
    begin_value(json);
    (void)fputs(value ? "true" : "false", json->out);
}
