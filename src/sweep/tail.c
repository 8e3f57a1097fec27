#include "sweep/tail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_values(const void *left, const void *right) {
    const double x = *(const double *)left;
    const double y = *(const double *)right;
    return (x > y) - (x < y);
}

double sw_tail_mean(const double *value, int32_t n, double share, double *scratch) {
    SW_REQUIRE(n >= 1 && share > 0.0 && share <= 1.0);
    memcpy(scratch, value, (size_t)n * sizeof *scratch);
    qsort(scratch, (size_t)n, sizeof *scratch, compare_values);
    const double weight = share * (double)n; // values in the tail
    if (weight <= 1.0) {
        return scratch[0];
    }
    const double whole = floor(weight);
    double sum = 0.0;
    for (int32_t i = 0; i < (int32_t)whole; i++) {
        sum += scratch[i];
    }
    if (whole < weight) {
        sum += (weight - whole) * scratch[(int32_t)whole];
    }
    return sum / weight;
}

typedef struct choice {
    double a;
    double b;
    int64_t index;
} choice;

// Greater `a` first, among equal ones greater `b`.
static int compare_choices(const void *left, const void *right) {
    const choice *x = left;
    const choice *y = right;
    if (x->a != y->a) {
        return x->a > y->a ? -1 : 1;
    }
    return (x->b < y->b) - (x->b > y->b);
}

sw_status sw_pareto_front(const double *a, const double *b, int64_t n, bool *front, sw_error *err) {
    choice *sorted = calloc((size_t)n + 1, sizeof *sorted);
    if (sorted == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %lld choices", (long long)n);
    }
    for (int64_t i = 0; i < n; i++) {
        sorted[i] = (choice){a[i], b[i], i};
    }
    qsort(sorted, (size_t)n, sizeof *sorted, compare_choices);
    // From the greatest `a` down, only a `b` above all seen so far makes the front; those equal to
    // the last on it in both figures share its place.
    const choice *last = NULL;
    for (int64_t i = 0; i < n; i++) {
        const choice *c = &sorted[i];
        front[c->index] = last == NULL || c->b > last->b || (c->b == last->b && c->a == last->a);
        last = front[c->index] ? c : last;
    }
    free(sorted);
    return SW_OK;
}
