// The observation on runs of quick.ini: a driver asks greedy for every decision and looks beside
// it.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "io/scenario.h"
#include "nn/observe.h"
#include "policy/policy.h"
#include "sim/sim.h"

enum { MAX_FEATURE = 400, MAX_ACTION = 400 };

// A run whose decisions a test sees.
typedef struct fixture {
    sw_model *model;
    sw_world *world;
    sw_sim *sim;
    sw_policy_pair *pair;
    sw_policy_run *policy;
    sw_observer *observer;
    sw_host host;
    sw_error err;
} fixture;

static fixture f;

static double forecast(const sw_host *host, sw_forecast_kind kind, int32_t owner, int64_t slot) {
    (void)host;
    return sw_world_forecast(f.world, kind, owner, slot, sw_sim_view(f.sim)->slot, false);
}

static const sw_asp_job *asp_jobs(const sw_host *host, int32_t asp, int32_t *n) {
    (void)host;
    return sw_sim_asp_jobs(f.sim, asp, n);
}

static double uniform(const sw_host *host, uint32_t stream, uint64_t index, uint32_t draw) {
    (void)host;
    return sw_rng_uniform(3, SW_RNG_POLICY, stream, index, draw);
}

// Begins a run of quick.ini with the art class at some rate, jobs/s (written: 0.3).
static void begin(const char *art, const char *policy) {
    sw_messages messages = {0};
    char set[64];
    (void)snprintf(set, sizeof set, "workload art.arrivals=poisson:%s", art);
    const char *const sets[] = {set};
    const sw_scenario_options options = {.set = sets, .n_set = 1};
    f = (fixture){.host = {.struct_size = sizeof(sw_host),
                           .forecast = forecast,
                           .asp_jobs = asp_jobs,
                           .uniform = uniform}};
    ck_assert_int_eq(sw_scenario_load("scenarios/quick.ini", &options, &f.model, &messages), SW_OK);
    sw_messages_deinit(&messages);
    ck_assert_int_eq(sw_world_create(f.model, 3, &f.world, &f.err), SW_OK);
    ck_assert_int_eq(sw_sim_create(f.model, f.world, NULL, &f.sim, &f.err), SW_OK);
    ck_assert_int_eq(sw_policy_resolve(f.model, policy, &f.pair, &f.err), SW_OK);
    ck_assert_int_eq(sw_policy_run_create(f.pair, f.model, &f.host, &f.host, &f.policy, &f.err),
                     SW_OK);
    ck_assert_int_eq(sw_observer_create(&f.model->sys, &f.host, &f.observer, &f.err), SW_OK);
    ck_assert_int_le(sw_observer_n_feature(f.observer), MAX_FEATURE);
    ck_assert_int_le(sw_observer_n_action(f.observer), MAX_ACTION);
}

static void end(void) {
    sw_observer_destroy(f.observer);
    sw_policy_run_destroy(f.policy);
    sw_policy_pair_destroy(f.pair);
    sw_sim_destroy(f.sim);
    sw_world_destroy(f.world);
    sw_model_destroy(f.model);
}

// Runs to the next job; NULL at the end of the run.
static const sw_job_view *next_job(void) {
    for (;;) {
        const sw_need need = sw_sim_advance(f.sim);
        if (need != SW_NEED_CONTROLS) {
            ck_assert_int_ne(need, SW_NEED_FAILED);
            return need == SW_NEED_DECISION ? sw_sim_job(f.sim) : NULL;
        }
        sw_policy_run_control(f.policy, sw_sim_view(f.sim), sw_sim_controls(f.sim));
        ck_assert_int_eq(sw_sim_control(f.sim, &f.err), SW_OK);
    }
}

// Takes the policy's own decision, and returns it.
static sw_decision decide(const sw_job_view *job) {
    sw_decision decision;
    sw_policy_run_dispatch(f.policy, sw_sim_view(f.sim), job, &decision);
    ck_assert_int_eq(sw_sim_decide(f.sim, &decision, &f.err), SW_OK);
    return decision;
}

