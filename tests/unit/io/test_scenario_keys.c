// Every row of the key table against every kind of bad input, generated from the table: a new row
// is tested at once.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "io/keys.h"
#include "io/scenario.h"
#include "support/temp_dir.h"

enum { TEXT_MAX = 16384, PATH_KEY_MAX = 120 };

// A scenario that holds every key of the table, changed at one of them.
typedef struct key_change {
    const sw_key *key;
    bool leave_out;
    bool repeat;
    const char *value;   // instead of the valid one; NULL: that
    const char *cooling; // kind of cooling of the site; NULL: rc
} key_change;

static const char *const section_name[SW_N_SECTION_KIND] = {
    [SW_SECTION_SCENARIO] = "scenario", [SW_SECTION_SITE] = "site x",
    [SW_SECTION_GPU] = "gpu x",         [SW_SECTION_MODEL] = "model x",
    [SW_SECTION_ASP] = "asp x",         [SW_SECTION_WORKLOAD] = "workload x",
    [SW_SECTION_LINK] = "link x y",     [SW_SECTION_POLICY] = "policy x"};

static temp_dir dir;

static void set_up(void) {
    temp_dir_make(&dir);
}

static void tear_down(void) {
    temp_dir_remove(&dir);
}

// A value that is right for the row.
static const char *valid_value(const sw_key *key) {
    switch (key->kind) {
    case SW_KEY_NUMBER:
    case SW_KEY_INTEGER:
    case SW_KEY_SIGNAL:
    case SW_KEY_SELL:
    case SW_KEY_STEPS:
    case SW_KEY_DIST:
        return key->fallback != NULL ? key->fallback : "1";
    case SW_KEY_TEXT:
    case SW_KEY_REFERENCE:
    case SW_KEY_FILE:
        return "x";
    case SW_KEY_DATE:
        return "2025-07-14";
    case SW_KEY_CHOICE:
        return key->fallback != NULL ? key->fallback : "rc";
    case SW_KEY_LEVELS:
    case SW_KEY_PAIR:
        return "1:1";
    case SW_KEY_ARRIVALS:
        return "poisson:1";
    case SW_KEY_FORECAST:
        return "perfect";
    }
    return NULL;
}

static void full_name(const sw_key *key, char name[PATH_KEY_MAX]) {
    (void)snprintf(name, PATH_KEY_MAX, "%s%s", key->name, (key->flags & SW_KEY_PER_GPU) ? "x" : "");
}

// Adds one section with all its keys; counts lines. Returns the line of the changed key (the later
// one, when it is repeated), or of the section when it is left out; 0: not here.
static int add_section(char *text, int *line, const char *section, sw_section_kind kind,
                       const key_change *change) {
    int found = 0;
    size_t n = strlen(text);
    n += (size_t)snprintf(text + n, TEXT_MAX - n, "[%s]\n", section);
    const int section_line = ++*line;
    for (int32_t i = 0; i < sw_n_key; i++) {
        const sw_key *key = &sw_key_table[i];
        const bool here = change != NULL && change->key == key;
        if (key->section != kind || (key->kind == SW_KEY_FILE && !here)) {
            continue;
        }
        if (here && change->leave_out) {
            found = section_line;
            continue;
        }
        const char *value = valid_value(key);
        if (change != NULL && change->cooling != NULL && strcmp(key->name, "cooling") == 0) {
            value = change->cooling;
        }
        char name[PATH_KEY_MAX];
        full_name(key, name);
        for (int k = 0; k < (here && change->repeat ? 2 : 1); k++) {
            n += (size_t)snprintf(text + n, TEXT_MAX - n, "%s = %s\n", name,
                                  here && change->value != NULL ? change->value : value);
            ++*line;
        }
        found = here ? *line : found;
    }
    ck_assert_uint_lt(n, TEXT_MAX - 1);
    return found;
}

