// Values of a scenario's keys, from text, by the rules of their rows.
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"
#include "io/keys_reading.h"

bool sw_key_wrong(sw_key_reading *p, const char *fmt, ...) {
    char what[120];
    char allowed[240];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    sw_key_allowed(p->key, allowed, sizeof allowed);
    (void)snprintf(p->why, SW_KEY_WHY, "%s, allowed is %s", what, allowed);
    return false;
}

// ---------------------------------------------------------------- numbers and lists

bool sw_key_in_range(const sw_key *key, double number) {
    if ((key->flags & SW_KEY_OR_INF) != 0 && number == (double)INFINITY) {
        return true;
    }
    return number <= key->hi &&
           ((key->flags & SW_KEY_ABOVE) ? number > key->lo : number >= key->lo);
}

bool sw_key_take_char(const char **text, char c) {
    *text += strspn(*text, " \t");
    if (**text != c) {
        return false;
    }
    (*text)++;
    *text += strspn(*text, " \t");
    return true;
}

// Takes a number, or `inf` where the row allows it.
static bool take_value(const sw_key *key, const char **text, double *number) {
    if ((key->flags & SW_KEY_OR_INF) != 0 && strncmp(*text, "inf", 3) == 0) {
        *text += 3;
        *number = (double)INFINITY;
        return true;
    }
    return sw_number_take(text, number);
}

static bool is_whole(double x) {
    return floor(x) == x;
}

static bool parse_number(sw_key_reading *p) {
    const char *at = p->text;
    double x = 0.0;
    if (!take_value(p->key, &at, &x) || *at != '\0') {
        return sw_key_wrong(p, "'%.60s' is no number", p->text);
    }
    if (p->key->kind == SW_KEY_INTEGER && !is_whole(x)) {
        return sw_key_wrong(p, "%.60s is not whole", p->text);
    }
    if (!sw_key_in_range(p->key, x)) {
        return sw_key_wrong(p, "%.60s is out of range", p->text);
    }
    p->value->number = x;
    return true;
}

// Takes `x, x` to the end of the text.
static bool take_two(const char *text, char joint, double x[2]) {
    return sw_number_take(&text, &x[0]) && sw_key_take_char(&text, joint) &&
           sw_number_take(&text, &x[1]) && *text == '\0';
}

// Takes a list `a, a` or `a:b, a:b` of at most `most` entries; b is NULL in the first case. Returns
// the number of entries, -1: no such list, -2: too many.
static int32_t take_list(const sw_key *key, const char *text, int32_t most, double *a, double *b) {
    int32_t n = 0;
    do {
        if (n == most) {
            return -2;
        }
        if (!take_value(key, &text, &a[n])) {
            return -1;
        }
        if (b != NULL && (!sw_key_take_char(&text, ':') || !sw_number_take(&text, &b[n]))) {
            return -1;
        }
        n++;
    } while (sw_key_take_char(&text, ','));
    return *text == '\0' ? n : -1;
}

const double *sw_key_keep(sw_key_reading *p, const double *x, int32_t n) {
    double *copy = sw_arena_alloc(p->arena, (size_t)n, sizeof *copy);
    if (copy == NULL) {
        (void)snprintf(p->why, SW_KEY_WHY, "out of memory");
        return NULL;
    }
    memcpy(copy, x, (size_t)n * sizeof *copy);
    return copy;
}

static bool parse_steps(sw_key_reading *p) {
    double x[SW_MAX_STEP];
    int32_t n = 0;
    double range[3];
    const char *at = p->text;
    if (sw_number_take(&at, &range[0]) && sw_key_take_char(&at, ':') &&
        sw_number_take(&at, &range[1]) && sw_key_take_char(&at, ':') &&
        sw_number_take(&at, &range[2]) && *at == '\0') {
        if (!is_whole(range[0]) || !is_whole(range[1]) || !is_whole(range[2]) || range[2] < 1.0 ||
            range[1] < range[0]) {
            return sw_key_wrong(
                p, "'%.60s' is no range of whole numbers with a stride of at least 1", p->text);
        }
        const double count = floor((range[1] - range[0]) / range[2]) + 1.0;
        if (count > SW_MAX_STEP) {
            return sw_key_wrong(p, "'%.60s' is too many", p->text);
        }
        for (; n < (int32_t)count; n++) {
            x[n] = range[0] + (double)n * range[2];
        }
    } else {
        n = take_list(p->key, p->text, SW_MAX_STEP, x, NULL);
        if (n < 0) {
            return n == -2 ? sw_key_wrong(p, "too many")
                           : sw_key_wrong(p, "'%.60s' is neither a range nor a list", p->text);
        }
    }
    for (int32_t i = 0; i < n; i++) {
        if (!is_whole(x[i]) || !sw_key_in_range(p->key, x[i])) {
            return sw_key_wrong(p, "%.15g is not whole or out of range", x[i]);
        }
        if (i > 0 && x[i] <= x[i - 1]) {
            return sw_key_wrong(p, "%.15g follows %.15g", x[i], x[i - 1]);
        }
    }
    p->value->n = n;
    p->value->a = sw_key_keep(p, x, n);
    return p->value->a != NULL;
}

