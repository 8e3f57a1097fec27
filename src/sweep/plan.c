#include "sweep/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/version.h"

typedef struct planning {
    const sw_sweep *sweep;
    const sw_plan_options *options;
    sw_grid *grid;
    sw_messages *messages;
    sw_sha256 hash;
    sw_model *base;
} planning;

static void no_memory(planning *p) {
    sw_messages_add(p->messages, SW_ERR_NO_MEMORY, "%s: out of memory", p->sweep->path);
}

static void hash_text(planning *p, const char *text) {
    // With its final 0, so that no two lists of texts run into the same bytes.
    sw_sha256_update(&p->hash, text, strlen(text) + 1);
}

static void hash_integer(planning *p, int64_t number) {
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    hash_text(p, text);
}

static const char *copied(planning *p, const char *text) {
    const char *copy = sw_arena_strdup(&p->grid->arena, text);
    if (copy == NULL) {
        no_memory(p);
        return "";
    }
    return copy;
}

static const char **copied_list(planning *p, int32_t n, const char *const *text) {
    const char **list = sw_arena_alloc(&p->grid->arena, (size_t)n, sizeof *list);
    if (list == NULL) {
        no_memory(p);
        return NULL;
    }
    for (int32_t i = 0; i < n; i++) {
        list[i] = copied(p, text[i]);
    }
    return list;
}

// ------------------------------------------------------------------ scenarios

static sw_status load_model(const sw_sweep *sweep, const int32_t place[SW_SWEEP_MAX_AXIS],
                            sw_model **model, sw_messages *messages) {
    const char *setting[SW_SWEEP_MAX_SETTING];
    const sw_scenario_options options = {.set = setting,
                                         .n_set = sw_sweep_settings(sweep, place, setting)};
    return sw_scenario_load(sweep->base, &options, model, messages);
}

sw_status sw_plan_model(const sw_sweep *sweep, int64_t point, sw_model **model, sw_error *err) {
    int32_t place[SW_SWEEP_MAX_AXIS];
    sw_messages messages = {0};
    sw_sweep_place(sweep, point, place);
    const sw_status status = load_model(sweep, place, model, &messages);
    if (status != SW_OK) {
        (void)sw_fail(err, status, "point %" PRId64 ": %s%s", point, messages.text[0],
                      messages.n > 1 ? " (and more)" : "");
    }
    sw_messages_deinit(&messages);
    return status;
}

// Keeps an input file of a scenario unless it is known already.
static void add_input(planning *p, const sw_input_file *input, int32_t *room) {
    sw_origin *origin = &p->grid->origin;
    for (int32_t i = 0; i < origin->n_input; i++) {
        if (strcmp(origin->input_path[i], input->path) == 0) {
            return;
        }
    }
    if (origin->n_input == *room) {
        const int32_t more = *room > 0 ? 2 * *room : 16;
        const char **path = sw_arena_alloc(&p->grid->arena, (size_t)more, sizeof *path);
        const char **hash = sw_arena_alloc(&p->grid->arena, (size_t)more, sizeof *hash);
        if (path == NULL || hash == NULL) {
            no_memory(p);
            return;
        }
        for (int32_t i = 0; i < origin->n_input; i++) {
            path[i] = origin->input_path[i];
            hash[i] = origin->input_sha256[i];
        }
        origin->input_path = path;
        origin->input_sha256 = hash;
        *room = more;
    }
    origin->input_path[origin->n_input] = copied(p, input->path);
    origin->input_sha256[origin->n_input] = copied(p, input->sha256);
    origin->n_input++;
}

// Tries one value of an axis with the others at their first: what it does to the horizon, the files
// and the digest.
static void try_value(planning *p, int32_t axis, int32_t value, int32_t *room) {
    int32_t place[SW_SWEEP_MAX_AXIS] = {0};
    place[axis] = value;
    sw_model *model = NULL;
    if (load_model(p->sweep, place, &model, p->messages) != SW_OK) {
        sw_messages_add(p->messages, SW_ERR_BAD_INPUT,
                        "%s:%d: [axis %s] value '%s' does not fit the scenario %s", p->sweep->path,
                        (int)p->sweep->axis[axis].line, p->sweep->axis[axis].name,
                        p->sweep->axis[axis].label[value], p->sweep->base);
        return;
    }
    hash_text(p, model->digest);
    for (int32_t i = 0; i < model->n_input; i++) {
        add_input(p, &model->input[i], room);
    }
    if (p->options->series && model->sys.n_slot > p->grid->n_slot) {
        p->grid->n_slot = model->sys.n_slot;
    }
    sw_model_destroy(model);
}