// Writes the scenario with one change; returns the line that a message should name.
static int write_scenario(const key_change *change, char *path, size_t size) {
    char text[TEXT_MAX] = "";
    int line = 0;
    int found = 0;
    for (int32_t k = 0; k < SW_N_SECTION_KIND; k++) {
        const int here = add_section(text, &line, section_name[k], (sw_section_kind)k, change);
        found = here > 0 ? here : found;
    }
    (void)add_section(text, &line, "asp y", SW_SECTION_ASP, NULL);
    (void)snprintf(path, size, "%s", temp_dir_put(&dir, "s.ini", text));
    return found;
}

// Expects the one message `PATH:LINE: [section] key: WHAT`, and no model.
static void expect(const key_change *change, const char *what) {
    char path[600];
    char name[PATH_KEY_MAX];
    char message[SW_ERROR_TEXT];
    const int line = write_scenario(change, path, sizeof path);
    full_name(change->key, name);
    (void)snprintf(message, sizeof message, "%s:%d: [%s] %s: %s", path, line,
                   section_name[change->key->section], name, what);
    sw_model *model = NULL;
    sw_messages messages = {0};
    ck_assert_int_eq(sw_scenario_load(path, NULL, &model, &messages), SW_ERR_BAD_INPUT);
    ck_assert_ptr_null(model);
    ck_assert_int_ge(messages.n, 1);
    ck_assert_str_eq(messages.text[0], message);
    ck_assert_msg(messages.n == 1, "more than one message: %s\n%s", messages.text[0],
                  messages.n > 1 ? messages.text[1] : "");
    ck_assert_int_eq(messages.code, SW_ERR_BAD_INPUT);
    sw_messages_deinit(&messages);
}

// Expects "WRONG, allowed is ..." for a value.
static void expect_value(const sw_key *key, const char *value, const char *wrong) {
    char allowed[320];
    char what[SW_ERROR_TEXT];
    sw_key_allowed(key, allowed, sizeof allowed);
    (void)snprintf(what, sizeof what, "%s, allowed is %s", wrong, allowed);
    expect(&(key_change){.key = key, .value = value}, what);
}

START_TEST(a_scenario_with_every_key_of_the_table_loads) {
    char path[600];
    static const char *const cooling[] = {"pue", "cop", "rc"};
    for (int i = 0; i < 3; i++) {
        (void)write_scenario(&(key_change){.cooling = cooling[i]}, path, sizeof path);
        sw_model *model = NULL;
        sw_messages messages = {0};
        const sw_status status = sw_scenario_load(path, NULL, &model, &messages);
        ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "?");
        ck_assert_int_eq(messages.n, 0);
        ck_assert_int_eq(model->sys.site_cooling[0], i);
        sw_model_destroy(model);
        sw_messages_deinit(&messages);
    }
}
END_TEST

START_TEST(a_required_key_that_is_missing_is_named_with_what_it_needs) {
    const sw_key *key = &sw_key_table[_i];
    char allowed[320];
    char what[SW_ERROR_TEXT];
    sw_key_allowed(key, allowed, sizeof allowed);
    static const char *const cooling[] = {"pue", "cop", "rc"};
    static const char *const condition[] = {"with cooling = pue ", "with cooling = cop ",
                                            "with cooling = rc "};
    for (int c = 0; c < 3; c++) {
        const char *need = NULL;
        if (key->need == SW_NEED_ALWAYS) {
            need = "";
        } else if ((key->need == SW_NEED_PUE && c == 0) || (key->need == SW_NEED_COP && c > 0) ||
                   (key->need == SW_NEED_RC && c == 2)) {
            need = condition[c];
        } else if (key->need == SW_NEED_SERVED) {
            need = "by [asp x] ";
        } else if (key->need == SW_NEED_NO_COLUMN) {
            need = "unless arrivals come from a trace with that column ";
        }
        const key_change change = {.key = key, .leave_out = true, .cooling = cooling[c]};
        if (need != NULL && strcmp(key->name, "cooling") != 0) {
            (void)snprintf(what, sizeof what, "missing, needed %sis %s", need, allowed);
            expect(&change, what);
        }
    }
}
END_TEST

