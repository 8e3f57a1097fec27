// policy_conformance.c -- `policy_conformance NAME|FILE.so [KEY=VALUE...]`: what every policy must
// do, built in or loaded, on random systems of every kind and on scenarios/quick.ini. A KEY=VALUE
// sets a parameter that the policy cannot do without. CMake: sw_add_policy_tests.
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario.h"
#include "nn/observe.h"
#include "policy/describe.h"
#include "policy/plugin.h"
#include "policy/policy.h"
#include "policy/registry.h"
#include "sim/run.h"
#include "support/policy_maker.h"
#include "support/random_model.h"
#include "support/tape.h"
#include "support/temp_dir.h"

enum { N_RANDOM = 40, QUICK = N_RANDOM, N_SYSTEM, MOST_PARAMS = 256, MOST_SPECS = 6 };
enum { TEXT = 64 };

// The policy on trial; set once, before the tests.
static struct {
    const char *use;
    sw_policy table;
    int32_t n_given;
    sw_policy_param given[MOST_PARAMS];
} subject;

// ------------------------------------------------------------------ systems to try it on

// A system with the policy's section.
typedef struct trial {
    sw_model *model;
    sw_policy_section section;
    sw_policy_param param[MOST_PARAMS + 2];
    temp_dir dir; // what replay and drl read
    char file[TAPE_N][128];
} trial;

static char *name_of(sw_arena *arena, const char *kind, int32_t i) {
    char text[TEXT];
    (void)snprintf(text, sizeof text, "%s-%d", kind, i);
    char *name = sw_arena_strdup(arena, text);
    ck_assert_ptr_nonnull(name);
    return name;
}

// Random systems have no names; messages, records and replay need them.
static sw_model *named_random_model(uint64_t seed) {
    sw_model *model = random_model(seed);
    const sw_system *sys = &model->sys;
    for (int32_t i = 0; i < sys->n_site; i++) {
        sw_model_texts(sys->site_name)[i] = name_of(&model->arena, "site", i);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        sw_model_texts(sys->asp_name)[k] = name_of(&model->arena, "asp", k);
    }
    for (int32_t w = 0; w < sys->n_class; w++) {
        sw_model_texts(sys->class_name)[w] = name_of(&model->arena, "class", w);
    }
    model->path = "random";
    return model;
}

static sw_model *load_quick(void) {
    sw_model *model = NULL;
    sw_messages messages = {0};
    const sw_scenario_options options = {0};
    const sw_status status = sw_scenario_load("scenarios/quick.ini", &options, &model, &messages);
    ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "no message");
    sw_messages_deinit(&messages);
    return model;
}

static sw_model *make_system(int index) {
    return index == QUICK ? load_quick() : named_random_model((uint64_t)index);
}

static sw_policy_pair *resolve(const sw_model *model, const char *spec) {
    sw_policy_pair *pair = NULL;
    sw_error err = {0};
    ck_assert_msg(sw_policy_resolve(model, spec, &pair, &err) == SW_OK, "%s: %s", spec, err.text);
    return pair;
}

// One run, on tape. Called by several threads, and so asserts nothing.
typedef struct play {
    const sw_model *model;
    const sw_policy_pair *pair;
    uint64_t seed;
    tape_turns *turns; // NULL: alone
    int side;
    tape tape;
    sw_run_result result;
    sw_error err;
    bool written; // the tape is whole
} play;

static void *run_play(void *context) {
    play *p = context;
    p->written = tape_open(&p->tape, &p->model->sys);
    if (p->written) {
        p->tape.turns = p->turns;
        p->tape.side = p->side;
        const sw_run_options options = {.seed = p->seed, .listeners = tape_listeners(&p->tape)};
        p->err.code = sw_run(p->model, p->pair, &options, &p->result, &p->err);
        p->written = tape_close(&p->tape);
    }
    if (p->turns != NULL) {
        tape_turns_end(p->turns, p->side);
    }
    return NULL;
}

static void expect_played(const play *p) {
    ck_assert_msg(p->written, "out of memory for a tape");
    ck_assert_msg(p->err.code == SW_OK, "%s on system %s: %s", sw_policy_pair_name(p->pair),
                  p->model->path, p->err.text);
}

static play play_alone(const sw_model *model, const sw_policy_pair *pair, uint64_t seed) {
    play p = {.model = model, .pair = pair, .seed = seed};
    (void)run_play(&p);
    expect_played(&p);
    return p;
}

static void play_deinit(play *p) {
    tape_deinit(&p->tape);
    sw_run_result_deinit(&p->result);
}

