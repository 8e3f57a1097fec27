// The queues of the engine against plain arrays.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/rng.h"
#include "engine/event.h"
#include "engine/heap.h"
#include "engine/minset.h"
#include "engine/ring.h"
#include "engine/tourney.h"

static uint64_t random_bits(int seed, uint64_t i) {
    return sw_rng_bits((uint64_t)seed, SW_RNG_POLICY, 0, i, 0);
}

// The index of the least of `n` entries, by key then id.
static int32_t least(const sw_heap_entry *entry, int32_t n) {
    int32_t best = 0;
    for (int32_t i = 1; i < n; i++) {
        best = sw_heap_before(&entry[i], &entry[best]) ? i : best;
    }
    return best;
}

START_TEST(heap_gives_the_least_of_what_was_put_in) {
    sw_heap heap = {0};
    sw_heap_entry plain[400];
    int32_t n = 0;
    for (int32_t i = 0; i < 3000; i++) {
        const uint64_t r = random_bits(_i, (uint64_t)i);
        if (n < 400 && (r & 3) != 0) {
            // Few different keys, so that ids often decide.
            const sw_heap_entry entry = {(double)((r >> 8) % 16), i, i};
            ck_assert(sw_heap_push(&heap, entry));
            plain[n++] = entry;
        } else if (n > 0 && (r & 4) != 0) {
            const int32_t k = least(plain, n);
            ck_assert_int_eq(heap.entry[0].item, plain[k].item);
            sw_heap_remove(&heap, 0);
            plain[k] = plain[--n];
        } else if (n > 0) {
            // Take away somewhere in the middle, and now and then put another in.
            const int32_t at = (int32_t)((r >> 20) % (uint64_t)n);
            const int32_t item = heap.entry[at].item;
            int32_t k = 0;
            while (plain[k].item != item) {
                k++;
            }
            sw_heap_remove(&heap, at);
            plain[k] = plain[--n];
            if ((r & 8) == 0) {
                plain[n] = (sw_heap_entry){(double)((r >> 8) % 16), i, i};
                ck_assert(sw_heap_push(&heap, plain[n++]));
            }
        }
        ck_assert_int_eq(heap.n, n);
        if (n > 0) {
            ck_assert_int_eq(heap.entry[0].item, plain[least(plain, n)].item);
        }
    }
    sw_heap_deinit(&heap);
}
END_TEST

START_TEST(ring_gives_items_in_the_order_they_came) {
    sw_ring ring = {0};
    int32_t in = 0;
    int32_t out = 0;
    for (uint64_t i = 0; i < 5000; i++) {
        if (random_bits(_i, i) % 5 < 3) {
            ck_assert(sw_ring_push(&ring, in++));
        } else if (sw_ring_count(&ring) > 0) {
            ck_assert_int_eq(sw_ring_at(&ring, 0), out);
            ck_assert_int_eq(sw_ring_pop(&ring), out++);
        }
        ck_assert_uint_eq(sw_ring_count(&ring), (uint32_t)(in - out));
    }
    sw_ring_deinit(&ring);
}
END_TEST

enum { N_KEY = 400 };

// Compares a set with the keys of its items; NaN: not in the set.
static void minset_agrees(const sw_minset *set, const double key[N_KEY]) {
    int32_t n = 0;
    double lowest = HUGE_VAL;
    for (int32_t k = 0; k < N_KEY; k++) {
        n += !isnan(key[k]);
        lowest = key[k] < lowest ? key[k] : lowest;
    }
    ck_assert_int_eq(set->n, n);
    if (n == 0) {
        return;
    }
    const int32_t first = set->item[sw_minset_least(set)];
    ck_assert_double_eq(sw_minset_least_key(set), lowest);
    ck_assert_double_eq(key[first], lowest);
    bool another = false;
    for (int32_t k = 0; k < N_KEY; k++) {
        another = another || (k != first && key[k] <= lowest + 1.0);
    }
    ck_assert_int_eq(sw_minset_has_another(set, lowest + 1.0), another);
}

