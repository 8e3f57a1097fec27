// From the names a run gives ("D/E") to two halves that are ready to run.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/instance.h"
#include "policy/pair.h"
#include "policy/registry.h"

enum { NAMES_TEXT = 400 };

// The built-in policies whose parameters name files.
static const sw_policy_files *const policy_files[] = {&sw_replay_files, &sw_drl_files};

// A policy file in place of a section: "drl:FILE", where FILE ends with ".h5".
static const char file_prefix[] = "drl:";
static const char file_ending[] = ".h5";

static const sw_policy_section *find_section(const sw_model *model, const char *name) {
    for (int32_t i = 0; i < model->n_policy; i++) {
        if (strcmp(model->policy[i].name, name) == 0) {
            return &model->policy[i];
        }
    }
    return NULL;
}

// True when `use` names a shared object: a path, or a file by its ending.
static bool is_path(const char *use) {
    const size_t n = strlen(use);
    return strchr(use, '/') != NULL || (n > 3 && strcmp(use + n - 3, ".so") == 0);
}

static const sw_policy_files *find_files(const sw_policy *builtin) {
    for (size_t i = 0; i < sizeof policy_files / sizeof policy_files[0]; i++) {
        if (policy_files[i]->policy == builtin) {
            return policy_files[i];
        }
    }
    return NULL;
}

static sw_status unknown_name(const char *where, const char *name, sw_error *err) {
    char names[NAMES_TEXT];
    sw_policy_names(0, names, sizeof names);
    return sw_fail(
        err, SW_ERR_BAD_INPUT,
        "%s: '%s' is no known policy; known: %s, and [policy NAME] sections of the scenario", where,
        name, names);
}

// Finds the table behind a name, a path or a section, and copies what is known of it into the
// instance.
static sw_status find_table(sw_policy_instance *instance, const sw_model *model, const char *name,
                            const sw_policy_section *section, sw_arena *arena, sw_error *err) {
    const char *use = section != NULL && section->use != NULL ? section->use : name;
    char where[SW_ERROR_TEXT / 2];
    if (section == NULL) {
        (void)snprintf(where, sizeof where, "policy");
    } else {
        (void)snprintf(where, sizeof where, "%s: [policy %s] use", section->where, name);
    }
    const sw_policy *builtin = sw_policy_find(use);
    if (builtin != NULL) {
        instance->files = find_files(builtin);
        return sw_policy_check(builtin, where, &instance->policy, err);
    }
    if (!is_path(use)) {
        return unknown_name(where, use, err);
    }
    const char *path = NULL;
    SW_TRY(sw_policy_find_file(model, use, where, arena, &path, err));
    SW_TRY(sw_plugin_load(path, &instance->plugin, err));
    instance->policy = instance->plugin.table;
    return SW_OK;
}

// Makes the section that "drl:FILE" stands for.
static const sw_policy_section *make_section(const char *name, sw_arena *arena) {
    sw_policy_section *section = sw_arena_alloc(arena, 1, sizeof *section);
    sw_policy_param *param = sw_arena_alloc(arena, 1, sizeof *param);
    char *copy = sw_arena_strdup(arena, name);
    if (section == NULL || param == NULL || copy == NULL) {
        return NULL;
    }
    *param =
        (sw_policy_param){.key = "file", .value = copy + sizeof file_prefix - 1, .where = "policy"};
    *section = (sw_policy_section){
        .name = copy, .use = sw_policy_drl.name, .where = "policy", .n_param = 1, .param = param};
    return section;
}

static bool names_file(const char *name) {
    return strncmp(name, file_prefix, sizeof file_prefix - 1) == 0;
}

sw_status sw_policy_instance_init(sw_policy_instance *instance, const sw_model *model,
                                  const char *name, sw_arena *arena, sw_error *err) {
    const sw_policy_section *section = find_section(model, name);
    if (names_file(name)) {
        section = make_section(name, arena);
        if (section == NULL) {
            return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory reading policy %s", name);
        }
    }
    SW_TRY(find_table(instance, model, name, section, arena, err));
    const size_t n_param = (size_t)instance->policy.n_param;
    instance->name = section != NULL ? section->name : instance->policy.name;
    instance->value = sw_arena_alloc(arena, n_param, sizeof *instance->value);
    if (instance->value == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory reading policy %s", name);
    }
    return sw_policy_params_read(&instance->policy, model, name, section, arena, instance->value,
                                 err);
}