// ------------------------------------------------------------------ trials

static void write_file(trial *t, int which, const tape *from) {
    static const char *const name[] = {"jobs.csv", "controls.csv"};
    const char *path = temp_dir_write(&t->dir, name[which], from->text[which], from->size[which]);
    ck_assert_int_lt((int)strlen(path), (int)sizeof t->file[which]);
    memcpy(t->file[which], path, strlen(path) + 1);
}

// Records the run and sets the files as parameters of the trial's policy.
static void give_record(trial *t, const tape *from) {
    static const char *const key[] = {"jobs", "controls"};
    for (int i = TAPE_JOBS; i <= TAPE_CONTROLS; i++) {
        write_file(t, i, from);
        t->param[t->section.n_param++] =
            (sw_policy_param){.key = key[i], .value = t->file[i], .where = "record"};
    }
}

// A record of one seed's jobs may be invalid for another's.
static bool is_replay(void) {
    return strcmp(subject.use, "replay") == 0;
}

// Writes a random network of the sizes of the trial's system, and sets it as the policy's file.
static void give_network(trial *t, int system) {
    const sw_system *sys = &t->model->sys;
    const sw_host host = {.struct_size = sizeof host};
    sw_observer *observer = NULL;
    ck_assert_int_eq(sw_observer_create(sys, &host, &observer, NULL), SW_OK);
    const maker_wish wish = {.head = (sw_policy_head)(system % 3),
                             .n_asp = sys->n_asp,
                             .n_step = sys->n_step,
                             .steps = sys->steps,
                             .n_feature = sw_observer_n_feature(observer),
                             .feature = sw_observer_feature(observer),
                             .obs_hash = sw_observer_hash(observer),
                             .width = 16};
    maker made;
    maker_init(&made, &wish);
    (void)snprintf(t->file[0], sizeof t->file[0], "%s/policy.h5", t->dir.path);
    ck_assert(maker_write(&made, t->file[0]));
    maker_deinit(&made);
    sw_observer_destroy(observer);
    t->param[t->section.n_param++] =
        (sw_policy_param){.key = "file", .value = t->file[0], .where = "network"};
}

static bool is_drl(void) {
    return strcmp(subject.use, "drl") == 0;
}

static void trial_init(trial *t, int system) {
    memset(t, 0, sizeof *t);
    temp_dir_make(&t->dir);
    t->model = make_system(system);
    memcpy(t->param, subject.given, (size_t)subject.n_given * sizeof *t->param);
    t->section = (sw_policy_section){.name = "subject",
                                     .use = subject.use,
                                     .where = "trial",
                                     .n_param = subject.n_given,
                                     .param = t->param};
    if (is_replay()) { // replays something else
        sw_policy_pair *pair = resolve(t->model, "random/" RESTLESS);
        play recorded = play_alone(t->model, pair, (uint64_t)system);
        give_record(t, &recorded.tape);
        play_deinit(&recorded);
        sw_policy_pair_destroy(pair);
    }
    if (is_drl()) {
        give_network(t, system);
    }
    t->model->policy = &t->section;
    t->model->n_policy = 1;
}

static void trial_deinit(trial *t) {
    sw_model_destroy(t->model);
    temp_dir_remove(&t->dir);
}

// The pairs that the policy is tried in: each half beside others, and with itself.
static int list_specs(const char *spec[MOST_SPECS]) {
    const bool dispatcher = (subject.table.halves & SW_POLICY_DISPATCHER) != 0;
    const bool energy = (subject.table.halves & SW_POLICY_ENERGY) != 0;
    int n = 0;
    if (dispatcher) {
        spec[n++] = "subject/idle";
        spec[n++] = "subject/threshold";
        spec[n++] = "subject/" RESTLESS;
    }
    if (energy) {
        spec[n++] = "local/subject";
        spec[n++] = "random/subject";
    }
    if (dispatcher && energy) {
        spec[n++] = "subject/subject";
    }
    return n;
}

// Calls `check` with every system's every pair. `_i` of a loop test is the system.
static void for_each_pair(int system,
                          void (*check)(const trial *t, const sw_policy_pair *pair, int system)) {
    trial t;
    trial_init(&t, system);
    const char *spec[MOST_SPECS];
    const int n = list_specs(spec);
    ck_assert_int_gt(n, 0);
    for (int i = 0; i < n; i++) {
        sw_policy_pair *pair = resolve(t.model, spec[i]);
        check(&t, pair, system);
        sw_policy_pair_destroy(pair);
    }
    trial_deinit(&t);
}

