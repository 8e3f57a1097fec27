// libFuzzer target: a plugin's table of any content is refused with a message, or is sound; and one
// that is taken may ask and answer anything in a run: the run fails if and only if an answer breaks
// the contract, and its accounts are conserved otherwise. Never a crash.
//
// What no check can see is left out: pointers to nowhere, a list longer than the parameters that
// there are, texts without an end.
#include <stdio.h>
#include <stdlib.h>

#include "bytes.h"
#include "policy/describe.h"
#include "policy/pair.h"
#include "policy/registry.h"
#include "sim/run.h"
#include "support/random_model.h"
#include "wild_policy.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { N_PARAM = 4, MOST_CHANGE = 12, MOST_TEXT = 80, MOST_TABLE_PARAM = 256 };

static const sw_param_spec sound_params[N_PARAM] = {
    {.key = "weight", .fallback = 1.0, .lo = 0.0, .hi = 2.0, .help = "weight of nothing"},
    {.key = "count", .kind = SW_PARAM_INTEGER, .fallback = 1.0, .hi = 9.0, .help = "how many"},
    {.key = "text", .kind = SW_PARAM_TEXT, .fallback_text = "none", .help = "words"},
    {.key = "file", .kind = SW_PARAM_FILE, .fallback_text = "", .help = "a file"},
};

// One input: the table it makes, and the memory for its texts.
typedef struct plugin {
    bytes in;
    sw_arena arena;
    sw_policy table;
    sw_param_spec param[N_PARAM];
} plugin;

// ---------------------------------------------------------------- the table

// Returns a text of any bytes; NULL at times.
static const char *make_text(plugin *made) {
    const unsigned n = bytes_next(&made->in);
    if (n >= MOST_TEXT) {
        return NULL;
    }
    char *text = sw_arena_alloc(&made->arena, n + 1, 1);
    SW_REQUIRE(text != NULL);
    for (unsigned i = 0; i < n; i++) {
        text[i] = (char)bytes_next(&made->in);
    }
    return text;
}

static void change_param(plugin *made) {
    sw_param_spec *param = &made->param[bytes_next(&made->in) % N_PARAM];
    switch (bytes_next(&made->in) % 7) {
    case 0:
        param->key = make_text(made);
        break;
    case 1:
        param->kind = (sw_param_kind)bytes_whole(&made->in);
        break;
    case 2:
        param->fallback = bytes_number(&made->in);
        break;
    case 3:
        param->lo = bytes_number(&made->in);
        break;
    case 4:
        param->hi = bytes_number(&made->in);
        break;
    case 5:
        param->fallback_text = make_text(made);
        break;
    default:
        param->help = make_text(made);
        break;
    }
}

static void drop_callback(plugin *made) {
    sw_policy *table = &made->table;
    switch (bytes_next(&made->in) % 7) {
    case 0:
        table->state_size = NULL;
        break;
    case 1:
        table->create = NULL;
        break;
    case 2:
        table->destroy = NULL;
        break;
    case 3:
        table->tick = NULL;
        break;
    case 4:
        table->dispatch = NULL;
        break;
    case 5:
        table->control = NULL;
        break;
    default:
        table->feedback = NULL;
        break;
    }
}

static void change_table(plugin *made) {
    sw_policy *table = &made->table;
    switch (bytes_next(&made->in) % 10) {
    case 0:
        table->abi_major = (uint32_t)bytes_whole(&made->in);
        break;
    case 1:
        table->abi_minor = (uint32_t)bytes_whole(&made->in);
        break;
    case 2:
        table->struct_size = (size_t)bytes_whole(&made->in);
        break;
    case 3:
        table->name = make_text(made);
        break;
    case 4:
        table->summary = make_text(made);
        break;
    case 5:
        table->halves = (uint32_t)bytes_whole(&made->in);
        break;
    case 6:
        table->params = NULL;
        break;
    case 7: // no longer list than there is, but one that is seen to be too long
        table->n_param = (int32_t)bytes_whole(&made->in);
        if (table->n_param > N_PARAM && table->n_param <= MOST_TABLE_PARAM) {
            table->n_param %= N_PARAM + 1;
        }
        break;
    case 8:
        drop_callback(made);
        break;
    default:
        change_param(made);
        break;
    }
}

