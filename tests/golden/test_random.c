// test_random.c -- worlds, runs and bounds of random systems against a record: bits of worlds,
// utilities to 1e-9, bounds to 1e-6. Random systems have every kind of site, ASP and class, in
// combinations that nobody would write down. A line that moves is a change of results, to be
// explained in CHANGELOG.md. To record anew, on purpose:
//
//     SW_GOLDEN_REFRESH=1 build/dev/tests/golden/golden_random
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario.h"
#include "lp/bound.h"
#include "model/world.h"
#include "sim/run.h"
#include "support/random_model.h"

enum { MOST_LINES = 1000, LINE = 200 };

// ------------------------------------------------------------------ records

// Lines of a test, each of a name, which has no blanks, and what was found.
typedef struct record {
    int n;
    char line[MOST_LINES][LINE];
} record;

static void note(record *r, const char *name, const char *found) {
    ck_assert_int_lt(r->n, MOST_LINES);
    const int n = snprintf(r->line[r->n++], LINE, "%s %s", name, found);
    ck_assert(n > 0 && n < LINE);
}

// True when the words of two lines are the same, or numbers that differ by less than `slack`.
static bool agree(const char *a, const char *b, double slack) {
    char x[LINE];
    char y[LINE];
    int n = 0;
    int m = 0;
    while (sscanf(a, "%199s%n", x, &n) == 1 && sscanf(b, "%199s%n", y, &m) == 1) {
        const double u = strtod(x, NULL);
        const double v = strtod(y, NULL);
        const bool near = strchr(x, '.') != NULL && strchr(y, '.') != NULL &&
                          fabs(u - v) <= slack * fmax(fabs(v), 1e-3);
        if (strcmp(x, y) != 0 && !near) {
            return false;
        }
        a += n;
        b += m;
    }
    return strspn(a, " \n") == strlen(a) && strspn(b, " \n") == strlen(b);
}

// Compares what was found with the record in a file, or writes that.
static void settle(const record *r, const char *path, double slack) {
    if (getenv("SW_GOLDEN_REFRESH") != NULL) {
        FILE *out = fopen(path, "w");
        ck_assert_ptr_nonnull(out);
        for (int i = 0; i < r->n; i++) {
            (void)fprintf(out, "%s\n", r->line[i]);
        }
        ck_assert_int_eq(fclose(out), 0);
    }
    FILE *in = fopen(path, "r");
    ck_assert_msg(in != NULL, "%s: cannot be read", path);
    char want[LINE];
    for (int i = 0; i < r->n; i++) {
        ck_assert_msg(fgets(want, sizeof want, in) != NULL, "%s: has no line for %s", path,
                      r->line[i]);
        ck_assert_msg(agree(r->line[i], want, slack), "%s:%d: now %s, was %s", path, i + 1,
                      r->line[i], want);
    }
    ck_assert_msg(fgets(want, sizeof want, in) == NULL, "%s: nothing gives %s", path, want);
    (void)fclose(in);
}

// ------------------------------------------------------------------ worlds

// Adds the bits of a number to a hash (FNV-1a).
static void add(uint64_t *hash, double x) {
    unsigned char byte[sizeof x];
    memcpy(byte, &x, sizeof x);
    for (size_t i = 0; i < sizeof x; i++) {
        *hash = (*hash ^ byte[i]) * UINT64_C(0x100000001b3);
    }
}

// Notes hashes of all signals, jobs and forecasts of a world.
static void note_world(record *r, const char *name, const sw_model *model, uint64_t seed) {
    const sw_system *sys = &model->sys;
    const uint64_t start = UINT64_C(0xcbf29ce484222325);
    uint64_t signals = start;
    uint64_t jobs = start;
    uint64_t forecasts = start;
    sw_world *world = NULL;
    ck_assert_int_eq(sw_world_create(model, seed, &world, NULL), SW_OK);
    for (int32_t i = 0; i < sys->n_site * SW_SIGNALS_PER_SITE; i++) {
        const sw_signal *signal =
            sw_world_signal(world, i / SW_SIGNALS_PER_SITE, i % SW_SIGNALS_PER_SITE);
        for (int64_t s = 0; s < sys->n_slot; s++) {
            add(&signals, sw_signal_at(signal, s));
        }
    }
    add(&signals, (double)sw_world_sell_lowered(world));
    int64_t n_job = 0;
    for (sw_arrival a; sw_world_next(world, &a); n_job++) {
        const double field[] = {(double)a.job, a.time_s,      a.deadline_s,    a.value,
                                a.work,        (double)a.cls, (double)a.images};
        for (size_t i = 0; i < sizeof field / sizeof field[0]; i++) {
            add(&jobs, field[i]);
        }
    }
    for (int kind = SW_FORECAST_BUY; kind <= SW_FORECAST_JOBS; kind++) {
        const int32_t n_owner = kind == SW_FORECAST_JOBS ? sys->n_class : sys->n_site;
        for (int64_t s = 0; s < n_owner * sys->n_slot; s++) {
            const int32_t owner = (int32_t)(s % n_owner);
            const int64_t slot = s / n_owner;
            add(&forecasts, sw_world_forecast(world, kind, owner, slot, slot, false));
            add(&forecasts, sw_world_forecast(world, kind, owner, slot, slot / 2, false));
            add(&forecasts, sw_world_forecast(world, kind, owner, slot, slot / 2, true));
        }
    }
    char found[LINE];
    (void)snprintf(found, sizeof found, "signals %016llx jobs %lld %016llx forecasts %016llx",
                   (unsigned long long)signals, (long long)n_job, (unsigned long long)jobs,
                   (unsigned long long)forecasts);
    note(r, name, found);
    sw_world_destroy(world);
}

