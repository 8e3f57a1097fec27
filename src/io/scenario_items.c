// The sections of a scenario as items: of which kind each is, and its values by the key table.
#include "io/scenario_draft.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const sw_key *first_row(sw_section_kind kind) {
    const sw_key *key = sw_key_table;
    while (key->section != kind) {
        key++;
    }
    return key;
}

static int32_t count_rows(sw_section_kind kind) {
    int32_t n = 0;
    for (int32_t i = 0; i < sw_n_key; i++) {
        n += sw_key_table[i].section == kind;
    }
    return n;
}

static sw_value *value_of_row(const sw_item *item, const sw_key *key) {
    return &item->value[key - first_row(item->kind)];
}

sw_value *sw_item_value(const sw_item *item, const char *key) {
    const sw_key *row = first_row(item->kind);
    while (row->section == item->kind && strcmp(row->name, key) != 0) {
        row++;
        SW_REQUIRE(row < sw_key_table + sw_n_key);
    }
    SW_REQUIRE(row->section == item->kind);
    return value_of_row(item, row);
}

int32_t sw_draft_find(const sw_draft *draft, sw_section_kind kind, const char *name) {
    char section[SW_INI_MAX_NAME + 1];
    const int n = snprintf(section, sizeof section, "%s %s", sw_section_table[kind].word, name);
    if (n < 0 || (size_t)n >= sizeof section) {
        return -1; // longer than any section's name
    }
    const sw_ini_section *found = sw_ini_find(&draft->ini, section);
    return found == NULL ? -1 : draft->item_of_section[found - draft->ini.section];
}

void sw_draft_complain(sw_draft *draft, const sw_item *item, const char *key, const char *fmt,
                       ...) {
    char what[SW_ERROR_TEXT];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    const sw_ini_section *section = sw_ini_find(&draft->ini, item->section);
    const sw_ini_entry *entry = section == NULL ? NULL : sw_ini_get(section, key);
    sw_ini_complain(draft->messages, entry == NULL ? item->source : entry->source,
                    entry == NULL ? item->line : entry->line, item->section, key, "%s", what);
}

// ---------------------------------------------------------------- kinds of sections

// Finds the kind of a section by its first word; SW_N_SECTION_KIND: none.
static sw_section_kind kind_of(const char *section) {
    const size_t n = strcspn(section, " ");
    int32_t kind = 0;
    while (kind < SW_N_SECTION_KIND && (strlen(sw_section_table[kind].word) != n ||
                                        strncmp(sw_section_table[kind].word, section, n) != 0)) {
        kind++;
    }
    return (sw_section_kind)kind;
}

static int32_t count_names(const char *section) {
    int32_t n = 0;
    for (const char *p = section; *p != '\0'; p++) {
        n += *p == ' ';
    }
    return n;
}

// Returns the kind of a section, or SW_N_SECTION_KIND with a message.
static sw_section_kind classify(sw_draft *draft, const sw_ini_section *section) {
    const sw_section_kind kind = kind_of(section->name);
    if (kind == SW_N_SECTION_KIND) {
        char shapes[256];
        size_t n = 0;
        for (int32_t k = 0; k < SW_N_SECTION_KIND && n < sizeof shapes; k++) {
            n += (size_t)snprintf(shapes + n, sizeof shapes - n, "%s%s", k == 0 ? "" : ", ",
                                  sw_section_table[k].shape);
        }
        sw_ini_complain(draft->messages, section->source, section->line, section->name, NULL,
                        "unknown section, allowed are %s", shapes);
        return SW_N_SECTION_KIND;
    }
    const sw_section_row *row = &sw_section_table[kind];
    if (count_names(section->name) != row->n_name) {
        sw_ini_complain(draft->messages, section->source, section->line, section->name, NULL,
                        "wrong number of names, allowed is %s", row->shape);
        return SW_N_SECTION_KIND;
    }
    if (draft->n[kind] == row->most) {
        sw_ini_complain(draft->messages, section->source, section->line, section->name, NULL,
                        "too many sections %s, allowed are %d", row->shape, (int)row->most);
        return SW_N_SECTION_KIND;
    }
    return kind;
}

