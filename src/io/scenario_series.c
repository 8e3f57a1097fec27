// The series of a scenario: signals as one value a slot, and jobs from files. Every file is read
// once.
#include "io/scenario_loader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// All signals of a scenario together take at most 4 GiB.
#define MAX_SIGNAL_VALUES ((int64_t)1 << 29)

// A signal trace that was tried, and the columns taken from it.
typedef struct loaded_trace {
    const char *path;
    sw_trace *trace; // NULL: `why` says why
    const char *why;
    sw_status code; // with `why`
    struct loaded_column *column;
    struct loaded_trace *next;
} loaded_trace;

typedef struct loaded_column {
    const char *name;
    const char *unit;
    double factor;
    const double *value;
    struct loaded_column *next;
} loaded_column;

typedef struct input_node {
    sw_input_file file;
    struct input_node *next;
} input_node;

// Counts the values of one more signal; false, with a message, when that is too much.
static bool take_values(sw_series_loader *load, const sw_item *item, const char *key) {
    load->n_value += load->grid.n_slot;
    if (load->n_value > MAX_SIGNAL_VALUES) {
        sw_draft_complain(load->draft, item, key,
                          "one signal too many of %lld slots, allowed are %lld values (4 GiB) for "
                          "all signals together",
                          (long long)load->grid.n_slot, (long long)MAX_SIGNAL_VALUES);
        load->draft->out_of_memory = true; // nothing further is read
        return false;
    }
    return true;
}

// Takes one value a slot from the model's memory; NULL, with a message, when that is too much.
static double *slot_array(sw_series_loader *load, const sw_item *item, const char *key) {
    if (!take_values(load, item, key)) {
        return NULL;
    }
    double *array = sw_arena_alloc(&load->model->arena, (size_t)load->grid.n_slot, sizeof *array);
    if (array == NULL) {
        sw_draft_no_memory(load->draft);
    }
    return array;
}

static bool set_constant(sw_series_loader *load, double number, sw_signal *signal) {
    double *value = sw_arena_alloc(&load->model->arena, 1, sizeof *value);
    if (value == NULL) {
        sw_draft_no_memory(load->draft);
        return false;
    }
    *value = number;
    *signal = (sw_signal){.value = value, .stride = 0};
    return true;
}

void sw_series_note_input(sw_series_loader *load, const char *path, const char sha256[65]) {
    input_node *node = sw_arena_alloc(&load->draft->scratch, 1, sizeof *node);
    const char *copy = sw_arena_strdup(&load->model->arena, path);
    if (node == NULL || copy == NULL) {
        sw_draft_no_memory(load->draft);
        return;
    }
    node->file.path = copy;
    memcpy(node->file.sha256, sha256, sizeof node->file.sha256);
    node->next = load->input;
    load->input = node;
}

void sw_series_complain(sw_series_loader *load, const sw_item *item, const char *key,
                        sw_status code, const char *text) {
    sw_draft_complain(load->draft, item, key, "%s", text);
    if (code == SW_ERR_NO_MEMORY) {
        sw_draft_no_memory(load->draft);
    }
}

// ---------------------------------------------------------------- columns of trace files

// Returns the trace of a path, read on first use; NULL when memory is short.
static loaded_trace *get_trace(sw_series_loader *load, const char *path) {
    loaded_trace *node = load->trace;
    while (node != NULL && strcmp(node->path, path) != 0) {
        node = node->next;
    }
    if (node != NULL) {
        return node;
    }
    sw_arena *arena = &load->draft->scratch;
    node = sw_arena_alloc(arena, 1, sizeof *node);
    if (node == NULL) {
        sw_draft_no_memory(load->draft);
        return NULL;
    }
    node->path = path;
    node->next = load->trace;
    load->trace = node;
    sw_error err = {0};
    if (sw_trace_load(path, &node->trace, &err) != SW_OK) {
        node->trace = NULL;
        node->code = err.code;
        node->why = sw_arena_strdup(arena, err.text);
        if (node->why == NULL) {
            node->why = "out of memory";
        }
    } else {
        sw_series_note_input(load, path, node->trace->sha256);
    }
    return node;
}

