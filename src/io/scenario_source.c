// The text of a scenario: the file, the files it includes, and --set, merged into one document; and
// that document written out again.
#include "io/scenario_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { MAX_INCLUDE = 8 };

int32_t sw_draft_n_message(const sw_draft *draft) {
    return draft->messages->n + draft->messages->n_lost;
}

void sw_draft_no_memory(sw_draft *draft) {
    draft->out_of_memory = true;
    sw_messages_add(draft->messages, SW_ERR_NO_MEMORY, "out of memory for the scenario");
}

// Returns a + b in the arena; NULL when memory is short.
static char *joined(sw_arena *arena, const char *a, size_t n_a, const char *b) {
    const size_t n_b = strlen(b) + 1;
    char *text = sw_arena_alloc(arena, n_a + n_b, 1);
    if (text != NULL) {
        memcpy(text, a, n_a);
        memcpy(text + n_a, b, n_b);
    }
    return text;
}

// Returns the folder part of a path, "" or ending in '/'.
static char *folder_of(sw_arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    return joined(arena, path, slash == NULL ? 0 : (size_t)(slash - path) + 1, "");
}

// Finds a file that `source` names: *path opens it, *shown leads to it from the scenario's folder.
// False: memory is short, or *path is NULL: in neither place.
static bool locate(sw_arena *arena, const sw_ini_source *source, const char *name,
                   const char **path, const char **shown) {
    const bool absolute = name[0] == '/';
    *path = NULL;
    *shown = name;
    if (!absolute) {
        const char *beside = joined(arena, source->dir, strlen(source->dir), name);
        const char *seen = joined(arena, source->shown_dir, strlen(source->shown_dir), name);
        if (beside == NULL || seen == NULL) {
            return false;
        }
        if (access(beside, R_OK) == 0) {
            *path = beside;
            *shown = seen;
            return true;
        }
    }
    if (access(name, R_OK) == 0) {
        *path = name;
    }
    return true;
}

static void say_not_found(sw_draft *draft, const sw_ini_entry *entry, const char *section,
                          const char *name) {
    sw_ini_complain(draft->messages, entry->source, entry->line, section, entry->key,
                    "file '%s' cannot be opened, allowed are files beside %s or in the current "
                    "folder",
                    name, entry->source->has_lines ? entry->source->label : draft->top->label);
}

// Spells the file in the entry's value as seen from the scenario's folder.
static bool respell(sw_draft *draft, sw_value *value, const char *shown) {
    const size_t n_old = strlen(value->text);
    const char *old = value->entry->value;
    if (strncmp(old + value->path_at, value->text, n_old) != 0 || strcmp(shown, value->text) == 0) {
        return true;
    }
    const char *head = joined(&draft->scratch, old, value->path_at, shown);
    const char *tail = old + value->path_at + n_old;
    value->entry->value = head == NULL ? NULL : joined(&draft->scratch, head, strlen(head), tail);
    return value->entry->value != NULL;
}

const char *sw_draft_find_file(sw_draft *draft, const sw_item *item, sw_value *value) {
    const char *path = NULL;
    const char *shown = NULL;
    const sw_ini_entry *entry = value->entry;
    if (!locate(&draft->scratch, entry->source, value->text, &path, &shown)) {
        sw_draft_no_memory(draft);
        return NULL;
    }
    if (path == NULL) {
        say_not_found(draft, entry, item->section, value->text);
        return NULL;
    }
    if (!respell(draft, value, shown)) {
        sw_draft_no_memory(draft);
        return NULL;
    }
    return path;
}

// ---------------------------------------------------------------- files and includes

// Reads one file and, before it, the one it includes.
static void read_file(sw_draft *draft, const sw_ini_source *source, int32_t depth);

// Reads the file that `document` includes, if it does.
// NOLINTNEXTLINE(misc-no-recursion): MAX_INCLUDE deep
static void read_include(sw_draft *draft, const sw_ini *document, const sw_ini_source *source,
                         int32_t depth) {
    const sw_ini_section *section = sw_ini_find(document, "scenario");
    const sw_ini_entry *entry = section == NULL ? NULL : sw_ini_get(section, "include");
    if (entry == NULL) {
        return;
    }
    if (entry != &section->entry[0]) {
        sw_ini_complain(draft->messages, source, entry->line, "scenario", "include",
                        "stands below other keys, allowed is the first key of the section");
        return;
    }
    if (depth == MAX_INCLUDE) {
        sw_ini_complain(draft->messages, source, entry->line, "scenario", "include",
                        "includes go round in a circle or nest too deep, allowed are %d levels",
                        (int)MAX_INCLUDE);
        return;
    }
    const char *path = NULL;
    const char *shown = NULL;
    sw_arena *arena = &draft->scratch;
    sw_ini_source *inner = sw_arena_alloc(arena, 1, sizeof *inner);
    if (inner == NULL || !locate(arena, source, entry->value, &path, &shown)) {
        sw_draft_no_memory(draft);
        return;
    }
    if (path == NULL) {
        say_not_found(draft, entry, "scenario", entry->value);
        return;
    }
    *inner = (sw_ini_source){.label = path,
                             .has_lines = true,
                             .dir = folder_of(arena, path),
                             .shown_dir = folder_of(arena, shown)};
    if (inner->dir == NULL || inner->shown_dir == NULL) {
        sw_draft_no_memory(draft);
        return;
    }
    read_file(draft, inner, depth + 1);
}