START_TEST(a_text_where_something_else_belongs_is_refused) {
    const sw_key *key = &sw_key_table[_i];
    static const char *const wrong[] = {[SW_KEY_NUMBER] = "'12q' is no number",
                                        [SW_KEY_INTEGER] = "'12q' is no number",
                                        [SW_KEY_DATE] = "'12q' is no date",
                                        [SW_KEY_CHOICE] = "'12q' is none of the choices",
                                        [SW_KEY_SIGNAL] = "'12q' is no signal",
                                        [SW_KEY_SELL] = "'12q' is no signal",
                                        [SW_KEY_STEPS] = "'12q' is neither a range nor a list",
                                        [SW_KEY_LEVELS] = "'12q' is no such list",
                                        [SW_KEY_DIST] = "'12q' is no such value",
                                        [SW_KEY_ARRIVALS] = "'12q' is no such process",
                                        [SW_KEY_FORECAST] = "'12q' is no forecast",
                                        [SW_KEY_PAIR] = "'12q' is no such pair"};
    if (key->kind != SW_KEY_TEXT && key->kind != SW_KEY_FILE && key->kind != SW_KEY_REFERENCE) {
        expect_value(key, "12q", wrong[key->kind]);
    }
}
END_TEST

// Expects a number outside the row's range to be refused, below and above.
static void expect_out_of_range(const sw_key *key, const char *value_form, const char *wrong_form) {
    const double below = (key->flags & SW_KEY_ABOVE) ? key->lo
                         : key->lo < 0               ? 2 * key->lo
                                                     : key->lo - 1;
    const double outside[] = {below, 2 * key->hi + 1, 1e300};
    for (int i = 0; i < 3; i++) {
        char number[40];
        char value[80];
        char wrong[120];
        (void)snprintf(number, sizeof number, "%.15g", outside[i]);
        (void)snprintf(value, sizeof value, value_form, number);
        (void)snprintf(wrong, sizeof wrong, wrong_form, number);
        expect_value(key, value, wrong);
    }
    char wrong[120];
    (void)snprintf(wrong, sizeof wrong, wrong_form, "1e999");
    if (key->kind == SW_KEY_NUMBER) {
        expect_value(key, "1e999", wrong);
    }
}

START_TEST(a_number_out_of_range_is_refused) {
    const sw_key *key = &sw_key_table[_i];
    switch (key->kind) {
    case SW_KEY_NUMBER:
    case SW_KEY_INTEGER:
    case SW_KEY_SIGNAL:
    case SW_KEY_SELL:
        expect_out_of_range(key, "%s", "%s is out of range");
        break;
    case SW_KEY_STEPS:
    case SW_KEY_DIST:
        expect_out_of_range(key, "%s", "%s is not whole or out of range");
        break;
    case SW_KEY_LEVELS:
        expect_out_of_range(key, "%s:1", "%s:1 is out of range");
        expect_value(key, "1:-1", "1:-1 is out of range");
        break;
    case SW_KEY_FORECAST:
        expect_out_of_range(key, "day-ahead:%s",
                            "SIGMA of 'day-ahead:%s' is no number or out of range");
        break;
    case SW_KEY_PAIR:
        expect_out_of_range(key, "%s:1", "'%s:1' is out of range");
        expect_out_of_range(key, "1:%s", "'1:%s' is out of range");
        break;
    case SW_KEY_ARRIVALS:
        expect_out_of_range(key, "poisson:%s", "%s is out of range");
        break;
    case SW_KEY_CHOICE:
    case SW_KEY_TEXT:
    case SW_KEY_FILE:
    case SW_KEY_DATE:
    case SW_KEY_REFERENCE:
        break; // no number
    }
    if (key->kind == SW_KEY_INTEGER) {
        expect_value(key, "1.5", "1.5 is not whole");
    }
}
END_TEST

START_TEST(a_repeated_key_is_refused_with_the_line_of_the_first) {
    const sw_key *key = &sw_key_table[_i];
    if (key->kind == SW_KEY_FILE) {
        return; // include: its own test
    }
    const key_change change = {.key = key, .repeat = true};
    char path[600];
    char what[SW_ERROR_TEXT];
    const int line = write_scenario(&change, path, sizeof path);
    (void)snprintf(what, sizeof what, "key repeated, first at line %d; a section may hold it once",
                   line - 1);
    expect(&change, what);
}
END_TEST

