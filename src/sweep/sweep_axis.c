// sweep_axis.c -- the axes of a sweep file: scenario keys with lists of values or ranges.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "io/keys.h"
#include "sim/metrics.h"
#include "sweep/sweep_reading.h"

// ------------------------------------------------------------------ values

// Reads first:last:stride in numbers; false: the text is something else.
static bool read_range(const char *text, double range[3]) {
    char part[SW_INI_MAX_LINE + 1];
    for (int i = 0; i < 3; i++) {
        const char *end = strchr(text, ':');
        const size_t n = end != NULL ? (size_t)(end - text) : strlen(text);
        if ((i < 2) != (end != NULL) || n >= sizeof part) {
            return false;
        }
        memcpy(part, text, n);
        part[n] = '\0';
        if (!sw_number_parse(part, &range[i]) || !isfinite(range[i])) {
            return false;
        }
        text += n + 1;
    }
    return true;
}

static bool expand_range(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                         const double range[3], sw_texts *list) {
    const double steps = floor((range[1] - range[0]) / range[2] + 1e-9);
    if (!(steps >= 0.0) || steps >= (double)SW_SWEEP_MAX_VALUE) {
        sw_reading_complain(r, section, entry,
                            "bad range, allowed is first:last:stride with 1 to 100000 values");
        return false;
    }
    list->n = (int32_t)steps + 1;
    list->text = sw_arena_alloc(&r->sweep->arena, (size_t)list->n, sizeof *list->text);
    for (int32_t i = 0; list->text != NULL && i < list->n; i++) {
        char number[32];
        (void)snprintf(number, sizeof number, "%.12g", range[0] + (double)i * range[2]);
        list->text[i] = sw_arena_strdup(&r->sweep->arena, number);
        if (list->text[i] == NULL) {
            list->text = NULL;
        }
    }
    if (list->text == NULL) {
        sw_reading_no_memory(r);
        return false;
    }
    return true;
}

static bool read_values(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                        sw_texts *list) {
    double range[3];
    if (read_range(entry->value, range)) {
        return expand_range(r, section, entry, range, list);
    }
    return sw_reading_split(r, section, entry, list);
}

// ------------------------------------------------------------------ axes

// The unit of a scenario key by the key table; "1" where it has none or is not known.
static const char *unit_of(const char *key) {
    const char *dot = strchr(key, '.');
    const char *name = dot + 1;
    for (int kind = 0; kind < SW_N_SECTION_KIND; kind++) {
        const char *word = sw_section_table[kind].word;
        const size_t n = strlen(word);
        if (strncmp(key, word, n) == 0 && (key[n] == ' ' || key[n] == '.')) {
            const char *suffix = NULL;
            const sw_key *row = sw_key_find((sw_section_kind)kind, name, &suffix);
            return row != NULL && row->unit[0] != '\0' ? row->unit : "1";
        }
    }
    return "1";
}

// Adds a key with its values to the axis, whose arrays have room for one more.
static void add_key(sw_reading *r, sw_sweep_axis *axis, int32_t n_key, const char *key,
                    const sw_texts *values) {
    for (int32_t i = 0; i < axis->n; i++) {
        if (strcmp(values->text[i], "-") == 0) {
            continue;
        }
        const size_t size = strlen(key) + strlen(values->text[i]) + 2;
        char *setting = sw_arena_alloc(&r->sweep->arena, size, 1);
        if (setting == NULL) {
            sw_reading_no_memory(r);
            return;
        }
        (void)snprintf(setting, size, "%s=%s", key, values->text[i]);
        axis->setting[(ptrdiff_t)i * n_key + axis->n_key] = setting;
    }
    axis->n_key++;
}

// Reads the pair of `entry`, which names a scenario key, and the entry that lists its values, of an
// axis with room for `n_key` pairs. Returns false when memory is short.
static bool read_pair(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                      int32_t n_key, sw_sweep_axis *axis) {
    char partner[SW_INI_MAX_NAME + 8];
    (void)snprintf(partner, sizeof partner, "values%s", entry->key + 3);
    const sw_ini_entry *list = sw_ini_get(section, partner);
    if (strchr(entry->value, '.') == NULL || strchr(entry->value, '=') != NULL) {
        sw_reading_complain(
            r, section, entry,
            "no scenario key, allowed is SECTION.KEY such as site east.battery_kwh");
        return true;
    }
    if (list == NULL) {
        char what[SW_INI_MAX_NAME + 64];
        (void)snprintf(what, sizeof what, "has no %s, which lists its values", partner);
        sw_reading_complain(r, section, entry, what);
        return true;
    }
    sw_texts values = {0};
    if (!read_values(r, section, list, &values)) {
        return true;
    }
    if (axis->n_key == 0 && axis->setting == NULL) { // the first key sets the number of values
        axis->n = values.n;
        axis->label = values.text;
        axis->unit = unit_of(entry->value);
        axis->setting = sw_arena_alloc(&r->sweep->arena, (size_t)values.n * (size_t)n_key,
                                       sizeof *axis->setting);
        if (axis->setting == NULL) {
            sw_reading_no_memory(r);
            return false;
        }
    }
    if (values.n != axis->n) {
        char what[96];
        (void)snprintf(what, sizeof what,
                       "has %d values, allowed are %d as for the first key of the axis",
                       (int)values.n, (int)axis->n);
        sw_reading_complain(r, section, list, what);
        return true;
    }
    add_key(r, axis, n_key, entry->value, &values);
    return true;
}

