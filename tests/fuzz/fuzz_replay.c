// libFuzzer target: any bytes as the two files of policy replay give a run with conserved accounts,
// whose own recording gives the same run again, or a message that names the file; never a crash.
// What stands before the first '%' is the file of jobs, the rest that of controls.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/scenario.h"
#include "sim/run.h"
#include "sweep/replay_files.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { PATH_TEXT = 64, SET_TEXT = 128 };

// Where both files lie, and the recordings after them.
typedef struct place {
    char folder[PATH_TEXT];
    char jobs[PATH_TEXT + 16];
    char controls[PATH_TEXT + 16];
} place;

static place find_place(void) {
    place at;
    const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(at.folder, sizeof at.folder, "%s/stepwatt-fuzz-replay-%ld", root,
                   (long)getpid());
    (void)snprintf(at.jobs, sizeof at.jobs, "%s/jobs.csv", at.folder);
    (void)snprintf(at.controls, sizeof at.controls, "%s/controls.csv", at.folder);
    return at;
}

// A small scenario whose policy replay reads both files. Read once: it is the same for all inputs.
static const sw_model *scenario(const place *at) {
    static sw_model *model = NULL;
    if (model == NULL) {
        char jobs[SET_TEXT];
        char controls[SET_TEXT];
        (void)snprintf(jobs, sizeof jobs, "policy replay.jobs=%s", at->jobs);
        (void)snprintf(controls, sizeof controls, "policy replay.controls=%s", at->controls);
        const char *const set[] = {"scenario.slot_s=60", "scenario.slots=4", jobs, controls};
        const sw_scenario_options options = {.set = set, .n_set = 4};
        sw_messages messages = {0};
        SW_REQUIRE(sw_scenario_load("scenarios/quick.ini", &options, &model, &messages) == SW_OK);
    }
    return model;
}

static void write_file(const char *path, const void *data, size_t size) {
    FILE *file = fopen(path, "wb");
    SW_REQUIRE(file != NULL);
    SW_REQUIRE(fwrite(data, 1, size, file) == size);
    SW_REQUIRE(fclose(file) == 0);
}

static void write_input(const place *at, const unsigned char *data, size_t size) {
    const unsigned char *parting = size == 0 ? NULL : memchr(data, '%', size);
    const size_t n_jobs = parting == NULL ? size : (size_t)(parting - data);
    write_file(at->jobs, data, n_jobs);
    write_file(at->controls, data + n_jobs + (parting != NULL), size - n_jobs - (parting != NULL));
}

static void on_decision(void *context, const sw_job_view *job, const sw_decision *decision) {
    sw_replay_files_decision(context, job, decision);
}

static void on_controls(void *context, int64_t slot, const sw_controls *applied) {
    sw_replay_files_controls(context, slot, applied);
}

// Runs what the files say, and writes its recording over them.
static sw_metrics run(const place *at, const sw_policy_pair *pair) {
    const sw_model *model = scenario(at);
    sw_error err = {0};
    sw_replay_files files;
    SW_REQUIRE(sw_replay_files_open(&files, model, at->folder, &err) == SW_OK);
    const sw_run_options options = {
        .seed = 1,
        .listeners = {.context = &files, .decision = on_decision, .controls = on_controls}};
    sw_run_result result;
    SW_REQUIRE(sw_run(model, pair, &options, &result, &err) == SW_OK);
    SW_REQUIRE(sw_replay_files_commit(&files, &err) == SW_OK);
    sw_replay_files_close(&files);
    const sw_metrics total = result.total;
    sw_run_result_deinit(&result);
    return total;
}

// A recording has controls as they were applied, so none of it is clipped.
static void require_same(sw_metrics first, sw_metrics second) {
    SW_REQUIRE(second.clipped_controls == 0.0);
    first.clipped_controls = 0.0;
#define SAME(name, unit, scopes, text)                                                             \
    SW_REQUIRE(first.name == second.name || (isnan(first.name) && isnan(second.name)));
    SW_METRIC_LIST(SAME)
#undef SAME
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    const place at = find_place();
    SW_REQUIRE(mkdir(at.folder, 0700) == 0);
    write_input(&at, data, size);
    const sw_model *model = scenario(&at);
    sw_policy_pair *pair = NULL;
    sw_error err = {0};
    if (sw_policy_resolve(model, "replay/replay", &pair, &err) == SW_OK) {
        const sw_metrics first = run(&at, pair);
        sw_policy_pair_destroy(pair);
        SW_REQUIRE(sw_policy_resolve(model, "replay/replay", &pair, &err) == SW_OK);
        require_same(first, run(&at, pair));
        sw_policy_pair_destroy(pair);
    } else {
        SW_REQUIRE(pair == NULL && strncmp(err.text, at.folder, strlen(at.folder)) == 0);
    }
    SW_REQUIRE(remove(at.jobs) == 0 && remove(at.controls) == 0 && remove(at.folder) == 0);
    return 0;
}