START_TEST(minset_knows_the_least_of_what_was_put_in) {
    sw_minset set = {0};
    double key[N_KEY]; // by item; NaN: not in the set
    int32_t place[N_KEY];
    for (int32_t i = 0; i < N_KEY; i++) {
        key[i] = (double)NAN;
    }
    for (uint64_t i = 0; i < 4000; i++) {
        const uint64_t r = random_bits(_i, i);
        const int32_t item = (int32_t)(r % N_KEY);
        const double to = (double)((r >> 20) % 64) - 8.0; // also below 0, and often equal
        if (isnan(key[item])) {
            ck_assert(sw_minset_add(&set, to, item));
            for (int32_t p = 0; p < set.n_leaf; p++) {
                place[item] = set.item[p] == item && sw_minset_at(&set, p) == to ? p : place[item];
            }
            key[item] = to;
        } else if ((r & 0x1000000000) != 0) {
            sw_minset_remove(&set, place[item]);
            key[item] = (double)NAN;
        } else {
            sw_minset_replace(&set, place[item], to, item);
            key[item] = to;
        }
        minset_agrees(&set, key);
    }
    // Subtracting keeps places and order.
    const double before = sw_minset_least_key(&set);
    sw_minset_subtract(&set, 3.0);
    ck_assert_double_eq(sw_minset_least_key(&set), before - 3.0);
    for (int32_t k = 0; k < N_KEY; k++) {
        if (!isnan(key[k])) {
            ck_assert_double_eq(sw_minset_at(&set, place[k]), key[k] - 3.0);
        }
    }
    sw_minset_deinit(&set);
}
END_TEST

START_TEST(tourney_names_the_lowest_owner_of_the_least_key) {
    const int32_t n = 1 + _i * 3; // also 1, and numbers that are no power of two
    sw_arena arena = {0};
    sw_tourney tourney;
    uint64_t key[40];
    for (int32_t k = 0; k < n; k++) {
        key[k] = SW_KEY_NEVER;
    }
    ck_assert_int_eq(sw_tourney_init(&tourney, n, &arena, NULL), SW_OK);
    for (uint64_t i = 0; i < 4000; i++) {
        const uint64_t r = random_bits(_i, i);
        const int32_t owner = (int32_t)(r % (uint64_t)n);
        sw_tourney_set(&tourney, owner, (r & 0x100000) != 0 ? (r >> 32) % 8 : SW_KEY_NEVER);
        key[owner] = (r & 0x100000) != 0 ? (r >> 32) % 8 : SW_KEY_NEVER;
        int32_t best = 0;
        for (int32_t k = 1; k < n; k++) {
            best = key[k] < key[best] ? k : best;
        }
        ck_assert_uint_eq(sw_tourney_first_key(&tourney), key[best]);
        if (key[best] != SW_KEY_NEVER) {
            ck_assert_int_eq(sw_tourney_first(&tourney), best);
        }
    }
    sw_arena_deinit(&arena);
}
END_TEST

START_TEST(event_keys_sort_by_time_then_kind) {
    const double step_s = 1.0 / SW_TIME_GRID_PER_S;
    const double far_s = 67108864.0 - step_s; // the last instant of two years
    ck_assert(sw_event_key(300.0, SW_EVENT_COMPLETION) < sw_event_key(300.0, SW_EVENT_TICK));
    ck_assert(sw_event_key(300.0, SW_EVENT_INTERVAL) <
              sw_event_key(300.0 + step_s, SW_EVENT_COMPLETION));
    ck_assert(sw_event_key(far_s, SW_EVENT_INTERVAL) < SW_KEY_NEVER);
    ck_assert_double_eq(sw_event_key_time_s(sw_event_key(far_s, SW_EVENT_REACH)), far_s);
    ck_assert_int_eq(sw_event_key_kind(sw_event_key(far_s, SW_EVENT_REACH)), SW_EVENT_REACH);
}
END_TEST

