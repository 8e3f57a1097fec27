#include "policy/registry.h"

#include <stdio.h>
#include <string.h>

#include "policy/policy.h"

const sw_policy *const sw_builtin_policy[] = {
    &sw_policy_local,    &sw_policy_random, &sw_policy_round_robin, &sw_policy_shortest_queue,
    &sw_policy_cheapest, &sw_policy_greedy, &sw_policy_idle,
};
const int32_t sw_n_builtin_policy = sizeof sw_builtin_policy / sizeof sw_builtin_policy[0];

const sw_policy *sw_policy_find(const char *name) {
    for (int32_t i = 0; i < sw_n_builtin_policy; i++) {
        if (strcmp(sw_builtin_policy[i]->name, name) == 0) {
            return sw_builtin_policy[i];
        }
    }
    return NULL;
}

void sw_policy_names(uint32_t halves, char *text, size_t text_size) {
    size_t used = 0;
    text[0] = '\0';
    for (int32_t i = 0; i < sw_n_builtin_policy; i++) {
        if ((sw_builtin_policy[i]->halves & halves) == halves) {
            const int n = snprintf(text + used, text_size - used, "%s%s", used == 0 ? "" : ", ",
                                   sw_builtin_policy[i]->name);
            if (n < 0 || (size_t)n >= text_size - used) {
                return;
            }
            used += (size_t)n;
        }
    }
}

// Checks one row of a table's parameter list; NULL when it is sound, else what is wrong.
static const char *check_param(const sw_param_spec *spec) {
    if (spec->key == NULL || spec->key[0] == '\0' || strcmp(spec->key, "use") == 0) {
        return "a parameter needs a key other than 'use'";
    }
    if (spec->help == NULL) {
        return "a parameter needs a line of help";
    }
    switch (spec->kind) {
    case SW_PARAM_NUMBER:
    case SW_PARAM_INTEGER:
        return spec->lo <= spec->fallback && spec->fallback <= spec->hi
                   ? NULL
                   : "a parameter's fallback lies outside its range";
    case SW_PARAM_TEXT:
    case SW_PARAM_FILE:
        return NULL;
    }
    return "a parameter is of an unknown kind";
}

static const char *check_table(const sw_policy *policy) {
    const uint32_t known = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY | SW_POLICY_SEES_FUTURE;
    if (policy->name == NULL || policy->name[0] == '\0' || policy->summary == NULL) {
        return "a policy needs a name and a summary";
    }
    if ((policy->halves & (SW_POLICY_DISPATCHER | SW_POLICY_ENERGY)) == 0 ||
        (policy->halves & ~known) != 0) {
        return "halves must hold dispatcher or energy, and no unknown bit";
    }
    if ((policy->halves & SW_POLICY_DISPATCHER) != 0 && policy->dispatch == NULL) {
        return "a dispatcher needs dispatch()";
    }
    if ((policy->halves & SW_POLICY_ENERGY) != 0 && policy->control == NULL) {
        return "an energy manager needs control()";
    }
    if (policy->n_param < 0 || (policy->n_param > 0 && policy->params == NULL)) {
        return "n_param and params disagree";
    }
    for (int32_t i = 0; i < policy->n_param; i++) {
        const char *wrong = check_param(&policy->params[i]);
        if (wrong != NULL) {
            return wrong;
        }
    }
    return NULL;
}

sw_status sw_policy_check(const sw_policy *policy, const char *origin, sw_policy *copy,
                          sw_error *err) {
    if (policy == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: gives no policy table", origin);
    }
    if (policy->abi_major != SW_POLICY_ABI_MAJOR || policy->abi_minor > SW_POLICY_ABI_MINOR) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: built for version %u.%u of the policy contract; this program has %d.%d",
                       origin, (unsigned)policy->abi_major, (unsigned)policy->abi_minor,
                       SW_POLICY_ABI_MAJOR, SW_POLICY_ABI_MINOR);
    }
    // A table that ends before `dispatch` could not offer any half.
    if (policy->struct_size < offsetof(sw_policy, dispatch)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: struct_size is %zu bytes, too few for a policy",
                       origin, policy->struct_size);
    }
    sw_policy known = {0};
    const size_t size = policy->struct_size < sizeof known ? policy->struct_size : sizeof known;
    memcpy(&known, policy, size);
    const char *wrong = check_table(&known);
    if (wrong != NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s", origin, wrong);
    }
    *copy = known;
    return SW_OK;
}