static void make_table(plugin *made) {
    memcpy(made->param, sound_params, sizeof made->param);
    made->table = wild_policy_table;
    made->table.params = made->param;
    made->table.n_param = N_PARAM;
    const unsigned n = bytes_next(&made->in) % (MOST_CHANGE + 1);
    for (unsigned i = 0; i < n; i++) {
        change_table(made);
    }
}

// What is taken can be described, and has what is called.
static void require_sound(const sw_policy *table) {
    SW_REQUIRE(table->n_param >= 0 && table->n_param <= N_PARAM);
    SW_REQUIRE((table->halves & SW_POLICY_DISPATCHER) == 0 || table->dispatch != NULL);
    SW_REQUIRE((table->halves & SW_POLICY_ENERGY) == 0 || table->control != NULL);
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    SW_REQUIRE(out != NULL);
    sw_policy_describe(out, table);
    sw_policy_describe_json(out, table);
    SW_REQUIRE(ferror(out) == 0 && fclose(out) == 0);
    free(text);
}

// ---------------------------------------------------------------- its parameters

// Returns the section of the scenario for the policy: any keys with any values, often known keys.
static sw_policy_section make_section(plugin *made, const sw_policy *table) {
    const int32_t n = (int32_t)(bytes_next(&made->in) % 4);
    sw_policy_param *param = sw_arena_alloc(&made->arena, (size_t)n, sizeof *param);
    SW_REQUIRE(param != NULL);
    for (int32_t i = 0; i < n; i++) {
        const unsigned known = bytes_next(&made->in) % (N_PARAM + 1);
        const char *key =
            (int32_t)known < table->n_param ? table->params[known].key : make_text(made);
        const char *value = make_text(made);
        param[i] = (sw_policy_param){.key = key == NULL ? "" : key,
                                     .value = value == NULL ? "1" : value,
                                     .where = "scenario:1"};
    }
    return (sw_policy_section){.name = "wild", .where = "scenario:1", .n_param = n, .param = param};
}

static void require_in_range(const sw_policy *table, const sw_param_value *value) {
    for (int32_t i = 0; i < table->n_param; i++) {
        const sw_param_spec *spec = &table->params[i];
        if (spec->kind == SW_PARAM_TEXT || spec->kind == SW_PARAM_FILE) {
            SW_REQUIRE(value[i].text != NULL);
        } else {
            SW_REQUIRE(value[i].number >= spec->lo && value[i].number <= spec->hi);
        }
    }
}

// ---------------------------------------------------------------- the run

// What the listeners look at.
typedef struct watch {
    const sw_system *sys;
    const wild_policy *wild;
    bool is_dispatcher;
    int64_t n_outcome;
} watch;

static void on_slot(void *context, const sw_slot_report *report) {
    const sw_system *sys = ((const watch *)context)->sys;
    for (int32_t i = 0; i < sys->n_site; i++) {
        const double slack_kwh = 1e-9 * sys->site_battery_kwh[i];
        SW_REQUIRE(report->soc_kwh[i] >= sys->site_soc_min_kwh[i] - slack_kwh);
        SW_REQUIRE(report->soc_kwh[i] <= sys->site_soc_max_kwh[i] + slack_kwh);
        SW_REQUIRE(report->battery_kw[i] <= sys->site_battery_charge_kw[i]);
        SW_REQUIRE(report->battery_kw[i] >= -sys->site_battery_discharge_kw[i]);
        SW_REQUIRE(report->cooling_heat_kw[i] >= 0.0 && isfinite(report->room_c[i]));
        SW_REQUIRE(isfinite(report->import_kwh[i]) && isfinite(report->cost_usd[i]));
    }
}

static void on_outcome(void *context, const sw_outcome *outcome) {
    watch *seen = context;
    seen->n_outcome++;
    const int64_t job = outcome->job.job;
    const bool started = !isnan(outcome->start_s);
    SW_REQUIRE(!started || outcome->start_s >= outcome->job.arrival_s);
    if (started && seen->is_dispatcher && job < WILD_MOST_JOBS) {
        // Times lie on a grid of 2^-27 s.
        SW_REQUIRE(outcome->start_s >= seen->wild->not_before_s[job] - 0x1p-27);
    }
}

static void require_whole(const sw_metrics *total, int64_t n_outcome) {
    SW_REQUIRE(total->jobs == (double)n_outcome);
    SW_REQUIRE(total->jobs == total->jobs_on_time + total->jobs_late + total->jobs_dropped +
                                  total->jobs_rejected + total->jobs_unfinished);
    SW_REQUIRE(isfinite(total->utility_usd));
}

