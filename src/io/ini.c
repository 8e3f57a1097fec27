#include "io/ini.h"

#include <stdio.h>
#include <string.h>

#include <ini.h>

// What is left to read, and where the reading stands.
typedef struct reader {
    sw_ini *ini;
    const sw_ini_source *source;
    sw_messages *messages;
    const char *text;
    size_t n;
    size_t at;
    int32_t line;
    int32_t section; // keys go here; -1: none yet
    bool skip;       // the section's header was wrong: its keys are passed over
} reader;

void sw_ini_complain(sw_messages *messages, const sw_ini_source *source, int32_t line,
                     const char *section, const char *key, const char *fmt, ...) {
    char what[SW_ERROR_TEXT];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);

    char place[24] = "";
    if (source->has_lines) {
        (void)snprintf(place, sizeof place, ":%d", (int)line);
    }
    sw_messages_add(messages, SW_ERR_BAD_INPUT, "%s%s: %s%s%s%s%s%s", source->label, place,
                    section == NULL ? "" : "[", section == NULL ? "" : section,
                    section == NULL ? "" : "] ", key == NULL ? "" : key, key == NULL ? "" : ": ",
                    what);
}

static void no_memory(sw_messages *messages, const sw_ini_source *source) {
    sw_messages_add(messages, SW_ERR_NO_MEMORY, "%s: out of memory", source->label);
}

// ---------------------------------------------------------------- the document

void sw_ini_init(sw_ini *ini, sw_arena *arena) {
    *ini = (sw_ini){.arena = arena};
}

// FNV-1a; only the place in the table depends on it, never an order.
static uint32_t hash_text(const char *text) {
    uint32_t hash = 2166136261u;
    for (const char *p = text; *p != '\0'; p++) {
        hash = (hash ^ (uint8_t)*p) * 16777619u;
    }
    return hash;
}

// Returns the slot that holds the section, or the empty one where it belongs.
static int32_t find_slot(const sw_ini *ini, const char *name) {
    const uint32_t mask = (uint32_t)ini->n_slot - 1;
    uint32_t at = hash_text(name) & mask;
    while (ini->slot[at] >= 0 && strcmp(ini->section[ini->slot[at]].name, name) != 0) {
        at = (at + 1) & mask;
    }
    return (int32_t)at;
}

sw_ini_section *sw_ini_find(const sw_ini *ini, const char *name) {
    const int32_t found = ini->n_slot == 0 ? -1 : ini->slot[find_slot(ini, name)];
    return found < 0 ? NULL : &ini->section[found];
}

sw_ini_entry *sw_ini_get(const sw_ini_section *section, const char *key) {
    for (int32_t i = 0; i < section->n; i++) {
        if (strcmp(section->entry[i].key, key) == 0) {
            return &section->entry[i];
        }
    }
    return NULL;
}

// Returns an array of twice the capacity with the old content; the old one stays with the arena.
static void *grown(sw_arena *arena, const void *old, int32_t *capacity, size_t size) {
    const int32_t more = *capacity == 0 ? 4 : 2 * *capacity;
    void *array = sw_arena_alloc(arena, (size_t)more, size);
    if (array != NULL && old != NULL) {
        memcpy(array, old, (size_t)*capacity * size);
    }
    if (array != NULL) {
        *capacity = more;
    }
    return array;
}

static sw_ini_section *add_section(sw_ini *ini, const sw_ini_section *like) {
    // The table is kept at most half full.
    if (2 * (ini->n + 1) > ini->n_slot) {
        const int32_t n_slot = ini->n_slot == 0 ? 16 : 2 * ini->n_slot;
        int32_t *slot = sw_arena_alloc(ini->arena, (size_t)n_slot, sizeof *slot);
        if (slot == NULL) {
            return NULL;
        }
        ini->n_slot = n_slot;
        ini->slot = slot;
        for (int32_t i = 0; i < n_slot; i++) {
            slot[i] = -1;
        }
        for (int32_t i = 0; i < ini->n && ini->section != NULL; i++) {
            slot[find_slot(ini, ini->section[i].name)] = i;
        }
    }
    if (ini->n == ini->capacity) {
        void *array = grown(ini->arena, ini->section, &ini->capacity, sizeof *ini->section);
        if (array == NULL) {
            return NULL;
        }
        ini->section = array;
    }
    SW_REQUIRE(ini->slot != NULL && ini->section != NULL); // taken above
    ini->slot[find_slot(ini, like->name)] = ini->n;
    sw_ini_section *section = &ini->section[ini->n++];
    *section = (sw_ini_section){.name = like->name, .source = like->source, .line = like->line};
    return section;
}