static int32_t place_of(const char *name) {
    for (int32_t i = 0; i < sw_observer_n_feature(f.observer); i++) {
        if (strcmp(sw_observer_feature(f.observer)[i].name, name) == 0) {
            return i;
        }
    }
    ck_abort_msg("no feature %s", name);
    return -1;
}

START_TEST(the_best_legal_base_is_what_greedy_takes) {
    begin("0.3", "greedy/idle");
    int n_checked = 0;
    for (const sw_job_view *job; (job = next_job()) != NULL;) {
        uint8_t mask[MAX_ACTION];
        (void)sw_observer_look(f.observer, sw_sim_view(f.sim), job);
        (void)sw_observer_mask(f.observer, mask);
        const double *base = sw_observer_base(f.observer);
        const int32_t n_step = f.model->sys.n_step;
        int32_t best = -1;
        for (int32_t a = 0; a < sw_observer_n_action(f.observer); a++) {
            if (mask[a] != 0 && (best < 0 || base[a] > base[best])) {
                best = a;
            }
        }
        ck_assert_int_ge(best, 0);
        const sw_decision decision = decide(job);
        // Where nothing is on time greedy rejects.
        if (decision.asp >= 0) {
            ck_assert_int_eq(best, decision.asp * n_step + decision.step);
            n_checked++;
        }
    }
    ck_assert_int_gt(n_checked, 5000);
    end();
}
END_TEST

START_TEST(the_mask_is_the_default_predictor_and_never_empty) {
    begin("1.5", "random/threshold");
    int n_late = 0;
    for (const sw_job_view *job; (job = next_job()) != NULL;) {
        const sw_view *view = sw_sim_view(f.sim);
        const sw_system *sys = &f.model->sys;
        uint8_t mask[MAX_ACTION];
        uint8_t want[MAX_ACTION] = {0};
        (void)sw_observer_look(f.observer, view, job);
        const int32_t n = sw_observer_mask(f.observer, mask);
        int32_t n_want = 0;
        int32_t soonest = -1;
        double least_s = (double)INFINITY;
        for (int32_t a = 0; a < sw_observer_n_action(f.observer); a++) {
            const int32_t k = a / sys->n_step;
            const double finish_s = view->now_s + sw_predict_delay_s(view, job->origin, k) +
                                    sw_job_work_s(sys, job, k, a % sys->n_step) / view->speed[k];
            want[a] = finish_s < (double)INFINITY && finish_s <= job->deadline_s;
            n_want += want[a];
            if (a % sys->n_step == 0 && finish_s < least_s) {
                least_s = finish_s;
                soonest = a;
            }
        }
        if (n_want == 0 && soonest >= 0) {
            want[soonest] = 1;
            n_want = 1;
            n_late++;
        }
        if (n_want > 0) {
            ck_assert_int_eq(n, n_want);
            ck_assert_mem_eq(mask, want, (size_t)sw_observer_n_action(f.observer));
        }
        ck_assert_int_ge(n, 1);
        (void)decide(job);
    }
    ck_assert_int_gt(n_late, 0);
    end();
}
END_TEST