START_TEST(worlds_have_their_recorded_bits) {
    static const struct {
        const char *name;
        const char *path;
        const char *set[12];
    } scenarios[] = {
        {"quick", "scenarios/quick.ini", {"scenario.forecast=persistence"}},
        {"traced", "scenarios/traced.ini", {"scenario.forecast=day-ahead:0.2"}},
        {"train", "scenarios/train.ini", {"scenario.forecast=persistence"}},
        {"drawn",
         "scenarios/quick.ini",
         {"scenario.slots=900", "site hall.price=synth:price-pjm,shared=1,corr=0.6",
          "site field.price=synth:price-ercot,shared=1,corr=0.6",
          "site hall.carbon=synth:carbon-caiso", "site field.carbon=synth:carbon-de",
          "site hall.outdoor_c=synth:temperature-pjm",
          "site field.outdoor_c=synth:temperature-sg,shared=2,corr=0.3",
          "site hall.wind=synth:wind-rts,shared=2,corr=0.5", "site field.pv=synth:pv-fleet",
          "scenario.forecast=day-ahead:0.3"}},
        {"late",
         "scenarios/quick.ini",
         {"scenario.start=2024-12-30T05:00:00Z", "scenario.slots=700", "scenario.slot_s=900",
          "site hall.price=synth:price-de", "site field.price=synth:price-caiso",
          "site field.pv=synth:pv-fleet",
          "workload art.arrivals=bursty:synth:rate-genai,mean=0.3,4",
          "workload drafts.arrivals=poisson:synth:rate-consumer,mean=0.2",
          "scenario.forecast=persistence"}},
    };
    static record r;
    r.n = 0;
    char name[LINE];
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        sw_scenario_options options = {.set = scenarios[i].set};
        while (scenarios[i].set[options.n_set] != NULL) {
            options.n_set++;
        }
        sw_messages messages = {0};
        sw_model *model = NULL;
        ck_assert_msg(sw_scenario_load(scenarios[i].path, &options, &model, &messages) == SW_OK,
                      "%s", messages.n > 0 ? messages.text[0] : "?");
        sw_messages_deinit(&messages);
        for (uint64_t seed = 0; seed < 2; seed++) {
            (void)snprintf(name, sizeof name, "%s/%d", scenarios[i].name, (int)seed);
            note_world(&r, name, model, seed);
        }
        sw_model_destroy(model);
    }
    for (uint64_t seed = 1; seed <= 60; seed++) {
        sw_model *model = random_model(seed);
        model->forecast = (int32_t)(seed % 3);
        model->forecast_sigma = 0.2;
        (void)snprintf(name, sizeof name, "random/%d", (int)seed);
        note_world(&r, name, model, seed);
        sw_model_destroy(model);
    }
    settle(&r, "tests/golden/expected/random-worlds.txt", 0.0);
}
END_TEST

// ------------------------------------------------------------------ runs

static void note_run(record *r, const char *policy, uint64_t seed) {
    sw_model *model = random_model(seed);
    sw_error err = {SW_OK, ""};
    sw_policy_pair *pair = NULL;
    ck_assert_msg(sw_policy_resolve(model, policy, &pair, &err) == SW_OK, "%s", err.text);
    const sw_run_options options = {.seed = seed};
    sw_run_result result;
    ck_assert_msg(sw_run(model, pair, &options, &result, &err) == SW_OK, "%s", err.text);
    char name[LINE];
    char found[LINE];
    (void)snprintf(name, sizeof name, "%s/%d", policy, (int)seed);
    (void)snprintf(found, sizeof found, "%.0f on time, %.0f sent, %.12f USD, %.12f kWh bought",
                   result.total.jobs_on_time, result.total.jobs_transferred,
                   result.total.utility_usd, result.total.import_kwh);
    note(r, name, found);
    sw_run_result_deinit(&result);
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
}