// ------------------------------------------------------------------ policies

// Hashes a file that a policy is made of (a plugin, a network, decisions to replay), wherever a
// text names one.
static void hash_file(planning *p, const char *name) {
    char beside[4096];
    const char *candidate[] = {beside, name};
    const int n = snprintf(beside, sizeof beside, "%s/%s", p->base->dir, name);
    for (int i = n > 0 && (size_t)n < sizeof beside && name[0] != '/' ? 0 : 1; i < 2; i++) {
        struct stat info;
        sw_file file = {0};
        sw_error error = {0};
        if (stat(candidate[i], &info) != 0 || !S_ISREG(info.st_mode)) {
            continue;
        }
        // Without its hash a changed file would pass for the same sweep.
        if (sw_file_read(candidate[i], SW_FILE_MAX_BYTES, &file, &error) != SW_OK) {
            sw_messages_add(p->messages, error.code, "%s", error.text);
        } else {
            hash_text(p, file.sha256);
            sw_file_deinit(&file);
        }
        return;
    }
}

// Hashes the files of [policy NAME] sections.
static void hash_section_files(planning *p) {
    for (int32_t i = 0; i < p->base->n_policy; i++) {
        const sw_policy_section *section = &p->base->policy[i];
        if (section->use != NULL) {
            hash_file(p, section->use);
        }
        for (int32_t j = 0; j < section->n_param; j++) {
            hash_file(p, section->param[j].value);
        }
    }
}

// Hashes the files that are the halves of a pair: "drl:FILE.h5", the path of a plugin.
static sw_status hash_halves(planning *p, const char *spec, sw_error *err) {
    char *half[2] = {NULL, NULL};
    SW_TRY(sw_policy_split(p->base, spec, &p->grid->arena, half, err));
    for (int i = 0; i < 2; i++) {
        const char *colon = strchr(half[i], ':');
        hash_file(p, colon != NULL ? colon + 1 : half[i]);
    }
    return SW_OK;
}

static void resolve_policies(planning *p) {
    sw_grid *grid = p->grid;
    grid->n_policy = p->sweep->n_policy;
    grid->policy = sw_arena_alloc(&grid->arena, (size_t)grid->n_policy, sizeof *grid->policy);
    if (grid->policy == NULL) {
        no_memory(p);
        return;
    }
    for (int32_t i = 0; i < grid->n_policy; i++) {
        sw_policy_pair *pair = NULL;
        sw_error error = {0};
        grid->policy[i] = "";
        if (sw_policy_resolve(p->base, p->sweep->policy[i], &pair, &error) != SW_OK ||
            hash_halves(p, p->sweep->policy[i], &error) != SW_OK) {
            sw_policy_pair_destroy(pair);
            sw_messages_add(p->messages, error.code, "%s: [sweep] policies: %s", p->sweep->path,
                            error.text);
            continue;
        }
        grid->policy[i] = copied(p, sw_policy_pair_name(pair));
        sw_policy_pair_destroy(pair);
        for (int32_t j = 0; j < i; j++) {
            if (strcmp(grid->policy[i], grid->policy[j]) == 0) {
                sw_messages_add(p->messages, SW_ERR_BAD_INPUT,
                                "%s: [sweep] policies: '%s' is named twice; allowed are different "
                                "ones",
                                p->sweep->path, grid->policy[i]);
            }
        }
        hash_text(p, grid->policy[i]);
    }
}

// ------------------------------------------------------------------ the plan