// Says so when a slot's value of a trace lies outside what its key allows.
static bool check_slots(sw_series_loader *load, const sw_item *item, const sw_value *value,
                        const double *slot) {
    for (int64_t n = 0; n < load->grid.n_slot; n++) {
        if (!sw_key_in_range(value->key, slot[n])) {
            char range[80];
            sw_key_range(value->key, range, sizeof range);
            sw_draft_complain(load->draft, item, value->key->name,
                              "%s:%s is %.15g in slot %lld, allowed are values %s", value->text,
                              value->column, slot[n], (long long)n, range);
            return false;
        }
    }
    return true;
}

static bool load_column(sw_series_loader *load, const sw_item *item, sw_value *value,
                        sw_signal *signal) {
    const char *path = sw_draft_find_file(load->draft, item, value);
    loaded_trace *trace = path == NULL ? NULL : get_trace(load, path);
    if (trace == NULL) {
        return false;
    }
    if (trace->trace == NULL) {
        sw_series_complain(load, item, value->key->name, trace->code, trace->why);
        return false;
    }
    const char *unit = value->key->words;
    for (const loaded_column *c = trace->column; c != NULL; c = c->next) {
        if (strcmp(c->name, value->column) == 0 && strcmp(c->unit, unit) == 0 &&
            c->factor == value->number) {
            *signal = (sw_signal){.value = c->value, .stride = 1};
            return check_slots(load, item, value, c->value);
        }
    }
    loaded_column *column = sw_arena_alloc(&load->draft->scratch, 1, sizeof *column);
    double *slot = slot_array(load, item, value->key->name);
    if (slot == NULL) {
        return false;
    }
    if (column == NULL) {
        sw_draft_no_memory(load->draft);
        return false;
    }
    sw_error err = {0};
    if (sw_trace_to_slots(trace->trace, value->column, unit, value->number, &load->grid, slot,
                          &err) != SW_OK) {
        sw_series_complain(load, item, value->key->name, err.code, err.text);
        return false;
    }
    *column = (loaded_column){.name = value->column,
                              .unit = unit,
                              .factor = value->number,
                              .value = slot,
                              .next = trace->column};
    trace->column = column;
    *signal = (sw_signal){.value = slot, .stride = 1};
    return check_slots(load, item, value, slot);
}

// ---------------------------------------------------------------- daily profiles

// Fills slots with the mean of the hours that start in them, else with the hour that began last.
// Hour 0 is 00:00 on the site's clock.
static bool load_daily(sw_series_loader *load, const sw_item *item, const sw_value *value,
                       double utc_offset_h, sw_signal *signal) {
    double *slot = slot_array(load, item, value->key->name);
    if (slot == NULL) {
        return false;
    }
    // Time of day at the site when slot 0 starts; without a start that is 00:00 UTC.
    const double start_s =
        isnan(load->grid.start_unix_s) ? 0.0 : fmod(load->grid.start_unix_s, 86400.0);
    const double first_s = start_s + 3600.0 * utc_offset_h;
    for (int64_t n = 0; n < load->grid.n_slot; n++) {
        const double begin_h = (first_s + (double)n * load->grid.slot_s) / 3600.0;
        const double end_h = (first_s + (double)(n + 1) * load->grid.slot_s) / 3600.0;
        double sum = 0.0;
        int64_t count = 0;
        int64_t hour = (int64_t)ceil(begin_h);
        for (; (double)hour < end_h; hour++) {
            sum += value->a[((hour % 24) + 24) % 24];
            count++;
        }
        hour = (int64_t)floor(begin_h);
        slot[n] = count > 0 ? sum / (double)count : value->a[((hour % 24) + 24) % 24];
    }
    *signal = (sw_signal){.value = slot, .stride = 1};
    return true;
}

// ---------------------------------------------------------------- generators

