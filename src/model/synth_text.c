// The texts of generators: NAME[,KEY=VALUE...].
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "model/synth.h"

// ------------------------------------------------------------------ kinds and keys

static const struct {
    const char *name;
    const char *unit;
    double mean;
} kinds[SW_SYNTH_KINDS] = {
    [SW_SYNTH_PRICE] = {"price", "usd_per_mwh", 40.0},
    [SW_SYNTH_CARBON] = {"carbon", "g_per_kwh", 300.0},
    [SW_SYNTH_WIND] = {"wind", "cf", 0.3},
    [SW_SYNTH_PV] = {"pv", "cf", 0.25},
    [SW_SYNTH_TEMPERATURE] = {"temperature", "c", 15.0},
    [SW_SYNTH_RATE] = {"rate", "jobs_per_s", 1.0},
};

enum {
    TEMPERATURE = 1u << SW_SYNTH_TEMPERATURE,
    ALL = (1u << SW_SYNTH_KINDS) - 1,
    TABLED = ALL & ~TEMPERATURE,
    REFINED = 1u << SW_SYNTH_PRICE | 1u << SW_SYNTH_PV | 1u << SW_SYNTH_RATE
};

typedef struct key_row {
    const char *name;
    size_t offset;  // of the first number in sw_synth
    int32_t n;      // numbers
    uint32_t kinds; // that have it
    double lo;
    double hi;
} key_row;

#define KEY(name, n, kinds, lo, hi) {#name, offsetof(sw_synth, name), n, kinds, lo, hi}
static const key_row keys[] = {
    KEY(mean, 1, ALL, -1e6, 1e6),
    KEY(profile, 24, TABLED, 0, 1000),
    KEY(rise, 24, TABLED, 0, 1000),
    KEY(table, SW_SYNTH_TABLE, TABLED, -10000, 10000),
    KEY(slow, 1, ALL, 0, 1),
    KEY(slow_ar, 1, ALL, 0, 0.9999),
    KEY(fast_ar, 1, ALL, 0, 0.9999),
    KEY(fine, 1, REFINED, 0, 10),
    KEY(fine_ar, 1, REFINED, 0, 0.9999),
    KEY(weekend, 1, TABLED, 0, 100),
    KEY(sd, 1, TEMPERATURE, 0, 30),
    KEY(range, 1, TEMPERATURE, 0, 60),
    KEY(season, 1, TEMPERATURE, 0, 40),
    KEY(shared, 1, ALL, 0, 1000000),
    KEY(corr, 1, ALL, 0, 1),
};
enum { N_KEY = sizeof keys / sizeof *keys };

static double *numbers_of(sw_synth *synth, const key_row *key) {
    return (double *)(void *)((char *)synth + key->offset);
}

const char *sw_synth_unit(sw_synth_kind kind) {
    return kinds[kind].unit;
}

const char *sw_synth_kind_name(sw_synth_kind kind) {
    return kinds[kind].name;
}

void sw_synth_default(sw_synth_kind kind, sw_synth *synth) {
    *synth = (sw_synth){.kind = kind,
                        .mean = kinds[kind].mean,
                        .slow = 0.5,
                        .slow_ar = 0.6,
                        .fast_ar = 0.8,
                        .weekend = 1.0,
                        .sd = 3.5,
                        .range = 10.0,
                        .season = 9.0};
    for (int h = 0; h < 24; h++) {
        synth->profile[h] = 1.0;
        synth->rise[h] = 1.0;
    }
}

// ------------------------------------------------------------------ reading

static sw_status wrong(sw_error *err, const char *fmt, ...) SW_PRINTF(2, 3);
static sw_status wrong(sw_error *err, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const sw_status status = sw_vfail(err, SW_ERR_BAD_INPUT, fmt, args);
    va_end(args);
    return status;
}

static sw_status unknown_name(const char *name, int n, sw_error *err) {
    char known[640] = "";
    size_t used = 0;
    for (int i = 0; i < SW_SYNTH_KINDS; i++) {
        used += (size_t)snprintf(known + used, sizeof known - used, "%s, ", kinds[i].name);
    }
    for (int32_t i = 0; i < sw_n_synth_preset && used < sizeof known; i++) {
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
                                 i == 0 ? "" : i + 1 < sw_n_synth_preset ? ", " : " or ",
                                 sw_synth_presets[i].name);
    }
    return wrong(err, "no generator is called '%.*s', allowed are %s", n < 60 ? n : 60, name,
                 known);
}

static const key_row *find_key(const char *name, size_t n) {
    for (int i = 0; i < N_KEY; i++) {
        if (strlen(keys[i].name) == n && memcmp(keys[i].name, name, n) == 0) {
            return &keys[i];
        }
    }
    return NULL;
}

static sw_status unknown_key(const char *name, size_t n, sw_synth_kind kind, sw_error *err) {
    char known[240] = "";
    size_t used = 0;
    for (int i = 0; i < N_KEY; i++) {
        if ((keys[i].kinds >> kind & 1u) != 0) {
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
                                     used == 0 ? "" : ", ", keys[i].name);
        }
    }
    return wrong(err, "a %s generator has no '%.*s', allowed are %s", kinds[kind].name,
                 n < 40 ? (int)n : 40, name, known);
}