START_TEST(slots_of_two_years_start_at_exact_instants) {
    int64_t n_wrong = 0;
    for (int64_t slot = 0; slot < 67108864 / 300; slot++) {
        const double start_s = sw_time_round((double)slot * 300.0);
        const uint64_t key = sw_event_key(start_s, SW_EVENT_TICK);
        n_wrong += key >> 3 != (uint64_t)slot * 300u << 27;
        n_wrong += sw_event_key_time_s(key) != 300.0 * (double)slot;
    }
    ck_assert_int_eq(n_wrong, 0);
}
END_TEST

// The arrays are not there: whoever looked at them would crash.
START_TEST(containers_stop_at_their_greatest_size) {
    sw_heap heap = {.n = INT32_MAX, .capacity = INT32_MAX};
    ck_assert(!sw_heap_push(&heap, (sw_heap_entry){.key = 1.0}));
    ck_assert_int_eq(heap.n, INT32_MAX);
    sw_ring ring = {.capacity = 1u << 30, .tail = 1u << 30};
    ck_assert(!sw_ring_push(&ring, 1));
    ck_assert_uint_eq(sw_ring_count(&ring), 1u << 30);
    sw_minset set = {.n_leaf = 1 << 29};
    ck_assert(!sw_minset_grow(&set));
    ck_assert_int_eq(set.n_leaf, 1 << 29);
}
END_TEST

#ifdef SW_TEST_CAN_LIMIT_MEMORY
// Lets the process take a few more bytes only; returns what it was allowed.
static struct rlimit limit_memory(void) {
    enum { MORE = 1 << 20 };
    struct rlimit before;
    long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%lld", &pages), 1);
    (void)fclose(file);
    ck_assert_int_eq(getrlimit(RLIMIT_AS, &before), 0);
    const struct rlimit limit = {(rlim_t)(pages * sysconf(_SC_PAGESIZE)) + MORE, before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
    return before;
}

START_TEST(memory_that_runs_out_is_told) {
    sw_heap heap = {0};
    sw_ring ring = {0};
    sw_tourney tourney = {0};
    sw_arena arena = {0};
    sw_error error = {0};
    const struct rlimit before = limit_memory();
    int32_t n_heap = 0;
    int32_t n_ring = 0;
    while (n_heap < INT32_MAX && sw_heap_push(&heap, (sw_heap_entry){n_heap, n_heap, 0})) {
        n_heap++;
    }
    while (n_ring < INT32_MAX && sw_ring_push(&ring, n_ring)) {
        n_ring++;
    }
    const sw_status status = sw_tourney_init(&tourney, 1 << 20, &arena, &error);
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &before), 0);
    ck_assert_int_eq(heap.n, n_heap); // what was in is still there
    ck_assert_uint_eq(sw_ring_count(&ring), (uint32_t)n_ring);
    ck_assert(n_heap > 0 && n_heap < INT32_MAX && n_ring > 0 && n_ring < INT32_MAX);
    ck_assert_int_eq(status, SW_ERR_NO_MEMORY);
    sw_heap_deinit(&heap);
    sw_ring_deinit(&ring);
    sw_arena_deinit(&arena);
}
END_TEST
#endif

int main(void) {
    Suite *suite = suite_create("queues");
    TCase *tcase = tcase_create("all");
    tcase_add_loop_test(tcase, heap_gives_the_least_of_what_was_put_in, 0, 10);
    tcase_add_loop_test(tcase, minset_knows_the_least_of_what_was_put_in, 0, 10);
    tcase_add_loop_test(tcase, ring_gives_items_in_the_order_they_came, 0, 10);
    tcase_add_loop_test(tcase, tourney_names_the_lowest_owner_of_the_least_key, 0, 12);
    tcase_add_test(tcase, event_keys_sort_by_time_then_kind);
    tcase_add_test(tcase, slots_of_two_years_start_at_exact_instants);
    tcase_add_test(tcase, containers_stop_at_their_greatest_size);
#ifdef SW_TEST_CAN_LIMIT_MEMORY
    tcase_add_test(tcase, memory_that_runs_out_is_told);
#endif
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
