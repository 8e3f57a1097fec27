// Values of a scenario's keys that are series: signals and arrivals.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "io/keys_reading.h"
#include "model/synth.h"

static bool parse_daily(sw_key_reading *p, const char *hours) {
    double x[24];
    int32_t n = 0;
    const char *at = hours + strspn(hours, " \t");
    while (n < 24 && sw_number_take(&at, &x[n])) {
        if (!sw_key_in_range(p->key, x[n])) {
            return sw_key_wrong(p, "hour %d is %.15g", (int)n, x[n]);
        }
        n++;
        if (*at != '\0' && *at != ',' && *at != ' ' && *at != '\t') {
            break;
        }
        (void)(n < 24 && sw_key_take_char(&at, ','));
        at += strspn(at, " \t");
    }
    if (n != 24 || *at != '\0') {
        return sw_key_wrong(p, "'daily:' does not hold 24 numbers");
    }
    p->value->form = SW_FORM_DAILY;
    p->value->n = 24;
    p->value->a = sw_key_keep(p, x, 24);
    return p->value->a != NULL;
}

// Reads FILE:COLUMN with an optional *FACTOR; `signal` lies within p->text.
static bool parse_column(sw_key_reading *p, const char *signal, const char *colon) {
    const char *column = colon + 1;
    const size_t n_column = strcspn(column, "*");
    double factor = 1.0;
    if (column[n_column] == '*') {
        const char *at = column + n_column + 1;
        at += strspn(at, " \t");
        if (!sw_number_take(&at, &factor) || *at != '\0' || !(fabs(factor) <= SW_KEY_HUGE)) {
            return sw_key_wrong(p, "FACTOR of '%.60s' is no number", signal);
        }
    }
    size_t n = n_column;
    while (n > 0 && (column[n - 1] == ' ' || column[n - 1] == '\t')) {
        n--;
    }
    if (n == 0 || colon == signal) {
        return sw_key_wrong(p, "'%.60s' names no file or no column", signal);
    }
    p->value->form = SW_FORM_COLUMN;
    p->value->number = factor;
    p->value->path_at = (size_t)(signal - p->text);
    p->value->text = sw_key_keep_text(p, signal, (size_t)(colon - signal));
    p->value->column = sw_key_keep_text(p, column, n);
    return p->value->text != NULL && p->value->column != NULL;
}

// Reads the generator behind `synth:`; it must make what the key holds.
static bool parse_synth(sw_key_reading *p, const char *text) {
    sw_error err = {0};
    sw_synth *synth = sw_arena_alloc(p->arena, 1, sizeof *synth);
    if (synth == NULL) {
        (void)snprintf(p->why, SW_KEY_WHY, "out of memory");
        return false;
    }
    if (sw_synth_parse(text, synth, &err) != SW_OK) {
        (void)snprintf(p->why, SW_KEY_WHY, "synth: %.*s", SW_KEY_WHY - 10, err.text);
        return false;
    }
    const char *key_unit = p->key->words;
    const char *unit = sw_synth_unit(synth->kind);
    if (strcmp(unit, key_unit) != 0) {
        (void)snprintf(p->why, SW_KEY_WHY,
                       "synth: a %s generator makes %s, needed is one that makes %s",
                       sw_synth_kind_name(synth->kind), unit, key_unit);
        return false;
    }
    p->value->form = SW_FORM_SYNTH;
    p->value->synth = synth;
    return true;
}

bool sw_key_parse_signal(sw_key_reading *p, const char *signal) {
    const char *at = signal;
    double x = 0.0;
    if (strncmp(signal, "synth:", 6) == 0) {
        return parse_synth(p, signal + 6);
    }
    if (strncmp(signal, "daily:", 6) == 0) {
        return parse_daily(p, signal + 6);
    }
    const char *colon = strrchr(signal, ':');
    if (colon != NULL) {
        return parse_column(p, signal, colon);
    }
    if (!sw_number_take(&at, &x)) {
        return sw_key_wrong(p, "'%.60s' is no signal", signal);
    }
    if (p->key->kind == SW_KEY_SELL && sw_key_take_char(&at, '*') && strcmp(at, "price") == 0) {
        if (!(x >= 0.0 && x <= SW_KEY_HUGE)) {
            return sw_key_wrong(p, "FRACTION %.15g is not from 0 to 1e12", x);
        }
        p->value->form = SW_FORM_FRACTION;
    } else if (*at != '\0') {
        return sw_key_wrong(p, "'%.60s' is no signal", signal);
    } else if (!sw_key_in_range(p->key, x)) {
        return sw_key_wrong(p, "%.60s is out of range", signal);
    } else {
        p->value->form = SW_FORM_CONSTANT;
    }
    p->value->number = x;
    return true;
}

bool sw_key_parse_arrivals(sw_key_reading *p) {
    static const char trace[] = "trace:";
    static const char poisson[] = "poisson:";
    static const char bursty[] = "bursty:";
    if (strncmp(p->text, trace, strlen(trace)) == 0) {
        const char *path = p->text + strlen(trace);
        path += strspn(path, " \t");
        p->value->index = SW_ARRIVAL_TRACE;
        p->value->path_at = (size_t)(path - p->text);
        p->value->text = sw_key_keep_text(p, path, strlen(path));
        return *path == '\0' ? sw_key_wrong(p, "'trace:' without a file") : p->value->text != NULL;
    }
    if (strncmp(p->text, poisson, strlen(poisson)) == 0) {
        p->value->index = SW_ARRIVAL_POISSON;
        const char *signal = p->text + strlen(poisson);
        return sw_key_parse_signal(p, signal + strspn(signal, " \t"));
    }
    const char *comma = strrchr(p->text, ',');
    if (strncmp(p->text, bursty, strlen(bursty)) != 0 || comma == NULL) {
        return sw_key_wrong(p, "'%.60s' is no such process", p->text);
    }
    const char *iod = comma + 1 + strspn(comma + 1, " \t");
    p->value->index = SW_ARRIVAL_BURSTY;
    if (!sw_number_take(&iod, &p->value->second) || *iod != '\0' ||
        !(p->value->second >= 1.0 && p->value->second <= 1e6)) {
        return sw_key_wrong(p, "IOD '%.60s' is no number or out of range", comma + 1);
    }
    // The signal is what lies between; positions in it are positions in the whole value.
    const char *copy = sw_key_keep_text(p, p->text, (size_t)(comma - p->text));
    if (copy == NULL) {
        return false;
    }
    p->text = copy;
    const char *signal = copy + strlen(bursty);
    return sw_key_parse_signal(p, signal + strspn(signal, " \t"));
}