static void plan_axes(planning *p) {
    sw_grid *grid = p->grid;
    grid->n_axis = p->sweep->n_axis;
    grid->n_point = p->sweep->n_point;
    for (int32_t a = 0; a < grid->n_axis; a++) {
        const sw_sweep_axis *from = &p->sweep->axis[a];
        sw_grid_axis *axis = &grid->axis[a];
        *axis = (sw_grid_axis){.name = copied(p, from->name),
                               .unit = copied(p, from->unit),
                               .keys = copied(p, from->keys),
                               .n = from->n,
                               .label = copied_list(p, from->n, from->label)};
        if (from->number != NULL) {
            axis->number = sw_arena_alloc(&grid->arena, (size_t)from->n, sizeof *axis->number);
            if (axis->number == NULL) {
                no_memory(p);
                return;
            }
            memcpy(axis->number, from->number, (size_t)from->n * sizeof *axis->number);
        }
        hash_text(p, axis->name);
        for (int32_t i = 0; i < from->n; i++) {
            hash_text(p, from->label[i]);
        }
        for (int64_t i = 0; i < (int64_t)from->n * from->n_key; i++) {
            hash_text(p, from->setting[i] != NULL ? from->setting[i] : "-");
        }
    }
}

static void plan_origin(planning *p) {
    const sw_model *base = p->base;
    sw_grid *grid = p->grid;
    grid->name = copied(p, p->sweep->name);
    grid->origin = (sw_origin){.version = copied(p, sw_version()),
                               .commit = copied(p, sw_commit()),
                               .built_with = copied(p, sw_built_with()),
                               .host = copied(p, p->options->host),
                               .command_line = copied(p, p->options->command_line),
                               .sweep_text = copied(p, p->sweep->text),
                               .scenario = copied(p, p->sweep->base),
                               .scenario_text = copied(p, base->text),
                               .scenario_sha256 = copied(p, base->digest)};
    grid->revenue_scale = base->sys.revenue_scale;
    grid->slot_s = base->sys.slot_s;
    grid->n_site = base->sys.n_site;
    grid->site = copied_list(p, grid->n_site, base->sys.site_name);
    grid->n_asp = base->sys.n_asp;
    grid->asp = copied_list(p, grid->n_asp, base->sys.asp_name);
    grid->series = p->options->series;
    grid->n_slot = grid->series ? base->sys.n_slot : 0;
    grid->shard = p->options->shard;
    grid->n_shard = p->options->n_shard;
    hash_text(p, "sweep of stepwatt, layout 1");
    hash_text(p, grid->origin.version);
    hash_text(p, grid->origin.commit);
    hash_text(p, base->digest);
    hash_integer(p, grid->series ? 1 : 0);
}

static void plan_seeds(planning *p) {
    sw_grid *grid = p->grid;
    char until[32];
    grid->n_seed = p->sweep->n_seed;
    grid->seed = sw_arena_alloc(&grid->arena, (size_t)grid->n_seed, sizeof *grid->seed);
    if (grid->seed == NULL) {
        no_memory(p);
        return;
    }
    for (int32_t i = 0; i < grid->n_seed; i++) {
        grid->seed[i] = p->sweep->seed[i];
        hash_integer(p, (int64_t)grid->seed[i]);
    }
    (void)snprintf(until, sizeof until, "%.17g", p->options->until_halfwidth_usd);
    hash_text(p, until);
}

sw_status sw_plan_make(const sw_sweep *sweep, const sw_plan_options *options, sw_grid *grid,
                       sw_messages *messages) {
    planning p = {.sweep = sweep, .options = options, .grid = grid, .messages = messages};
    *grid = (sw_grid){0};
    const sw_scenario_options none = {0};
    if (sw_scenario_load(sweep->base, &none, &p.base, messages) != SW_OK) {
        return messages->code;
    }
    sw_sha256_init(&p.hash);
    plan_origin(&p);
    plan_axes(&p);
    plan_seeds(&p);
    resolve_policies(&p);
    hash_section_files(&p);
    int32_t room = 0;
    for (int32_t i = 0; i < p.base->n_input; i++) {
        add_input(&p, &p.base->input[i], &room);
    }
    for (int32_t a = 0; a < sweep->n_axis && messages->n < SW_MESSAGES_MAX; a++) {
        // The first values of all axes together are tried once.
        for (int32_t v = a == 0 ? 0 : 1; v < sweep->axis[a].n; v++) {
            try_value(&p, a, v, &room);
        }
    }
    sw_sha256_final_hex(&p.hash, grid->digest);
    grid->n_value = sw_grid_record_length(grid->n_site, grid->n_asp, grid->n_slot);
    sw_model_destroy(p.base);
    if (messages->n > 0) {
        sw_grid_deinit(grid);
        return messages->code;
    }
    return SW_OK;
}
