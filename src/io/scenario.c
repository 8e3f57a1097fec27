#include "io/scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/sha256.h"
#include "base/timegrid.h"
#include "io/scenario_draft.h"

static double number(const sw_item *item, const char *key) {
    return sw_item_value(item, key)->number;
}

// Takes `count` elements of the model's memory; NULL, with a message, when memory is short.
static void *take(sw_draft *draft, sw_model *model, int32_t count, size_t size) {
    void *array = sw_arena_alloc(&model->arena, (size_t)count, size);
    if (array == NULL) {
        sw_draft_no_memory(draft);
    }
    return array;
}

static const char *take_text(sw_draft *draft, sw_model *model, const char *text) {
    const char *copy = sw_arena_strdup(&model->arena, text);
    if (copy == NULL) {
        sw_draft_no_memory(draft);
    }
    return copy;
}

// ---------------------------------------------------------------- the horizon

// Puts a value into the merged text, where the scenario's text is written from.
static void set_text(sw_draft *draft, const sw_item *item, const char *key, const char *value) {
    sw_ini_section *section = sw_ini_find(&draft->ini, item->section);
    const sw_ini_entry *old = sw_ini_get(section, key);
    sw_ini_entry entry = {.key = key,
                          .value = sw_arena_strdup(&draft->scratch, value),
                          .source = old == NULL ? section->source : old->source,
                          .line = old == NULL ? section->line : old->line};
    if (entry.value == NULL || sw_ini_set(&draft->ini, section, &entry) == NULL) {
        sw_draft_no_memory(draft);
    }
}

// Takes the name, or the file's name without folder and `.ini`.
static void set_name(sw_draft *draft, const sw_item *item, sw_model *model) {
    const sw_value *name = sw_item_value(item, "name");
    if (name->ok) {
        model->sys.name = take_text(draft, model, name->text);
        return;
    }
    const char *slash = strrchr(draft->top->label, '/');
    char *copy = sw_arena_strdup(&model->arena, slash == NULL ? draft->top->label : slash + 1);
    if (copy == NULL) {
        sw_draft_no_memory(draft);
        return;
    }
    const size_t n = strlen(copy);
    if (n > 4 && strcmp(copy + n - 4, ".ini") == 0) {
        copy[n - 4] = '\0';
    }
    model->sys.name = copy;
    set_text(draft, item, "name", copy);
}

static void set_start(sw_draft *draft, const sw_item *item, double shift_days, sw_model *model) {
    const sw_value *start = sw_item_value(item, "start");
    if (!start->ok) {
        if (start->entry == NULL && shift_days != 0.0) {
            sw_draft_complain(draft, item, "start", "missing, needed with days to move it by is %s",
                              SW_DATE_FORM);
        }
        return;
    }
    model->start_unix_s = start->number + 86400.0 * shift_days;
    char text[SW_DATE_TEXT];
    if (!sw_date_format(model->start_unix_s, text)) {
        sw_draft_complain(draft, item, "start",
                          "moved out of the years 1 to 9999, which are "
                          "allowed");
    } else if (shift_days != 0.0) {
        set_text(draft, item, "start", text);
    }
}

// Sets what every scenario has once. False when slots have no length or number: no series can be
// loaded then.
static bool set_scenario(sw_draft *draft, const sw_scenario_options *options, sw_model *model) {
    if (draft->n[SW_SECTION_SCENARIO] == 0) {
        return false;
    }
    const sw_item *item = &draft->item[SW_SECTION_SCENARIO][0];
    sw_system *sys = &model->sys;
    set_name(draft, item, model);
    set_start(draft, item, options == NULL ? 0.0 : options->shift_days, model);
    sys->slot_s = sw_time_round(number(item, "slot_s"));
    sys->n_slot = (int64_t)number(item, "slots");
    sys->end_s = (double)sys->n_slot * sys->slot_s;
    sys->dispatch_interval_s = number(item, "dispatch_interval_s");
    sys->carbon_usd_per_kg = number(item, "carbon_usd_per_kg");
    sys->revenue_scale = number(item, "revenue_scale");
    const sw_value *forecast = sw_item_value(item, "forecast");
    model->forecast = (sw_forecast_mode)forecast->index;
    model->forecast_sigma = forecast->number;
    return sw_item_value(item, "slot_s")->ok && sw_item_value(item, "slots")->ok &&
           sys->end_s <= SW_MAX_END_S;
}

// ---------------------------------------------------------------- arrays