START_TEST(policies_come_to_their_recorded_utilities) {
    static const char *const policies[] = {
        "local/idle",         "random/threshold", "round-robin/idle", "shortest-queue/threshold",
        "cheapest/threshold", "greedy/threshold", "greedy/idle",
    };
    static record r;
    r.n = 0;
    for (size_t p = 0; p < sizeof policies / sizeof policies[0]; p++) {
        for (uint64_t seed = 1; seed <= 40; seed++) {
            note_run(&r, policies[p], seed);
        }
    }
    settle(&r, "tests/golden/expected/random-policies.txt", 1e-9);
}
END_TEST

#ifdef __x86_64__
// Plans of linear programs have the same bits on one type of CPU alone.
START_TEST(planning_policies_come_to_their_recorded_utilities) {
    static const char *const policies[] = {"lp/lp", "oracle/oracle", "lp/threshold", "greedy/lp"};
    static record r;
    r.n = 0;
    for (size_t p = 0; p < sizeof policies / sizeof policies[0]; p++) {
        for (uint64_t seed = 1; seed <= 20; seed++) {
            note_run(&r, policies[p], seed);
        }
    }
    settle(&r, "tests/golden/expected/random-plans.txt", 1e-9);
}
END_TEST
#endif

// ------------------------------------------------------------------ bounds

static void note_bound(record *r, const char *name, const sw_model *model, uint64_t seed) {
    sw_error err = {SW_OK, ""};
    sw_bound_result bound;
    ck_assert_msg(sw_bound_compute(model, seed, NULL, &bound, &err) == SW_OK, "%s", err.text);
    char found[LINE];
    (void)snprintf(found, sizeof found,
                   "%.12f USD of %.12f in revenue; %lld jobs, %lld groups, %d rows, %d columns",
                   bound.bound_usd, bound.term_usd[SW_TERM_REVENUE], (long long)bound.n_job,
                   (long long)bound.n_group, bound.n_row, bound.n_column);
    note(r, name, found);
    ck_assert_double_gt(bound.wall_s, 0.0);
    ck_assert_double_lt(bound.wall_s, 200.0);
    // What the solver found is nearly as good and nearly feasible; little is added for rounding.
    ck_assert_double_le(bound.primal_usd, bound.bound_usd);
    ck_assert_double_gt(bound.primal_usd, bound.bound_usd - 1e-4);
    ck_assert_double_lt(bound.primal_residual, 1e-9);
    ck_assert_double_lt(bound.dual_residual, 1e-2);
    ck_assert_double_gt(bound.rounding_usd, 0.0);
    ck_assert_double_lt(bound.rounding_usd, 1e-8);
}

START_TEST(bounds_come_to_what_was_recorded) {
    static record r;
    r.n = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        sw_model *model = random_model(seed);
        char name[LINE];
        (void)snprintf(name, sizeof name, "random/%d", (int)seed);
        note_bound(&r, name, model, seed);
        sw_model_destroy(model);
    }
    const sw_scenario_options options = {0};
    sw_messages messages = {0};
    sw_model *model = NULL;
    ck_assert_int_eq(sw_scenario_load("scenarios/quick.ini", &options, &model, &messages), SW_OK);
    sw_messages_deinit(&messages);
    note_bound(&r, "quick/0", model, 0);
    sw_model_destroy(model);
    settle(&r, "tests/golden/expected/random-bounds.txt", 1e-6);
}
END_TEST

// Each test is a case, so that CK_RUN_CASE can choose one.
static void add_case(Suite *suite, const char *name, const TTest *test) {
    TCase *tcase = tcase_create(name);
    tcase_add_test(tcase, test);
    suite_add_tcase(suite, tcase);
}

int main(void) {
    Suite *suite = suite_create("golden random");
    add_case(suite, "worlds", worlds_have_their_recorded_bits);
    add_case(suite, "policies", policies_come_to_their_recorded_utilities);
#ifdef __x86_64__
    add_case(suite, "plans", planning_policies_come_to_their_recorded_utilities);
#endif
    add_case(suite, "bounds", bounds_come_to_what_was_recorded);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
