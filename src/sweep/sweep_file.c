#include "sweep/sweep_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "sweep/sweep_reading.h"

void sw_reading_no_memory(sw_reading *r) {
    sw_messages_add(r->messages, SW_ERR_NO_MEMORY, "%s: out of memory", r->sweep->path);
}

void sw_reading_complain(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                         const char *what) {
    sw_ini_complain(r->messages, &r->source, entry != NULL ? entry->line : section->line,
                    section->name, entry != NULL ? entry->key : NULL, "%s", what);
}

bool sw_reading_split(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry,
                      sw_texts *list) {
    const char mark = strchr(entry->value, '|') != NULL ? '|' : ',';
    size_t n = 1;
    for (const char *c = entry->value; *c != '\0'; c++) {
        n += *c == mark ? 1 : 0;
    }
    char *copy = sw_arena_strdup(&r->sweep->arena, entry->value);
    list->text = sw_arena_alloc(&r->sweep->arena, n, sizeof *list->text);
    if (copy == NULL || list->text == NULL) {
        sw_reading_no_memory(r);
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
            sw_reading_complain(r, section, entry,
                                "an empty value in the list, allowed are A, B, ... or "
                                "A | B | ... without gaps");
            return false;
        }
        list->text[list->n++] = part;
        part = next;
    }
    return true;
}

// ------------------------------------------------------------------ [sweep]

static const sw_ini_entry *need(sw_reading *r, const sw_ini_section *section, const char *key,
                                const char *allowed) {
    const sw_ini_entry *entry = sw_ini_get(section, key);
    if (entry == NULL) {
        sw_ini_complain(r->messages, &r->source, section->line, section->name, key,
                        "missing, needed is %s", allowed);
    }
    return entry;
}

// Reads `N` (seeds 0 .. N-1), `FIRST:LAST`, or a list.
static void read_seeds(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry) {
    sw_sweep *sweep = r->sweep;
    static const char *const allowed = "allowed is N (seeds 0 .. N-1), FIRST:LAST, or a list of "
                                       "different whole numbers, at most 1000000";
    int64_t first = 0;
    int64_t n = 0;
    const char *colon = strchr(entry->value, ':');
    char left[SW_INI_MAX_LINE + 1];
    sw_texts list = {0};
    if (strchr(entry->value, ',') != NULL) {
        if (!sw_reading_split(r, section, entry, &list)) {
            return;
        }
        n = list.n;
    } else if (colon != NULL) {
        (void)snprintf(left, sizeof left, "%.*s", (int)(colon - entry->value), entry->value);
        int64_t last = 0;
        if (!sw_integer_parse(left, &first) || !sw_integer_parse(colon + 1, &last) || first < 0 ||
            last < first || last - first >= SW_SWEEP_MAX_SEED) {
            sw_reading_complain(r, section, entry, allowed);
            return;
        }
        n = last - first + 1;
    } else if (!sw_integer_parse(entry->value, &n) || n < 1 || n > SW_SWEEP_MAX_SEED) {
        sw_reading_complain(r, section, entry, allowed);
        return;
    }
    sweep->n_seed = (int32_t)n;
    sweep->seed = sw_arena_alloc(&sweep->arena, (size_t)n, sizeof *sweep->seed);
    if (sweep->seed == NULL) {
        sw_reading_no_memory(r);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t seed = first + i;
        if (list.n > 0 && (!sw_integer_parse(list.text[i], &seed) || seed < 0)) {
            sw_reading_complain(r, section, entry, allowed);
            return;
        }
        sweep->seed[i] = (uint64_t)seed;
        for (int64_t j = 0; j < i && list.n > 0; j++) {
            if (sweep->seed[j] == sweep->seed[i]) {
                sw_reading_complain(r, section, entry, allowed);
                return;
            }
        }
    }
}

// Finds the base scenario beside the sweep file, else in the current folder.
static void find_base(sw_reading *r, const sw_ini_section *section, const sw_ini_entry *entry) {
    sw_sweep *sweep = r->sweep;
    const char *slash = strrchr(sweep->path, '/');
    const size_t n_dir = slash != NULL ? (size_t)(slash - sweep->path) + 1 : 0;
    const size_t size = n_dir + strlen(entry->value) + 1;
    char *beside = sw_arena_alloc(&sweep->arena, size, 1);
    if (beside == NULL) {
        sw_reading_no_memory(r);
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

static void read_head(sw_reading *r) {
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
            sw_reading_complain(r, section, &section->entry[i],
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
    sw_texts list = {0};
    if (policies != NULL && sw_reading_split(r, section, policies, &list)) {
        sweep->n_policy = list.n;
        sweep->policy = list.text;
        if (list.n > SW_SWEEP_MAX_POLICY) {
            sw_reading_complain(r, section, policies, "too many policies, allowed are 256");
        }
    }
    if (seeds != NULL) {
        read_seeds(r, section, seeds);
    }
}

static void count_tasks(sw_reading *r) {
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
    sw_reading r = {.sweep = sweep,
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
        sw_reading_no_memory(&r);
    } else {
        read_head(&r);
        for (int32_t i = 0; i < r.ini.n; i++) {
            const sw_ini_section *section = &r.ini.section[i];
            if (strncmp(section->name, "axis ", 5) == 0) {
                sw_reading_axis(&r, section);
            } else if (strcmp(section->name, "sweep") != 0) {
                sw_reading_complain(&r, section, NULL,
                                    "unknown section, allowed are [sweep] and [axis NAME]");
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
