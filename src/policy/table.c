// The one check that every policy table must pass, built in or loaded.
#include <stdio.h>
#include <string.h>

#include "policy/registry.h"

// A table smaller than this lacks fields that the first version had; one larger than this is no
// table.
enum { LEAST_TABLE = offsetof(sw_policy, feedback) + sizeof(void *), GREATEST_TABLE = 4096 };
enum { GREATEST_N_PARAM = 256, GREATEST_NAME = 64 };

static bool is_name(const char *text) {
    if (text == NULL || text[0] == '\0' || strlen(text) > GREATEST_NAME) {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        const bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
        const bool digit = *c >= '0' && *c <= '9';
        if (!letter && !digit && *c != '-' && *c != '_' && *c != '.') {
            return false;
        }
    }
    return true;
}

static sw_status check_params(const sw_policy *table, const char *origin, sw_error *err) {
    if (table->n_param < 0 || table->n_param > GREATEST_N_PARAM ||
        (table->n_param > 0 && table->params == NULL)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: n_param is %d with params %s; allowed: 0..%d with a list", origin,
                       table->n_param, table->params == NULL ? "NULL" : "given", GREATEST_N_PARAM);
    }
    for (int32_t i = 0; i < table->n_param; i++) {
        const sw_param_spec *spec = &table->params[i];
        if (!is_name(spec->key)) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s: parameter %d has no valid key (letters, digits, '-', '_', '.')",
                           origin, i);
        }
        if (spec->help == NULL) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s: parameter %s has no line of help", origin,
                           spec->key);
        }
        if (strcmp(spec->key, "use") == 0) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s: parameter `use` is reserved for the host",
                           origin);
        }
        if ((int)spec->kind < SW_PARAM_NUMBER || (int)spec->kind > SW_PARAM_FILE) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s: parameter %s has kind %d; allowed: 0..%d",
                           origin, spec->key, (int)spec->kind, (int)SW_PARAM_FILE);
        }
        const bool text = spec->kind == SW_PARAM_TEXT || spec->kind == SW_PARAM_FILE;
        if (!text && !(spec->lo <= spec->fallback && spec->fallback <= spec->hi)) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s: parameter %s has default %g outside its range %g..%g", origin,
                           spec->key, spec->fallback, spec->lo, spec->hi);
        }
        for (int32_t j = 0; j < i; j++) {
            if (strcmp(spec->key, table->params[j].key) == 0) {
                return sw_fail(err, SW_ERR_BAD_INPUT, "%s: parameter %s is listed twice", origin,
                               spec->key);
            }
        }
    }
    return SW_OK;
}

sw_status sw_policy_check(const sw_policy *table, const char *origin, sw_policy *copy,
                          sw_error *err) {
    if (table == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: %s() gave no table", origin, SW_POLICY_ENTRY);
    }
    if (table->abi_major != SW_POLICY_ABI_MAJOR) {
        return sw_fail(
            err, SW_ERR_BAD_INPUT,
            "%s: built for version %u of the policy contract, this program has %u; rebuild it",
            origin, table->abi_major, SW_POLICY_ABI_MAJOR);
    }
    if (table->abi_minor > SW_POLICY_ABI_MINOR) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: needs version %u.%u of the policy contract, this program has %u.%u; "
                       "update stepwatt",
                       origin, table->abi_major, table->abi_minor, SW_POLICY_ABI_MAJOR,
                       SW_POLICY_ABI_MINOR);
    }
    if (table->struct_size < LEAST_TABLE || table->struct_size > GREATEST_TABLE) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: struct_size is %zu; allowed: %d..%d (sizeof(sw_policy))", origin,
                       table->struct_size, LEAST_TABLE, GREATEST_TABLE);
    }
    sw_policy known = {0};
    memcpy(&known, table, table->struct_size < sizeof known ? table->struct_size : sizeof known);
    if (!is_name(known.name) || known.summary == NULL) {
        return sw_fail(
            err, SW_ERR_BAD_INPUT,
            "%s: the table has no valid name (letters, digits, '-', '_', '.') or no summary",
            origin);
    }
    const uint32_t all = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY | SW_POLICY_SEES_FUTURE;
    if ((known.halves & ~all) != 0 ||
        (known.halves & (SW_POLICY_DISPATCHER | SW_POLICY_ENERGY)) == 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: halves is %u; allowed: dispatcher (1), energy (2) or both, plus 4",
                       origin, known.halves);
    }
    if ((known.halves & SW_POLICY_DISPATCHER) != 0 && known.dispatch == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: offers a dispatcher without dispatch()", origin);
    }
    if ((known.halves & SW_POLICY_ENERGY) != 0 && known.control == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: offers an energy manager without control()",
                       origin);
    }
    SW_TRY(check_params(&known, origin, err));
    *copy = known;
    return SW_OK;
}