// Cuts "link a b" into names that the item keeps.
static bool name_item(sw_draft *draft, sw_item *item) {
    char *words = sw_arena_strdup(&draft->scratch, item->section);
    if (words == NULL) {
        return false;
    }
    item->name = "";
    item->name2 = "";
    char *blank = strchr(words, ' ');
    if (blank != NULL) {
        item->name = blank + 1;
        blank = strchr(blank + 1, ' ');
    }
    if (blank != NULL) {
        *blank = '\0';
        item->name2 = blank + 1;
    }
    return true;
}

// ---------------------------------------------------------------- values

static void say_unknown_key(sw_draft *draft, const sw_item *item, const sw_ini_entry *entry) {
    char names[768];
    size_t n = 0;
    names[0] = '\0';
    for (int32_t i = 0; i < sw_n_key && n < sizeof names; i++) {
        if (sw_key_table[i].section == item->kind) {
            n += (size_t)snprintf(names + n, sizeof names - n, "%s%s%s", n == 0 ? "" : ", ",
                                  sw_key_table[i].name,
                                  (sw_key_table[i].flags & SW_KEY_PER_GPU) ? "GPU" : "");
        }
    }
    sw_ini_complain(draft->messages, entry->source, entry->line, item->section, entry->key,
                    "unknown key, allowed are %s", names);
}

// Reads a key that ends in a GPU type's name into that type's place.
static void take_per_gpu(sw_draft *draft, const sw_item *item, sw_ini_entry *entry,
                         const sw_key *key, const char *gpu) {
    char why[SW_KEY_WHY];
    sw_value one = {.key = key};
    const int32_t index = sw_draft_find(draft, SW_SECTION_GPU, gpu);
    if (index < 0) {
        sw_ini_complain(draft->messages, entry->source, entry->line, item->section, entry->key,
                        "there is no [gpu %s], allowed is the name of a [gpu NAME] section", gpu);
        return;
    }
    sw_value *value = value_of_row(item, key);
    double *number = sw_model_reals(value->a);
    if (!sw_key_parse(key, entry->value, &draft->scratch, &one, why)) {
        sw_ini_complain(draft->messages, entry->source, entry->line, item->section, entry->key,
                        "%s", why);
        number[index] = 0.0; // there, if wrong: not reported as missing
        value->ok = false;
        return;
    }
    number[index] = one.number;
}

static void take_entry(sw_draft *draft, const sw_item *item, sw_ini_entry *entry) {
    const char *gpu = NULL;
    char why[SW_KEY_WHY];
    const sw_key *key = sw_key_find(item->kind, entry->key, &gpu);
    if (key == NULL) {
        if (item->kind != SW_SECTION_POLICY) {
            say_unknown_key(draft, item, entry);
        }
        return;
    }
    if (gpu != NULL) {
        take_per_gpu(draft, item, entry, key, gpu);
        return;
    }
    sw_value *value = value_of_row(item, key);
    value->entry = entry;
    value->ok = sw_key_parse(key, entry->value, &draft->scratch, value, why);
    if (!value->ok) {
        sw_ini_complain(draft->messages, entry->source, entry->line, item->section, entry->key,
                        "%s", why);
    }
}

// Why an absent key is an error for this item, such as "with cooling = rc "; NULL: it is none.
static const char *need_of(const sw_item *item, const sw_key *key) {
    if (key->need == SW_NEED_ALWAYS) {
        return "";
    }
    if (key->section != SW_SECTION_SITE) {
        return NULL;
    }
    const sw_value *cooling = sw_item_value(item, "cooling");
    const int32_t kind = cooling->ok ? cooling->index : -1;
    if (key->need == SW_NEED_PUE && kind == SW_COOLING_PUE) {
        return "with cooling = pue ";
    }
    if (key->need == SW_NEED_COP && kind == SW_COOLING_COP) {
        return "with cooling = cop ";
    }
    if ((key->need == SW_NEED_COP || key->need == SW_NEED_RC) && kind == SW_COOLING_RC) {
        return "with cooling = rc ";
    }
    return NULL;
}