static bool parse_levels(sw_key_reading *p) {
    double speed[SW_MAX_LEVEL];
    double watts[SW_MAX_LEVEL];
    const int32_t n = take_list(p->key, p->text, SW_MAX_LEVEL, speed, watts);
    if (n < 0) {
        return n == -2 ? sw_key_wrong(p, "too many")
                       : sw_key_wrong(p, "'%.60s' is no such list", p->text);
    }
    for (int32_t i = 0; i < n; i++) {
        if (!sw_key_in_range(p->key, speed[i]) || watts[i] < 0.0 || watts[i] > p->key->hi) {
            return sw_key_wrong(p, "%.15g:%.15g is out of range", speed[i], watts[i]);
        }
        if (i > 0 && speed[i] <= speed[i - 1]) {
            return sw_key_wrong(p, "speed %.15g follows %.15g", speed[i], speed[i - 1]);
        }
    }
    p->value->n = n;
    p->value->a = sw_key_keep(p, speed, n);
    p->value->b = sw_key_keep(p, watts, n);
    return p->value->a != NULL && p->value->b != NULL;
}

static bool parse_forecast(sw_key_reading *p) {
    static const char day_ahead[] = "day-ahead:";
    if (strcmp(p->text, "persistence") == 0) {
        p->value->index = SW_FORECAST_PERSISTENCE;
        return true;
    }
    if (strcmp(p->text, "perfect") == 0) {
        p->value->index = SW_FORECAST_PERFECT;
        return true;
    }
    if (strncmp(p->text, day_ahead, strlen(day_ahead)) != 0) {
        return sw_key_wrong(p, "'%.60s' is no forecast", p->text);
    }
    p->value->index = SW_FORECAST_DAY_AHEAD;
    const char *at = p->text + strlen(day_ahead);
    if (!sw_number_take(&at, &p->value->number) || *at != '\0' ||
        !sw_key_in_range(p->key, p->value->number)) {
        return sw_key_wrong(p, "SIGMA of '%.60s' is no number or out of range", p->text);
    }
    return true;
}

static bool parse_pair(sw_key_reading *p) {
    double x[2];
    if (!take_two(p->text, ':', x)) {
        return sw_key_wrong(p, "'%.60s' is no such pair", p->text);
    }
    if (!sw_key_in_range(p->key, x[0]) || !sw_key_in_range(p->key, x[1])) {
        return sw_key_wrong(p, "'%.60s' is out of range", p->text);
    }
    p->value->number = x[0];
    p->value->second = x[1];
    return true;
}

static bool parse_choice(sw_key_reading *p) {
    const char *word = p->key->words;
    for (int32_t i = 0;; i++) {
        const size_t n = strcspn(word, "|");
        if (strlen(p->text) == n && strncmp(p->text, word, n) == 0) {
            p->value->index = i;
            return true;
        }
        if (word[n] == '\0') {
            return sw_key_wrong(p, "'%.60s' is none of the choices", p->text);
        }
        word += n + 1;
    }
}

// ---------------------------------------------------------------- distributions

static bool is_dist_value(const sw_key *key, double x) {
    return sw_key_in_range(key, x) && ((key->flags & SW_KEY_WHOLE) == 0 || is_whole(x));
}

static bool parse_dist_list(sw_key_reading *p) {
    double x[SW_MAX_LIST];
    double weight[SW_MAX_LIST];
    const int32_t n = take_list(p->key, p->text, SW_MAX_LIST, x, weight);
    if (n < 0) {
        return n == -2 ? sw_key_wrong(p, "more than %d values", (int)SW_MAX_LIST)
                       : sw_key_wrong(p, "'%.60s' is no such list", p->text);
    }
    double total = 0.0;
    for (int32_t i = 0; i < n; i++) {
        if (!is_dist_value(p->key, x[i])) {
            return sw_key_wrong(p, "%.15g is out of range", x[i]);
        }
        if (weight[i] < 0.0 || weight[i] > SW_KEY_HUGE) {
            return sw_key_wrong(p, "weight %.15g is not from 0 to 1e12", weight[i]);
        }
        total += weight[i];
    }
    if (total <= 0.0) {
        return sw_key_wrong(p, "all weights are 0");
    }
    double sum = 0.0;
    for (int32_t i = 0; i < n; i++) {
        sum += weight[i];
        weight[i] = i == n - 1 ? 1.0 : sum / total;
    }
    p->value->dist = (sw_dist){.kind = SW_DIST_LIST,
                               .n = n,
                               .value = sw_key_keep(p, x, n),
                               .up_to = sw_key_keep(p, weight, n)};
    return p->value->dist.value != NULL && p->value->dist.up_to != NULL;
}