sw_status sw_policy_instance_load(sw_policy_instance *instance, const sw_model *model,
                                  uint32_t halves, sw_arena *arena, sw_error *err) {
    if (instance->files == NULL) {
        return SW_OK;
    }
    const sw_policy_section *section = find_section(model, instance->name);
    char label[SW_ERROR_TEXT / 2];
    (void)snprintf(label, sizeof label, "%s: [policy %s]",
                   section != NULL ? section->where : model->path, instance->name);
    return instance->files->load(model, label, halves, arena, instance->value, err);
}

void sw_policy_instance_deinit(sw_policy_instance *instance) {
    sw_plugin_unload(&instance->plugin);
}

// Finds the slash that parts dispatcher from energy manager; NULL: only one is given. A half may be
// a path: a text that begins with a known name ends there, else a path ends with its ".so" or
// ".h5". False: memory is short.
static bool find_parting_slash(const sw_model *model, const char *spec, sw_arena *arena,
                               const char **parting) {
    if (names_file(spec)) {
        const char *ending = strstr(spec, file_ending);
        while (ending != NULL && ending[sizeof file_ending - 1] != '/') {
            ending = strstr(ending + 1, file_ending);
        }
        *parting = ending == NULL ? NULL : ending + sizeof file_ending - 1;
        return true;
    }
    const char *slash = strchr(spec, '/');
    *parting = slash;
    if (slash == NULL) {
        return true;
    }
    char *first = sw_arena_strdup(arena, spec);
    if (first == NULL) {
        return false;
    }
    first[slash - spec] = '\0';
    const char *end = strstr(spec, ".so");
    if (find_section(model, first) == NULL && sw_policy_find(first) == NULL && end != NULL) {
        *parting = end[3] == '/' ? end + 3 : NULL;
    }
    return true;
}

sw_status sw_policy_split(const sw_model *model, const char *spec, sw_arena *arena, char *name[2],
                          sw_error *err) {
    const char *slash = NULL;
    if (!find_parting_slash(model, spec, arena, &slash)) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory reading policy '%s'", spec);
    }
    const size_t n_first = slash == NULL ? strlen(spec) : (size_t)(slash - spec);
    const size_t n_least = sizeof file_prefix + sizeof file_ending - 2;
    const bool is_file =
        names_file(spec) && n_first > n_least &&
        memcmp(spec + n_first - sizeof file_ending + 1, file_ending, sizeof file_ending - 1) == 0;
    if (strchr(spec, ':') != NULL && !is_file) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "policy '%s': of texts with a colon, %sFILE%s and %sFILE%s/ENERGY are "
                       "allowed",
                       spec, file_prefix, file_ending, file_prefix, file_ending);
    }
    const bool sound = spec[0] != '\0' && slash != spec &&
                       (slash == NULL || (slash[1] != '\0' &&
                                          (strchr(slash + 1, '/') == NULL || is_path(slash + 1))));
    if (!sound) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "policy '%s': write DISPATCHER/ENERGY or one NAME",
                       spec);
    }
    name[0] = sw_arena_strdup(arena, spec);
    name[1] = sw_arena_strdup(arena, slash == NULL ? "" : slash + 1);
    if (name[0] == NULL || name[1] == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory reading policy '%s'", spec);
    }
    if (slash != NULL) {
        name[0][slash - spec] = '\0';
    }
    return SW_OK;
}

static sw_status require_half(const sw_policy_instance *instance, uint32_t half, sw_error *err) {
    if ((instance->policy.halves & half) != 0) {
        return SW_OK;
    }
    char names[NAMES_TEXT];
    sw_policy_names(half, names, sizeof names);
    return sw_fail(err, SW_ERR_BAD_INPUT, "policy '%s' is no %s; built in are: %s", instance->name,
                   half == SW_POLICY_DISPATCHER ? "dispatcher" : "energy manager", names);
}