// Fills what the file leaves out, or says that it must not.
static void fill_absent(sw_draft *draft, const sw_item *item, sw_value *value) {
    const sw_key *key = value->key;
    const char *need = need_of(item, key);
    if (need != NULL) {
        char allowed[320];
        sw_key_allowed(key, allowed, sizeof allowed);
        sw_draft_complain(draft, item, key->name, "missing, needed %sis %s", need, allowed);
        return;
    }
    if (key->fallback != NULL) {
        char why[SW_KEY_WHY];
        value->ok = sw_key_parse(key, key->fallback, &draft->scratch, value, why);
        if (!value->ok) {
            sw_draft_no_memory(draft); // a test reads every fallback of the table
        }
    }
}

static void make_item(sw_draft *draft, sw_ini_section *section, sw_item *item) {
    // Values by row of the table; those per GPU type hold one number a type, NaN where there is
    // none.
    const int32_t n_row = count_rows(item->kind);
    const sw_key *row = first_row(item->kind);
    const int32_t n_gpu = draft->n[SW_SECTION_GPU];
    item->value = sw_arena_alloc(&draft->scratch, (size_t)n_row, sizeof *item->value);
    if (item->value == NULL || !name_item(draft, item)) {
        sw_draft_no_memory(draft);
        item->value = NULL;
        return;
    }
    for (int32_t i = 0; i < n_row; i++) {
        sw_value *value = &item->value[i];
        value->key = &row[i];
        if ((row[i].flags & SW_KEY_PER_GPU) == 0) {
            continue;
        }
        double *number = sw_arena_alloc(&draft->scratch, (size_t)n_gpu, sizeof *number);
        value->a = number;
        value->n = n_gpu;
        value->ok = number != NULL;
        if (number == NULL) {
            sw_draft_no_memory(draft);
            item->value = NULL;
            return;
        }
        for (int32_t gpu = 0; gpu < n_gpu; gpu++) {
            number[gpu] = (double)NAN;
        }
    }
    for (int32_t i = 0; i < section->n; i++) {
        take_entry(draft, item, &section->entry[i]);
    }
    for (int32_t i = 0; i < n_row; i++) {
        if (item->value[i].entry == NULL && (row[i].flags & SW_KEY_PER_GPU) == 0) {
            fill_absent(draft, item, &item->value[i]);
        }
    }
}

void sw_draft_make_items(sw_draft *draft) {
    const int32_t n_section = draft->ini.n;
    sw_arena *arena = &draft->scratch;
    sw_section_kind *kind = sw_arena_alloc(arena, (size_t)n_section, sizeof *kind);
    draft->item_of_section =
        sw_arena_alloc(arena, (size_t)n_section, sizeof *draft->item_of_section);
    if (kind == NULL || draft->item_of_section == NULL) {
        sw_draft_no_memory(draft);
        return;
    }

    // First what there is, so that names are known wherever they are used.
    for (int32_t i = 0; i < n_section; i++) {
        kind[i] = classify(draft, &draft->ini.section[i]);
        draft->item_of_section[i] = kind[i] == SW_N_SECTION_KIND ? -1 : draft->n[kind[i]]++;
    }
    for (int32_t k = 0; k < SW_N_SECTION_KIND; k++) {
        draft->item[k] = sw_arena_alloc(arena, (size_t)draft->n[k], sizeof *draft->item[k]);
        if (draft->item[k] == NULL) {
            sw_draft_no_memory(draft);
            return;
        }
    }
    for (int32_t i = 0; i < n_section; i++) {
        if (kind[i] == SW_N_SECTION_KIND) {
            continue;
        }
        sw_ini_section *section = &draft->ini.section[i];
        sw_item *item = &draft->item[kind[i]][draft->item_of_section[i]];
        *item = (sw_item){.section = section->name,
                          .source = section->source,
                          .line = section->line,
                          .kind = kind[i]};
        make_item(draft, section, item);
    }
}
