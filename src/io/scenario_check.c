// What no single key of a scenario can tell: references, pairs of keys, the horizon.
#include "io/scenario_draft.h"

#include <math.h>
#include <string.h>

#include "base/timegrid.h"

static double number(const sw_item *item, const char *key) {
    return sw_item_value(item, key)->number;
}

static bool both_ok(const sw_item *item, const char *a, const char *b) {
    return sw_item_value(item, a)->ok && sw_item_value(item, b)->ok;
}

// Says so when the number of key `low` lies above that of key `high`; `at` is the one that is
// named.
static void check_order(sw_draft *draft, const sw_item *item, const char *low, const char *high,
                        const char *at) {
    if (!both_ok(item, low, high) || number(item, low) <= number(item, high)) {
        return;
    }
    if (at == low) {
        sw_draft_complain(draft, item, at, "%.15g is out of range, allowed is at most %s, %.15g",
                          number(item, low), high, number(item, high));
    } else {
        sw_draft_complain(draft, item, at, "%.15g is out of range, allowed is at least %s, %.15g",
                          number(item, high), low, number(item, low));
    }
}

static void check_scenario(sw_draft *draft, const sw_item *item) {
    if (both_ok(item, "slot_s", "slots")) {
        const double end_s = sw_time_round(number(item, "slot_s")) * number(item, "slots");
        if (end_s > SW_MAX_END_S) {
            sw_draft_complain(draft, item, "slots",
                              "slots x slot_s is %.15g s, allowed are at most %d s", end_s,
                              (int)SW_MAX_END_S);
        }
    }
    static const char interval[] = "dispatch_interval_s";
    const double interval_s = number(item, interval);
    if (both_ok(item, "slot_s", interval) && interval_s > 0.0 &&
        (interval_s < 0.001 || interval_s > number(item, "slot_s"))) {
        sw_draft_complain(draft, item, interval,
                          "%.15g is out of range, allowed is 0, or from 0.001 to slot_s, %.15g",
                          interval_s, number(item, "slot_s"));
    }
}

static void check_site(sw_draft *draft, const sw_item *item) {
    static const char least[] = "battery_soc_min";
    static const char most[] = "battery_soc_max";
    static const char start[] = "battery_soc_start";
    check_order(draft, item, least, most, most);
    if (!both_ok(item, least, most) || number(item, least) <= number(item, most)) {
        check_order(draft, item, least, start, start);
        check_order(draft, item, start, most, start);
    }
    const sw_value *cooling = sw_item_value(item, "cooling");
    if (cooling->ok && cooling->index != SW_COOLING_PUE) {
        static const char cop_max[] = "cop_max";
        check_order(draft, item, "cop_min", cop_max, cop_max);
    }
}

static void check_diffusion(sw_draft *draft, const sw_item *item) {
    static const char ceiling[] = "quality_ceiling";
    check_order(draft, item, "quality_floor", ceiling, ceiling);
}

// Finds the section that a value names.
static void resolve(sw_draft *draft, const sw_item *item, const char *key, sw_section_kind kind) {
    sw_value *value = sw_item_value(item, key);
    if (!value->ok) {
        return;
    }
    value->index = sw_draft_find(draft, kind, value->text);
    if (value->index < 0) {
        value->ok = false;
        sw_draft_complain(draft, item, key,
                          "there is no section [%s %.60s], allowed is the name of a %s section",
                          sw_section_table[kind].word, value->text, sw_section_table[kind].shape);
    }
}