// Reads the key's numbers from the blank-separated text [at, end).
static sw_status read_numbers(const char *at, const char *end, const key_row *key, double *out,
                              sw_error *err) {
    int32_t n = 0;
    while (true) {
        while (at < end && (*at == ' ' || *at == '\t')) {
            at++;
        }
        if (at == end) {
            break;
        }
        char token[40];
        size_t length = 0;
        while (at + length < end && at[length] != ' ' && at[length] != '\t') {
            length++;
        }
        double x = 0.0;
        if (length >= sizeof token) {
            return wrong(err, "%s: a number of %zu characters, allowed are %zu", key->name, length,
                         sizeof token - 1);
        }
        memcpy(token, at, length);
        token[length] = '\0';
        if (!sw_number_parse(token, &x) || !(x >= key->lo && x <= key->hi)) {
            return wrong(err, "%s: '%s' is not a number from %g to %g", key->name, token, key->lo,
                         key->hi);
        }
        if (n < key->n) {
            out[n] = x;
        }
        n++;
        at += length;
    }
    if (n != key->n) {
        return wrong(err, "%s: %d numbers, needed are %d%s", key->name, (int)n, (int)key->n,
                     key->n > 1 ? " with blanks between" : "");
    }
    return SW_OK;
}

static sw_status read_setting(const char *at, const char *end, sw_synth *synth, sw_error *err) {
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    const char *equals = memchr(at, '=', (size_t)(end - at));
    if (equals == NULL) {
        return wrong(err, "'%.*s' is not KEY=VALUE", end - at < 40 ? (int)(end - at) : 40, at);
    }
    size_t n = (size_t)(equals - at);
    while (n > 0 && (at[n - 1] == ' ' || at[n - 1] == '\t')) {
        n--;
    }
    const key_row *key = find_key(at, n);
    if (key == NULL || (key->kinds >> synth->kind & 1u) == 0) {
        return unknown_key(at, n, synth->kind, err);
    }
    SW_TRY(read_numbers(equals + 1, end, key, numbers_of(synth, key), err));
    if (key->offset == offsetof(sw_synth, profile)) {
        memcpy(synth->rise, synth->profile, sizeof synth->rise);
    }
    return SW_OK;
}

// Checks what no single key can tell.
static sw_status check(const sw_synth *synth, sw_error *err) {
    for (int i = 1; i < SW_SYNTH_TABLE; i++) {
        if (!(synth->table[i] >= synth->table[i - 1])) {
            return wrong(err, "table: %g after %g, allowed are ascending numbers", synth->table[i],
                         synth->table[i - 1]);
        }
    }
    if (synth->shared != floor(synth->shared)) {
        return wrong(err, "shared: %g is no whole number", synth->shared);
    }
    if (synth->corr > 0.0 && synth->shared == 0.0) {
        return wrong(err, "corr: needs shared, the number of the process that signals share");
    }
    return SW_OK;
}

// NOLINTNEXTLINE(misc-no-recursion): one level, the text of a preset
static sw_status parse(const char *text, int depth, sw_synth *synth, sw_error *err) {
    const char *end = text + strcspn(text, ",");
    size_t n = (size_t)(end - text);
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) {
        n--;
    }
    bool found = false;
    for (int i = 0; i < SW_SYNTH_KINDS && !found; i++) {
        if (strlen(kinds[i].name) == n && memcmp(kinds[i].name, text, n) == 0) {
            sw_synth_default((sw_synth_kind)i, synth);
            found = true;
        }
    }
    for (int32_t i = 0; i < sw_n_synth_preset && !found && depth == 0; i++) {
        const sw_synth_preset *preset = &sw_synth_presets[i];
        if (strlen(preset->name) == n && memcmp(preset->name, text, n) == 0) {
            SW_TRY(parse(preset->text, 1, synth, err));
            found = true;
        }
    }
    if (!found) {
        return unknown_name(text, (int)(n < 60 ? n : 60), err);
    }
    while (*end == ',') {
        const char *begin = end + 1;
        end = begin + strcspn(begin, ",");
        SW_TRY(read_setting(begin, end, synth, err));
    }
    return check(synth, err);
}

sw_status sw_synth_parse(const char *text, sw_synth *synth, sw_error *err) {
    return parse(text + strspn(text, " \t"), 0, synth, err);
}

// ------------------------------------------------------------------ writing

bool sw_synth_print(const sw_synth *synth, char *text, size_t size) {
    sw_synth copy = *synth;
    int used = snprintf(text, size, "%s", kinds[synth->kind].name);
    for (int i = 0; i < N_KEY; i++) {
        const key_row *key = &keys[i];
        const bool is_sharing = key->offset == offsetof(sw_synth, shared) ||
                                key->offset == offsetof(sw_synth, corr);
        if ((key->kinds >> synth->kind & 1u) == 0 || (is_sharing && synth->shared == 0.0)) {
            continue;
        }
        const double *x = numbers_of(&copy, key);
        for (int32_t n = 0; n < key->n && used >= 0 && (size_t)used < size; n++) {
            used += snprintf(text + used, size - (size_t)used, "%s%s%s%.4g", n == 0 ? "," : " ",
                             n == 0 ? key->name : "", n == 0 ? "=" : "", x[n] + 0.0);
        }
        if (used < 0 || (size_t)used >= size) {
            return false;
        }
    }
    return true;
}
