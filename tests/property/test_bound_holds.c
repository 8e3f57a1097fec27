// No run beats its bound: random systems, every built-in policy, and replays of random decisions
// that range from wild to greedy.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lp/bound.h"
#include "sim/run.h"
#include "support/random_model.h"

static const double FOREVER = (double)INFINITY;

static const char *const dispatchers[] = {"local",    "random", "round-robin", "shortest-queue",
                                          "cheapest", "greedy", "lp",          "oracle"};
static const char *const managers[] = {"idle", "threshold", "lp", "oracle"};
static const char *const own[] = {"lp", "oracle"}; // both halves of these plan together
enum {
    N_OWN = sizeof own / sizeof own[0],
    N_DISPATCHER = sizeof dispatchers / sizeof dispatchers[0],
    N_MANAGER = sizeof managers / sizeof managers[0],
    N_REPLAY = 100
};

// ------------------------------------------------------------------ replays that climb towards the
// bound

enum { GENES_PER_ASP = 2, GENES_PER_SITE = 3, GENES_PER_JOB = 3, N_GENE = 1024 };

// All decisions of a run as numbers in (0, 1).
typedef struct genome {
    double gene[N_GENE];
} genome;

static double gene_of(const genome *g, int64_t index) {
    return g->gene[index % N_GENE];
}

// Picks one of lo .. hi.
static int32_t pick(double gene, int32_t lo, int32_t hi) {
    const double x = gene * (hi - lo + 1);
    return lo + (int32_t)x;
}

// Picks from lo .. hi, often one of the ends or 0.
static double pick_real(double gene, double lo, double hi) {
    if (gene < 0.2) {
        return lo;
    }
    if (gene < 0.4) {
        return hi;
    }
    return gene < 0.6 ? 0.0 : lo + (hi - lo) * (gene - 0.6) / 0.4;
}

static void decide_controls(sw_sim *sim, const genome *g) {
    const sw_view *view = sw_sim_view(sim);
    const sw_system *sys = view->system;
    sw_controls *controls = sw_sim_controls(sim);
    int64_t at = view->slot * (GENES_PER_ASP * sys->n_asp + GENES_PER_SITE * sys->n_site);
    for (int32_t k = 0; k < sys->n_asp; k++) {
        controls->level[k] = pick(gene_of(g, at++), 0, sys->asp_n_level[k] - 1);
        controls->active[k] = pick(gene_of(g, at++), 0, sys->asp_gpus[k]);
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        controls->battery_kw[i] = pick_real(gene_of(g, at++), -3.0, 3.0);
        controls->thermostat[i] = gene_of(g, at++) < 0.5;
        controls->cooling_kw[i] = pick_real(gene_of(g, at++), 0.0, 8.0);
    }
    // Not check's own assertions, which write to a pipe each time.
    SW_REQUIRE(sw_sim_control(sim, NULL) == SW_OK);
}

static void decide_job(sw_sim *sim, const genome *g) {
    const sw_view *view = sw_sim_view(sim);
    const sw_system *sys = view->system;
    const sw_job_view *job = sw_sim_job(sim);
    int64_t at = N_GENE - 1 - GENES_PER_JOB * (job->job % (N_GENE / 4));
    sw_decision decision = {.asp = pick(gene_of(g, at), -1, sys->n_asp - 1),
                            .step = pick(gene_of(g, at - 1), 0, sys->n_step - 1)};
    const double wait = gene_of(g, at - 2);
    if (wait < 0.3) {
        decision.not_before_s = view->now_s + wait / 0.3 * 2.0 * sys->slot_s;
    }
    if (decision.asp >= 0 && isinf(sys->link_latency_s[job->origin * sys->n_asp + decision.asp])) {
        decision = (sw_decision){.asp = -1};
    }
    SW_REQUIRE(sw_sim_decide(sim, &decision, NULL) == SW_OK);
}

static double replay(const sw_model *model, sw_world *world, const genome *g) {
    sw_sim *sim = NULL;
    SW_REQUIRE(sw_sim_create(model, world, NULL, &sim, NULL) == SW_OK);
    for (sw_need need; (need = sw_sim_advance(sim)) != SW_NEED_NOTHING;) {
        SW_REQUIRE(need == SW_NEED_CONTROLS || need == SW_NEED_DECISION);
        if (need == SW_NEED_CONTROLS) {
            decide_controls(sim, g);
        } else {
            decide_job(sim, g);
        }
    }
    const double utility_usd = sw_sim_metrics(sim)->utility_usd;
    sw_sim_destroy(sim);
    return utility_usd;
}

// ------------------------------------------------------------------ policies

static double run_policy(const sw_model *model, uint64_t seed, const char *spec) {
    sw_policy_pair *pair = NULL;
    sw_error err = {0};
    ck_assert_msg(sw_policy_resolve(model, spec, &pair, &err) == SW_OK, "%s", err.text);
    const sw_run_options options = {.seed = seed};
    sw_run_result result;
    ck_assert_msg(sw_run(model, pair, &options, &result, &err) == SW_OK, "SW_TEST_SEED=%llu %s: %s",
                  (unsigned long long)seed, spec, err.text);
    const double utility_usd = result.total.utility_usd;
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    return utility_usd;
}

// ------------------------------------------------------------------ the test

// What the cases came to: bounds far above everything would show little.
typedef struct tally {
    int n_case;
    int n_close;      // the best run is within a tenth
    int n_replay;     // a replay is the best run
    int n_feature[6]; // cases by what they hold
} tally;

