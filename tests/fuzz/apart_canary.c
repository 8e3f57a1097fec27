// Mistakes of the project on purpose, in a process that reads apart, for tests/checks/fuzz.sh: they
// must crash the target. The input's first byte chooses.
#include <stdlib.h>

#include "base/apart.h"

static volatile int one = 1;

static sw_status make_mistake(void *what, sw_error *err) {
    (void)err;
    enum { N = 8 };
    char *block = malloc(N);
    SW_REQUIRE(block != NULL);
    switch (*(const unsigned char *)what) {
    case 'o': // past the end
        *(volatile char *)(block + N - 1 + one) = 1;
        break;
    case 'p': // a place that is none
        *(volatile char *)(uintptr_t)one = 1;
        break;
    case 'r': // a broken promise
        SW_REQUIRE(one == 2);
        break;
    case 'u': // undefined
        one += 0x7fffffff;
        break;
    default: // none
        break;
    }
    free(block);
    return SW_OK;
}

static void give_nothing(const void *what, sw_pipe *out) {
    (void)what;
    (void)out;
}

static sw_status take_nothing(void *what, sw_pipe *in, sw_error *err) {
    (void)what;
    (void)in;
    (void)err;
    return SW_OK;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    static const sw_apart_steps steps = {
        .read = make_mistake, .give = give_nothing, .take = take_nothing};
    unsigned char chosen = size > 0 ? data[0] : 0;
    sw_error err = {0};
    (void)sw_apart_read("canary", &steps, &chosen, UINT64_C(64) << 20, &err);
    return 0;
}
