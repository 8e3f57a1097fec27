// libFuzzer target: any policy pair and any `--set` texts for a small scenario give a run with
// conserved accounts, or a message; never a crash. The first line is the pair, each further one a
// `--set`.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario.h"
#include "sim/run.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { MOST_SET = 64, MOST_SLOT = 16, MOST_JOB = 2000 };

// A scenario that uses most of what one can say, cut to a few minutes.
#define SCENARIO "scenarios/quick.ini"
static const char *const cut[] = {"scenario.slot_s=60", "scenario.slots=4"};
enum { N_CUT = sizeof cut / sizeof cut[0] };

// Parts the text at its lines; returns the number of `--set` texts, with those that cut. A newline
// at the end of the text begins no other line.
static int32_t part(char *text, const char *set[MOST_SET]) {
    int32_t n = N_CUT;
    memcpy(set, cut, sizeof cut);
    for (char *end = strchr(text, '\n'); end != NULL && n < MOST_SET; end = strchr(end, '\n')) {
        *end++ = '\0';
        if (*end == '\0') {
            break;
        }
        set[n++] = end;
    }
    return n;
}

// Jobs of a class over the horizon; infinite where their rate is generated, and so not known here.
static double expected_jobs(const sw_model *model, int32_t cls) {
    const sw_workload *load = &model->workload[cls];
    if (load->kind == SW_ARRIVAL_TRACE) {
        return (double)load->trace.n;
    }
    if (load->rate.value == NULL) {
        return (double)INFINITY;
    }
    double n = 0.0;
    for (int64_t slot = 0; slot < model->sys.n_slot; slot++) {
        n += sw_signal_at(&load->rate, slot) * model->sys.slot_s;
    }
    return n;
}

// Long runs are no better tests than short ones.
static bool is_cheap(const sw_model *model) {
    double n = model->sys.n_slot <= MOST_SLOT ? 0.0 : (double)INFINITY;
    for (int32_t cls = 0; cls < model->sys.n_class && n <= MOST_JOB; cls++) {
        n += expected_jobs(model, cls);
    }
    return n <= MOST_JOB;
}

static void run(const sw_model *model, const sw_policy_pair *pair) {
    const sw_run_options options = {.seed = 1};
    sw_run_result result = {0};
    sw_error err = {0};
    if (sw_run(model, pair, &options, &result, &err) != SW_OK) {
        // Built-in policies keep the contract; they may not be able to begin.
        SW_REQUIRE(strstr(err.text, "cannot begin") != NULL);
        return;
    }
    const sw_metrics *total = &result.total;
    SW_REQUIRE(isfinite(total->utility_usd) && isfinite(total->import_kwh));
    SW_REQUIRE(total->jobs == total->jobs_on_time + total->jobs_late + total->jobs_dropped +
                                  total->jobs_rejected + total->jobs_unfinished);
    sw_run_result_deinit(&result);
}

// Every section is checked, as `validate` does, then the pair is run.
static void use(const sw_model *model, const char *spec) {
    for (int32_t i = 0; i < model->n_policy; i++) {
        sw_error err = {0};
        const sw_status status = sw_policy_section_check(model, i, &err);
        SW_REQUIRE(err.code == status);
    }
    sw_policy_pair *pair = NULL;
    sw_error err = {0};
    const sw_status status = sw_policy_resolve(model, spec, &pair, &err);
    SW_REQUIRE((status == SW_OK) == (pair != NULL) && err.code == status);
    if (pair != NULL && is_cheap(model)) {
        run(model, pair);
    }
    sw_policy_pair_destroy(pair);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    char *text = malloc(size + 1);
    SW_REQUIRE(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    const char *set[MOST_SET];
    const sw_scenario_options options = {.set = set, .n_set = part(text, set)};
    sw_model *model = NULL;
    sw_messages messages = {0};
    const sw_status status = sw_scenario_load(SCENARIO, &options, &model, &messages);
    SW_REQUIRE((status == SW_OK) == (model != NULL) && (status == SW_OK) == (messages.n == 0));
    if (model != NULL) {
        use(model, text);
    }
    sw_messages_deinit(&messages);
    sw_model_destroy(model);
    free(text);
    return 0;
}