// Reads the pairs `key`, `values` and `key.X`, `values.X` in the order of the file.
static void read_keys(sw_reading *r, const sw_ini_section *section, sw_sweep_axis *axis) {
    int32_t n_key = 0;
    size_t keys_size = 1;
    for (int32_t i = 0; i < section->n; i++) {
        const sw_ini_entry *entry = &section->entry[i];
        const bool is_key = strcmp(entry->key, "key") == 0 || strncmp(entry->key, "key.", 4) == 0;
        n_key += is_key ? 1 : 0;
        keys_size += is_key ? strlen(entry->value) + 2 : 0;
    }
    char *keys = sw_arena_alloc(&r->sweep->arena, keys_size, 1);
    if (keys == NULL) {
        sw_reading_no_memory(r);
        return;
    }
    if (n_key < 1 || n_key > SW_SWEEP_MAX_KEY) {
        sw_reading_complain(r, section, NULL,
                            "needs 1 to 32 keys, each as key = SECTION.KEY, values = LIST");
        return;
    }
    axis->keys = keys;
    for (int32_t i = 0; i < section->n; i++) {
        const sw_ini_entry *entry = &section->entry[i];
        if (strncmp(entry->key, "key", 3) != 0) {
            continue;
        }
        const int32_t n_before = axis->n_key;
        if (!read_pair(r, section, entry, n_key, axis)) {
            return;
        }
        if (axis->n_key > n_before) {
            (void)snprintf(keys + strlen(keys), keys_size - strlen(keys), "%s%s",
                           n_before > 0 ? ", " : "", entry->value);
        }
    }
}

// Takes the labels from `label`, else those of the first key; numbers where all of them are.
static void read_labels(sw_reading *r, const sw_ini_section *section, sw_sweep_axis *axis) {
    const sw_ini_entry *entry = sw_ini_get(section, "label");
    sw_texts labels = {0};
    if (entry != NULL && sw_reading_split(r, section, entry, &labels)) {
        axis->label = labels.text;
        axis->unit = "1";
        if (labels.n != axis->n) {
            sw_reading_complain(r, section, entry, "has not as many labels as the axis has values");
            return;
        }
    }
    double *number = sw_arena_alloc(&r->sweep->arena, (size_t)axis->n, sizeof *number);
    if (number == NULL) {
        sw_reading_no_memory(r);
        return;
    }
    axis->number = number;
    for (int32_t i = 0; i < axis->n; i++) {
        if (axis->number != NULL && !sw_number_parse(axis->label[i], &number[i])) {
            axis->number = NULL;
        }
        // Only ranges are longer than a line of text; equal numbers of theirs are neighbours.
        for (int32_t j = axis->n > SW_INI_MAX_LINE && i > 0 ? i - 1 : 0; j < i; j++) {
            if (strcmp(axis->label[i], axis->label[j]) == 0) {
                sw_reading_complain(r, section, entry,
                                    "two values have the same label; allowed are different "
                                    "ones, set by label = A | B | ...");
                return;
            }
        }
    }
    axis->unit = axis->number != NULL ? axis->unit : "1";
}

static bool is_known_in_axis(const char *key) {
    return strcmp(key, "key") == 0 || strncmp(key, "key.", 4) == 0 || strcmp(key, "values") == 0 ||
           strncmp(key, "values.", 7) == 0 || strcmp(key, "label") == 0;
}

// Names that the result file uses itself.
static bool is_taken(const char *name) {
    static const char *const taken[] = {"policy", "seed", "site",  "asp",
                                        "time",   "task", "value", "stat"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (strcmp(name, taken[i]) == 0) {
            return true;
        }
    }
    for (int m = 0; m < SW_N_METRIC; m++) {
        if (strcmp(name, sw_metric_table[m].name) == 0) {
            return true;
        }
    }
    return strncmp(name, "site_", 5) == 0 || strncmp(name, "asp_", 4) == 0 ||
           strncmp(name, "slot_", 5) == 0;
}

static bool is_identifier(const char *name) {
    const size_t n =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return n > 0 && name[n] == '\0' && (name[0] < '0' || name[0] > '9');
}

bool sw_sweep_is_axis_name(const char *name) {
    return is_identifier(name) && !is_taken(name);
}

void sw_reading_axis(sw_reading *r, const sw_ini_section *section) {
    sw_sweep *sweep = r->sweep;
    const char *name = section->name + 5;
    if (sweep->n_axis == SW_SWEEP_MAX_AXIS) {
        sw_reading_complain(r, section, NULL, "too many axes, allowed are 8");
        return;
    }
    if (!sw_sweep_is_axis_name(name)) {
        sw_reading_complain(
            r, section, NULL,
            "bad name, allowed are letters, digits and _ that name no metric nor begin with a "
            "digit, site_, asp_ or slot_; taken are policy, seed, site, asp, time, task, "
            "value, stat");
        return;
    }
    for (int32_t i = 0; i < section->n; i++) {
        if (!is_known_in_axis(section->entry[i].key)) {
            sw_reading_complain(
                r, section, &section->entry[i],
                "unknown key, allowed are key, values, key.NAME, values.NAME, label");
        }
    }
    sw_sweep_axis *axis = &sweep->axis[sweep->n_axis++];
    axis->name = name;
    axis->line = section->line;
    const int32_t n_before = r->messages->n;
    read_keys(r, section, axis);
    if (r->messages->n == n_before) {
        read_labels(r, section, axis);
    }
}
