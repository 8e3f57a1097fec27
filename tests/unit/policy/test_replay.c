// replay: its files, what is wrong with them, and what it does with them.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/fake_host.h"

static sw_fake fake;
static sw_policy_param param[2];
static sw_policy_section section;
static char folder[] = "/tmp/stepwatt-replay-XXXXXX";

static void write_file(const char *name, const char *text) {
    char path[64];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

// Two sites, three ASPs of 10 GPUs and two levels, steps 10, 20, 30; jobs.csv and controls.csv
// beside the scenario.
static void set_up(const char *jobs, const char *controls) {
    sw_fake_init(&fake, 2, 3, 3, 2);
    fake.model.dir = folder;
    param[0] = (sw_policy_param){.key = "jobs", .value = "jobs.csv", .where = "fake.ini:5"};
    param[1] = (sw_policy_param){.key = "controls", .value = "controls.csv", .where = "fake.ini:6"};
    section =
        (sw_policy_section){.name = "replay", .where = "fake.ini:4", .n_param = 2, .param = param};
    fake.model.policy = &section;
    fake.model.n_policy = 1;
    write_file("jobs.csv", jobs);
    write_file("controls.csv", controls);
}

static const char *const no_jobs = "job,asp,steps,not_before_s\n";
static const char *const no_controls = "slot,kind,name,value\n";

// The message of the error that the files give must hold `want`.
static void expect_error(const char *jobs, const char *controls, const char *want) {
    set_up(jobs, controls);
    sw_error err = {0};
    sw_policy_pair *pair = NULL;
    ck_assert_int_ne(sw_policy_resolve(&fake.model, "replay", &pair, &err), SW_OK);
    ck_assert_ptr_null(pair);
    ck_assert_msg(strstr(err.text, want) != NULL, "got '%s', want '%s'", err.text, want);
}

static void expect_job_error(const char *row, const char *want) {
    char text[200];
    (void)snprintf(text, sizeof text, "%s# a comment\n3,asp0,10,\n%s\n", no_jobs, row);
    expect_error(text, no_controls, want);
}

static void expect_control_error(const char *row, const char *want) {
    char text[200];
    (void)snprintf(text, sizeof text, "%s3,level,asp0,1\n%s\n", no_controls, row);
    expect_error(no_jobs, text, want);
}

static void expect_decision(int64_t number, int32_t asp, int32_t step, double not_before_s) {
    const sw_job_view job = sw_fake_job(&fake, 0, number);
    const sw_decision decision = sw_fake_dispatch(&fake, &job);
    ck_assert_int_eq(decision.asp, asp);
    ck_assert_int_eq(decision.step, step);
    ck_assert_double_eq(decision.not_before_s, not_before_s);
}

START_TEST(replay_decides_as_its_rows_in_any_order) {
    set_up("job,asp,steps,not_before_s\r\n4,asp2,30,12.5\r\n0,asp1,10,\r\n2,,,\r\n1,asp0,20,0\r\n",
           no_controls);
    sw_fake_begin(&fake, "replay");
    expect_decision(0, 1, 0, 0.0);
    expect_decision(1, 0, 1, 0.0);
    expect_decision(2, -1, 0, 0.0);
    expect_decision(4, 2, 2, 12.5);
    sw_fake_end(&fake);
    ck_assert_str_eq(fake.log, "");
}
END_TEST

START_TEST(replay_finds_rows_of_jobs_that_come_out_of_order) {
    set_up("job,asp,steps,not_before_s\n0,asp0,10,\n1,asp1,10,\n5,asp2,10,\n9,asp0,20,\n",
           no_controls);
    sw_fake_begin(&fake, "replay");
    expect_decision(9, 0, 1, 0.0);
    expect_decision(1, 1, 0, 0.0);
    expect_decision(5, 2, 0, 0.0);
    expect_decision(0, 0, 0, 0.0);
    sw_fake_end(&fake);
}
END_TEST

START_TEST(replay_rejects_jobs_without_a_row_and_counts_them_and_rows_without_a_job) {
    set_up("job,asp,steps,not_before_s\n1,asp0,10,\n7,asp0,10,\n8,asp0,10,\n9,asp0,10,\n",
           "slot,kind,name,value\n1000,level,asp0,0\n");
    sw_fake_begin(&fake, "replay");
    expect_decision(0, -1, 0, 0.0);
    expect_decision(1, 0, 0, 0.0);
    expect_decision(2, -1, 0, 0.0);
    (void)sw_fake_control(&fake);
    sw_fake_end(&fake);
    ck_assert_ptr_nonnull(strstr(fake.log, "replay: 2 jobs were rejected that have no row in "));
    ck_assert_ptr_nonnull(strstr(fake.log, "replay: 3 rows were ignored of jobs"));
    ck_assert_ptr_nonnull(strstr(fake.log, "replay: 1 rows were ignored of slots"));
    ck_assert_ptr_nonnull(strstr(fake.log, "/jobs.csv"));
}
END_TEST

START_TEST(replay_keeps_controls_until_a_row_changes_them) {
    set_up(no_jobs, "slot,kind,name,value\n"
                    "2,cooling_kw,site1,\n"
                    "0,active,asp2,3\n"
                    "1,level,asp0,0\n"
                    "1,battery_kw,site0,-1.5e1\n"
                    "1,cooling_kw,site1,4\n");
    fake.set_active[0] = 4; // what stood there before the first slot does not matter
    sw_fake_begin(&fake, "replay");
    const sw_controls *controls = sw_fake_control(&fake);
    ck_assert_int_eq(controls->level[0], 1);
    ck_assert_int_eq(controls->active[0], 10);
    ck_assert_int_eq(controls->active[2], 3);
    ck_assert_double_eq(controls->battery_kw[0], 0.0);
    ck_assert_int_eq(controls->thermostat[1], 1);
    fake.view.slot = 1;
    (void)sw_fake_control(&fake);
    ck_assert_int_eq(controls->level[0], 0);
    ck_assert_int_eq(controls->active[2], 3);
    ck_assert_double_eq(controls->battery_kw[0], -15.0);
    ck_assert_int_eq(controls->thermostat[1], 0);
    ck_assert_double_eq(controls->cooling_kw[1], 4.0);
    ck_assert_int_eq(controls->thermostat[0], 1);
    fake.view.slot = 2;
    (void)sw_fake_control(&fake);
    ck_assert_int_eq(controls->level[0], 0);
    ck_assert_double_eq(controls->battery_kw[0], -15.0);
    ck_assert_int_eq(controls->thermostat[1], 1);
    sw_fake_end(&fake);
    ck_assert_str_eq(fake.log, "");
}
END_TEST

START_TEST(replay_needs_the_files_of_its_halves_only) {
    set_up(no_jobs, "not a controls file\n");
    section.n_param = 1;
    sw_fake_begin(&fake, "replay/idle");
    sw_fake_end(&fake);

    sw_error err = {0};
    sw_policy_pair *pair = NULL;
    ck_assert_int_eq(sw_policy_resolve(&fake.model, "replay", &pair, &err), SW_ERR_BAD_INPUT);
    ck_assert_str_eq(err.text,
                     "fake.ini:4: [policy replay] controls: required for replay as energy "
                     "manager: CSV slot,kind,name,value; needed by the energy manager");
    fake.model.n_policy = 0;
    err = (sw_error){0};
    ck_assert_int_eq(sw_policy_resolve(&fake.model, "replay", &pair, &err), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "fake.ini: [policy replay] jobs: required for replay"));
}
END_TEST