START_TEST(features_stay_within_the_clip_and_none_is_constant_for_no_reason) {
    begin("0.3", "random/threshold");
    const int32_t n = sw_observer_n_feature(f.observer);
    float low[MAX_FEATURE] = {0.0F};
    float high[MAX_FEATURE] = {0.0F};
    int n_outside = 0;
    int n_look = 0;
    for (const sw_job_view *job; (job = next_job()) != NULL;) {
        float x[MAX_FEATURE];
        (void)sw_observer_look(f.observer, sw_sim_view(f.sim), job);
        sw_observer_fill(f.observer, x);
        for (int32_t i = 0; i < n; i++) {
            ck_assert(x[i] >= -5.0F && x[i] <= 5.0F);
            low[i] = n_look == 0 || x[i] < low[i] ? x[i] : low[i];
            high[i] = n_look == 0 || x[i] > high[i] ? x[i] : high[i];
            n_outside += x[i] < -1.5F || x[i] > 3.0F;
        }
        n_look++;
        (void)decide(job);
    }
    // Scales are such that few numbers are large.
    ck_assert_int_lt(n_outside, n_look * n / 20);
    // Prices, queues and jobs move.
    static const char *const moving[] = {"day_sin",   "load_last", "asp0.import_price", "asp0.soc",
                                         "asp0.wait", "asp0.sent", "asp0.arriving",     "slack",
                                         "asp0.best", "elapsed",   "asp0.legal",        "images"};
    for (size_t i = 0; i < sizeof moving / sizeof moving[0]; i++) {
        const int32_t at = place_of(moving[i]);
        ck_assert_msg(high[at] > low[at], "%s is always %g", moving[i], (double)low[at]);
    }
    end();
}
END_TEST

START_TEST(the_slot_part_changes_with_the_slot_alone) {
    begin("0.3", "greedy/threshold");
    const int32_t n = sw_observer_n_slot_feature(f.observer);
    float before[MAX_FEATURE] = {0};
    int64_t slot = -1;
    int n_changed = 0;
    for (const sw_job_view *job; (job = next_job()) != NULL;) {
        const sw_view *view = sw_sim_view(f.sim);
        float x[MAX_FEATURE];
        float part[MAX_FEATURE];
        const bool fresh = sw_observer_look(f.observer, view, job);
        sw_observer_fill(f.observer, x);
        sw_observer_fill_slot(f.observer, part);
        ck_assert_int_eq(fresh, view->slot != slot);
        ck_assert_mem_eq(part, x, (size_t)n * sizeof(float));
        const int32_t n_rest = sw_observer_n_feature(f.observer) - n;
        sw_observer_fill_decision(f.observer, part);
        ck_assert_mem_eq(part, x + n, (size_t)n_rest * sizeof(float));
        if (!fresh) {
            ck_assert_mem_eq(x, before, (size_t)n * sizeof(float));
        }
        n_changed += memcmp(x, before, (size_t)n * sizeof(float)) != 0;
        memcpy(before, x, (size_t)n * sizeof(float));
        slot = view->slot;
        (void)decide(job);
    }
    ck_assert_int_ge(n_changed, (int)f.model->sys.n_slot - 1);
    end();
}
END_TEST

START_TEST(features_hold_what_the_view_tells) {
    begin("0.3", "greedy/threshold");
    const sw_system *sys = &f.model->sys;
    const sw_job_view *job = NULL;
    for (int i = 0; i < 3000; i++) {
        job = next_job();
        ck_assert_ptr_nonnull(job);
        (void)sw_observer_look(f.observer, sw_sim_view(f.sim), job);
        if (i < 2999) {
            (void)decide(job);
        }
    }
    const sw_view *view = sw_sim_view(f.sim);
    float x[MAX_FEATURE];
    sw_observer_fill(f.observer, x);
    const int32_t site = sys->asp_site[1];
    struct {
        const char *name;
        double raw;
        double scale;
    } const want[] = {
        {"slack", job->deadline_s - view->now_s, 60.0},
        {"images", job->images, 4.0},
        {"left", (sys->end_s - (double)view->slot * sys->slot_s) / 3600.0, 24.0},
        {"asp1.import_price", view->import_usd_per_kwh[site], 0.1},
        {"asp1.import_price_1h",
         (forecast(NULL, SW_FORECAST_BUY, site, view->slot + (int64_t)(3600.0 / sys->slot_s)) +
          sys->carbon_usd_per_kg * forecast(NULL, SW_FORECAST_CARBON, site,
                                            view->slot + (int64_t)(3600.0 / sys->slot_s))) /
             1000.0,
         0.1},
        {"asp1.wait", sw_predict_wait_s(view, 1), 30.0},
        {"asp1.speed", view->speed[1], 1.0},
        {"asp1.outdoor", view->outdoor_c[site], 40.0},
        {"asp1.latency", sys->link_latency_s[job->origin * sys->n_asp + 1], 1.0},
        {"asp1.origin", job->origin == 1, 1.0},
    };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        const double y = fmax(-5.0, fmin(5.0, want[i].raw / want[i].scale));
        ck_assert_msg(fabs((double)x[place_of(want[i].name)] - y) <= 1e-6 * (1.0 + fabs(y)),
                      "%s is %g, not %g", want[i].name, (double)x[place_of(want[i].name)], y);
    }
    end();
}
END_TEST