// Writes the plain numbers of an item into the arrays that the key table names.
static void fill_numbers(const sw_item *item, int32_t index, sw_system *sys) {
    for (int32_t i = 0; i < sw_n_key; i++) {
        const sw_key *key = &sw_key_table[i];
        if (key->section != item->kind || key->array == 0) {
            continue;
        }
        const double *array = NULL;
        memcpy(&array, (const char *)sys + key->array, sizeof array);
        sw_model_reals(array)[index] = number(item, key->name);
    }
}

static void fill_site(sw_draft *draft, sw_model *model, int32_t i) {
    const sw_item *item = &draft->item[SW_SECTION_SITE][i];
    sw_system *sys = &model->sys;
    fill_numbers(item, i, sys);
    sw_model_texts(sys->site_name)[i] = take_text(draft, model, item->name);
    sw_model_ints(sys->site_cooling)[i] = sw_item_value(item, "cooling")->index;
    sw_model_reals(model->site_utc_offset_h)[i] = number(item, "utc_offset_h");
    if (sys->site_import_limit_kw[i] == 0.0) { // 0 stands for no limit
        sw_model_reals(sys->site_import_limit_kw)[i] = (double)INFINITY;
    }
    // States of charge are written as fractions of the capacity.
    sw_model_reals(sys->site_soc_min_kwh)[i] *= sys->site_battery_kwh[i];
    sw_model_reals(sys->site_soc_max_kwh)[i] *= sys->site_battery_kwh[i];
    sw_model_reals(sys->site_soc_start_kwh)[i] *= sys->site_battery_kwh[i];
}

// Returns an ASP's levels: its own, or those of its GPU type.
static const sw_value *levels_of(const sw_draft *draft, const sw_item *asp) {
    const sw_value *own = sw_item_value(asp, "levels");
    const int32_t gpu = sw_item_value(asp, "gpu")->index;
    return own->ok ? own : sw_item_value(&draft->item[SW_SECTION_GPU][gpu], "levels");
}

static void fill_asp(sw_draft *draft, sw_model *model, int32_t k) {
    const sw_item *item = &draft->item[SW_SECTION_ASP][k];
    sw_system *sys = &model->sys;
    const int32_t gpu_index = sw_item_value(item, "gpu")->index;
    const sw_item *gpu = &draft->item[SW_SECTION_GPU][gpu_index];
    const sw_item *diffusion = &draft->item[SW_SECTION_MODEL][sw_item_value(item, "model")->index];
    fill_numbers(item, k, sys);
    sw_model_texts(sys->asp_name)[k] = take_text(draft, model, item->name);
    sw_model_texts(model->asp_model_name)[k] = take_text(draft, model, diffusion->name);
    sw_model_texts(model->asp_gpu_name)[k] = take_text(draft, model, gpu->name);
    sw_model_ints(sys->asp_site)[k] = sw_item_value(item, "site")->index;
    sw_model_ints(sys->asp_gpus)[k] = (int32_t)number(item, "gpus");
    sw_model_ints(sys->asp_edf)[k] = sw_item_value(item, "queue")->index;
    sw_model_reals(sys->asp_idle_w)[k] = number(gpu, "idle_w");
    sw_model_reals(sys->asp_off_w)[k] = number(gpu, "off_w");

    const sw_value *levels = levels_of(draft, item);
    sw_model_ints(sys->asp_n_level)[k] = levels->n;
    for (int32_t l = 0; l < levels->n; l++) {
        const ptrdiff_t at = (ptrdiff_t)k * sys->n_level_max + l;
        sw_model_reals(sys->asp_level_speed)[at] = levels->a[l];
        sw_model_reals(sys->asp_level_busy_w)[at] = levels->b[l];
    }
    const double overhead_s = sw_item_value(diffusion, "overhead_s.")->a[gpu_index];
    const double step_s = sw_item_value(diffusion, "step_s.")->a[gpu_index];
    for (int32_t c = 0; c < sys->n_step; c++) {
        const ptrdiff_t at = (ptrdiff_t)k * sys->n_step + c;
        sw_model_reals(sys->asp_image_work_s)[at] = overhead_s + (double)sys->steps[c] * step_s;
        sw_model_reals(sys->asp_quality)[at] =
            sw_quality(number(diffusion, "quality_floor"), number(diffusion, "quality_ceiling"),
                       number(diffusion, "quality_slope"), number(diffusion, "quality_mid"),
                       (double)sys->steps[c]);
    }
}