sw_ini_entry *sw_ini_set(sw_ini *ini, sw_ini_section *section, const sw_ini_entry *entry) {
    sw_ini_entry *place = sw_ini_get(section, entry->key);
    if (place == NULL && section->n == section->capacity) {
        void *array = grown(ini->arena, section->entry, &section->capacity, sizeof *section->entry);
        if (array == NULL) {
            return NULL;
        }
        section->entry = array;
    }
    if (place == NULL) {
        SW_REQUIRE(section->entry != NULL); // taken above
        place = &section->entry[section->n++];
    }
    *place = *entry;
    return place;
}

sw_status sw_ini_merge(sw_ini *ini, const sw_ini *over) {
    for (int32_t i = 0; i < over->n; i++) {
        const sw_ini_section *from = &over->section[i];
        sw_ini_section *to = sw_ini_find(ini, from->name);
        if (to == NULL) {
            to = add_section(ini, from);
        }
        for (int32_t j = 0; to != NULL && j < from->n; j++) {
            if (sw_ini_set(ini, to, &from->entry[j]) == NULL) {
                to = NULL;
            }
        }
        if (to == NULL) {
            return SW_ERR_NO_MEMORY;
        }
    }
    return SW_OK;
}

// ---------------------------------------------------------------- lines

bool sw_ini_is_name(const char *text) {
    const size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_.+-");
    return n > 0 && text[n] == '\0';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static void line_error(reader *r, const char *what) {
    const char *section = r->section < 0 || r->skip ? NULL : r->ini->section[r->section].name;
    sw_ini_complain(r->messages, r->source, r->line, section, NULL, "%s", what);
}

// Reads `[words]`, with nothing but a comment behind it, into `name`. NULL, or what is wrong.
static const char *parse_header(const char *line, char name[SW_INI_MAX_NAME + 1]) {
    const char *end = strchr(line, ']');
    if (end == NULL) {
        return "section header without ']', allowed is [kind name]";
    }
    // The words, with one blank between them.
    size_t n = 0;
    for (const char *p = line + 1; p < end; p++) {
        if (is_blank(*p)) {
            continue;
        }
        const size_t gap = is_blank(p[-1]) && n > 0 ? 1 : 0;
        if (n + gap + 1 > SW_INI_MAX_NAME) {
            return "section name is too long, allowed are 49 bytes";
        }
        const char one[2] = {*p, '\0'};
        if (!sw_ini_is_name(one)) {
            return "bad section name, allowed are words of letters, digits and _ . + -";
        }
        if (gap == 1) {
            name[n++] = ' ';
        }
        name[n++] = *p;
    }
    name[n] = '\0';
    if (n == 0) {
        return "section header without a name, allowed is [kind name]";
    }
    const char *rest = end + 1 + strspn(end + 1, " \t");
    if (*rest != '\0' && (*rest != ';' || rest == end + 1)) {
        return "text after the section's ']', allowed is a comment: a blank, ';' and text";
    }
    return NULL;
}

// Opens the section that a header line names.
static void take_header(reader *r, const char *line) {
    char name[SW_INI_MAX_NAME + 1];
    const char *wrong = parse_header(line, name);
    r->skip = true; // until the header has proved right
    if (wrong != NULL) {
        line_error(r, wrong);
        return;
    }
    const sw_ini_section *same = sw_ini_find(r->ini, name);
    if (same != NULL) {
        sw_ini_complain(r->messages, r->source, r->line, name, NULL,
                        "section repeated, first at line %d; a file may hold it once",
                        (int)same->line);
        return;
    }
    if (r->ini->n == SW_INI_MAX_SECTION) {
        line_error(r, "too many sections, allowed are 65536");
        return;
    }
    const sw_ini_section like = {
        .name = sw_arena_strdup(r->ini->arena, name), .source = r->source, .line = r->line};
    if (like.name == NULL || add_section(r->ini, &like) == NULL) {
        no_memory(r->messages, r->source);
        return;
    }
    r->section = r->ini->n - 1;
    r->skip = false;
}

// Says what is wrong with a line that inih would take in another sense; NULL: nothing. `n`: its
// bytes without the end of line.
static const char *check_line(const char *line, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const uint8_t c = (uint8_t)line[i];
        if (c == 0) {
            return "NUL byte, allowed is plain text";
        }
        if ((c < ' ' && c != '\t') || c == 127) {
            return "control byte, allowed is plain text";
        }
    }
    if (n > SW_INI_MAX_LINE) {
        return "line is too long, allowed are 190 bytes";
    }
    size_t first = 0;
    while (first < n && is_blank(line[first])) {
        first++;
    }
    if (first == n || line[first] == ';' || line[first] == '#' || line[0] == '[') {
        return NULL;
    }
    if (first > 0) {
        return "indented line, allowed are lines that start without a blank";
    }
    size_t end = 0;
    while (end < n && line[end] != '=' && line[end] != ':') {
        end++;
    }
    if (end == n || line[end] != '=') {
        return "neither a section nor a key, allowed are [kind name] and key = value";
    }
    while (end > 0 && is_blank(line[end - 1])) {
        end--;
    }
    if (end == 0 || end > SW_INI_MAX_NAME) {
        return end == 0 ? "no key before '=', allowed is key = value"
                        : "key is too long, allowed are 49 bytes";
    }
    char key[SW_INI_MAX_NAME + 1];
    memcpy(key, line, end);
    key[end] = '\0';
    return sw_ini_is_name(key) ? NULL : "bad key, allowed are letters, digits and _ . + -";
}

