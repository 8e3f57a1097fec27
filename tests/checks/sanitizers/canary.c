// canary.c -- makes the mistake that its argument names, so that a check that misses it is seen to be blind; `sound` makes none,
// in parallel, so that one that cries wolf is seen, too.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 1000 };

static void use(double x) {
    (void)printf("%g\n", x);
}

// All that the parallel parts of the simulator use: loops, critical sections, atomics, the barrier at an end.
static void sound(void) {
    double *x = calloc(N, sizeof *x);
    if (x == NULL) {
        abort();
    }
    double sum = 0.0;
    double under_lock = 0.0;
    int counted = 0;
#pragma omp parallel num_threads(4)
    {
#pragma omp for schedule(dynamic, 1)
        for (int i = 0; i < N; i++) {
            x[i] = i;
        }
#pragma omp for reduction(+ : sum)
        for (int i = 0; i < N; i++) {
            sum += x[N - 1 - i];
#pragma omp critical(canary)
            under_lock += 1.0;
#pragma omp atomic update
            counted++;
        }
    }
    use(sum + under_lock + counted);
    free(x);
}

static void race(void) {
    double sum = 0.0;
#pragma omp parallel for num_threads(4)
    for (int i = 0; i < N; i++) {
        sum += i;
    }
    use(sum);
}

static void heap(int argc) {
    volatile char *text = malloc((size_t)argc);
    if (text != NULL) {
        text[argc] = 'x';
    }
    free((void *)(uintptr_t)text);
}

static void leak(void) {
    char *volatile text = malloc(77);
    use(text != NULL);
    text = NULL;
    use(text != NULL);
}

static void unset(void) {
    volatile int *x = malloc(sizeof *x);
    if (x != NULL && *x > 7) {
        use(1.0);
    }
    free((void *)(uintptr_t)x);
}

int main(int argc, char **argv) {
    const char *fault = argc > 1 ? argv[1] : "";
    volatile double large = 1e300;
    volatile int32_t top = INT32_MAX;
    volatile uint32_t utop = UINT32_MAX;
    if (strcmp(fault, "sound") == 0) {
        sound();
    } else if (strcmp(fault, "race") == 0) {
        race();
    } else if (strcmp(fault, "heap") == 0) {
        heap(argc);
    } else if (strcmp(fault, "leak") == 0) {
        leak();
    } else if (strcmp(fault, "unset") == 0) {
        unset();
    } else if (strcmp(fault, "cast") == 0) {
        use((int32_t)large);
    } else if (strcmp(fault, "signed") == 0) {
        use(top + argc);
    } else if (strcmp(fault, "unsigned") == 0) {
        use(utop + (uint32_t)argc);
    } else {
        (void)fprintf(stderr, "usage: canary sound | race | heap | leak | unset | cast | signed | unsigned\n");
        return 2;
    }
    return 0;
}