// Fills the links: the default between any two ASPs, then those that have a section.
static void fill_links(sw_draft *draft, sw_model *model) {
    const sw_system *sys = &model->sys;
    const sw_value *pair = sw_item_value(&draft->item[SW_SECTION_SCENARIO][0], "default_link");
    double *latency_s = sw_model_reals(sys->link_latency_s);
    double *transfer_usd = sw_model_reals(sys->link_transfer_usd);
    for (ptrdiff_t o = 0; o < sys->n_asp; o++) {
        for (ptrdiff_t k = 0; k < sys->n_asp; k++) {
            const ptrdiff_t at = o * sys->n_asp + k;
            latency_s[at] = o == k ? 0.0 : pair->ok ? pair->number : (double)INFINITY;
            transfer_usd[at] = o != k && pair->ok ? pair->second : 0.0;
        }
    }
    for (int32_t i = 0; i < draft->n[SW_SECTION_LINK]; i++) {
        const sw_item *item = &draft->item[SW_SECTION_LINK][i];
        const ptrdiff_t o = sw_draft_find(draft, SW_SECTION_ASP, item->name);
        const ptrdiff_t k = sw_draft_find(draft, SW_SECTION_ASP, item->name2);
        latency_s[o * sys->n_asp + k] = number(item, "latency_s");
        transfer_usd[o * sys->n_asp + k] = number(item, "transfer_usd");
    }
}

static void fill_class(sw_draft *draft, sw_model *model, int32_t w) {
    const sw_item *item = &draft->item[SW_SECTION_WORKLOAD][w];
    sw_system *sys = &model->sys;
    fill_numbers(item, w, sys);
    sw_model_texts(sys->class_name)[w] = take_text(draft, model, item->name);
    sw_model_ints(sys->class_origin)[w] = sw_item_value(item, "origin")->index;
    sw_model_reals(sys->class_price_usd)[w] *= sys->revenue_scale;
    sw_model_reals(sys->class_late_usd)[w] *= sys->revenue_scale;
}

static const char *write_where(sw_draft *draft, sw_model *model, const sw_ini_source *source,
                               int32_t line) {
    char where[SW_ERROR_TEXT];
    if (!source->has_lines) {
        return take_text(draft, model, source->label);
    }
    (void)snprintf(where, sizeof where, "%s:%d", source->label, (int)line);
    return take_text(draft, model, where);
}

static void fill_policies(sw_draft *draft, sw_model *model) {
    const int32_t n = draft->n[SW_SECTION_POLICY];
    sw_policy_section *policy = take(draft, model, n, sizeof *policy);
    for (int32_t i = 0; policy != NULL && i < n; i++) {
        const sw_item *item = &draft->item[SW_SECTION_POLICY][i];
        const sw_ini_section *section = sw_ini_find(&draft->ini, item->section);
        const sw_value *use = sw_item_value(item, "use");
        sw_policy_param *param = take(draft, model, section->n, sizeof *param);
        if (param == NULL) {
            return;
        }
        policy[i] =
            (sw_policy_section){.name = take_text(draft, model, item->name),
                                .use = use->ok ? take_text(draft, model, use->text) : NULL,
                                .where = write_where(draft, model, item->source, item->line),
                                .param = param};
        for (int32_t j = 0; j < section->n; j++) {
            const sw_ini_entry *entry = &section->entry[j];
            if (entry == use->entry) {
                continue;
            }
            param[policy[i].n_param++] =
                (sw_policy_param){.key = take_text(draft, model, entry->key),
                                  .value = take_text(draft, model, entry->value),
                                  .where = write_where(draft, model, entry->source, entry->line)};
        }
    }
    model->policy = policy;
    model->n_policy = n;
}

// ---------------------------------------------------------------- the whole model

static bool dist_is_drawn(const sw_dist *dist, bool has_column) {
    return !has_column && dist->kind != SW_DIST_CONSTANT;
}

// Tells whether anything in the world of a run depends on its seed.
static bool is_seeded(const sw_model *model) {
    bool seeded = model->synth != NULL ||
                  (model->forecast == SW_FORECAST_DAY_AHEAD && model->forecast_sigma > 0.0);
    for (int32_t w = 0; w < model->sys.n_class; w++) {
        const sw_workload *workload = &model->workload[w];
        const sw_job_trace *trace = &workload->trace;
        seeded = seeded || workload->kind != SW_ARRIVAL_TRACE ||
                 dist_is_drawn(&workload->images, trace->images != NULL) ||
                 dist_is_drawn(&workload->deadline_s, trace->deadline_s != NULL) ||
                 dist_is_drawn(&workload->work, trace->work != NULL);
    }
    return seeded;
}

