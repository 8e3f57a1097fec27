// The event loop takes no memory once its pools have the size of the worst moment so far.
#include <stdio.h>
#include <stdlib.h>

#include "support/count_alloc.h"
#include "support/queue_model.h"

enum { N_SLOT = 400, N_FIRST_SLOT = 20 };

// What a run took, and when.
typedef struct taken {
    int64_t to_create;
    int64_t in_first_slots;
    int64_t later;
    double jobs;
} taken;

static taken count(double load, int32_t edf) {
    const sw_dist work = {.kind = SW_DIST_EXPONENTIAL, .a = 1.0};
    sw_model *model = queue_model(8, 0.8 * load, 10.0, work, N_SLOT);
    PUT_INT(model->sys.asp_edf, 0, edf);
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    ck_assert_int_eq(sw_world_create(model, 1, &world, NULL), SW_OK);

    // No assertion of check's may stand between the counts: it takes memory itself.
    const int64_t before = count_alloc_calls();
    SW_REQUIRE(sw_sim_create(model, world, NULL, &sim, NULL) == SW_OK);
    const int64_t created = count_alloc_calls();
    int64_t first = created;
    for (sw_need need; (need = sw_sim_advance(sim)) != SW_NEED_NOTHING;) {
        if (need == SW_NEED_CONTROLS) {
            SW_REQUIRE(sw_sim_control(sim, NULL) == SW_OK);
        } else {
            SW_REQUIRE(sw_sim_decide(sim, &(sw_decision){.asp = 0}, NULL) == SW_OK);
        }
        if (sw_sim_view(sim)->slot < N_FIRST_SLOT) {
            first = count_alloc_calls();
        }
    }
    const int64_t last = count_alloc_calls();

    const taken t = {.to_create = created - before,
                     .in_first_slots = first - created,
                     .later = last - first,
                     .jobs = sw_sim_metrics(sim)->jobs};
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
    return t;
}

static void show(const char *name, const taken *t) {
    printf("%s: %.0f jobs; calls that take memory: %lld to create, %lld in %d slots, %lld in the "
           "%d after\n",
           name, t->jobs, (long long)t->to_create, (long long)t->in_first_slots, N_FIRST_SLOT,
           (long long)t->later, N_SLOT - N_FIRST_SLOT);
}

START_TEST(a_run_at_steady_load_takes_no_memory_after_its_first_slots) {
    for (int32_t edf = 0; edf <= 1; edf++) {
        const taken t = count(0.5, edf);
        show(edf != 0 ? "EDF, load 0.5" : "FIFO, load 0.5", &t);
        ck_assert_double_gt(t.jobs, 40000.0);
        ck_assert_int_gt(t.to_create, 0); // the count works
        ck_assert_int_eq(t.later, 0);
    }
}
END_TEST

START_TEST(a_queue_that_grows_without_end_takes_memory_only_to_double) {
    for (int32_t edf = 0; edf <= 1; edf++) {
        const taken t = count(2.0, edf);
        show(edf != 0 ? "EDF, load 2" : "FIFO, load 2", &t);
        // A queue, its records and their index double at most some 17 times each.
        ck_assert_double_gt(t.jobs, 160000.0);
        ck_assert_int_le(t.in_first_slots + t.later, 102);
        ck_assert_int_gt(t.later, 0);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("alloc");
    TCase *tcase = tcase_create("alloc");
    tcase_add_test(tcase, a_run_at_steady_load_takes_no_memory_after_its_first_slots);
    tcase_add_test(tcase, a_queue_that_grows_without_end_takes_memory_only_to_double);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