static const char *const features[6] = {"rc cooling",    "negative prices", "carbon prices",
                                        "import limits", "bursty arrivals", "dispatch intervals"};

static void count_features(const sw_model *model, tally *seen) {
    const sw_system *sys = &model->sys;
    bool has[6] = {[2] = sys->carbon_usd_per_kg > 0.0, [5] = sys->dispatch_interval_s > 0.0};
    for (int32_t i = 0; i < sys->n_site; i++) {
        has[0] = has[0] || sys->site_cooling[i] == SW_COOLING_RC;
        for (int64_t s = 0; s < sys->n_slot; s++) {
            has[1] = has[1] || sw_signal_at(&model->signal[(ptrdiff_t)i * SW_SIGNALS_PER_SITE], s) < 0.0;
        }
        has[3] = has[3] || sys->site_import_limit_kw[i] < FOREVER;
    }
    for (int32_t w = 0; w < sys->n_class; w++) {
        has[4] = has[4] || model->workload[w].kind == SW_ARRIVAL_BURSTY;
    }
    for (int i = 0; i < 6; i++) {
        seen->n_feature[i] += has[i];
    }
}

static void expect_below(double utility_usd, double bound_usd, uint64_t seed, const char *what) {
    if (!(utility_usd <= bound_usd)) {
        ck_abort_msg("SW_TEST_SEED=%llu: %s earns %.17g, the bound is %.17g",
                     (unsigned long long)seed, what, utility_usd, bound_usd);
    }
}

// Climbs from a random run, changing a few decisions at a time; every run on the way must stay
// below the bound. Returns the best utility.
static double climb(const sw_model *model, uint64_t seed, double bound_usd) {
    dice d = {.seed = seed, .stream = 8};
    genome best;
    for (int i = 0; i < N_GENE; i++) {
        best.gene[i] = dice_real(&d, 0.0, 1.0);
    }
    sw_world *world = NULL;
    ck_assert_int_eq(sw_world_create(model, seed, &world, NULL), SW_OK);
    double best_usd = -FOREVER;
    for (int i = 0; i < N_REPLAY; i++) {
        genome next = best;
        for (int32_t n = i == 0 ? 0 : dice_int(&d, 1, 20); n > 0; n--) {
            next.gene[dice_int(&d, 0, N_GENE - 1)] = dice_real(&d, 0.0, 1.0);
        }
        const double utility_usd = replay(model, world, &next);
        expect_below(utility_usd, bound_usd, seed, "a replay");
        if (utility_usd >= best_usd) {
            best_usd = utility_usd;
            best = next;
        }
    }
    sw_world_destroy(world);
    return best_usd;
}

static void run_case(uint64_t seed, tally *seen) {
    sw_model *model = random_model(seed);
    sw_bound_result bound = {0};
    sw_error err = {0};
    ck_assert_msg(sw_bound_compute(model, seed, NULL, &bound, &err) == SW_OK, "%s", err.text);
    ck_assert_msg(bound.gap > -1e-6 && bound.gap < 1e-3, "SW_TEST_SEED=%llu gap %g",
                  (unsigned long long)seed, bound.gap);
    const double replay_usd = climb(model, seed, bound.bound_usd);
    double best_usd = replay_usd;
    for (int i = 0; i < N_DISPATCHER + N_OWN; i++) {
        char spec[64];
        // Each dispatcher with one energy manager after another, case by case.
        (void)snprintf(
            spec, sizeof spec, "%s/%s", i < N_DISPATCHER ? dispatchers[i] : own[i - N_DISPATCHER],
            i < N_DISPATCHER ? managers[(seed + (uint64_t)i) % N_MANAGER] : own[i - N_DISPATCHER]);
        const double utility_usd = run_policy(model, seed, spec);
        expect_below(utility_usd, bound.bound_usd, seed, spec);
        best_usd = fmax(best_usd, utility_usd);
    }
    seen->n_case++;
    seen->n_close += bound.bound_usd - best_usd < 0.1 * (0.01 + fabs(bound.bound_usd));
    seen->n_replay += best_usd == replay_usd;
    count_features(model, seen);
    sw_model_destroy(model);
}

// SW_TEST_CASES cases, or the one of SW_TEST_SEED.
START_TEST(no_run_beats_its_bound) {
    const char *only = getenv("SW_TEST_SEED");
    const char *cases = getenv("SW_TEST_CASES");
    const uint64_t n_case = cases != NULL ? strtoull(cases, NULL, 10) : 60;
    tally seen = {0};
    if (only != NULL) {
        run_case(strtoull(only, NULL, 10), &seen);
        return;
    }
    for (uint64_t seed = 1; seed <= n_case; seed++) {
        run_case(seed, &seen);
    }
    printf("%d cases of %d pairs and %d replays: some run within a tenth of the bound in %d, a "
           "replay the best in %d\n",
           seen.n_case, N_DISPATCHER + N_OWN, N_REPLAY, seen.n_close, seen.n_replay);
    for (int i = 0; i < 6; i++) {
        printf("%d with %s\n", seen.n_feature[i], features[i]);
        ck_assert_int_gt(seen.n_feature[i], 0);
    }
    ck_assert_int_gt(seen.n_close, seen.n_case / 20);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("bound_holds");
    TCase *tcase = tcase_create("bound_holds");
    tcase_add_test(tcase, no_run_beats_its_bound);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