static void expect_same(const play *a, const play *b, const char *what) {
    const sw_policy_pair *pair = a->pair;
    ck_assert_msg(tape_equal(&a->tape, &b->tape), "%s, system %s, seed %llu: %s decides otherwise",
                  sw_policy_pair_name(pair), a->model->path, (unsigned long long)a->seed, what);
    ck_assert_msg(tape_results_equal(&a->result, &b->result, &a->model->sys),
                  "%s, system %s, seed %llu: %s has other results: utility %.17g and %.17g",
                  sw_policy_pair_name(pair), a->model->path, (unsigned long long)a->seed, what,
                  a->result.total.utility_usd, b->result.total.utility_usd);
}

// ------------------------------------------------------------------ the table and its parameters

START_TEST(the_table_is_sound_and_can_be_described) {
    sw_policy copy;
    sw_error err = {0};
    ck_assert_msg(sw_policy_check(&subject.table, subject.use, &copy, &err) == SW_OK, "%s",
                  err.text);
    ck_assert_msg(copy.summary[0] != '\0' && strchr(copy.summary, '\n') == NULL,
                  "the summary is no line of text");
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    sw_policy_describe(out, &copy);
    sw_policy_describe_json(out, &copy);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert(strstr(text, copy.name) != NULL && strstr(text, copy.summary) != NULL);
    for (int32_t i = 0; i < copy.n_param; i++) {
        ck_assert_msg(copy.params[i].help[0] != '\0' && strchr(copy.params[i].help, '\n') == NULL,
                      "parameter %s: the help is no line of text", copy.params[i].key);
        ck_assert_ptr_nonnull(strstr(text, copy.params[i].key));
    }
    free(text);
}
END_TEST

// Resolves the policy with one more parameter; true: it was accepted.
static bool accepts(trial *t, const char *key, const char *value, sw_error *err) {
    const sw_policy_section before = t->section;
    t->param[t->section.n_param++] = (sw_policy_param){key, value, "trial:7"};
    sw_policy_pair *pair = NULL;
    const char *spec[MOST_SPECS];
    ck_assert_int_gt(list_specs(spec), 0);
    *err = (sw_error){0};
    const sw_status status = sw_policy_resolve(t->model, spec[0], &pair, err);
    if (status == SW_OK) { // what is in range must also run
        play p = play_alone(t->model, pair, 1);
        play_deinit(&p);
    }
    sw_policy_pair_destroy(pair);
    t->section = before;
    return status == SW_OK;
}

static void expect_accepted(trial *t, const char *key, double value) {
    char text[TEXT];
    sw_error err;
    (void)snprintf(text, sizeof text, "%.17g", value);
    ck_assert_msg(accepts(t, key, text, &err), "%s = %s is refused: %s", key, text, err.text);
}

static void expect_refused(trial *t, const char *key, const char *value) {
    sw_error err;
    ck_assert_msg(!accepts(t, key, value, &err), "%s = %s is accepted", key, value);
    ck_assert_msg(strstr(err.text, "trial:7: [policy subject] ") != NULL &&
                      strstr(err.text, key) != NULL,
                  "the message does not name place and key: %s", err.text);
}

static void expect_number_refused(trial *t, const char *key, double value) {
    char text[TEXT];
    (void)snprintf(text, sizeof text, "%.17g", value);
    expect_refused(t, key, text);
}