// Keeps the generator of signal `stream`; worlds make the values. Takes the memory of the table of
// generators on first use.
static bool keep_synth(sw_series_loader *load, const sw_item *item, const sw_value *value,
                       int32_t stream) {
    sw_model *model = load->model;
    sw_synth *synth = sw_arena_alloc(&model->arena, 1, sizeof *synth);
    if (load->synth == NULL) {
        const size_t n = (size_t)load->draft->n[SW_SECTION_SITE] * SW_SIGNALS_PER_SITE +
                         (size_t)load->draft->n[SW_SECTION_WORKLOAD];
        // NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers
        load->synth = sw_arena_alloc(&model->arena, n, sizeof *load->synth);
        model->synth = load->synth;
    }
    if (synth == NULL || load->synth == NULL) {
        sw_draft_no_memory(load->draft);
        return false;
    }
    *synth = *value->synth;
    load->synth[stream] = synth;
    return take_values(load, item, value->key->name);
}

bool sw_series_load_signal(sw_series_loader *load, const sw_item *item, sw_value *value,
                           double utc_offset_h, int32_t stream, sw_signal *signal) {
    if (!value->ok) {
        return false;
    }
    switch (value->form) {
    case SW_FORM_CONSTANT:
        return set_constant(load, value->number, signal);
    case SW_FORM_COLUMN:
        return load_column(load, item, value, signal);
    case SW_FORM_DAILY:
        return load_daily(load, item, value, utc_offset_h, signal);
    case SW_FORM_SYNTH:
        return keep_synth(load, item, value, stream);
    case SW_FORM_FRACTION:
        break; // of the buy price: load_sell
    }
    return false;
}

// ---------------------------------------------------------------- the sell price

// Scales the buy price.
static bool scale_signal(sw_series_loader *load, const sw_item *item, const sw_signal *buy,
                         double factor, sw_signal *signal) {
    if (buy->stride == 0) {
        return set_constant(load, factor * buy->value[0], signal);
    }
    double *slot = slot_array(load, item, "sell_price");
    for (int64_t n = 0; slot != NULL && n < load->grid.n_slot; n++) {
        slot[n] = factor * buy->value[n];
    }
    *signal = (sw_signal){.value = slot, .stride = 1};
    return slot != NULL;
}

static bool is_generated(const sw_series_loader *load, int32_t stream) {
    return load->synth != NULL && load->synth[stream] != NULL;
}

// Loads the sell price of a site. Where it or the buy price is generated, worlds lower it.
static void load_sell(sw_series_loader *load, const sw_item *item, double utc_offset_h, bool buy_ok,
                      int32_t site, sw_signal *site_signal) {
    sw_value *value = sw_item_value(item, "sell_price");
    const sw_signal *buy = &site_signal[SW_SIGNAL_BUY];
    sw_signal *sell = &site_signal[SW_SIGNAL_SELL];
    const int32_t stream = site * SW_SIGNALS_PER_SITE + SW_SIGNAL_SELL;
    const bool buy_made = is_generated(load, site * SW_SIGNALS_PER_SITE + SW_SIGNAL_BUY);
    bool sell_ok = false;
    if (value->ok && value->form == SW_FORM_FRACTION) {
        if (buy_made) {
            load->sell_fraction[site] = value->number;
            (void)take_values(load, item, "sell_price");
            return;
        }
        sell_ok = buy_ok && scale_signal(load, item, buy, value->number, sell);
    } else {
        sell_ok = sw_series_load_signal(load, item, value, utc_offset_h, stream, sell);
    }
    if (buy_ok && sell_ok && !buy_made && !is_generated(load, stream)) {
        const int64_t n_lowered = sw_lower_sell(buy, load->grid.n_slot, &load->model->arena, sell);
        if (n_lowered < 0) {
            sw_draft_no_memory(load->draft);
        }
        load->model->sell_lowered += n_lowered > 0 ? n_lowered : 0;
        if (n_lowered > 0 && n_lowered < load->grid.n_slot) {
            (void)take_values(load, item, "sell_price");
        }
    } else if (buy_made || is_generated(load, stream)) {
        (void)take_values(load, item, "sell_price"); // worlds may lower it
    }
}

