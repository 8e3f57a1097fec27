// The vector environment through its public header, on quick.ini.
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stepwatt/stepwatt_env.h"
#include "support/count_alloc.h"

enum {
    MAX_ENV = 24,
    MAX_FEATURE = 200,
    MAX_ACTION = 64,
    MAX_METRIC = 64,
    MAX_TERM = 8,
    MAX_ASP = 4
};

// Environments with room for all they write.
typedef struct fixture {
    stepwatt_scenario *scenario;
    stepwatt_env *env;
    int n_env;
    int n_action;
    int n_feature;
    int n_term;
    int n_metric;
    int64_t action[MAX_ENV];
    float obs[MAX_ENV * MAX_FEATURE];
    uint8_t mask[MAX_ENV * MAX_ACTION];
    float reward[MAX_ENV];
    float dt[MAX_ENV];
    uint8_t terminated[MAX_ENV];
    uint8_t truncated[MAX_ENV];
    float term[MAX_ENV * MAX_TERM];
    double base[MAX_ENV * MAX_ACTION];
    double work[MAX_ENV * MAX_ACTION];
    double wait[MAX_ENV * MAX_ASP];
    int64_t day[MAX_ENV];
    int64_t slot[MAX_ENV];
    float final_obs[MAX_ENV * MAX_FEATURE];
    double final_metrics[MAX_ENV * MAX_METRIC];
    int64_t final_day[MAX_ENV];
} fixture;

static fixture f;

static void begin(const stepwatt_env_options *options) {
    char why[1024] = "";
    memset(&f, 0, sizeof f);
    f.scenario = stepwatt_scenario_load("scenarios/quick.ini", NULL, 0, why, sizeof why);
    ck_assert_msg(f.scenario != NULL, "%s", why);
    stepwatt_env_options all = *options;
    all.struct_size = sizeof all;
    f.env = stepwatt_env_create(f.scenario, &all, why, sizeof why);
    ck_assert_msg(f.env != NULL, "%s", why);
    f.n_env = stepwatt_env_count(f.env);
    f.n_action = stepwatt_env_action_count(f.env);
    f.n_feature = stepwatt_env_feature_count(f.env);
    f.n_term = stepwatt_env_term_count();
    f.n_metric = stepwatt_metric_count();
    ck_assert(f.n_env <= MAX_ENV && f.n_action <= MAX_ACTION && f.n_feature <= MAX_FEATURE);
    ck_assert(f.n_term <= MAX_TERM && f.n_metric <= MAX_METRIC);
    ck_assert_int_le(stepwatt_env_asp_count(f.env), MAX_ASP);
    const stepwatt_env_arrays arrays = {.struct_size = sizeof arrays,
                                        .action = f.action,
                                        .obs = f.obs,
                                        .mask = f.mask,
                                        .reward = f.reward,
                                        .dt = f.dt,
                                        .terminated = f.terminated,
                                        .truncated = f.truncated,
                                        .term = f.term,
                                        .base = f.base,
                                        .work = f.work,
                                        .wait = f.wait,
                                        .day = f.day,
                                        .slot = f.slot,
                                        .final_obs = f.final_obs,
                                        .final_metrics = f.final_metrics,
                                        .final_day = f.final_day};
    ck_assert_int_eq(stepwatt_env_bind(f.env, &arrays), 0);
}

static void end(void) {
    stepwatt_env_free(f.env);
    stepwatt_scenario_free(f.scenario);
}

static void reset(uint64_t seed, int64_t episode) {
    ck_assert_msg(stepwatt_env_reset(f.env, seed, episode) == 0, "%s", stepwatt_env_error(f.env));
}

static void step(void) {
    ck_assert_msg(stepwatt_env_step(f.env) == 0, "%s", stepwatt_env_error(f.env));
}

static int64_t greedy(int i) {
    int64_t best = -1;
    for (int a = 0; a < f.n_action; a++) {
        const int at = i * f.n_action + a;
        if (f.mask[at] != 0 && (best < 0 || f.base[at] > f.base[(ptrdiff_t)i * f.n_action + best])) {
            best = a;
        }
    }
    return best;
}

