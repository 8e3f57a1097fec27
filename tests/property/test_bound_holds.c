// No run beats its bound: random systems, random worlds, and decisions that range from wild to
// greedy.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "lp/bound.h"
#include "sim/sim.h"
#include "support/lp_fixture.h"

static const double FOREVER = (double)INFINITY;

enum { N_SYSTEM = 60, N_RUN = 500 };

// Uniform numbers of one test case, one after another.
typedef struct dice {
    uint64_t seed;
    uint64_t n;
} dice;

static double roll(dice *d, double lo, double hi) {
    return lo + (hi - lo) * sw_rng_uniform(d->seed, SW_RNG_POLICY, 7, d->n++, 0);
}

static int32_t roll_int(dice *d, int32_t lo, int32_t hi) {
    const double x = roll(d, 0.0, 1.0) * (hi - lo + 1);
    return lo + (int32_t)x;
}

static bool roll_chance(dice *d, double p) {
    return roll(d, 0.0, 1.0) < p;
}

static void make_site(sw_model *model, dice *d, int32_t i) {
    const sw_system *sys = &model->sys;
    double value[64];
    const bool negative = roll_chance(d, 0.3);
    for (int kind = 0; kind < SW_SIGNALS_PER_SITE; kind++) {
        for (int64_t s = 0; s < sys->n_slot; s++) {
            switch (kind) {
            case SW_SIGNAL_BUY:
                value[s] = roll(d, negative ? -150.0 : 0.0, 300.0);
                break;
            case SW_SIGNAL_SELL:
                // Never above the buy price.
                value[s] = sw_signal_at(&model->signal[i * SW_SIGNALS_PER_SITE], s);
                value[s] -= roll_chance(d, 0.3) ? 0.0 : roll(d, 0.0, 100.0);
                break;
            case SW_SIGNAL_CARBON:
                value[s] = roll(d, 0.0, 600.0);
                break;
            case SW_SIGNAL_OUTDOOR:
                value[s] = roll(d, 0.0, 40.0);
                break;
            default:
                value[s] = roll_chance(d, 0.3) ? 0.0 : roll(d, 0.0, 1.0);
                break;
            }
        }
        lp_fixture_signal(model, i, kind, value);
    }
    PUT(sys->site_base_kw, i, roll(d, 0.0, 1.0));
    PUT(sys->site_import_limit_kw, i, roll_chance(d, 0.5) ? FOREVER : roll(d, 0.5, 4.0));
    PUT(sys->site_export_limit_kw, i,
        roll_chance(d, 0.3) ? 0.0 : (roll_chance(d, 0.3) ? FOREVER : roll(d, 0.0, 3.0)));
    PUT(sys->site_overload_usd_per_kwh, i, roll(d, 0.0, 1.0));
    PUT(sys->site_pv_kw, i, roll(d, 0.0, 4.0));
    PUT(sys->site_wind_kw, i, roll(d, 0.0, 2.0));
    if (roll_chance(d, 0.6)) {
        const double kwh = roll(d, 0.1, 3.0);
        PUT(sys->site_battery_kwh, i, kwh);
        PUT(sys->site_battery_charge_kw, i, roll(d, 0.1, 3.0));
        PUT(sys->site_battery_discharge_kw, i, roll(d, 0.1, 3.0));
        PUT(sys->site_battery_eff_charge, i, roll(d, 0.7, 1.0));
        PUT(sys->site_battery_eff_discharge, i, roll(d, 0.7, 1.0));
        PUT(sys->site_soc_min_kwh, i, 0.1 * kwh);
        PUT(sys->site_soc_max_kwh, i, 0.9 * kwh);
        PUT(sys->site_soc_start_kwh, i, roll(d, 0.1, 0.9) * kwh);
        PUT(sys->site_battery_wear_usd_per_kwh, i, roll(d, 0.0, 0.02));
    }
    PUT_INT(sys->site_cooling, i, roll_int(d, SW_COOLING_PUE, SW_COOLING_RC));
    PUT(sys->site_pue, i, roll(d, 1.0, 1.6));
    PUT(sys->site_cop_a, i, 7.5);
    PUT(sys->site_cop_b, i, 0.1);
    PUT(sys->site_cop_min, i, 2.0);
    PUT(sys->site_cop_max, i, 6.0);
    PUT(sys->site_room_start_c, i, roll(d, 18.0, 28.0));
    PUT(sys->site_room_set_c, i, 22.0);
    PUT(sys->site_room_max_c, i, roll(d, 20.0, 27.0));
    PUT(sys->site_room_kwh_per_k, i, roll(d, 0.05, 1.0));
    PUT(sys->site_room_kw_per_k, i, roll(d, 0.02, 0.5));
    PUT(sys->site_cooling_max_kw, i, roll(d, 1.0, 8.0));
    PUT(sys->site_overheat_usd_per_kh, i, roll_chance(d, 0.3) ? 0.0 : roll(d, 0.0, 0.2));
}