START_TEST(a_reference_to_nothing_is_refused) {
    const sw_key *key = &sw_key_table[_i];
    if (key->kind == SW_KEY_REFERENCE) {
        char what[200];
        (void)snprintf(what, sizeof what,
                       "there is no section [%s nowhere], allowed is the name of a [%s NAME] "
                       "section",
                       key->words, key->words);
        expect(&(key_change){.key = key, .value = "nowhere"}, what);
    }
    if (key->kind == SW_KEY_FILE) {
        char what[800];
        (void)snprintf(what, sizeof what,
                       "file 'nowhere' cannot be opened, allowed are files beside %s/s.ini or in "
                       "the current folder",
                       dir.path);
        expect(&(key_change){.key = key, .value = "nowhere"}, what);
    }
}
END_TEST

START_TEST(an_unknown_key_is_refused_with_the_keys_of_its_section) {
    for (int32_t k = 0; k < SW_N_SECTION_KIND; k++) {
        char path[600];
        char text[TEXT_MAX] = "";
        char start[700];
        int line = 0;
        for (int32_t j = 0; j < SW_N_SECTION_KIND; j++) {
            (void)add_section(text, &line, section_name[j], (sw_section_kind)j, NULL);
            if (j == k) {
                (void)strcat(text, "colour = 1\n");
                line++;
                (void)snprintf(start, sizeof start,
                               "%s/s.ini:%d: [%s] colour: unknown key, allowed are ", dir.path,
                               line, section_name[k]);
            }
        }
        (void)add_section(text, &line, "asp y", SW_SECTION_ASP, NULL);
        (void)snprintf(path, sizeof path, "%s", temp_dir_put(&dir, "s.ini", text));
        sw_model *model = NULL;
        sw_messages messages = {0};
        const sw_status status = sw_scenario_load(path, NULL, &model, &messages);
        if (k == SW_SECTION_POLICY) {
            ck_assert_int_eq(status, SW_OK); // a parameter, which the policy checks
            ck_assert_str_eq(model->policy[0].param[0].key, "colour");
        } else {
            ck_assert_int_eq(status, SW_ERR_BAD_INPUT);
            ck_assert_int_eq(messages.n, 1);
            ck_assert_int_eq(strncmp(messages.text[0], start, strlen(start)), 0);
            for (int32_t i = 0; i < sw_n_key; i++) {
                if ((int32_t)sw_key_table[i].section == k) {
                    ck_assert_ptr_nonnull(strstr(messages.text[0], sw_key_table[i].name));
                }
            }
        }
        sw_model_destroy(model);
        sw_messages_deinit(&messages);
    }
}
END_TEST

START_TEST(every_fallback_is_a_right_value_of_its_row) {
    const sw_key *key = &sw_key_table[_i];
    sw_arena arena = {0};
    sw_value value = {0};
    if (key->fallback != NULL) {
        char why[SW_KEY_WHY];
        ck_assert_msg(sw_key_parse(key, key->fallback, &arena, &value, why), "%s", why);
    }
    ck_assert_int_gt((int)strlen(key->help), 0);
    sw_arena_deinit(&arena);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("scenario keys");
    TCase *tcase = tcase_create("every row");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_scenario_with_every_key_of_the_table_loads);
    tcase_add_test(tcase, an_unknown_key_is_refused_with_the_keys_of_its_section);
    tcase_add_loop_test(tcase, a_required_key_that_is_missing_is_named_with_what_it_needs, 0,
                        sw_n_key);
    tcase_add_loop_test(tcase, a_text_where_something_else_belongs_is_refused, 0, sw_n_key);
    tcase_add_loop_test(tcase, a_number_out_of_range_is_refused, 0, sw_n_key);
    tcase_add_loop_test(tcase, a_repeated_key_is_refused_with_the_line_of_the_first, 0, sw_n_key);
    tcase_add_loop_test(tcase, a_reference_to_nothing_is_refused, 0, sw_n_key);
    tcase_add_loop_test(tcase, every_fallback_is_a_right_value_of_its_row, 0, sw_n_key);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