// A pseudo-random choice of any action that the mask allows; now and then a rejection.
static uint64_t draws;
static int64_t wild(int i) {
    draws = draws * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    const uint64_t u = draws >> 33;
    if (u % 50 == 0) {
        return -1;
    }
    int n = 0;
    for (int a = 0; a < f.n_action; a++) {
        n += f.mask[i * f.n_action + a];
    }
    ck_assert_int_gt(n, 0);
    int64_t left = (int64_t)(u / 50) % n;
    for (int a = 0; a < f.n_action; a++) {
        if (f.mask[i * f.n_action + a] != 0 && left-- == 0) {
            return a;
        }
    }
    return -1;
}

static double metric(int i, const char *name) {
    for (int m = 0; m < f.n_metric; m++) {
        if (strcmp(stepwatt_metric_name(m), name) == 0) {
            return f.final_metrics[i * f.n_metric + m];
        }
    }
    ck_abort_msg("no metric %s", name);
    return 0.0;
}

// Takes one wild step of all; adds what it paid.
static void wild_step(double *sum_usd, double term_usd[][MAX_TERM], double *slots) {
    for (int i = 0; i < f.n_env; i++) {
        f.action[i] = wild(i);
    }
    step();
    for (int i = 0; i < f.n_env; i++) {
        sum_usd[i] += (double)f.reward[i];
        slots[i] += (double)f.dt[i];
        for (int t = 0; t < f.n_term; t++) {
            term_usd[i][t] += (double)f.term[i * f.n_term + t];
        }
    }
}

START_TEST(rewards_and_their_terms_sum_to_the_utility) {
    begin(&(stepwatt_env_options){.n_env = 3, .reward = _i, .unmasked = 1, .in_order = 1});
    double sum_usd[MAX_ENV] = {0};
    double term_usd[MAX_ENV][MAX_TERM] = {{0}};
    double slots[MAX_ENV] = {0};
    int n_done = 0;
    reset(0, 0);
    while (n_done < 6) {
        wild_step(sum_usd, term_usd, slots);
        for (int i = 0; i < f.n_env; i++) {
            if (f.terminated[i] == 0) {
                continue;
            }
            const double cost_usd = metric(i, "energy_cost_usd") + metric(i, "overload_usd") +
                                    metric(i, "wear_usd") + metric(i, "carbon_usd") +
                                    metric(i, "overheat_usd");
            const double want[] = {metric(i, "revenue_usd"), -metric(i, "late_usd"),
                                   -metric(i, "transfer_usd"), -cost_usd,
                                   metric(i, "battery_settlement_usd")};
            ck_assert_int_eq(f.n_term, 5);
            for (int t = 0; t < f.n_term; t++) {
                ck_assert_msg(fabs(term_usd[i][t] - want[t]) <= 1e-7, "%s: %.12g, not %.12g",
                              stepwatt_env_term_name(t), term_usd[i][t], want[t]);
                term_usd[i][t] = 0.0;
            }
            // Penalties and transfers took part, so the sum is not of revenue alone.
            ck_assert(want[1] < 0.0 && want[2] < 0.0 && want[3] < 0.0);
            ck_assert_msg(fabs(sum_usd[i] - metric(i, "utility_usd")) <= 1e-7, "%.12g, not %.12g",
                          sum_usd[i], metric(i, "utility_usd"));
            // All slots pass between the first decision and the end.
            ck_assert(slots[i] > 46.5 && slots[i] <= 48.0 + 1e-3);
            sum_usd[i] = 0.0;
            slots[i] = 0.0;
            n_done++;
        }
    }
    end();
}
END_TEST

START_TEST(credit_pays_at_the_decision_what_is_expected_of_it) {
    begin(&(stepwatt_env_options){.n_env = 1, .reward = STEPWATT_REWARD_CREDIT});
    reset(5, 0);
    double off_usd = 0.0;
    double size_usd = 0.0;
    int n = 0;
    for (int i = 0; i < 2000; i++) {
        const int64_t slot = f.slot[0];
        f.action[0] = greedy(0);
        const double base_usd = f.base[f.action[0]];
        step();
        // Between two decisions of one slot only expectations that fail change the sum.
        if (f.slot[0] == slot && f.terminated[0] == 0) {
            off_usd += fabs((double)f.reward[0] - base_usd);
            size_usd += fabs(base_usd);
            n++;
        }
    }
    ck_assert_int_gt(n, 1500);
    ck_assert_double_lt(off_usd, 0.02 * size_usd);
    end();
}
END_TEST

