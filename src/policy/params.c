// Reads the keys of a [policy NAME] section by a policy's parameter list.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "policy/instance.h"

enum { KEYS_TEXT = 400 };

static int32_t find_key(const sw_policy *policy, const char *key) {
    for (int32_t i = 0; i < policy->n_param; i++) {
        if (strcmp(policy->params[i].key, key) == 0) {
            return i;
        }
    }
    return -1;
}

static void list_keys(const sw_policy *policy, char text[KEYS_TEXT]) {
    size_t used = (size_t)snprintf(text, KEYS_TEXT, "allowed: use");
    for (int32_t i = 0; i < policy->n_param && used < KEYS_TEXT; i++) {
        const int n = snprintf(text + used, KEYS_TEXT - used, ", %s", policy->params[i].key);
        used += n > 0 ? (size_t)n : 0;
    }
}

static sw_status read_number(const sw_param_spec *spec, const sw_policy_param *param,
                             const char *name, sw_param_value *value, sw_error *err) {
    const bool whole = spec->kind == SW_PARAM_INTEGER;
    double x = 0.0;
    if (!sw_number_parse(param->value, &x)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: [policy %s] %s: '%s' is not a number",
                       param->where, name, spec->key, param->value);
    }
    if (!(x >= spec->lo && x <= spec->hi) || (whole && x != rint(x))) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: [policy %s] %s: %s is not allowed; it is a %s from %g to %g",
                       param->where, name, spec->key, param->value,
                       whole ? "whole number" : "number", spec->lo, spec->hi);
    }
    value->number = x;
    return SW_OK;
}

// Tries one path; 1: there is a file, 0: there is none, -1: memory is short.
static int try_path(const char *dir, const char *path, sw_arena *arena, const char **found) {
    const size_t size = strlen(dir) + 1 + strlen(path) + 1;
    char *full = sw_arena_alloc(arena, size, 1);
    if (full == NULL) {
        return -1;
    }
    (void)snprintf(full, size, "%s%s%s", dir, dir[0] == '\0' ? "" : "/", path);
    *found = full;
    return access(full, R_OK) == 0 ? 1 : 0;
}

sw_status sw_policy_find_file(const sw_model *model, const char *path, const char *where,
                              sw_arena *arena, const char **found, sw_error *err) {
    const char *dir = path[0] == '/' || model->dir == NULL ? "" : model->dir;
    int got = path[0] == '\0' ? 0 : try_path(dir, path, arena, found);
    if (got == 0 && dir[0] != '\0' && path[0] != '\0') {
        got = try_path("", path, arena, found);
    }
    if (got < 0) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory reading %s", where);
    }
    if (got == 0) {
        return sw_fail(err, SW_ERR_IO,
                       "%s: no file '%s' can be read beside the scenario or in the current folder",
                       where, path);
    }
    return SW_OK;
}

static sw_status read_value(const sw_model *model, const sw_param_spec *spec,
                            const sw_policy_param *param, const char *name, sw_arena *arena,
                            sw_param_value *value, sw_error *err) {
    value->given = true;
    switch (spec->kind) {
    case SW_PARAM_NUMBER:
    case SW_PARAM_INTEGER:
        return read_number(spec, param, name, value, err);
    case SW_PARAM_TEXT:
        value->text = param->value;
        return SW_OK;
    case SW_PARAM_FILE:
        break;
    }
    char where[SW_ERROR_TEXT / 2];
    (void)snprintf(where, sizeof where, "%s: [policy %s] %s", param->where, name, spec->key);
    return sw_policy_find_file(model, param->value, where, arena, &value->text, err);
}

sw_status sw_policy_params_read(const sw_policy *policy, const sw_model *model, const char *name,
                                const sw_policy_section *section, sw_arena *arena,
                                sw_param_value *value, sw_error *err) {
    for (int32_t i = 0; i < policy->n_param; i++) {
        value[i] = (sw_param_value){.number = policy->params[i].fallback,
                                    .text = policy->params[i].fallback_text};
    }
    for (int32_t p = 0; section != NULL && p < section->n_param; p++) {
        const sw_policy_param *param = &section->param[p];
        const int32_t i = find_key(policy, param->key);
        if (i < 0) {
            char keys[KEYS_TEXT];
            list_keys(policy, keys);
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s: [policy %s] %s: unknown key of policy %s; %s", param->where, name,
                           param->key, policy->name, keys);
        }
        SW_TRY(read_value(model, &policy->params[i], param, name, arena, &value[i], err));
    }
    for (int32_t i = 0; i < policy->n_param; i++) {
        const sw_param_spec *spec = &policy->params[i];
        const bool text = spec->kind == SW_PARAM_TEXT || spec->kind == SW_PARAM_FILE;
        if (text && value[i].text == NULL) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s: [policy %s] %s: required by policy %s: %s",
                           section == NULL ? model->path : section->where, name, spec->key,
                           policy->name, spec->help);
        }
    }
    return SW_OK;
}