static bool parse_dist(sw_key_reading *p) {
    static const char uniform[] = "uniform:";
    static const char lognormal[] = "lognormal:";
    const uint32_t flags = p->key->flags;
    sw_dist *dist = &p->value->dist;
    double x[2];
    if ((flags & SW_KEY_EXPONENTIAL) != 0 && strcmp(p->text, "exponential") == 0) {
        *dist = (sw_dist){.kind = SW_DIST_EXPONENTIAL, .a = 1.0};
        return true;
    }
    if ((flags & SW_KEY_UNIFORM) != 0 && strncmp(p->text, uniform, strlen(uniform)) == 0) {
        if (!take_two(p->text + strlen(uniform), ',', x) || !sw_key_in_range(p->key, x[0]) ||
            !sw_key_in_range(p->key, x[1]) || x[1] < x[0]) {
            return sw_key_wrong(p, "LO,HI of '%.60s' are no numbers, out of range or descending",
                                p->text);
        }
        *dist = (sw_dist){.kind = SW_DIST_UNIFORM, .a = x[0], .b = x[1]};
        return true;
    }
    if ((flags & SW_KEY_LOGNORMAL) != 0 && strncmp(p->text, lognormal, strlen(lognormal)) == 0) {
        if (!take_two(p->text + strlen(lognormal), ',', x) || !sw_key_in_range(p->key, x[0]) ||
            x[0] <= 0.0 || x[1] < 0.0 || x[1] > 10.0) {
            return sw_key_wrong(
                p, "MEDIAN of '%.60s' is not in range and above 0, or SIGMA not 0 to 10", p->text);
        }
        *dist = (sw_dist){.kind = SW_DIST_LOGNORMAL, .a = x[0], .b = x[1]};
        return true;
    }
    if ((flags & SW_KEY_LIST) != 0 && strchr(p->text, ':') != NULL) {
        return parse_dist_list(p);
    }
    const char *at = p->text;
    if (!take_value(p->key, &at, &x[0]) || *at != '\0') {
        return sw_key_wrong(p, "'%.60s' is no such value", p->text);
    }
    if (!is_dist_value(p->key, x[0])) {
        return sw_key_wrong(p, "%.60s is not whole or out of range", p->text);
    }
    *dist = (sw_dist){.kind = SW_DIST_CONSTANT, .a = x[0]};
    if ((flags & SW_KEY_WHOLE) == 0 && !isfinite(x[0])) {
        dist->a = (double)INFINITY;
    }
    return true;
}

// ---------------------------------------------------------------- all kinds

const char *sw_key_keep_text(sw_key_reading *p, const char *text, size_t n) {
    char *copy = sw_arena_alloc(p->arena, n + 1, 1);
    if (copy == NULL) {
        (void)snprintf(p->why, SW_KEY_WHY, "out of memory");
        return NULL;
    }
    return memcpy(copy, text, n);
}

static bool parse_date(sw_key_reading *p) {
    return sw_date_parse(p->text, &p->value->number) ||
           sw_key_wrong(p, "'%.60s' is no date", p->text);
}

bool sw_key_parse(const sw_key *key, const char *text, sw_arena *arena, sw_value *value,
                  char why[SW_KEY_WHY]) {
    why[0] = '\0';
    sw_key_reading p = {.key = key, .text = text, .arena = arena, .value = value, .why = why};
    switch (key->kind) {
    case SW_KEY_NUMBER:
    case SW_KEY_INTEGER:
        return parse_number(&p);
    case SW_KEY_TEXT:
    case SW_KEY_FILE:
    case SW_KEY_REFERENCE:
        value->text = sw_key_keep_text(&p, text, strlen(text));
        return value->text != NULL;
    case SW_KEY_DATE:
        return parse_date(&p);
    case SW_KEY_CHOICE:
        return parse_choice(&p);
    case SW_KEY_SIGNAL:
    case SW_KEY_SELL:
        return sw_key_parse_signal(&p, text);
    case SW_KEY_STEPS:
        return parse_steps(&p);
    case SW_KEY_LEVELS:
        return parse_levels(&p);
    case SW_KEY_DIST:
        return parse_dist(&p);
    case SW_KEY_ARRIVALS:
        return sw_key_parse_arrivals(&p);
    case SW_KEY_FORECAST:
        return parse_forecast(&p);
    case SW_KEY_PAIR:
        return parse_pair(&p);
    }
    SW_REQUIRE(!"a kind of key");
    return false;
}