// True when some action of the waiting job is on time: the share at some ASP is above 0.
static bool has_on_time(int i) {
    for (int x = 0; x < f.n_feature; x++) {
        const char *name = stepwatt_env_feature_name(f.env, x);
        if (strstr(name, ".legal") != NULL && f.obs[i * f.n_feature + x] > 0.0F) {
            return true;
        }
    }
    return false;
}

START_TEST(greedy_earns_what_the_built_in_policy_earns) {
    begin(&(stepwatt_env_options){.n_env = 2, .in_order = 1, .first_day = 7});
    reset(0, 0);
    bool done[2] = {false, false};
    while (!done[0] || !done[1]) {
        for (int i = 0; i < 2; i++) {
            // Where nothing is on time the built-in one rejects, and the mask holds a late action.
            const bool legal = has_on_time(i);
            f.action[i] = legal ? greedy(i) : -1;
        }
        step();
        for (int i = 0; i < 2; i++) {
            if (f.terminated[i] == 0 || done[i]) {
                continue;
            }
            char why[1024] = "";
            done[i] = true;
            ck_assert_int_eq(f.final_day[i], 7 + i);
            stepwatt_result *run = stepwatt_run(f.scenario, "greedy/threshold",
                                                (uint64_t)f.final_day[i], why, sizeof why);
            ck_assert_msg(run != NULL, "%s", why);
            for (int m = 0; m < f.n_metric; m++) {
                const double want = stepwatt_result_metric(run, stepwatt_metric_name(m));
                const double got = f.final_metrics[i * f.n_metric + m];
                ck_assert_msg(got == want, "%s is %.17g, not %.17g", stepwatt_metric_name(m), got,
                              want);
            }
            stepwatt_result_free(run);
        }
    }
    end();
}
END_TEST