// Says so, once a model and GPU type, when the model has no service time on the ASP's GPUs.
static void check_served(sw_draft *draft, const sw_item *asp, const char *key) {
    const int32_t gpu = sw_item_value(asp, "gpu")->index;
    const sw_item *diffusion = &draft->item[SW_SECTION_MODEL][sw_item_value(asp, "model")->index];
    double *time_s = sw_model_reals(sw_item_value(diffusion, key)->a);
    if (isnan(time_s[gpu])) {
        const char *gpu_name = draft->item[SW_SECTION_GPU][gpu].name;
        char name[2 * SW_INI_MAX_NAME];
        (void)snprintf(name, sizeof name, "%s%s", key, gpu_name);
        char allowed[120];
        sw_key_allowed(sw_item_value(diffusion, key)->key, allowed, sizeof allowed);
        sw_draft_complain(draft, diffusion, name, "missing, needed by [%s] is %s", asp->section,
                          allowed);
        time_s[gpu] = 1.0; // said once
    }
}

static void check_asp(sw_draft *draft, const sw_item *item) {
    resolve(draft, item, "site", SW_SECTION_SITE);
    resolve(draft, item, "model", SW_SECTION_MODEL);
    resolve(draft, item, "gpu", SW_SECTION_GPU);
    if (!both_ok(item, "model", "gpu")) {
        return;
    }
    check_served(draft, item, "overhead_s.");
    check_served(draft, item, "step_s.");

    // A job must take some time.
    const sw_item *diffusion = &draft->item[SW_SECTION_MODEL][sw_item_value(item, "model")->index];
    const int32_t gpu = sw_item_value(item, "gpu")->index;
    const sw_value *overhead = sw_item_value(diffusion, "overhead_s.");
    const sw_value *step = sw_item_value(diffusion, "step_s.");
    if (overhead->ok && step->ok && overhead->a[gpu] + step->a[gpu] <= 0.0) {
        sw_draft_complain(draft, item, "model",
                          "overhead_s and step_s of [%s] on its GPUs are both 0, allowed is a sum "
                          "above 0",
                          diffusion->section);
    }
}

static void check_link(sw_draft *draft, const sw_item *item) {
    const char *const name[2] = {item->name, item->name2};
    for (int i = 0; i < 2; i++) {
        if (sw_draft_find(draft, SW_SECTION_ASP, name[i]) < 0) {
            sw_ini_complain(draft->messages, item->source, item->line, item->section, NULL,
                            "there is no section [asp %s], allowed are names of [asp NAME] "
                            "sections",
                            name[i]);
        }
    }
    if (strcmp(name[0], name[1]) == 0) {
        sw_ini_complain(draft->messages, item->source, item->line, item->section, NULL,
                        "link of an ASP to itself, allowed are two ASPs (to itself it is always "
                        "0)");
    }
}

// Says so when a kind of section that every scenario needs is not there.
static void check_present(sw_draft *draft, sw_section_kind kind) {
    if (draft->n[kind] == 0) {
        sw_messages_add(draft->messages, SW_ERR_BAD_INPUT, "%s:1: no section %s, needed is one%s",
                        draft->top->label, sw_section_table[kind].shape,
                        kind == SW_SECTION_SCENARIO ? "" : " or more");
    }
}

void sw_draft_check(sw_draft *draft) {
    check_present(draft, SW_SECTION_SCENARIO);
    check_present(draft, SW_SECTION_SITE);
    check_present(draft, SW_SECTION_ASP);
    static void (*const check[SW_N_SECTION_KIND])(sw_draft *, const sw_item *) = {
        [SW_SECTION_SCENARIO] = check_scenario, [SW_SECTION_SITE] = check_site,
        [SW_SECTION_MODEL] = check_diffusion,   [SW_SECTION_ASP] = check_asp,
        [SW_SECTION_LINK] = check_link,
    };
    for (int32_t k = 0; k < SW_N_SECTION_KIND; k++) {
        for (int32_t i = 0; check[k] != NULL && i < draft->n[k]; i++) {
            check[k](draft, &draft->item[k][i]);
        }
    }
    for (int32_t i = 0; i < draft->n[SW_SECTION_WORKLOAD]; i++) {
        resolve(draft, &draft->item[SW_SECTION_WORKLOAD][i], "origin", SW_SECTION_ASP);
    }
}