// Builds the arrays of a draft in which nothing is wrong.
static void fill_model(sw_draft *draft, sw_model *model) {
    sw_system *sys = &model->sys;
    const sw_value *steps = sw_item_value(&draft->item[SW_SECTION_SCENARIO][0], "steps");
    sys->n_site = draft->n[SW_SECTION_SITE];
    sys->n_asp = draft->n[SW_SECTION_ASP];
    sys->n_class = draft->n[SW_SECTION_WORKLOAD];
    sys->n_step = steps->n;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const int32_t n_level = levels_of(draft, &draft->item[SW_SECTION_ASP][k])->n;
        sys->n_level_max = n_level > sys->n_level_max ? n_level : sys->n_level_max;
    }
    sw_error err = {0};
    if (sw_model_alloc(model, &err) != SW_OK) {
        sw_messages_add(draft->messages, err.code, "%s: %s", draft->top->label, err.text);
        return;
    }
    model->site_utc_offset_h = take(draft, model, sys->n_site, sizeof(double));
    model->asp_model_name = take(draft, model, sys->n_asp, sizeof(const char *));
    model->asp_gpu_name = take(draft, model, sys->n_asp, sizeof(const char *));
    if (draft->out_of_memory) {
        return;
    }
    for (int32_t c = 0; c < sys->n_step; c++) {
        sw_model_ints(sys->steps)[c] = (int32_t)steps->a[c];
    }
    for (int32_t i = 0; i < sys->n_site; i++) {
        fill_site(draft, model, i);
    }
    for (int32_t k = 0; k < sys->n_asp; k++) {
        fill_asp(draft, model, k);
    }
    for (int32_t w = 0; w < sys->n_class; w++) {
        fill_class(draft, model, w);
    }
    fill_links(draft, model);
    fill_policies(draft, model);
    model->seeded = is_seeded(model);
}

// Keeps the scenario's text and takes the digest over it and the hashes of the input files.
static void fill_text(sw_draft *draft, sw_model *model) {
    model->path = take_text(draft, model, draft->top->label);
    char *dir = sw_arena_strdup(&model->arena, draft->top->dir[0] == '\0' ? "." : draft->top->dir);
    if (dir != NULL && strlen(dir) > 1 && dir[strlen(dir) - 1] == '/') {
        dir[strlen(dir) - 1] = '\0';
    }
    model->dir = dir;
    model->text = sw_draft_text(draft, &model->arena);
    if (dir == NULL || model->text == NULL) {
        sw_draft_no_memory(draft);
        return;
    }
    sw_sha256 hash;
    sw_sha256_init(&hash);
    sw_sha256_update(&hash, model->text, strlen(model->text));
    for (int32_t i = 0; i < model->n_input; i++) {
        sw_sha256_update(&hash, model->input[i].sha256, strlen(model->input[i].sha256));
    }
    sw_sha256_final_hex(&hash, model->digest);
}

// Reads into the model; whatever is wrong is in the draft's messages.
static void read_scenario(sw_draft *draft, const char *path, const sw_scenario_options *options,
                          sw_model *model) {
    sw_draft_read(draft, path, options);
    const bool unread = draft->ini.n == 0 && draft->messages->code != SW_OK;
    if (draft->out_of_memory || unread || draft->messages->code == SW_ERR_IO) {
        return; // without the file nothing else is worth saying
    }
    sw_draft_make_items(draft);
    if (draft->out_of_memory) {
        return;
    }
    sw_draft_check(draft);
    if (set_scenario(draft, options, model) && !draft->out_of_memory) {
        sw_draft_load_series(draft, model);
    }
    if (draft->messages->code == SW_OK) {
        fill_model(draft, model);
    }
    if (draft->messages->code == SW_OK) {
        fill_text(draft, model);
    }
}

sw_status sw_scenario_load(const char *path, const sw_scenario_options *options, sw_model **model,
                           sw_messages *messages) {
    // What was found before this call stays in the list, and does not count against this file.
    const sw_status before = messages->code;
    messages->code = SW_OK;
    sw_draft draft = {.messages = messages};
    *model = sw_model_create();
    if (*model == NULL) {
        sw_draft_no_memory(&draft);
    } else {
        read_scenario(&draft, path, options, *model);
    }
    const sw_status status = messages->code;
    if (status != SW_OK) {
        sw_model_destroy(*model);
        *model = NULL;
    } else {
        sw_model_describe_classes(*model);
    }
    messages->code = before == SW_OK ? status : before;
    sw_arena_deinit(&draft.scratch);
    return status;
}
