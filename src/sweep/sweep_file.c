#include "sweep/sweep_file.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "io/ini.h"
#include "io/keys.h"
#include "sim/metrics.h"

typedef struct reading {
    sw_sweep *sweep;
    sw_ini ini;
    sw_ini_source source;
    sw_messages *messages;
} reading;

static void no_memory(reading *r) {
    sw_messages_add(r->messages, SW_ERR_NO_MEMORY, "%s: out of memory", r->sweep->path);
}

static void complain(reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                     const char *what) {
    sw_ini_complain(r->messages, &r->source, entry != NULL ? entry->line : section->line,
                    section->name, entry != NULL ? entry->key : NULL, "%s", what);
}

// ------------------------------------------------------------------ lists

typedef struct texts {
    int32_t n;
    const char **text; // [n]
} texts;

// Cuts a value at its bars, or where it has none at its commas. False, with a message, on an empty
// part.
static bool split(reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                  texts *list) {
    const char mark = strchr(entry->value, '|') != NULL ? '|' : ',';
    size_t n = 1;
    for (const char *c = entry->value; *c != '\0'; c++) {
        n += *c == mark ? 1 : 0;
    }
    char *copy = sw_arena_strdup(&r->sweep->arena, entry->value);
    list->text = sw_arena_alloc(&r->sweep->arena, n, sizeof *list->text);
    if (copy == NULL || list->text == NULL) {
        no_memory(r);
        return false;
    }
    list->n = 0;
    for (char *part = copy; part != NULL;) {
        char *end = strchr(part, mark);
        char *next = end != NULL ? end + 1 : NULL;
        end = end != NULL ? end : part + strlen(part);
        part += strspn(part, " \t");
        while (end > part && (end[-1] == ' ' || end[-1] == '\t')) {
            end--;
        }
        *end = '\0';
        if (part == end) {
            complain(r, section, entry,
                     "an empty value in the list, allowed are A, B, ... or "
                     "A | B | ... without gaps");
            return false;
        }
        list->text[list->n++] = part;
        part = next;
    }
    return true;
}

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

static bool expand_range(reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                         const double range[3], texts *list) {
    const double steps = floor((range[1] - range[0]) / range[2] + 1e-9);
    if (!(steps >= 0.0) || steps >= (double)SW_SWEEP_MAX_VALUE) {
        complain(r, section, entry,
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
        no_memory(r);
        return false;
    }
    return true;
}

static bool read_values(reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                        texts *list) {
    double range[3];
    if (read_range(entry->value, range)) {
        return expand_range(r, section, entry, range, list);
    }
    return split(r, section, entry, list);
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
static void add_key(reading *r, sw_sweep_axis *axis, int32_t n_key, const char *key,
                    const texts *values) {
    for (int32_t i = 0; i < axis->n; i++) {
        if (strcmp(values->text[i], "-") == 0) {
            continue;
        }
        const size_t size = strlen(key) + strlen(values->text[i]) + 2;
        char *setting = sw_arena_alloc(&r->sweep->arena, size, 1);
        if (setting == NULL) {
            no_memory(r);
            return;
        }
        (void)snprintf(setting, size, "%s=%s", key, values->text[i]);
        axis->setting[(ptrdiff_t)i * n_key + axis->n_key] = setting;
    }
    axis->n_key++;
}

// Reads the pair of `entry`, which names a scenario key, and the entry that lists its values, of an
// axis with room for `n_key` pairs. Returns false when memory is short.
static bool read_pair(reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                      int32_t n_key, sw_sweep_axis *axis) {
    char partner[SW_INI_MAX_NAME + 8];
    (void)snprintf(partner, sizeof partner, "values%s", entry->key + 3);
    const sw_ini_entry *list = sw_ini_get(section, partner);
    if (strchr(entry->value, '.') == NULL || strchr(entry->value, '=') != NULL) {
        complain(r, section, entry,
                 "no scenario key, allowed is SECTION.KEY such as site east.battery_kwh");
        return true;
    }
    if (list == NULL) {
        char what[SW_INI_MAX_NAME + 64];
        (void)snprintf(what, sizeof what, "has no %s, which lists its values", partner);
        complain(r, section, entry, what);
        return true;
    }
    texts values = {0};
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
            no_memory(r);
            return false;
        }
    }
    if (values.n != axis->n) {
        char what[96];
        (void)snprintf(what, sizeof what,
                       "has %d values, allowed are %d as for the first key of the axis",
                       (int)values.n, (int)axis->n);
        complain(r, section, list, what);
        return true;
    }
    add_key(r, axis, n_key, entry->value, &values);
    return true;
}