static sw_status resolve(sw_policy_pair *pair, const sw_model *model, const char *spec,
                         sw_error *err) {
    char *name[2] = {NULL, NULL};
    SW_TRY(sw_policy_split(model, spec, &pair->arena, name, err));

    sw_policy_instance *dispatcher = &pair->instance[0];
    SW_TRY(sw_policy_instance_init(dispatcher, model, name[0], &pair->arena, err));
    SW_TRY(require_half(dispatcher, SW_POLICY_DISPATCHER, err));
    const bool both = (dispatcher->policy.halves & SW_POLICY_ENERGY) != 0;
    const char *energy_name = name[1];
    if (energy_name[0] == '\0') {
        energy_name = both ? dispatcher->name : "threshold";
    }
    // Both halves of one instance share its state, so that one of them is enough.
    pair->shared = strcmp(dispatcher->name, energy_name) == 0 || strcmp(name[0], energy_name) == 0;
    sw_policy_instance *energy = pair->shared ? dispatcher : &pair->instance[1];
    if (!pair->shared) {
        SW_TRY(sw_policy_instance_init(energy, model, energy_name, &pair->arena, err));
    }
    SW_TRY(require_half(energy, SW_POLICY_ENERGY, err));

    const uint32_t shared = pair->shared ? SW_POLICY_ENERGY : 0;
    SW_TRY(sw_policy_instance_load(dispatcher, model, SW_POLICY_DISPATCHER | shared, &pair->arena,
                                   err));
    if (!pair->shared) {
        SW_TRY(sw_policy_instance_load(energy, model, SW_POLICY_ENERGY, &pair->arena, err));
    }
    pair->dispatcher = dispatcher;
    pair->energy = energy;

    const size_t size = strlen(dispatcher->name) + 1 + strlen(energy->name) + 1;
    char *full = sw_arena_alloc(&pair->arena, size, 1);
    if (full == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory reading policy '%s'", spec);
    }
    (void)snprintf(full, size, "%s/%s", dispatcher->name, energy->name);
    pair->name = full;
    return SW_OK;
}

sw_status sw_policy_resolve(const sw_model *model, const char *spec, sw_policy_pair **pair,
                            sw_error *err) {
    sw_policy_pair *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory reading policy '%s'", spec);
    }
    const sw_status status = resolve(made, model, spec, err);
    if (status != SW_OK) {
        sw_policy_pair_destroy(made);
        return status;
    }
    *pair = made;
    return SW_OK;
}

void sw_policy_pair_destroy(sw_policy_pair *pair) {
    if (pair == NULL) {
        return;
    }
    sw_policy_instance_deinit(&pair->instance[0]);
    sw_policy_instance_deinit(&pair->instance[1]);
    sw_arena_deinit(&pair->arena);
    free(pair);
}

sw_status sw_policy_section_check(const sw_model *model, int32_t section, sw_error *err) {
    sw_policy_instance instance = {0};
    sw_arena arena = {0};
    sw_status status =
        sw_policy_instance_init(&instance, model, model->policy[section].name, &arena, err);
    if (status == SW_OK) {
        status = sw_policy_instance_load(&instance, model, 0, &arena, err);
    }
    sw_policy_instance_deinit(&instance);
    sw_arena_deinit(&arena);
    return status;
}

const char *sw_policy_pair_name(const sw_policy_pair *pair) {
    return pair->name;
}

bool sw_policy_pair_dispatcher_sees_future(const sw_policy_pair *pair) {
    return (pair->dispatcher->policy.halves & SW_POLICY_SEES_FUTURE) != 0;
}

bool sw_policy_pair_energy_sees_future(const sw_policy_pair *pair) {
    return (pair->energy->policy.halves & SW_POLICY_SEES_FUTURE) != 0;
}

bool sw_policy_pair_energy_keeps_to_thread(const sw_policy_pair *pair) {
    return pair->energy->policy.control == sw_policy_lp.control ||
           pair->energy->policy.control == sw_policy_oracle.control;
}

bool sw_policy_pair_sees_future(const sw_policy_pair *pair) {
    return sw_policy_pair_dispatcher_sees_future(pair) || sw_policy_pair_energy_sees_future(pair);
}