START_TEST(replay_names_a_missing_file_with_the_key_that_names_it) {
    set_up(no_jobs, no_controls);
    param[1].value = "nowhere.csv";
    sw_error err = {0};
    sw_policy_pair *pair = NULL;
    ck_assert_int_eq(sw_policy_resolve(&fake.model, "replay", &pair, &err), SW_ERR_IO);
    ck_assert_ptr_nonnull(
        strstr(err.text, "fake.ini:6: [policy replay] controls: no file 'nowhere.csv'"));
}
END_TEST

START_TEST(replay_refuses_bad_jobs_files_by_line) {
    expect_error("", no_controls, "jobs.csv:1: the header must be job,asp,steps,not_before_s");
    expect_error("job,asp,steps\n", no_controls, "jobs.csv:1: the header must be");
    expect_error("asp,job,steps,not_before_s\n", no_controls, "jobs.csv:1: the header must be");
    expect_job_error("1,asp0,10", "jobs.csv:4: 3 fields; every row has 4");
    expect_job_error("x,asp0,10,", "jobs.csv:4: job: 'x' is not allowed; a whole number from 0");
    expect_job_error("-1,asp0,10,", "jobs.csv:4: job: '-1' is not allowed");
    expect_job_error("1.0,asp0,10,", "jobs.csv:4: job: '1.0' is not allowed");
    expect_job_error("1,asp9,10,", "jobs.csv:4: asp: 'asp9' is not allowed; the name of an ASP");
    expect_job_error("1,asp0,11,", "jobs.csv:4: steps: '11' is not allowed; one of the scenario");
    expect_job_error("1,asp0,,", "jobs.csv:4: steps: '' is not allowed");
    expect_job_error("1,,11,", "jobs.csv:4: steps: '11' is not allowed");
    expect_job_error("1,asp0,10,-2",
                     "jobs.csv:4: not_before_s: '-2' is not allowed; a time from 0");
    expect_job_error("1,asp0,10,inf", "jobs.csv:4: not_before_s: 'inf' is not allowed");
    expect_job_error("1,asp0,10,nan", "jobs.csv:4: not_before_s: 'nan' is not allowed");
    expect_job_error("3,asp0,10,", "jobs.csv:4: job: 3 has a row already in line 3");
}
END_TEST

