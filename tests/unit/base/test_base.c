#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/timegrid.h"

// ------------------------------------------------------------------ arena

START_TEST(pieces_are_aligned_zeroed_and_apart) {
    sw_arena arena = {0};
    unsigned char *piece[200];
    size_t size[200];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 200; i++) {
            size[i] = i * i * 7 % 5000 + 1;
            piece[i] = sw_arena_alloc(&arena, size[i], 1);
            ck_assert_ptr_nonnull(piece[i]);
            ck_assert_uint_eq((uintptr_t)piece[i] % 64, 0);
            for (size_t k = 0; k < size[i]; k++) {
                ck_assert_uint_eq(piece[i][k], 0);
            }
            memset(piece[i], (int)i, size[i]);
        }
        for (size_t i = 0; i < 200; i++) {
            ck_assert_uint_eq(piece[i][0], i);
            ck_assert_uint_eq(piece[i][size[i] - 1], i);
        }
        sw_arena_deinit(&arena); // and the second round uses it again
        ck_assert_ptr_null(arena.block);
    }
}
END_TEST

START_TEST(a_piece_may_be_larger_than_a_chunk_or_empty) {
    sw_arena arena = {0};
    char *large = sw_arena_alloc(&arena, 300000, 8);
    ck_assert_ptr_nonnull(large);
    large[300000 * 8 - 1] = 1;
    void *empty = sw_arena_alloc(&arena, 0, 8);
    void *next = sw_arena_alloc(&arena, 1, 8);
    ck_assert_ptr_nonnull(empty);
    ck_assert_ptr_ne(empty, next);
    sw_arena_deinit(&arena);
}
END_TEST

START_TEST(sizes_that_overflow_give_nothing) {
    sw_arena arena = {0};
    ck_assert_ptr_null(sw_arena_alloc(&arena, SIZE_MAX / 2, 4));
    ck_assert_ptr_null(sw_arena_alloc(&arena, SIZE_MAX, 1));
    ck_assert_ptr_null(sw_arena_alloc(&arena, 3, SIZE_MAX / 2));
    ck_assert_ptr_null(arena.block);
}
END_TEST

START_TEST(strings_are_copied) {
    sw_arena arena = {0};
    char text[] = "alpha";
    char *copy = sw_arena_strdup(&arena, text);
    ck_assert_ptr_nonnull(copy);
    text[0] = 'x';
    ck_assert_str_eq(copy, "alpha");
    ck_assert_str_eq(sw_arena_strdup(&arena, ""), "");
    sw_arena_deinit(&arena);
}
END_TEST

// ------------------------------------------------------------------ status

START_TEST(the_first_error_stays) {
    sw_error err = {0};
    ck_assert_int_eq(sw_fail(&err, SW_ERR_IO, "cannot open %s", "a.csv"), SW_ERR_IO);
    ck_assert_int_eq(sw_fail(&err, SW_ERR_BAD_INPUT, "later"), SW_ERR_BAD_INPUT);
    ck_assert_int_eq(err.code, SW_ERR_IO);
    ck_assert_str_eq(err.text, "cannot open a.csv");
    ck_assert_int_eq(sw_fail(NULL, SW_ERR_POLICY, "nobody listens"), SW_ERR_POLICY);
}
END_TEST

START_TEST(long_error_texts_are_cut) {
    char text[2 * SW_ERROR_TEXT];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    sw_error err = {0};
    (void)sw_fail(&err, SW_ERR_IO, "%s", text);
    ck_assert_uint_eq(strlen(err.text), SW_ERROR_TEXT - 1);
}
END_TEST

static sw_status pass_on(sw_status status, bool *went_on) {
    SW_TRY(status);
    *went_on = true;
    return SW_OK;
}

START_TEST(try_leaves_with_the_status_of_a_failed_call) {
    bool went_on = false;
    ck_assert_int_eq(pass_on(SW_ERR_NO_MEMORY, &went_on), SW_ERR_NO_MEMORY);
    ck_assert(!went_on);
    ck_assert_int_eq(pass_on(SW_OK, &went_on), SW_OK);
    ck_assert(went_on);
}
END_TEST

START_TEST(every_status_has_its_text) {
    ck_assert_str_eq(sw_status_text(SW_OK), "success");
    ck_assert_str_eq(sw_status_text(SW_ERR_BAD_INPUT), "bad input");
    ck_assert_str_eq(sw_status_text(SW_ERR_INTERRUPTED), "interrupted");
    ck_assert_str_eq(sw_status_text((sw_status)999), "unknown status");
}
END_TEST

// ------------------------------------------------------------------ time grid

START_TEST(times_round_to_the_nearest_multiple_half_to_even) {
    const double g = 0x1p-27;
    ck_assert_double_eq(sw_time_round(0.0), 0.0);
    ck_assert_double_eq(sw_time_round(0.4999 * g), 0.0);
    ck_assert_double_eq(sw_time_round(0.5 * g), 0.0);
    ck_assert_double_eq(sw_time_round(1.5 * g), 2.0 * g);
    ck_assert_double_eq(sw_time_round(2.5 * g), 2.0 * g);
    ck_assert_double_eq(sw_time_round(2.5001 * g), 3.0 * g);
    ck_assert_double_eq(sw_time_round(300.0), 300.0);
    ck_assert_double_eq(sw_time_round(HUGE_VAL), HUGE_VAL);
    ck_assert(isnan(sw_time_round((double)NAN)));
}
END_TEST

START_TEST(rounding_is_monotone_idempotent_and_close) {
    double last = 0.0;
    for (int i = 0; i < 100000; i++) {
        const double t = 67108864.0 * sqrt((double)i / 100000.0);
        const double r = sw_time_round(t);
        ck_assert_double_eq(sw_time_round(r), r);
        ck_assert_double_le(fabs(r - t), 0x1p-28);
        ck_assert_double_eq(r * 0x1p27, floor(r * 0x1p27));
        ck_assert_double_ge(r, last);
        last = r;
    }
}
END_TEST

START_TEST(sums_on_the_grid_are_exact_for_two_years) {
    const double two_years_s = 67108864.0;
    const double last = two_years_s - 0x1p-27;
    ck_assert(last < two_years_s);
    ck_assert_double_eq(sw_time_round(last), last);
    ck_assert_double_eq(last + 0x1p-27, two_years_s);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("base");
    TCase *tc = tcase_create("arena");
    tcase_add_test(tc, pieces_are_aligned_zeroed_and_apart);
    tcase_add_test(tc, a_piece_may_be_larger_than_a_chunk_or_empty);
    tcase_add_test(tc, sizes_that_overflow_give_nothing);
    tcase_add_test(tc, strings_are_copied);
    suite_add_tcase(suite, tc);
    tc = tcase_create("status");
    tcase_add_test(tc, the_first_error_stays);
    tcase_add_test(tc, long_error_texts_are_cut);
    tcase_add_test(tc, try_leaves_with_the_status_of_a_failed_call);
    tcase_add_test(tc, every_status_has_its_text);
    suite_add_tcase(suite, tc);
    tc = tcase_create("timegrid");
    tcase_add_test(tc, times_round_to_the_nearest_multiple_half_to_even);
    tcase_add_test(tc, rounding_is_monotone_idempotent_and_close);
    tcase_add_test(tc, sums_on_the_grid_are_exact_for_two_years);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
