// test_view_sums.c -- what policies see of the work in the system is right to rounding, however
// long no queue is ever empty.
#include <stdio.h>

#include "support/queue_model.h"

enum { N_SLOT = 2000, WARM_UP_SLOT = 10 };
static const double WORK_S = 10.0;

// Work of the jobs in the system, kept with what rounding leaves out (Neumaier).
typedef struct in_system {
    double work_s;
    double rest_s;
} in_system;

static void add(in_system *s, double work_s) {
    const double sum = s->work_s + work_s;
    s->rest_s +=
        fabs(s->work_s) >= fabs(work_s) ? (s->work_s - sum) + work_s : (work_s - sum) + s->work_s;
    s->work_s = sum;
}

static void hear_decision(void *context, const sw_job_view *job, const sw_decision *decision) {
    (void)decision;
    add(context, job->work * WORK_S);
}

static void hear_outcome(void *context, const sw_outcome *outcome) {
    add(context, -outcome->job.work * WORK_S);
}

// Ten GPUs get twice what they can do; jobs leave when they have waited for 200 s, so that some
// hundreds always wait. `_i`: order of the queue.
START_TEST(the_work_that_policies_see_does_not_drift) {
    const sw_dist work = {.kind = SW_DIST_LOGNORMAL, .a = 1.0, .b = 0.5};
    sw_model *model = queue_model(10, 2.0, WORK_S, work, N_SLOT);
    PUT_INT(model->sys.asp_edf, 0, _i);
    sw_workload *load = (sw_workload *)(uintptr_t)model->workload;
    load->deadline_s = (sw_dist){.kind = SW_DIST_CONSTANT, .a = 200.0};
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    in_system truth = {0};
    const sw_sim_listeners listeners = {
        .context = &truth, .decision = hear_decision, .outcome = hear_outcome};
    ck_assert_int_eq(sw_world_create(model, 5, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, &listeners, &sim, NULL), SW_OK);
    const sw_view *view = sw_sim_view(sim);
    double worst_s = 0.0;
    double least_s = (double)INFINITY;
    int64_t n_job = 0;
    for (sw_need need; (need = sw_sim_advance(sim)) != SW_NEED_NOTHING;) {
        if (need == SW_NEED_DECISION) {
            SW_REQUIRE(sw_sim_decide(sim, &(sw_decision){.asp = 0}, NULL) == SW_OK);
            n_job++;
            continue;
        }
        SW_REQUIRE(need == SW_NEED_CONTROLS);
        const double seen_s = view->waiting_work_s[0] + view->running_work_s[0];
        worst_s = fmax(worst_s, fabs(seen_s - (truth.work_s + truth.rest_s)));
        if (view->slot >= WARM_UP_SLOT) {
            least_s = fmin(least_s, view->waiting_work_s[0]);
        }
        SW_REQUIRE(sw_sim_control(sim, NULL) == SW_OK);
    }
    printf("%s: %lld jobs, at least %.0f GPU-s waiting, off by %.2g GPU-s at most\n",
           _i == 0 ? "fifo" : "edf", (long long)n_job, least_s, worst_s);
    ck_assert_double_gt(least_s, 100.0); // the sums never began afresh
    ck_assert_double_lt(worst_s, 1e-8);
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("view sums");
    TCase *tcase = tcase_create("view sums");
    tcase_add_loop_test(tcase, the_work_that_policies_see_does_not_drift, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
