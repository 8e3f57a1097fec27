#include "policy/describe.h"

#include <math.h>
#include <string.h>

#include "policy/policy.h"

static const char *kind_name(sw_param_kind kind) {
    switch (kind) {
    case SW_PARAM_NUMBER:
        return "number";
    case SW_PARAM_TEXT:
        return "text";
    case SW_PARAM_INTEGER:
        return "whole number";
    case SW_PARAM_FILE:
        return "file";
    }
    return "unknown";
}

static bool is_number(const sw_param_spec *spec) {
    return spec->kind == SW_PARAM_NUMBER || spec->kind == SW_PARAM_INTEGER;
}

static const char *halves_text(const sw_policy *policy) {
    const bool dispatcher = (policy->halves & SW_POLICY_DISPATCHER) != 0;
    const bool energy = (policy->halves & SW_POLICY_ENERGY) != 0;
    return dispatcher && energy ? "dispatcher, energy manager"
           : dispatcher         ? "dispatcher"
                                : "energy manager";
}

static void describe_param(FILE *out, const sw_param_spec *spec) {
    (void)fprintf(out, "  %s: %s", spec->key, kind_name(spec->kind));
    if (is_number(spec)) {
        (void)fprintf(out, " from %g to %g, default %g", spec->lo, spec->hi, spec->fallback);
    } else if (spec->fallback_text == NULL) {
        (void)fputs(", required", out);
    } else if (spec->fallback_text[0] != '\0') {
        (void)fprintf(out, ", default %s", spec->fallback_text);
    }
    (void)fprintf(out, "\n      %s\n", spec->help);
}

void sw_policy_describe(FILE *out, const sw_policy *policy) {
    (void)fprintf(out, "%s: %s\nprovides: %s%s\ncontract: %u.%u\n", policy->name, policy->summary,
                  halves_text(policy),
                  (policy->halves & SW_POLICY_SEES_FUTURE) != 0 ? "; sees perfect forecasts" : "",
                  (unsigned)policy->abi_major, (unsigned)policy->abi_minor);
    (void)fprintf(out, "parameters of [policy NAME]:%s\n", policy->n_param == 0 ? " none" : "");
    for (int32_t i = 0; i < policy->n_param; i++) {
        describe_param(out, &policy->params[i]);
    }
}

// Writes a JSON string; NULL gives null.
static void json_text(FILE *out, const char *text) {
    if (text == NULL) {
        (void)fputs("null", out);
        return;
    }
    (void)fputc('"', out);
    for (const char *c = text; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte == '"' || byte == '\\') {
            (void)fprintf(out, "\\%c", byte);
        } else if (byte < 0x20) {
            (void)fprintf(out, "\\u%04x", (unsigned)byte);
        } else {
            (void)fputc(byte, out);
        }
    }
    (void)fputc('"', out);
}

static void json_number(FILE *out, double x) {
    if (isfinite(x)) {
        (void)fprintf(out, "%.17g", x);
    } else {
        (void)fputs("null", out);
    }
}

static void json_param(FILE *out, const sw_param_spec *spec) {
    const bool number = is_number(spec);
    (void)fputs("{\"key\": ", out);
    json_text(out, spec->key);
    (void)fprintf(out, ", \"kind\": \"%s\", \"default\": ", kind_name(spec->kind));
    if (number) {
        json_number(out, spec->fallback);
    } else {
        json_text(out, spec->fallback_text);
    }
    (void)fputs(", \"min\": ", out);
    json_number(out, number ? spec->lo : (double)NAN);
    (void)fputs(", \"max\": ", out);
    json_number(out, number ? spec->hi : (double)NAN);
    (void)fprintf(out, ", \"required\": %s, \"help\": ",
                  !number && spec->fallback_text == NULL ? "true" : "false");
    json_text(out, spec->help);
    (void)fputc('}', out);
}

static void json_policy(FILE *out, const sw_policy *policy) {
    const bool dispatcher = (policy->halves & SW_POLICY_DISPATCHER) != 0;
    const bool energy = (policy->halves & SW_POLICY_ENERGY) != 0;
    (void)fputs("{\"name\": ", out);
    json_text(out, policy->name);
    (void)fputs(", \"summary\": ", out);
    json_text(out, policy->summary);
    (void)fprintf(out,
                  ", \"halves\": [%s%s%s], \"sees_future\": %s, \"abi\": \"%u.%u\", \"params\": [",
                  dispatcher ? "\"dispatcher\"" : "", dispatcher && energy ? ", " : "",
                  energy ? "\"energy\"" : "",
                  (policy->halves & SW_POLICY_SEES_FUTURE) != 0 ? "true" : "false",
                  (unsigned)policy->abi_major, (unsigned)policy->abi_minor);
    for (int32_t i = 0; i < policy->n_param; i++) {
        (void)fputs(i == 0 ? "" : ", ", out);
        json_param(out, &policy->params[i]);
    }
    (void)fputs("]}", out);
}

void sw_policy_describe_json(FILE *out, const sw_policy *policy) {
    json_policy(out, policy);
    (void)fputc('\n', out);
}

void sw_policy_list(FILE *out) {
    size_t width = 0;
    for (int32_t i = 0; i < sw_n_builtin_policy; i++) {
        const size_t n = strlen(sw_builtin_policy[i]->name);
        width = n > width ? n : width;
    }
    for (int32_t i = 0; i < sw_n_builtin_policy; i++) {
        const sw_policy *policy = sw_builtin_policy[i];
        (void)fprintf(out, "%-*s  %-26s  %s\n", (int)width, policy->name, halves_text(policy),
                      policy->summary);
    }
}

void sw_policy_list_json(FILE *out) {
    (void)fputc('[', out);
    for (int32_t i = 0; i < sw_n_builtin_policy; i++) {
        (void)fputs(i == 0 ? "" : ", ", out);
        json_policy(out, sw_builtin_policy[i]);
    }
    (void)fputs("]\n", out);
}