// Gives the half that the plugin lacks, or leaves it, to a built-in policy.
static void complete_pair(plugin *made, sw_policy_pair *pair, const sw_model *model) {
    static const char *const dispatchers[] = {"greedy", "local", "lp", "random"};
    static const char *const managers[] = {"threshold", "idle", "lp", "oracle"};
    const sw_policy_instance *wild = &pair->instance[0];
    const uint32_t halves = wild->policy.halves & (SW_POLICY_DISPATCHER | SW_POLICY_ENERGY);
    const unsigned choice = bytes_next(&made->in);
    pair->name = "wild/wild";
    pair->dispatcher = wild;
    pair->energy = wild;
    pair->shared = halves == (SW_POLICY_DISPATCHER | SW_POLICY_ENERGY) && choice < 128;
    if (pair->shared) {
        return;
    }
    const bool dispatches = (halves & SW_POLICY_DISPATCHER) != 0;
    const char *other = dispatches ? managers[choice % 4] : dispatchers[choice % 4];
    sw_policy_instance *builtin = &pair->instance[1];
    sw_error err = {0};
    SW_REQUIRE(sw_policy_instance_init(builtin, model, other, &pair->arena, &err) == SW_OK);
    if (dispatches) {
        pair->energy = builtin;
    } else {
        pair->dispatcher = builtin;
    }
}

static void run(plugin *made, const sw_model *model, const sw_policy_pair *pair) {
    wild_policy *wild = sw_arena_alloc(&made->arena, 1, sizeof *wild);
    SW_REQUIRE(wild != NULL);
    wild->in = &made->in;
    wild->has_create = pair->instance[0].policy.create != NULL;
    wild_policy_set(wild);
    watch seen = {
        .sys = &model->sys, .wild = wild, .is_dispatcher = pair->dispatcher == &pair->instance[0]};
    const sw_run_options options = {
        .seed = 1, .listeners = {.context = &seen, .slot = on_slot, .outcome = on_outcome}};
    sw_run_result result = {0};
    sw_error err = {0};
    const sw_status status = sw_run(model, pair, &options, &result, &err);
    const bool failed = wild->refused || wild->broke;
    SW_REQUIRE(status == (failed ? SW_ERR_POLICY : SW_OK) && err.code == status);
    SW_REQUIRE(!wild->is_created || pair->instance[0].policy.destroy == NULL);
    if (status == SW_OK) {
        require_whole(&result.total, seen.n_outcome);
        sw_run_result_deinit(&result);
    } else {
        SW_REQUIRE(strncmp(err.text, "policy wild", strlen("policy wild")) == 0);
    }
    wild_policy_set(NULL);
}

// ---------------------------------------------------------------- all of it

// Reads the parameters of a table that was taken, and runs it.
static void use(plugin *made, const sw_policy *table) {
    sw_model *model = random_model(bytes_next(&made->in));
    model->path = "scenario";
    const sw_policy_section section = make_section(made, table);
    const size_t n_param = (size_t)table->n_param;
    sw_policy_pair *pair = calloc(1, sizeof *pair);
    SW_REQUIRE(pair != NULL);
    sw_param_value *value = sw_arena_alloc(&pair->arena, n_param, sizeof *value);
    SW_REQUIRE(value != NULL);
    pair->instance[0] = (sw_policy_instance){.name = "wild", .policy = *table, .value = value};
    sw_error err = {0};
    if (sw_policy_params_read(table, model, "wild", &section, &pair->arena, value, &err) == SW_OK) {
        require_in_range(table, value);
        complete_pair(made, pair, model);
        run(made, model, pair);
    } else {
        SW_REQUIRE(strncmp(err.text, "scenario:1: [policy wild] ", 26) == 0);
    }
    sw_policy_pair_destroy(pair);
    sw_model_destroy(model);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    plugin made = {.in = {.data = data, .size = size}};
    make_table(&made);
    sw_policy table = {0};
    sw_error err = {0};
    if (sw_policy_check(&made.table, "wild.so", &table, &err) == SW_OK) {
        require_sound(&table);
        use(&made, &table);
    } else {
        SW_REQUIRE(strncmp(err.text, "wild.so: ", 9) == 0 && table.name == NULL);
    }
    sw_arena_deinit(&made.arena);
    return 0;
}