// Gives inih the next line (its reader callback); a wrong line, once reported, is handed on as an
// empty one.
static char *next_line(char *out, int size, void *user) {
    reader *r = user;
    if (r->at >= r->n) {
        return NULL;
    }
    if (size < SW_INI_MAX_LINE + 3) {
        line_error(r, "the installed inih was built for shorter lines than 190 bytes");
        r->at = r->n;
        return NULL;
    }
    const char *line = r->text + r->at;
    const char *newline = memchr(line, '\n', r->n - r->at);
    size_t n = newline == NULL ? r->n - r->at : (size_t)(newline - line);
    r->at += n + 1;
    r->line++;
    if (r->line == 1 && n >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
        line += 3;
        n -= 3;
    }
    if (n > 0 && line[n - 1] == '\r') {
        n--;
    }

    const char *wrong = check_line(line, n);
    if (wrong != NULL) {
        line_error(r, wrong);
        n = 0;
    }
    memcpy(out, line, n);
    out[n] = '\0';
    if (out[0] == '[') {
        take_header(r, out);
        n = 0; // the reader itself keeps the section
    }
    out[n] = '\n';
    out[n + 1] = '\0';
    return out;
}

// Takes one key (inih's handler). The section is the reader's own: inih cuts long names.
static int take_key(void *user, const char *inih_section, const char *key, const char *value) {
    (void)inih_section;
    reader *r = user;
    if (r->skip) {
        return 1;
    }
    if (r->section < 0) {
        sw_ini_complain(r->messages, r->source, r->line, NULL, key,
                        "stands before the first section, allowed after a [kind name]");
        return 1;
    }
    sw_ini_section *section = &r->ini->section[r->section];
    const sw_ini_entry *same = sw_ini_get(section, key);
    const char *wrong = NULL;
    if (value[0] == '\0') {
        wrong = "no value, allowed is key = value";
    } else if (strpbrk(value, "#;") != NULL) {
        wrong = "'#' or ';' in the value, allowed is ';' after a blank as a comment";
    } else if (section->n == SW_INI_MAX_ENTRY) {
        wrong = "too many keys in the section, allowed are 1000";
    }
    if (wrong != NULL) {
        sw_ini_complain(r->messages, r->source, r->line, section->name, key, "%s", wrong);
        return 1;
    }
    if (same != NULL) {
        sw_ini_complain(r->messages, r->source, r->line, section->name, key,
                        "key repeated, first at line %d; a section may hold it once",
                        (int)same->line);
        return 1;
    }
    const sw_ini_entry entry = {.key = sw_arena_strdup(r->ini->arena, key),
                                .value = sw_arena_strdup(r->ini->arena, value),
                                .source = r->source,
                                .line = r->line};
    if (entry.key == NULL || entry.value == NULL || sw_ini_set(r->ini, section, &entry) == NULL) {
        no_memory(r->messages, r->source);
    }
    return 1;
}

void sw_ini_read_text(sw_ini *ini, const char *text, size_t n, const sw_ini_source *source,
                      sw_messages *messages) {
    reader r = {
        .ini = ini, .source = source, .messages = messages, .text = text, .n = n, .section = -1};
    const int32_t n_before = messages->n + messages->n_lost;
    const int rc = ini_parse_stream(next_line, &r, take_key, &r);
    // Every line that inih refuses was found wrong above; should one slip through, it is still no
    // success.
    if (rc != 0 && messages->n + messages->n_lost == n_before) {
        r.line = rc > 0 ? (int32_t)rc : r.line;
        line_error(&r, "inih cannot read this line, allowed are [kind name] and key = value");
    }
}