// NOLINTNEXTLINE(misc-no-recursion): MAX_INCLUDE deep
static void read_file(sw_draft *draft, const sw_ini_source *source, int32_t depth) {
    sw_file file = {0};
    sw_error err = {0};
    if (sw_file_read(source->label, SW_INI_MAX_BYTES, &file, &err) != SW_OK) {
        sw_messages_add(draft->messages, err.code, "%s", err.text);
        return;
    }
    sw_ini document;
    sw_ini_init(&document, &draft->scratch);
    sw_ini_read_text(&document, file.data, file.size, source, draft->messages);
    sw_file_deinit(&file);
    read_include(draft, &document, source, depth);
    if (sw_ini_merge(&draft->ini, &document) != SW_OK) {
        sw_draft_no_memory(draft);
    }
}

// ---------------------------------------------------------------- --set

// Applies "SECTION.KEY=VALUE": the same text as in a file, so the same rules.
static void apply_set(sw_draft *draft, const char *set) {
    sw_arena *arena = &draft->scratch;
    const char *dot = strchr(set, '.');
    const char *equals = strchr(set, '=');
    sw_ini_source *source = sw_arena_alloc(arena, 1, sizeof *source);
    char *label = joined(arena, "--set ", 6, set);
    char *text = sw_arena_alloc(arena, strlen(set) + 4, 1);
    if (source == NULL || label == NULL || text == NULL) {
        sw_draft_no_memory(draft);
        return;
    }
    *source = *draft->top;
    source->label = label;
    source->has_lines = false;
    if (dot == NULL || equals == NULL || dot > equals || strpbrk(set, "\r\n") != NULL) {
        sw_ini_complain(draft->messages, source, 0, NULL, NULL,
                        "no SECTION.KEY=VALUE, allowed is such as 'site east.battery_kwh=500'");
        return;
    }

    // "SECTION.KEY=VALUE" becomes the lines "[SECTION]" and "KEY=VALUE".
    const size_t n_section = (size_t)(dot - set);
    const char *key = dot + 1 + strspn(dot + 1, " \t");
    const int n = snprintf(text, strlen(set) + 4, "[%.*s]\n%s", (int)n_section, set, key);
    const int32_t n_message = sw_draft_n_message(draft);
    sw_ini document;
    sw_ini_init(&document, arena);
    sw_ini_read_text(&document, text, (size_t)n, source, draft->messages);
    if (sw_draft_n_message(draft) > n_message) {
        return;
    }
    if (document.n != 1 || document.section[0].n != 1) {
        sw_ini_complain(draft->messages, source, 0, NULL, NULL,
                        "no SECTION.KEY=VALUE, allowed is such as 'site east.battery_kwh=500'");
        return;
    }
    const char *section = document.section[0].name;
    if (sw_ini_find(&draft->ini, section) == NULL && strncmp(section, "policy ", 7) != 0) {
        sw_ini_complain(draft->messages, source, 0, section, document.section[0].entry[0].key,
                        "there is no such section, allowed to be new are [policy NAME] only");
        return;
    }
    if (strcmp(section, "scenario") == 0 &&
        strcmp(document.section[0].entry[0].key, "include") == 0) {
        sw_ini_complain(draft->messages, source, 0, section, "include",
                        "cannot be set, allowed is in a file only");
        return;
    }
    if (sw_ini_merge(&draft->ini, &document) != SW_OK) {
        sw_draft_no_memory(draft);
    }
}

void sw_draft_read(sw_draft *draft, const char *path, const sw_scenario_options *options) {
    sw_arena *arena = &draft->scratch;
    sw_ini_init(&draft->ini, arena);
    sw_ini_source *top = sw_arena_alloc(arena, 1, sizeof *top);
    if (top == NULL) {
        sw_draft_no_memory(draft);
        return;
    }
    *top = (sw_ini_source){
        .label = path, .has_lines = true, .dir = folder_of(arena, path), .shown_dir = ""};
    draft->top = top;
    if (top->dir == NULL) {
        sw_draft_no_memory(draft);
        return;
    }
    read_file(draft, top, 0);
    for (int32_t i = 0; options != NULL && i < options->n_set; i++) {
        apply_set(draft, options->set[i]);
    }
}

// ---------------------------------------------------------------- the text again

const char *sw_draft_text(const sw_draft *draft, sw_arena *arena) {
    const sw_ini *ini = &draft->ini;
    size_t size = 1;
    for (int32_t i = 0; i < ini->n; i++) {
        size += strlen(ini->section[i].name) + 4;
        for (int32_t j = 0; j < ini->section[i].n; j++) {
            const sw_ini_entry *entry = &ini->section[i].entry[j];
            size += strlen(entry->key) + strlen(entry->value) + 4;
        }
    }
    char *text = sw_arena_alloc(arena, size, 1);
    size_t n = 0;
    for (int32_t i = 0; text != NULL && i < ini->n; i++) {
        const sw_ini_section *section = &ini->section[i];
        n += (size_t)snprintf(text + n, size - n, "%s[%s]\n", i == 0 ? "" : "\n", section->name);
        for (int32_t j = 0; j < section->n; j++) {
            const sw_ini_entry *entry = &section->entry[j];
            if (strcmp(entry->key, "include") != 0 || strcmp(section->name, "scenario") != 0) {
                n += (size_t)snprintf(text + n, size - n, "%s = %s\n", entry->key, entry->value);
            }
        }
    }
    return text;
}
