// cmd_policy.c -- `stepwatt policy`: what policies there are and which parameters they take.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/table.h"
#include "policy/plugin.h"
#include "policy/policy.h"
#include "policy/registry.h"

static const char *halves_of(const sw_policy *policy) {
    const uint32_t both = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY;
    if ((policy->halves & both) == both) {
        return "dispatcher, energy manager";
    }
    return (policy->halves & SW_POLICY_DISPATCHER) != 0 ? "dispatcher" : "energy manager";
}

static sw_exit list_policies(void) {
    size_t name_width = 0;
    for (int32_t i = 0; i < sw_n_builtin_policy; i++) {
        const size_t width = strlen(sw_builtin_policy[i]->name);
        name_width = width > name_width ? width : name_width;
    }
    for (int32_t i = 0; i < sw_n_builtin_policy; i++) {
        const sw_policy *policy = sw_builtin_policy[i];
        (void)printf("%-*s  %-26s  %s\n", (int)name_width, policy->name, halves_of(policy),
                     policy->summary);
    }
    return SW_EXIT_DONE;
}

static void print_param(const sw_param_spec *param) {
    if (param->kind == SW_PARAM_TEXT) {
        (void)printf("  %s: text (%s)\n      %s\n", param->key,
                     param->fallback_text != NULL ? param->fallback_text : "required", param->help);
        return;
    }
    (void)printf("  %s: number", param->key);
    if (isfinite(param->lo) || isfinite(param->hi)) {
        (void)printf(" from %g to %g", param->lo, param->hi);
    }
    (void)printf(" (%g)\n      %s\n", param->fallback, param->help);
}

static void print_policy(const sw_policy *policy) {
    (void)printf("%s: %s\nprovides: %s%s\ncontract: %u.%u\n", policy->name, policy->summary,
                 halves_of(policy),
                 (policy->halves & SW_POLICY_SEES_FUTURE) != 0 ? "; sees perfect forecasts" : "",
                 policy->abi_major, policy->abi_minor);
    (void)printf("parameters of [policy NAME], with their defaults:%s\n",
                 policy->n_param == 0 ? " none" : "");
    for (int32_t i = 0; i < policy->n_param; i++) {
        print_param(&policy->params[i]);
    }
}

static sw_exit tell_about(const char *name) {
    const sw_policy *builtin = sw_policy_find(name);
    if (builtin != NULL) {
        print_policy(builtin);
        return SW_EXIT_DONE;
    }
    if (strchr(name, '/') == NULL && strchr(name, '.') == NULL) {
        char names[1024];
        sw_policy_names(0, names, sizeof names);
        (void)fprintf(stderr, "stepwatt: no policy '%s'; allowed: %s, or the path of a plugin\n",
                      name, names);
        return SW_EXIT_BAD_INPUT;
    }
    sw_plugin plugin = {0};
    sw_error error = {0};
    if (sw_plugin_load(name, &plugin, &error) != SW_OK) {
        sw_print_error(&error);
        return sw_exit_of_input(error.code);
    }
    print_policy(&plugin.table);
    sw_plugin_unload(&plugin);
    return SW_EXIT_DONE;
}

sw_exit sw_cmd_policy(int argc, char **argv) {
    const sw_usage usage = {
        .command = "policy",
        .arguments = "list | info NAME|FILE",
        .n_argument_min = 1,
        .n_argument_max = 2,
        .text = "Lists the built-in policies, or prints what a policy or plugin does and takes.",
        .examples = "  stepwatt policy list\n  stepwatt policy info greedy\n"
                    "  stepwatt policy info build/release/policies/null/null.so\n",
    };
    const char *argument[2] = {NULL, NULL};
    sw_messages messages = {0};
    switch (sw_args_parse(&usage, argc, argv, argument, &messages)) {
    case SW_ARGS_HELP:
        return SW_EXIT_DONE;
    case SW_ARGS_BAD:
        sw_print_messages(&messages);
        return SW_EXIT_BAD_INPUT;
    case SW_ARGS_RUN:
        break;
    }
    if (strcmp(argument[0], "list") == 0 && argument[1] == NULL) {
        return list_policies();
    }
    if (strcmp(argument[0], "info") == 0 && argument[1] != NULL) {
        return tell_about(argument[1]);
    }
    (void)fputs("stepwatt: usage: stepwatt policy list | stepwatt policy info NAME|FILE\n", stderr);
    return SW_EXIT_BAD_INPUT;
}