// FNV-1a over bytes.
static uint64_t mix(uint64_t hash, const void *data, size_t n) {
    const uint8_t *byte = data;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ byte[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static uint64_t digest_of_run(int n_thread) {
    begin(&(stepwatt_env_options){.n_env = 24, .n_thread = n_thread, .most_slots = 3});
    draws = 1;
    reset(11, 0);
    uint64_t hash = UINT64_C(14695981039346656037);
    for (int n = 0; n < 250; n++) {
        hash = mix(hash, f.obs, (size_t)(f.n_env * f.n_feature) * sizeof f.obs[0]);
        hash = mix(hash, f.mask, (size_t)f.n_env * (size_t)f.n_action);
        hash = mix(hash, f.base, (size_t)f.n_env * (size_t)f.n_action * sizeof f.base[0]);
        hash = mix(hash, f.reward, (size_t)f.n_env * sizeof f.reward[0]);
        hash = mix(hash, f.day, (size_t)f.n_env * sizeof f.day[0]);
        hash = mix(hash, f.final_obs, (size_t)(f.n_env * f.n_feature) * sizeof f.obs[0]);
        for (int i = 0; i < f.n_env; i++) {
            f.action[i] = wild(i);
        }
        step();
    }
    end();
    return hash;
}

START_TEST(threads_change_no_bit) {
    const uint64_t one = digest_of_run(1);
    ck_assert_uint_eq(digest_of_run(2), one);
    ck_assert_uint_eq(digest_of_run(3), one);
}
END_TEST

START_TEST(any_episode_can_be_replayed) {
    begin(&(stepwatt_env_options){.n_env = 3, .most_slots = 4});
    float obs[3][MAX_FEATURE];
    float reward[3][50];
    // Each environment's second episode, as it comes after the first.
    int at[3] = {-1, -1, -1};
    reset(9, 0);
    while (at[0] < 50 || at[1] < 50 || at[2] < 50) {
        for (int i = 0; i < 3; i++) {
            f.action[i] = greedy(i);
        }
        step();
        for (int i = 0; i < 3; i++) {
            if (at[i] >= 0 && at[i] < 50) {
                reward[i][at[i]++] = f.reward[i];
            }
            if (f.truncated[i] != 0 && at[i] < 0) {
                at[i] = 0;
                ck_assert_int_eq(f.day[i], stepwatt_env_day(f.env, 9, i, 1));
                ck_assert_int_eq(f.final_day[i], stepwatt_env_day(f.env, 9, i, 0));
                memcpy(obs[i], f.obs + (ptrdiff_t)i * f.n_feature, (size_t)f.n_feature * sizeof(float));
            }
        }
    }
    // The same, asked for.
    reset(9, 1);
    for (int i = 0; i < 3; i++) {
        ck_assert_mem_eq(obs[i], f.obs + (ptrdiff_t)i * f.n_feature, (size_t)f.n_feature * sizeof(float));
    }
    for (int n = 0; n < 50; n++) {
        for (int i = 0; i < 3; i++) {
            f.action[i] = greedy(i);
        }
        step();
        for (int i = 0; i < 3; i++) {
            ck_assert(f.reward[i] == reward[i][n]);
        }
    }
    end();
}
END_TEST

START_TEST(days_are_drawn_shared_or_taken_in_order) {
    begin(&(stepwatt_env_options){.n_env = 4, .first_day = 100, .n_day = 10});
    bool seen[10] = {false};
    bool differ = false;
    for (int episode = 0; episode < 50; episode++) {
        for (int i = 0; i < 4; i++) {
            const int64_t day = stepwatt_env_day(f.env, 3, i, episode);
            ck_assert(day >= 100 && day < 110);
            seen[day - 100] = true;
            differ |= day != stepwatt_env_day(f.env, 4, i, episode);
        }
    }
    for (int i = 0; i < 10; i++) {
        ck_assert(seen[i]);
    }
    ck_assert(differ);
    ck_assert_int_eq(stepwatt_env_day(f.env, 3, 4, 0), -1);
    end();
    begin(&(stepwatt_env_options){.n_env = 4, .group = 2});
    for (int episode = 0; episode < 20; episode++) {
        const int64_t day = stepwatt_env_day(f.env, 3, 0, episode);
        ck_assert(day >= 0 && day < 1000);
        ck_assert_int_eq(stepwatt_env_day(f.env, 3, 1, episode), day);
    }
    ck_assert_int_ne(stepwatt_env_day(f.env, 3, 0, 0), stepwatt_env_day(f.env, 3, 2, 0));
    end();
    begin(&(stepwatt_env_options){.n_env = 4, .in_order = 1, .first_day = 2000, .n_day = 6});
    static const int64_t want[2][4] = {{2000, 2001, 2002, 2003}, {2004, 2005, 2000, 2001}};
    for (int episode = 0; episode < 2; episode++) {
        for (int i = 0; i < 4; i++) {
            ck_assert_int_eq(stepwatt_env_day(f.env, 3, i, episode), want[episode][i]);
        }
    }
    end();
}
END_TEST

START_TEST(an_episode_is_cut_after_so_many_slots) {
    begin(&(stepwatt_env_options){.n_env = 1, .most_slots = 5});
    reset(1, 0);
    double slots = 0.0;
    int n_cut = 0;
    for (int n = 0; n < 5000 && n_cut < 3; n++) {
        const int64_t day = f.day[0];
        const int64_t slot = f.slot[0];
        f.action[0] = greedy(0);
        step();
        slots += (double)f.dt[0];
        ck_assert_int_eq(f.terminated[0], 0);
        if (f.truncated[0] != 0) {
            ck_assert_int_eq(slot, 4);
            ck_assert_int_eq(f.final_day[0], day);
            ck_assert(slots > 4.5 && slots < 5.5);
            ck_assert_int_eq(f.slot[0], 0);
            ck_assert(memcmp(f.final_obs, f.obs, (size_t)f.n_feature * sizeof(float)) != 0);
            slots = 0.0;
            n_cut++;
        } else {
            ck_assert_int_eq(f.day[0], day);
        }
    }
    ck_assert_int_eq(n_cut, 3);
    end();
}
END_TEST

START_TEST(the_mask_can_be_switched_off) {
    begin(&(stepwatt_env_options){.n_env = 1, .unmasked = 1});
    reset(1, 0);
    for (int n = 0; n < 500; n++) {
        for (int a = 0; a < f.n_action; a++) {
            ck_assert_int_eq(f.mask[a], f.base[a] > -1e29);
        }
        f.action[0] = wild(0);
        step();
    }
    end();
}
END_TEST

START_TEST(a_wrong_action_is_named_and_changes_nothing) {
    begin(&(stepwatt_env_options){.n_env = 2});
    ck_assert_int_eq(stepwatt_env_step(f.env), 1);
    ck_assert_ptr_nonnull(strstr(stepwatt_env_error(f.env), "reset the environments first"));
    reset(1, 0);
    float before[MAX_ENV * MAX_FEATURE];
    memcpy(before, f.obs, sizeof before);
    f.action[1] = f.n_action;
    ck_assert_int_eq(stepwatt_env_step(f.env), 1);
    ck_assert_ptr_nonnull(strstr(stepwatt_env_error(f.env), "environment 1: action"));
    ck_assert_mem_eq(f.obs, before, sizeof before);
    f.action[1] = -2;
    ck_assert_int_eq(stepwatt_env_step(f.env), 1);
    f.action[1] = 0;
    step();
    end();
}
END_TEST

START_TEST(calls_out_of_turn_are_named_and_change_nothing) {
    begin(&(stepwatt_env_options){.n_env = 2});
    double usd[MAX_ENV * MAX_ASP] = {0.0};
    ck_assert_int_eq(stepwatt_env_bid(f.env, usd, 0.0, 0.0), 1);
    ck_assert_ptr_nonnull(strstr(stepwatt_env_error(f.env), "bid: reset the environments first"));
    reset(1, 3);
    float before[MAX_ENV * MAX_FEATURE];
    memcpy(before, f.obs, sizeof before);
    ck_assert_int_eq(stepwatt_env_reset(f.env, 1, -1), 1);
    ck_assert_ptr_nonnull(strstr(stepwatt_env_error(f.env), "episode -1 is below 0"));
    const stepwatt_env_arrays unsized = {.action = f.action, .obs = f.obs};
    ck_assert_int_eq(stepwatt_env_bind(f.env, &unsized), 1);
    ck_assert_ptr_nonnull(strstr(stepwatt_env_error(f.env), "struct_size"));
    ck_assert_mem_eq(f.obs, before, sizeof before);
    for (int i = 0; i < f.n_env; i++) {
        f.action[i] = greedy(i);
    }
    step();
    end();
}
END_TEST

START_TEST(every_term_has_a_name_and_a_text_and_no_other) {
    const int n = stepwatt_env_term_count();
    for (int t = 0; t < n; t++) {
        ck_assert_str_ne(stepwatt_env_term_name(t), "");
        ck_assert_str_ne(stepwatt_env_term_text(t), "");
        ck_assert_str_ne(stepwatt_env_term_text(t), stepwatt_env_term_text((t + 1) % n));
    }
    ck_assert_ptr_null(stepwatt_env_term_name(-1));
    ck_assert_ptr_null(stepwatt_env_term_name(n));
    ck_assert_ptr_null(stepwatt_env_term_text(-1));
    ck_assert_ptr_null(stepwatt_env_term_text(n));
}
END_TEST

START_TEST(wrong_options_are_named) {
    static const struct {
        stepwatt_env_options options;
        const char *says;
    } wrong[] = {
        {{.n_env = 0}, "n_env"},
        {{.n_env = 1 << 20}, "n_env"},
        {{.n_env = 1, .n_thread = -1}, "n_thread"},
        {{.n_env = 1, .reward = 2}, "reward"},
        {{.n_env = 1, .n_day = -1}, "n_day"},
        {{.n_env = 1, .first_day = INT64_MAX}, "first_day"},
        {{.n_env = 1, .energy = "greedy"}, "is no energy manager"},
        {{.n_env = 1, .energy = "nonsense"}, "nonsense"},
    };
    char why[1024] = "";
    stepwatt_scenario *scenario =
        stepwatt_scenario_load("scenarios/quick.ini", NULL, 0, why, sizeof why);
    ck_assert_ptr_nonnull(scenario);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        stepwatt_env_options options = wrong[i].options;
        options.struct_size = sizeof options;
        ck_assert_ptr_null(stepwatt_env_create(scenario, &options, why, sizeof why));
        ck_assert_msg(strstr(why, wrong[i].says) != NULL, "%s", why);
    }
    const stepwatt_env_options unset = {.n_env = 1};
    ck_assert_ptr_null(stepwatt_env_create(scenario, &unset, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "struct_size"));
    stepwatt_scenario_free(scenario);
}
END_TEST

START_TEST(a_day_without_a_job_is_an_error) {
    char why[1024] = "";
    static const char *const set[] = {"workload drafts.arrivals=poisson:0",
                                      "workload art.arrivals=poisson:0",
                                      "workload posters.arrivals=poisson:0"};
    begin(&(stepwatt_env_options){.n_env = 1});
    end();
    f.scenario = stepwatt_scenario_load("scenarios/quick.ini", set, 3, why, sizeof why);
    ck_assert_msg(f.scenario != NULL, "%s", why);
    const stepwatt_env_options options = {.struct_size = sizeof options, .n_env = 1};
    f.env = stepwatt_env_create(f.scenario, &options, why, sizeof why);
    ck_assert_ptr_nonnull(f.env);
    ck_assert_int_eq(stepwatt_env_reset(f.env, 0, 0), 1);
    ck_assert_ptr_nonnull(strstr(stepwatt_env_error(f.env), "bind arrays first"));
    const stepwatt_env_arrays arrays = {.struct_size = sizeof arrays,
                                        .action = f.action,
                                        .obs = f.obs,
                                        .mask = f.mask,
                                        .reward = f.reward,
                                        .dt = f.dt,
                                        .terminated = f.terminated,
                                        .truncated = f.truncated};
    ck_assert_int_eq(stepwatt_env_bind(f.env, &arrays), 0);
    ck_assert_int_eq(stepwatt_env_reset(f.env, 0, 0), 1);
    ck_assert_ptr_nonnull(strstr(stepwatt_env_error(f.env), "no job arrives"));
    ck_assert_int_eq(stepwatt_env_step(f.env), 1);
    end();
}
END_TEST

START_TEST(steps_take_no_memory) {
    begin(&(stepwatt_env_options){.n_env = 2, .n_thread = 1, .reward = _i, .in_order = 1});
    reset(0, 0);
    // The first episode lets queues and accounts grow to what the day needs; the second is the
    // same.
    for (int n = 0; n < 9000; n++) {
        f.action[0] = greedy(0);
        f.action[1] = greedy(1);
        step();
    }
    const int64_t before = count_alloc_calls();
    for (int n = 0; n < 150; n++) {
        f.action[0] = greedy(0);
        f.action[1] = greedy(1);
        if (stepwatt_env_step(f.env) != 0 || f.terminated[0] != 0 || f.terminated[1] != 0) {
            ck_abort_msg("the episode ended");
        }
    }
    ck_assert_int_eq(count_alloc_calls() - before, 0);
    end();
}
END_TEST

START_TEST(the_lp_manages_energy_inside) {
    begin(&(stepwatt_env_options){.n_env = 2, .n_thread = 2, .energy = "lp", .most_slots = 4});
    reset(0, 0);
    int n_cut = 0;
    while (n_cut < 2) {
        f.action[0] = greedy(0);
        f.action[1] = greedy(1);
        step();
        n_cut += f.truncated[0];
    }
    end();
}
END_TEST

int main(void) {
    Suite *suite = suite_create("env");
    TCase *tests = tcase_create("env");
    tcase_add_loop_test(tests, rewards_and_their_terms_sum_to_the_utility, 0, 2);
    tcase_add_test(tests, credit_pays_at_the_decision_what_is_expected_of_it);
    tcase_add_test(tests, greedy_earns_what_the_built_in_policy_earns);
    tcase_add_test(tests, threads_change_no_bit);
    tcase_add_test(tests, any_episode_can_be_replayed);
    tcase_add_test(tests, days_are_drawn_shared_or_taken_in_order);
    tcase_add_test(tests, an_episode_is_cut_after_so_many_slots);
    tcase_add_test(tests, the_mask_can_be_switched_off);
    tcase_add_test(tests, a_wrong_action_is_named_and_changes_nothing);
    tcase_add_test(tests, calls_out_of_turn_are_named_and_change_nothing);
    tcase_add_test(tests, every_term_has_a_name_and_a_text_and_no_other);
    tcase_add_test(tests, wrong_options_are_named);
    tcase_add_test(tests, a_day_without_a_job_is_an_error);
    tcase_add_loop_test(tests, steps_take_no_memory, 0, 2);
    tcase_add_test(tests, the_lp_manages_energy_inside);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