START_TEST(replay_refuses_bad_controls_files_by_line) {
    expect_error(no_jobs, "slot,kind,value\n", "controls.csv:1: the header must be slot,kind,name");
    expect_control_error("-1,level,asp0,1", "controls.csv:3: slot: '-1' is not allowed");
    expect_control_error("1,speed,asp0,1", "controls.csv:3: kind: 'speed' is not allowed; level,");
    expect_control_error("1,level,site0,1",
                         "controls.csv:3: name: 'site0' is not allowed; the name "
                         "of an ASP");
    expect_control_error("1,battery_kw,asp0,1", "controls.csv:3: name: 'asp0' is not allowed; the "
                                                "name of a site");
    expect_control_error("1,level,asp0,2", "controls.csv:3: value: '2' is not allowed; the index");
    expect_control_error("1,level,asp0,-1", "controls.csv:3: value: '-1' is not allowed");
    expect_control_error("1,active,asp0,11", "controls.csv:3: value: '11' is not allowed; a whole");
    expect_control_error("1,active,asp0,2.5", "controls.csv:3: value: '2.5' is not allowed");
    expect_control_error("1,battery_kw,site0,",
                         "controls.csv:3: value: '' is not allowed; a number");
    expect_control_error("1,battery_kw,site0,inf", "controls.csv:3: value: 'inf' is not allowed");
    expect_control_error("1,cooling_kw,site0,x", "controls.csv:3: value: 'x' is not allowed; a "
                                                 "number, or empty for the thermostat");
    expect_control_error("3,level,asp0,0", "controls.csv:3: this level has a value for slot 3 "
                                           "already in line 2");
}
END_TEST

static void make_folder(void) {
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void) {
    char path[64];
    (void)snprintf(path, sizeof path, "%s/jobs.csv", folder);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/controls.csv", folder);
    (void)unlink(path);
    (void)rmdir(folder);
}

int main(void) {
    Suite *suite = suite_create("replay");
    TCase *tcase = tcase_create("replay");
    tcase_add_unchecked_fixture(tcase, make_folder, remove_folder);
    tcase_add_test(tcase, replay_decides_as_its_rows_in_any_order);
    tcase_add_test(tcase, replay_finds_rows_of_jobs_that_come_out_of_order);
    tcase_add_test(tcase, replay_rejects_jobs_without_a_row_and_counts_them_and_rows_without_a_job);
    tcase_add_test(tcase, replay_keeps_controls_until_a_row_changes_them);
    tcase_add_test(tcase, replay_needs_the_files_of_its_halves_only);
    tcase_add_test(tcase, replay_names_a_missing_file_with_the_key_that_names_it);
    tcase_add_test(tcase, replay_refuses_bad_jobs_files_by_line);
    tcase_add_test(tcase, replay_refuses_bad_controls_files_by_line);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