static bool is_given(const char *key) {
    for (int32_t i = 0; i < subject.n_given; i++) {
        if (strcmp(subject.given[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

START_TEST(numbers_are_accepted_from_end_to_end_and_refused_beyond) {
    trial t;
    trial_init(&t, _i);
    for (int32_t i = 0; i < subject.table.n_param; i++) {
        const sw_param_spec *spec = &subject.table.params[i];
        const bool whole = spec->kind == SW_PARAM_INTEGER;
        if ((spec->kind != SW_PARAM_NUMBER && !whole) || is_given(spec->key)) {
            continue;
        }
        expect_accepted(&t, spec->key, spec->fallback);
        const double end[2] = {spec->lo, spec->hi};
        for (int e = 0; e < 2; e++) {
            if (isfinite(end[e])) {
                const double beyond = e == 0 ? -HUGE_VAL : HUGE_VAL;
                expect_accepted(&t, spec->key, end[e]);
                expect_number_refused(&t, spec->key, nextafter(end[e], beyond));
            }
        }
        if (whole) {
            expect_number_refused(&t, spec->key, spec->fallback + 0.5);
        }
        expect_refused(&t, spec->key, "nan");
        expect_refused(&t, spec->key, "7 apples");
    }
    expect_refused(&t, "no_such_key", "1");
    trial_deinit(&t);
}
END_TEST

// ------------------------------------------------------------------ runs

static void check_sound(const trial *t, const sw_policy_pair *pair, int system) {
    play p = play_alone(t->model, pair, (uint64_t)system); // balances are checked by the run
    const sw_metrics *m = &p.result.total;
    ck_assert_msg(isfinite(m->utility_usd), "utility is %g", m->utility_usd);
    ck_assert_double_eq(m->jobs, m->jobs_on_time + m->jobs_late + m->jobs_dropped +
                                     m->jobs_rejected + m->jobs_unfinished);
    ck_assert_double_eq(p.result.balances.jobs, 0.0);
    ck_assert_double_le(p.result.balances.energy, 1e-9);
    ck_assert_double_le(p.result.balances.battery, 1e-9);
    ck_assert_double_le(p.result.balances.money, 1e-9);
    play_deinit(&p);
}

START_TEST(decisions_are_valid_and_all_balances_hold) {
    for_each_pair(_i, check_sound);
}
END_TEST

static void check_again(const trial *t, const sw_policy_pair *pair, int system) {
    play first = play_alone(t->model, pair, (uint64_t)system);
    play second = play_alone(t->model, pair, (uint64_t)system);
    expect_same(&first, &second, "the second run");
    play_deinit(&first);
    play_deinit(&second);
}

START_TEST(a_second_run_gives_the_same_bits) {
    for_each_pair(_i, check_again);
}
END_TEST

// Half of the systems are run with turns taken at each decision, half as threads happen to go.
static void check_at_once(const trial *t, const sw_policy_pair *pair, int system) {
    tape_turns turns;
    tape_turns_init(&turns);
    play p[2];
    pthread_t thread[2];
    for (int side = 0; side < 2; side++) {
        p[side] = (play){.model = t->model,
                         .pair = pair,
                         .seed = (uint64_t)(is_replay() ? system : system + side),
                         .turns = system % 2 == 0 && system != QUICK ? &turns : NULL,
                         .side = side};
    }
    for (int side = 0; side < 2; side++) {
        ck_assert_int_eq(pthread_create(&thread[side], NULL, run_play, &p[side]), 0);
    }
    for (int side = 0; side < 2; side++) {
        ck_assert_int_eq(pthread_join(thread[side], NULL), 0);
    }
    for (int side = 0; side < 2; side++) {
        expect_played(&p[side]);
        play alone = play_alone(t->model, pair, p[side].seed);
        expect_same(&alone, &p[side], "a run beside another");
        play_deinit(&alone);
        play_deinit(&p[side]);
    }
    tape_turns_deinit(&turns);
}

START_TEST(two_runs_at_once_give_the_bits_of_each_alone) {
    for_each_pair(_i, check_at_once);
}
END_TEST

static void check_replay(const trial *t, const sw_policy_pair *pair, int system) {
    play recorded = play_alone(t->model, pair, (uint64_t)system);
    trial again;
    trial_init(&again, system);
    again.section.use = "replay";
    again.section.n_param = 0;
    give_record(&again, &recorded.tape);
    sw_policy_pair *replay = resolve(again.model, "subject/subject");
    play replayed = play_alone(again.model, replay, (uint64_t)system);
    // A command that was clipped is recorded as applied, and so is clipped no more.
    replayed.result.total.clipped_controls = recorded.result.total.clipped_controls;
    for (int32_t i = 0; i < t->model->sys.n_site; i++) {
        replayed.result.site[i].clipped_controls = recorded.result.site[i].clipped_controls;
    }
    expect_same(&recorded, &replayed, "its replay");
    play_deinit(&recorded);
    play_deinit(&replayed);
    sw_policy_pair_destroy(replay);
    trial_deinit(&again);
}

START_TEST(its_record_replays_to_the_same_bits) {
    for_each_pair(_i, check_replay);
}
END_TEST

// ------------------------------------------------------------------ what the systems cover

// Kinds of systems that policies trip over, and how many were met.
typedef struct kinds {
    int one_asp, six_asps, unreachable, negative_price, room, interval, endless, all_off, jobs;
} kinds;

static bool has_unreachable(const sw_system *sys) {
    bool found = false;
    for (int32_t i = 0; i < sys->n_asp * sys->n_asp; i++) {
        found = found || isinf(sys->link_latency_s[i]);
    }
    return found;
}

static bool has_negative_price(const sw_model *model) {
    bool found = false;
    for (int64_t slot = 0; slot < model->sys.n_slot; slot++) {
        found = found || sw_signal_at(&model->signal[SW_SIGNAL_BUY], slot) < 0.0;
    }
    return found;
}

static bool has_endless_deadline(const sw_model *model) {
    bool found = false;
    for (int32_t w = 0; w < model->sys.n_class; w++) {
        const sw_workload *load = &model->workload[w];
        found = found || (load->trace.deadline_s == NULL &&
                          load->deadline_s.kind == SW_DIST_CONSTANT && isinf(load->deadline_s.a));
    }
    return found;
}

START_TEST(the_systems_are_of_every_kind_that_policies_trip_over) {
    kinds n = {0};
    for (int i = 0; i < N_RANDOM; i++) {
        sw_model *model = named_random_model((uint64_t)i);
        const sw_system *sys = &model->sys;
        n.one_asp += sys->n_asp == 1;
        n.six_asps += sys->n_asp == 6;
        n.unreachable += has_unreachable(sys);
        n.negative_price += has_negative_price(model);
        n.interval += sys->dispatch_interval_s > 0.0;
        n.endless += has_endless_deadline(model);
        for (int32_t site = 0; site < sys->n_site; site++) {
            n.room += sys->site_cooling[site] == SW_COOLING_RC;
        }
        sw_policy_pair *pair = resolve(model, "local/" RESTLESS);
        play p = play_alone(model, pair, (uint64_t)i);
        n.all_off += p.tape.all_off;
        n.jobs += p.result.total.jobs_on_time > 0.0;
        play_deinit(&p);
        sw_policy_pair_destroy(pair);
        sw_model_destroy(model);
    }
    enum { ENOUGH = 4 };
    ck_assert_int_ge(n.one_asp, ENOUGH);
    ck_assert_int_ge(n.six_asps, ENOUGH);
    ck_assert_int_ge(n.unreachable, ENOUGH);
    ck_assert_int_ge(n.negative_price, ENOUGH);
    ck_assert_int_ge(n.room, ENOUGH);
    ck_assert_int_ge(n.interval, ENOUGH);
    ck_assert_int_ge(n.endless, ENOUGH);
    ck_assert_int_ge(n.all_off, ENOUGH);
    ck_assert_int_ge(n.jobs, N_RANDOM / 2);
}
END_TEST

// ------------------------------------------------------------------ program

// Keeps the table by value; the plugin stays loaded until the program ends.
static bool find_subject(const char *use, sw_plugin *plugin) {
    const sw_policy *builtin = sw_policy_find(use);
    sw_error err = {0};
    subject.use = use;
    if (builtin != NULL) {
        subject.table = *builtin;
        return true;
    }
    if (sw_plugin_load(use, plugin, &err) != SW_OK) {
        (void)fprintf(stderr, "policy_conformance: %s\n", err.text);
        return false;
    }
    subject.table = plugin->table;
    return true;
}

static bool read_params(int argc, char **argv) {
    for (int i = 2; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (equals == NULL || subject.n_given == MOST_PARAMS) {
            return false;
        }
        *equals = '\0';
        subject.given[subject.n_given++] = (sw_policy_param){argv[i], equals + 1, "command line"};
    }
    return argc >= 2;
}

int main(int argc, char **argv) {
    if (!read_params(argc, argv)) {
        (void)fputs("usage: policy_conformance NAME|FILE.so [KEY=VALUE...]\n", stderr);
        return 2;
    }
    sw_plugin plugin = {0};
    if (!find_subject(argv[1], &plugin)) {
        return 2;
    }
    Suite *suite = suite_create(subject.table.name);
    TCase *tcase = tcase_create("conformance");
    tcase_add_test(tcase, the_table_is_sound_and_can_be_described);
    tcase_add_loop_test(tcase, numbers_are_accepted_from_end_to_end_and_refused_beyond, 0, 3);
    tcase_add_test(tcase, the_systems_are_of_every_kind_that_policies_trip_over);
    tcase_add_loop_test(tcase, decisions_are_valid_and_all_balances_hold, 0, N_SYSTEM);
    tcase_add_loop_test(tcase, a_second_run_gives_the_same_bits, 0, N_SYSTEM);
    tcase_add_loop_test(tcase, two_runs_at_once_give_the_bits_of_each_alone, 0, N_SYSTEM);
    tcase_add_loop_test(tcase, its_record_replays_to_the_same_bits, 0, N_SYSTEM);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    sw_plugin_unload(&plugin);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