START_TEST(after_a_reset_the_same_run_gives_the_same_bits) {
    float first[64 * MAX_FEATURE];
    begin("0.3", "greedy/threshold");
    const int32_t n = sw_observer_n_feature(f.observer);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 64 * 16; i++) {
            const sw_job_view *job = next_job();
            ck_assert_ptr_nonnull(job);
            float x[MAX_FEATURE];
            (void)sw_observer_look(f.observer, sw_sim_view(f.sim), job);
            sw_observer_fill(f.observer, x);
            if (i % 16 == 0) {
                float *kept = first + (ptrdiff_t)(i / 16) * n;
                if (pass == 0) {
                    memcpy(kept, x, (size_t)n * sizeof(float));
                }
                ck_assert_mem_eq(x, kept, (size_t)n * sizeof(float));
            }
            (void)decide(job);
        }
        sw_sim_destroy(f.sim);
        ck_assert_int_eq(sw_sim_create(f.model, f.world, NULL, &f.sim, &f.err), SW_OK);
        sw_observer_reset(f.observer);
    }
    end();
}
END_TEST

START_TEST(the_hash_follows_the_schema) {
    begin("0.3", "greedy/threshold");
    char hash[SW_SHA256_HEX];
    memcpy(hash, sw_observer_hash(f.observer), sizeof hash);
    ck_assert_uint_eq(strlen(hash), 64);
    // Names are unique, texts and scales are there.
    const sw_feature *feature = sw_observer_feature(f.observer);
    const int32_t n = sw_observer_n_feature(f.observer);
    for (int32_t i = 0; i < n; i++) {
        ck_assert(feature[i].scale > 0.0 && feature[i].text[0] != '\0');
        ck_assert_int_eq(place_of(feature[i].name), i);
    }
    // Another number of steps is another schema; another price is not.
    sw_system other = f.model->sys;
    sw_observer *observer = NULL;
    other.n_step = 3;
    ck_assert_int_eq(sw_observer_create(&other, &f.host, &observer, &f.err), SW_OK);
    ck_assert_str_ne(sw_observer_hash(observer), hash);
    sw_observer_destroy(observer);
    other = f.model->sys;
    other.carbon_usd_per_kg += 1.0;
    ck_assert_int_eq(sw_observer_create(&other, &f.host, &observer, &f.err), SW_OK);
    ck_assert_str_eq(sw_observer_hash(observer), hash);
    sw_observer_destroy(observer);
    end();
}
END_TEST

int main(void) {
    Suite *suite = suite_create("observe");
    TCase *tests = tcase_create("observe");
    tcase_add_test(tests, the_best_legal_base_is_what_greedy_takes);
    tcase_add_test(tests, the_mask_is_the_default_predictor_and_never_empty);
    tcase_add_test(tests, features_stay_within_the_clip_and_none_is_constant_for_no_reason);
    tcase_add_test(tests, the_slot_part_changes_with_the_slot_alone);
    tcase_add_test(tests, features_hold_what_the_view_tells);
    tcase_add_test(tests, after_a_reset_the_same_run_gives_the_same_bits);
    tcase_add_test(tests, the_hash_follows_the_schema);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
