// Prints how many decisions a second of CPU time the environment makes on one thread, with a greedy
// agent: the action of greatest myopic utility among those allowed.
// usage: bench_env [SCENARIO [N_ENV [DECISIONS]]]     in the source root, built with the release
// preset
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "stepwatt/stepwatt_env.h"

static double seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

static int64_t greedy(int32_t n_action, const double *base, const uint8_t *mask) {
    int32_t best = -1;
    for (int32_t a = 0; a < n_action; a++) {
        if (mask[a] != 0 && (best < 0 || base[a] > base[best])) {
            best = a;
        }
    }
    return best;
}

// Measures; returns 0 when all went well.
static int bench(stepwatt_env *env, stepwatt_env_arrays *arrays, int64_t *action,
                 int64_t n_decision) {
    const int32_t n_env = stepwatt_env_count(env);
    const int32_t n_action = stepwatt_env_action_count(env);
    arrays->action = action;
    if (stepwatt_env_bind(env, arrays) != 0 || stepwatt_env_reset(env, 0, 0) != 0) {
        (void)fprintf(stderr, "%s\n", stepwatt_env_error(env));
        return 1;
    }
    double best_s = 1e9;
    double sum_usd = 0.0;
    const int64_t n_step = n_decision / n_env;
    for (int repeat = 0; repeat < 3; repeat++) {
        const double from_s = seconds();
        for (int64_t step = 0; step < n_step; step++) {
            for (int32_t i = 0; i < n_env; i++) {
                action[i] =
                    greedy(n_action, arrays->base + (ptrdiff_t)i * n_action, arrays->mask + (ptrdiff_t)i * n_action);
            }
            if (stepwatt_env_step(env) != 0) {
                (void)fprintf(stderr, "%s\n", stepwatt_env_error(env));
                return 1;
            }
            for (int32_t i = 0; i < n_env; i++) {
                sum_usd += (double)arrays->reward[i];
            }
        }
        const double took_s = seconds() - from_s;
        best_s = took_s < best_s ? took_s : best_s;
    }
    (void)printf("environments=%d decisions=%lld per_cpu_second=%.0f ns=%.0f reward=%.6g\n", n_env,
                 (long long)n_step * n_env, (double)(n_step * n_env) / best_s,
                 1e9 * best_s / (double)(n_step * n_env), sum_usd);
    return 0;
}

int main(int argc, char **argv) {
    char why[1024] = "";
    const char *path = argc > 1 ? argv[1] : "scenarios/jemas.ini";
    const int32_t n_env = argc > 2 ? atoi(argv[2]) : 16;
    const int64_t n_decision = argc > 3 ? atoll(argv[3]) : 2000000;
    stepwatt_scenario *scenario = stepwatt_scenario_load(path, NULL, 0, why, sizeof why);
    const stepwatt_env_options options = {
        .struct_size = sizeof options, .n_env = n_env, .n_thread = 1};
    stepwatt_env *env =
        scenario == NULL ? NULL : stepwatt_env_create(scenario, &options, why, sizeof why);
    if (env == NULL) {
        (void)fprintf(stderr, "%s\n", why);
        stepwatt_scenario_free(scenario);
        return 1;
    }
    const size_t n = (size_t)n_env;
    const size_t n_feature = (size_t)stepwatt_env_feature_count(env);
    const size_t n_action = (size_t)stepwatt_env_action_count(env);
    int64_t *action = calloc(n, sizeof *action);
    stepwatt_env_arrays arrays = {.struct_size = sizeof arrays,
                                  .obs = calloc(n * n_feature, sizeof(float)),
                                  .mask = calloc(n * n_action, 1),
                                  .reward = calloc(n, sizeof(float)),
                                  .dt = calloc(n, sizeof(float)),
                                  .terminated = calloc(n, 1),
                                  .truncated = calloc(n, 1),
                                  .base = calloc(n * n_action, sizeof(double))};
    int failed = 1;
    if (action != NULL && arrays.obs != NULL && arrays.mask != NULL && arrays.reward != NULL &&
        arrays.dt != NULL && arrays.terminated != NULL && arrays.truncated != NULL &&
        arrays.base != NULL) {
        failed = bench(env, &arrays, action, n_decision);
    }
    free(action);
    free(arrays.obs);
    free(arrays.mask);
    free(arrays.reward);
    free(arrays.dt);
    free(arrays.terminated);
    free(arrays.truncated);
    free(arrays.base);
    stepwatt_env_free(env);
    stepwatt_scenario_free(scenario);
    return failed;
}