static void make_asp(sw_model *model, dice *d, int32_t k) {
    const sw_system *sys = &model->sys;
    PUT_INT(sys->asp_gpus, k, roll_int(d, 1, 3));
    PUT(sys->asp_host_overhead, k, roll(d, 0.0, 0.5));
    PUT(sys->asp_idle_w, k, roll(d, 0.0, 200.0));
    PUT(sys->asp_off_w, k, roll_chance(d, 0.2) ? roll(d, 0.0, 300.0) : 0.0);
    PUT(sys->asp_wake_s, k, roll_chance(d, 0.5) ? 0.0 : roll(d, 0.0, 200.0));
    PUT_INT(sys->asp_edf, k, roll_int(d, 0, 1));
    PUT_INT(sys->asp_n_level, k, 2);
    PUT(sys->asp_level_speed, 2 * k, roll(d, 0.3, 0.9));
    PUT(sys->asp_level_busy_w, 2 * k, roll(d, 100.0, 500.0));
    PUT(sys->asp_level_speed, 2 * k + 1, 1.0);
    PUT(sys->asp_level_busy_w, 2 * k + 1, roll(d, 400.0, 1000.0));
    const double image_s = roll(d, 5.0, 200.0);
    for (int32_t c = 0; c < sys->n_step; c++) {
        PUT(sys->asp_image_work_s, k * sys->n_step + c, image_s * (0.3 + c));
        PUT(sys->asp_quality, k * sys->n_step + c, sw_quality(0.0, 0.9, 1.2, 1.5, c + 1.0));
    }
    for (int32_t o = 0; o < sys->n_asp; o++) {
        if (o != k) {
            const bool reachable = roll_chance(d, 0.8);
            PUT(sys->link_latency_s, o * sys->n_asp + k, reachable ? roll(d, 0.0, 30.0) : FOREVER);
            PUT(sys->link_transfer_usd, o * sys->n_asp + k, roll(d, 0.0, 0.002));
        }
    }
}

static void make_class(sw_model *model, dice *d, int32_t w) {
    const sw_system *sys = &model->sys;
    sw_workload *load = (sw_workload *)(uintptr_t)&model->workload[w];
    PUT(sys->class_price_usd, w, roll(d, 0.001, 0.02));
    PUT(sys->class_late_usd, w, roll(d, 0.0, 0.01));
    static const double images[2] = {1.0, 4.0};
    static const double up_to[2] = {0.7, 1.0};
    const double mean_s = roll(d, 20.0, 1500.0);
    if (roll_chance(d, 0.5)) {
        double *rate = lp_fixture_alloc(model, 1, sizeof *rate);
        *rate = roll(d, 0.002, 0.01);
        *load = (sw_workload){.kind = SW_ARRIVAL_POISSON, .rate = {.value = rate}, .iod = 1.0};
        load->images = (sw_dist){.kind = SW_DIST_LIST, .n = 2, .value = images, .up_to = up_to};
        load->deadline_s =
            roll_chance(d, 0.5)
                ? (sw_dist){.kind = SW_DIST_UNIFORM, .a = 0.3 * mean_s, .b = 2.0 * mean_s}
                : (sw_dist){.kind = SW_DIST_LOGNORMAL, .a = mean_s, .b = 1.0};
        load->work = roll_chance(d, 0.5) ? (sw_dist){.kind = SW_DIST_CONSTANT, .a = 1.0}
                                         : (sw_dist){.kind = SW_DIST_EXPONENTIAL, .a = 1.0};
        return;
    }
    enum { N = 6 };
    double arrival_s[N];
    double deadline_s[N];
    double value[N];
    double work[N];
    const double gap_s = 1.9 * sys->end_s / N;
    double now_s = 0.0;
    int n = 0;
    for (; n < N && now_s < sys->end_s; n++) {
        arrival_s[n] = floor(now_s); // often on the boundary of a slot, and together
        deadline_s[n] = roll_chance(d, 0.1) ? FOREVER : floor(roll(d, 0.2, 3.0) * mean_s) + 1.0;
        value[n] = roll(d, 0.0, 3.0);
        work[n] = roll(d, 0.2, 2.0);
        now_s += roll_chance(d, 0.3) ? 0.0 : roll(d, 0.0, gap_s);
    }
    lp_fixture_jobs(model, w, n, arrival_s, deadline_s, roll_chance(d, 0.5) ? value : NULL,
                    roll_chance(d, 0.5) ? work : NULL);
}