// Reads the pairs `key`, `values` and `key.X`, `values.X` in the order of the file.
static void read_keys(reading *r, const sw_ini_section *section, sw_sweep_axis *axis) {
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
        no_memory(r);
        return;
    }
    if (n_key < 1 || n_key > SW_SWEEP_MAX_KEY) {
        complain(r, section, NULL, "needs 1 to 32 keys, each as key = SECTION.KEY, values = LIST");
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
static void read_labels(reading *r, const sw_ini_section *section, sw_sweep_axis *axis) {
    const sw_ini_entry *entry = sw_ini_get(section, "label");
    texts labels = {0};
    if (entry != NULL && split(r, section, entry, &labels)) {
        axis->label = labels.text;
        axis->unit = "1";
        if (labels.n != axis->n) {
            complain(r, section, entry, "has not as many labels as the axis has values");
            return;
        }
    }
    double *number = sw_arena_alloc(&r->sweep->arena, (size_t)axis->n, sizeof *number);
    if (number == NULL) {
        no_memory(r);
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
                complain(r, section, entry,
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

static void read_axis(reading *r, const sw_ini_section *section) {
    sw_sweep *sweep = r->sweep;
    const char *name = section->name + 5;
    if (sweep->n_axis == SW_SWEEP_MAX_AXIS) {
        complain(r, section, NULL, "too many axes, allowed are 8");
        return;
    }
    if (!sw_sweep_is_axis_name(name)) {
        complain(r, section, NULL,
                 "bad name, allowed are letters, digits and _ that name no metric nor begin with a "
                 "digit, site_, asp_ or slot_; taken are policy, seed, site, asp, time, task, "
                 "value, stat");
        return;
    }
    for (int32_t i = 0; i < section->n; i++) {
        if (!is_known_in_axis(section->entry[i].key)) {
            complain(r, section, &section->entry[i],
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

// ------------------------------------------------------------------ [sweep]

static const sw_ini_entry *need(reading *r, const sw_ini_section *section, const char *key,
                                const char *allowed) {
    const sw_ini_entry *entry = sw_ini_get(section, key);
    if (entry == NULL) {
        sw_ini_complain(r->messages, &r->source, section->line, section->name, key,
                        "missing, needed is %s", allowed);
    }
    return entry;
}

// Reads `N` (seeds 0 .. N-1), `FIRST:LAST`, or a list.
static void read_seeds(reading *r, const sw_ini_section *section, const sw_ini_entry *entry) {
    sw_sweep *sweep = r->sweep;
    static const char *const allowed = "allowed is N (seeds 0 .. N-1), FIRST:LAST, or a list of "
                                       "different whole numbers, at most 1000000";
    int64_t first = 0;
    int64_t n = 0;
    const char *colon = strchr(entry->value, ':');
    char left[SW_INI_MAX_LINE + 1];
    texts list = {0};
    if (strchr(entry->value, ',') != NULL) {
        if (!split(r, section, entry, &list)) {
            return;
        }
        n = list.n;
    } else if (colon != NULL) {
        (void)snprintf(left, sizeof left, "%.*s", (int)(colon - entry->value), entry->value);
        int64_t last = 0;
        if (!sw_integer_parse(left, &first) || !sw_integer_parse(colon + 1, &last) || first < 0 ||
            last < first || last - first >= SW_SWEEP_MAX_SEED) {
            complain(r, section, entry, allowed);
            return;
        }
        n = last - first + 1;
    } else if (!sw_integer_parse(entry->value, &n) || n < 1 || n > SW_SWEEP_MAX_SEED) {
        complain(r, section, entry, allowed);
        return;
    }
    sweep->n_seed = (int32_t)n;
    sweep->seed = sw_arena_alloc(&sweep->arena, (size_t)n, sizeof *sweep->seed);
    if (sweep->seed == NULL) {
        no_memory(r);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t seed = first + i;
        if (list.n > 0 && (!sw_integer_parse(list.text[i], &seed) || seed < 0)) {
            complain(r, section, entry, allowed);
            return;
        }
        sweep->seed[i] = (uint64_t)seed;
        for (int64_t j = 0; j < i && list.n > 0; j++) {
            if (sweep->seed[j] == sweep->seed[i]) {
                complain(r, section, entry, allowed);
                return;
            }
        }
    }
}

// Finds the base scenario beside the sweep file, else in the current folder.
static void find_base(reading *r, const sw_ini_section *section, const sw_ini_entry *entry) {
    sw_sweep *sweep = r->sweep;
    const char *slash = strrchr(sweep->path, '/');
    const size_t n_dir = slash != NULL ? (size_t)(slash - sweep->path) + 1 : 0;
    const size_t size = n_dir + strlen(entry->value) + 1;
    char *beside = sw_arena_alloc(&sweep->arena, size, 1);
    if (beside == NULL) {
        no_memory(r);
        return;
    }
    (void)snprintf(beside, size, "%.*s%s", (int)n_dir, sweep->path, entry->value);
    sweep->base = entry->value[0] != '/' && access(beside, R_OK) == 0 ? beside : entry->value;
    if (access(sweep->base, R_OK) != 0) {
        sw_ini_complain(
            r->messages, &r->source, entry->line, section->name, entry->key,
            "scenario '%s' cannot be opened: %s; allowed are files beside the sweep file "
            "or in the current folder",
            entry->value, sw_errno_text(errno));
    }
}

static void read_head(reading *r) {
    sw_sweep *sweep = r->sweep;
    const sw_ini_section *section = sw_ini_find(&r->ini, "sweep");
    if (section == NULL) {
        sw_messages_add(r->messages, SW_ERR_BAD_INPUT,
                        "%s: section [sweep] is missing; it names base, policies and seeds",
                        sweep->path);
        return;
    }
    for (int32_t i = 0; i < section->n; i++) {
        const char *key = section->entry[i].key;
        if (strcmp(key, "name") != 0 && strcmp(key, "base") != 0 && strcmp(key, "policies") != 0 &&
            strcmp(key, "seeds") != 0) {
            complain(r, section, &section->entry[i],
                     "unknown key, allowed are name, base, policies, seeds");
        }
    }
    const sw_ini_entry *base = need(r, section, "base", "the path of a scenario");
    const sw_ini_entry *policies =
        need(r, section, "policies", "a list such as local/idle, greedy");
    const sw_ini_entry *seeds = need(r, section, "seeds", "how many, or FIRST:LAST");
    const sw_ini_entry *name = sw_ini_get(section, "name");
    const char *slash = strrchr(sweep->path, '/');
    sweep->name = name != NULL ? name->value : slash != NULL ? slash + 1 : sweep->path;
    if (base != NULL) {
        find_base(r, section, base);
    }
    texts list = {0};
    if (policies != NULL && split(r, section, policies, &list)) {
        sweep->n_policy = list.n;
        sweep->policy = list.text;
        if (list.n > SW_SWEEP_MAX_POLICY) {
            complain(r, section, policies, "too many policies, allowed are 256");
        }
    }
    if (seeds != NULL) {
        read_seeds(r, section, seeds);
    }
}

static void count_tasks(reading *r) {
    sw_sweep *sweep = r->sweep;
    int64_t n = (int64_t)sweep->n_policy * sweep->n_seed;
    sweep->n_point = 1;
    for (int32_t a = 0; a < sweep->n_axis; a++) {
        n *= n <= SW_SWEEP_MAX_TASK ? sweep->axis[a].n : 1;
        sweep->n_point *= n <= SW_SWEEP_MAX_TASK ? sweep->axis[a].n : 1;
    }
    if (n > SW_SWEEP_MAX_TASK) {
        sw_messages_add(r->messages, SW_ERR_BAD_INPUT,
                        "%s: more than %" PRId64 " tasks; allowed are fewer values, policies or "
                        "seeds",
                        sweep->path, SW_SWEEP_MAX_TASK);
    }
}

sw_status sw_sweep_load(const char *path, sw_sweep *sweep, sw_messages *messages) {
    *sweep = (sw_sweep){.path = path};
    reading r = {.sweep = sweep,
                 .source = {.label = path, .has_lines = true, .dir = "", .shown_dir = ""},
                 .messages = messages};
    sw_file file = {0};
    sw_error error = {0};
    if (sw_file_read(path, SW_INI_MAX_BYTES, &file, &error) != SW_OK) {
        sw_messages_add(messages, error.code, "%s", error.text);
        return error.code;
    }
    sw_ini_init(&r.ini, &sweep->arena);
    sw_ini_read_text(&r.ini, file.data, file.size, &r.source, messages);
    sweep->path = sw_arena_strdup(&sweep->arena, path);
    sweep->text = sw_arena_strdup(&sweep->arena, file.data);
    sw_file_deinit(&file);
    if (sweep->path == NULL || sweep->text == NULL) {
        sweep->path = path;
        no_memory(&r);
    } else {
        read_head(&r);
        for (int32_t i = 0; i < r.ini.n; i++) {
            const sw_ini_section *section = &r.ini.section[i];
            if (strncmp(section->name, "axis ", 5) == 0) {
                read_axis(&r, section);
            } else if (strcmp(section->name, "sweep") != 0) {
                complain(&r, section, NULL, "unknown section, allowed are [sweep] and [axis NAME]");
            }
        }
        count_tasks(&r);
    }
    if (messages->n > 0) {
        sw_sweep_deinit(sweep);
        return messages->code;
    }
    return SW_OK;
}

void sw_sweep_deinit(sw_sweep *sweep) {
    sw_arena_deinit(&sweep->arena);
    *sweep = (sw_sweep){0};
}

void sw_sweep_place(const sw_sweep *sweep, int64_t point, int32_t place[SW_SWEEP_MAX_AXIS]) {
    for (int32_t a = sweep->n_axis - 1; a >= 0; a--) {
        place[a] = (int32_t)(point % sweep->axis[a].n);
        point /= sweep->axis[a].n;
    }
}

int32_t sw_sweep_settings(const sw_sweep *sweep, const int32_t place[SW_SWEEP_MAX_AXIS],
                          const char *setting[SW_SWEEP_MAX_SETTING]) {
    int32_t n = 0;
    for (int32_t a = 0; a < sweep->n_axis; a++) {
        const sw_sweep_axis *axis = &sweep->axis[a];
        for (int32_t k = 0; k < axis->n_key; k++) {
            const char *text = axis->setting[(ptrdiff_t)place[a] * axis->n_key + k];
            if (text != NULL) {
                setting[n++] = text;
            }
        }
    }
    return n;
}