static void load_site(sw_series_loader *load, const sw_item *item, int32_t site,
                      sw_signal *site_signal) {
    static const char *const key[SW_SIGNALS_PER_SITE] = {[SW_SIGNAL_BUY] = "price",
                                                         [SW_SIGNAL_CARBON] = "carbon",
                                                         [SW_SIGNAL_OUTDOOR] = "outdoor_c",
                                                         [SW_SIGNAL_PV] = "pv",
                                                         [SW_SIGNAL_WIND] = "wind"};
    const double utc_offset_h = sw_item_value(item, "utc_offset_h")->number;
    bool buy_ok = false;
    for (int32_t k = 0; k < SW_SIGNALS_PER_SITE; k++) {
        if (key[k] != NULL) {
            const bool ok =
                sw_series_load_signal(load, item, sw_item_value(item, key[k]), utc_offset_h,
                                      site * SW_SIGNALS_PER_SITE + k, &site_signal[k]);
            buy_ok = buy_ok || (ok && k == SW_SIGNAL_BUY);
        }
    }
    load_sell(load, item, utc_offset_h, buy_ok, site, site_signal);
}

// ---------------------------------------------------------------- all

// Moves the list of input files into the model, in the order in which they were read.
static void keep_inputs(sw_series_loader *load) {
    int32_t n = 0;
    for (const input_node *node = load->input; node != NULL; node = node->next) {
        n++;
    }
    sw_input_file *input = sw_arena_alloc(&load->model->arena, (size_t)n, sizeof *input);
    if (input == NULL) {
        sw_draft_no_memory(load->draft);
        return;
    }
    load->model->input = input;
    load->model->n_input = n;
    for (const input_node *node = load->input; node != NULL; node = node->next) {
        input[--n] = node->file;
    }
}

void sw_draft_load_series(sw_draft *draft, sw_model *model) {
    const int32_t n_site = draft->n[SW_SECTION_SITE];
    const int32_t n_class = draft->n[SW_SECTION_WORKLOAD];
    sw_signal *signal =
        sw_arena_alloc(&model->arena, (size_t)n_site * SW_SIGNALS_PER_SITE, sizeof *signal);
    sw_workload *workload = sw_arena_alloc(&model->arena, (size_t)n_class, sizeof *workload);
    double *sell_fraction = sw_arena_alloc(&model->arena, (size_t)n_site, sizeof *sell_fraction);
    if (signal == NULL || workload == NULL || sell_fraction == NULL) {
        sw_draft_no_memory(draft);
        return;
    }
    model->signal = signal;
    model->workload = workload;
    model->sell_fraction = sell_fraction;
    for (int32_t i = 0; i < n_site; i++) {
        sell_fraction[i] = (double)NAN;
    }

    sw_series_loader load = {.draft = draft,
                             .model = model,
                             .sell_fraction = sell_fraction,
                             .grid = {.start_unix_s = model->start_unix_s,
                                      .slot_s = model->sys.slot_s,
                                      .n_slot = model->sys.n_slot}};
    for (int32_t i = 0; i < n_site && !draft->out_of_memory; i++) {
        load_site(&load, &draft->item[SW_SECTION_SITE][i], i,
                  &signal[(ptrdiff_t)i * SW_SIGNALS_PER_SITE]);
    }
    for (int32_t i = 0; i < n_class && !draft->out_of_memory; i++) {
        sw_series_load_workload(&load, &draft->item[SW_SECTION_WORKLOAD][i],
                                n_site * SW_SIGNALS_PER_SITE + i, &workload[i]);
    }
    keep_inputs(&load);
    for (loaded_trace *node = load.trace; node != NULL; node = node->next) {
        if (node->trace != NULL) {
            sw_trace_unload(node->trace);
        }
    }
}