static sw_model *make_system(dice *d) {
    const int32_t n_site = roll_int(d, 1, 3);
    const int64_t n_slot = roll_int(d, 1, 4);
    sw_model *model = lp_fixture(n_site, 3, 300.0, n_slot);
    model->sys.carbon_usd_per_kg = roll_chance(d, 0.5) ? 0.0 : roll(d, 0.0, 0.1);
    if (roll_chance(d, 0.3)) {
        model->sys.dispatch_interval_s = 60.0;
    }
    for (int32_t i = 0; i < n_site; i++) {
        make_site(model, d, i);
        make_asp(model, d, i);
        make_class(model, d, i);
    }
    return model;
}

// ------------------------------------------------------------------ runs that climb towards the
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
        controls->level[k] = pick(gene_of(g, at++), 0, 1);
        controls->active[k] = pick(gene_of(g, at++), 0, sys->asp_gpus[k]);
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        controls->battery_kw[i] = pick_real(gene_of(g, at++), -3.0, 3.0);
        controls->thermostat[i] = gene_of(g, at++) < 0.5;
        controls->cooling_kw[i] = pick_real(gene_of(g, at++), 0.0, 8.0);
    }
    sw_error err = {0};
    ck_assert_msg(sw_sim_control(sim, &err) == SW_OK, "%s", err.text);
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
    ck_assert_int_eq(sw_sim_decide(sim, &decision, NULL), SW_OK);
}

static double run(const sw_model *model, uint64_t seed, const genome *g) {
    sw_world *world = NULL;
    sw_sim *sim = NULL;
    ck_assert_int_eq(sw_world_create(model, seed, &world, NULL), SW_OK);
    ck_assert_int_eq(sw_sim_create(model, world, NULL, &sim, NULL), SW_OK);
    for (;;) {
        const sw_need need = sw_sim_advance(sim);
        if (need == SW_NEED_CONTROLS) {
            decide_controls(sim, g);
        } else if (need == SW_NEED_DECISION) {
            decide_job(sim, g);
        } else {
            ck_assert_int_eq(need, SW_NEED_NOTHING);
            break;
        }
    }
    const double utility_usd = sw_sim_metrics(sim)->utility_usd;
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    return utility_usd;
}

// Climbs from a random run, changing a few decisions at a time; every run on the way must stay
// below the bound.
static double climb(const sw_model *model, uint64_t seed, dice *d, double bound_usd) {
    genome best;
    for (int i = 0; i < N_GENE; i++) {
        best.gene[i] = roll(d, 0.0, 1.0);
    }
    double best_usd = -FOREVER;
    for (int i = 0; i < N_RUN; i++) {
        genome next = best;
        for (int32_t n = i == 0 ? 0 : roll_int(d, 1, 6); n > 0; n--) {
            next.gene[roll_int(d, 0, N_GENE - 1)] = roll(d, 0.0, 1.0);
        }
        const double utility_usd = run(model, seed, &next);
        ck_assert_msg(utility_usd <= bound_usd,
                      "SW_TEST_SEED=%d: a run earns %.12g, its bound is %.12g", (int)seed,
                      utility_usd, bound_usd);
        if (utility_usd >= best_usd) {
            best_usd = utility_usd;
            best = next;
        }
    }
    return best_usd;
}

START_TEST(no_run_beats_its_bound) {
    const char *only = getenv("SW_TEST_SEED");
    int n_close = 0;
    for (uint64_t seed = 1; seed <= N_SYSTEM; seed++) {
        if (only != NULL && strtoull(only, NULL, 10) != seed) {
            continue;
        }
        dice d = {.seed = seed};
        sw_model *model = make_system(&d);
        sw_bound_result bound = {0};
        sw_error err = {0};
        ck_assert_msg(sw_bound_compute(model, seed, NULL, &bound, &err) == SW_OK, "%s", err.text);
        ck_assert_msg(bound.gap > -1e-6 && bound.gap < 1e-4, "SW_TEST_SEED=%d gap %g", (int)seed,
                      bound.gap);
        const double utility_usd = climb(model, seed, &d, bound.bound_usd);
        n_close += bound.bound_usd - utility_usd < 0.5 * (0.01 + fabs(utility_usd)) ? 1 : 0;
        sw_model_destroy(model);
    }
    // The test would say little if the bounds were far above everything.
    ck_assert(only != NULL || n_close >= N_SYSTEM / 10);
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
