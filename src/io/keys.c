#include "io/keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"

const sw_key *sw_key_find(sw_section_kind section, const char *name, const char **suffix) {
    *suffix = NULL;
    for (int32_t i = 0; i < sw_n_key; i++) {
        const sw_key *key = &sw_key_table[i];
        if (key->section != section) {
            continue;
        }
        const size_t n = strlen(key->name);
        if ((key->flags & SW_KEY_PER_GPU) != 0 && strncmp(key->name, name, n) == 0 &&
            name[n] != '\0') {
            *suffix = name + n;
            return key;
        }
        if (strcmp(key->name, name) == 0 && (key->flags & SW_KEY_PER_GPU) == 0) {
            return key;
        }
    }
    return NULL;
}

// ---------------------------------------------------------------- what is allowed

// Writes a bound of a range: the widest one short, others in full.
static void write_bound(double bound, char text[32]) {
    if (fabs(bound) == SW_KEY_HUGE) {
        (void)snprintf(text, 32, "%s1e12", bound < 0.0 ? "-" : "");
    } else {
        (void)snprintf(text, 32, "%.15g", bound);
    }
}

void sw_key_range(const sw_key *key, char *text, size_t size) {
    const bool above = (key->flags & SW_KEY_ABOVE) != 0;
    char lo[32];
    char hi[32];
    write_bound(key->lo, lo);
    write_bound(key->hi, hi);
    (void)snprintf(text, size, "%s %s %s %s", above ? "above" : "from", lo, above ? "up to" : "to",
                   hi);
}

static void write_dist(const sw_key *key, const char *range, char *text, size_t size) {
    (void)snprintf(text, size, "%s%s%s%s%s%s; values %s",
                   (key->flags & SW_KEY_WHOLE) ? "a whole number" : "a number",
                   (key->flags & SW_KEY_OR_INF) ? " or inf" : "",
                   (key->flags & SW_KEY_UNIFORM) ? ", uniform:LO,HI" : "",
                   (key->flags & SW_KEY_EXPONENTIAL) ? ", exponential" : "",
                   (key->flags & SW_KEY_LOGNORMAL) ? ", lognormal:MEDIAN,SIGMA" : "",
                   (key->flags & SW_KEY_LIST) ? ", or a list VALUE:WEIGHT, ..." : "", range);
}

// Writes "a", "a or b", "a, b or c" from "a|b|c".
static void write_choice(const char *words, char *text, size_t size) {
    size_t n = 0;
    text[0] = '\0';
    while (*words != '\0' && n < size) {
        const size_t length = strcspn(words, "|");
        const char *rest = words + length + (words[length] == '|');
        const char *joint = n == 0 ? "" : *rest == '\0' ? " or " : ", ";
        n += (size_t)snprintf(text + n, size - n, "%s%.*s", joint, (int)length, words);
        words = rest;
    }
}

void sw_key_allowed(const sw_key *key, char *text, size_t size) {
    static const char signal[] = "a number, FILE:COLUMN, FILE:COLUMN*FACTOR, daily: with 24 "
                                 "numbers or synth:GENERATOR";
    char range[80];
    sw_key_range(key, range, sizeof range);
    switch (key->kind) {
    case SW_KEY_NUMBER:
        (void)snprintf(text, size, "a number %s%s", range,
                       (key->flags & SW_KEY_OR_INF) ? ", or inf" : "");
        return;
    case SW_KEY_INTEGER:
        (void)snprintf(text, size, "a whole number %s", range);
        return;
    case SW_KEY_TEXT:
        (void)snprintf(text, size, "a text");
        return;
    case SW_KEY_FILE:
        (void)snprintf(text, size, "a file");
        return;
    case SW_KEY_DATE:
        (void)snprintf(text, size, "%s", SW_DATE_FORM);
        return;
    case SW_KEY_CHOICE:
        write_choice(key->words, text, size);
        return;
    case SW_KEY_REFERENCE:
        (void)snprintf(text, size, "the name of a [%s NAME] section", key->words);
        return;
    case SW_KEY_SIGNAL:
        (void)snprintf(text, size, "%s; values %s", signal, range);
        return;
    case SW_KEY_SELL:
        (void)snprintf(text, size, "%s, or FRACTION*price; values %s", signal, range);
        return;
    case SW_KEY_STEPS:
        (void)snprintf(text, size,
                       "first:last:stride or an ascending list, at most %d whole numbers %s",
                       (int)SW_MAX_STEP, range);
        return;
    case SW_KEY_LEVELS:
        (void)snprintf(text, size,
                       "a list speed:watts, ..., at most %d, speeds ascending and above 0; values "
                       "up to 1e12",
                       (int)SW_MAX_LEVEL);
        return;
    case SW_KEY_DIST:
        write_dist(key, range, text, size);
        return;
    case SW_KEY_ARRIVALS:
        (void)snprintf(text, size,
                       "trace:FILE, poisson:SIGNAL or bursty:SIGNAL,IOD with IOD from 1 to 1e6; "
                       "SIGNAL: %s; values %s",
                       signal, range);
        return;
    case SW_KEY_FORECAST:
        (void)snprintf(text, size, "persistence, day-ahead:SIGMA with SIGMA %s, or perfect", range);
        return;
    case SW_KEY_PAIR:
        (void)snprintf(text, size, "latency_s:transfer_usd, numbers %s", range);
        return;
    }
    SW_REQUIRE(!"a kind of key");
}
