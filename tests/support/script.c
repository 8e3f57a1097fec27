#include "support/script.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/scenario.h"
#include "sim/sim.h"

enum { PATH_SIZE = 256, MAX_SITE = 4, MAX_ASP = 4, MAX_SLOT = 16, MAX_FILE = 8 };

// The figures of a slot that a case may ask for, by site.
#define SLOT_FIELDS(X)                                                                             \
    X(soc_kwh)                                                                                     \
    X(room_c)                                                                                      \
    X(battery_kw)                                                                                  \
    X(cooling_heat_kw)                                                                             \
    X(it_kwh)                                                                                      \
    X(cooling_kwh)                                                                                 \
    X(import_kwh)

typedef struct slot_record {
#define SLOT_RECORD_FIELD(name) double name[MAX_SITE];
    SLOT_FIELDS(SLOT_RECORD_FIELD)
#undef SLOT_RECORD_FIELD
} slot_record;

// What a policy sees of an ASP when a job waits for its decision.
#define SEEN_FIELDS(X)                                                                             \
    X(running)                                                                                     \
    X(queued)                                                                                      \
    X(in_transit)                                                                                  \
    X(available)                                                                                   \
    X(active)                                                                                      \
    X(waiting_work_s)                                                                              \
    X(running_work_s)                                                                              \
    X(sent_work_s)                                                                                 \
    X(sent_work_last_s)

typedef struct seen_record {
#define SEEN_RECORD_FIELD(name) double name[MAX_ASP];
    SEEN_FIELDS(SEEN_RECORD_FIELD)
#undef SEEN_RECORD_FIELD
    double wait_s[MAX_ASP];
    double energy_usd[MAX_ASP];
    double net_kw[MAX_ASP];
} seen_record;

// All that a run tells while it goes.
typedef struct record {
    const sw_system *sys;
    bool has_outcome[SCRIPT_MAX];
    sw_outcome outcome[SCRIPT_MAX];
    slot_record slot[MAX_SLOT];
    seen_record seen[SCRIPT_MAX];
} record;

// ------------------------------------------------------------------------------ files of the case

typedef struct folder {
    char path[PATH_SIZE];
    char file[MAX_FILE][2 * PATH_SIZE];
    int n_file;
} folder;

// Opens a new file of the folder, remembered for its removal.
static FILE *folder_create(folder *dir, const char *name) {
    ck_assert_int_lt(dir->n_file, MAX_FILE);
    char path[sizeof dir->file[0]];
    (void)snprintf(path, sizeof path, "%s/%s", dir->path, name);
    memcpy(dir->file[dir->n_file++], path, sizeof path);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    return out;
}

static const char *class_of(const script_job *job) {
    return job->cls != NULL ? job->cls : "w";
}

static void write_jobs(folder *dir, const script_case *c, const char *cls) {
    char name[PATH_SIZE];
    (void)snprintf(name, sizeof name, "%s.csv", cls);
    FILE *out = folder_create(dir, name);
    (void)fprintf(out, "arrival_s,images,deadline_s,value,work\n");
    int n = 0;
    for (const script_job *job = c->job; job->deadline_s != 0; job++) {
        if (strcmp(class_of(job), cls) == 0) {
            (void)fprintf(out, "%.17g,%d,%.17g,%.17g,%.17g\n", job->arrival_s,
                    job->images > 0 ? job->images : 1, job->deadline_s,
                    job->value != 0 ? job->value : 1.0, job->work != 0 ? job->work : 1.0);
            n++;
        }
    }
    if (n == 0) {
        // A trace may not be empty; this job lies beyond every case's end.
        (void)fprintf(out, "1e9,1,inf,1,1\n");
    }
    ck_assert_int_eq(fclose(out), 0);
}

static void write_files(folder *dir, const script_case *c) {
    (void)snprintf(dir->path, sizeof dir->path, "/tmp/stepwatt-script-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir->path));
    FILE *out = folder_create(dir, "case.ini");
    (void)fputs(c->scenario, out);
    ck_assert_int_eq(fclose(out), 0);
    if (c->signals != NULL) {
        out = folder_create(dir, "signals.csv");
        (void)fputs(c->signals, out);
        ck_assert_int_eq(fclose(out), 0);
    }
    // One job trace for each class that the scenario has.
    for (const char *at = strstr(c->scenario, "[workload "); at != NULL;
         at = strstr(at + 1, "[workload ")) {
        char cls[32];
        ck_assert_int_eq(sscanf(at, "[workload %31[^]]", cls), 1);
        write_jobs(dir, c, cls);
    }
}

static void remove_files(const folder *dir) {
    for (int i = 0; i < dir->n_file; i++) {
        ck_assert_int_eq(remove(dir->file[i]), 0);
    }
    ck_assert_int_eq(rmdir(dir->path), 0);
}

static sw_model *load(const folder *dir, const script_case *c) {
    sw_scenario_options options = {.set = c->set};
    while (options.n_set < SCRIPT_MAX_SET && c->set[options.n_set] != NULL) {
        options.n_set++;
    }
    sw_model *model = NULL;
    sw_messages messages = {0};
    const sw_status status = sw_scenario_load(dir->file[0], &options, &model, &messages);
    ck_assert_msg(status == SW_OK, "%s: %s", c->name, messages.n > 0 ? messages.text[0] : "?");
    sw_messages_deinit(&messages);
    return model;
}

// ------------------------------------------------------------------------------ the run

static void on_outcome(void *context, const sw_outcome *outcome) {
    record *rec = context;
    const int64_t job = outcome->job.job;
    ck_assert_int_lt(job, SCRIPT_MAX);
    ck_assert_msg(!rec->has_outcome[job], "job %d has two outcomes", (int)job);
    rec->has_outcome[job] = true;
    rec->outcome[job] = *outcome;
}

static void on_slot(void *context, const sw_slot_report *report) {
    record *rec = context;
    ck_assert_int_lt(report->slot, MAX_SLOT);
    slot_record *slot = &rec->slot[report->slot];
    for (int32_t site = 0; site < rec->sys->n_site; site++) {
#define SLOT_COPY(name) slot->name[site] = report->name[site];
        SLOT_FIELDS(SLOT_COPY)
#undef SLOT_COPY
    }
}

// Returns the index of a name; fails the test where it is none.
static int32_t find(const char *const *names, int32_t n, const char *name, const script_case *c) {
    for (int32_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    ck_abort_msg("%s: there is no \"%s\"", c->name, name);
    return -1;
}

static void set_control(const sw_system *sys, const script_case *c, const script_control *set,
                        sw_controls *controls) {
    if (strcmp(set->kind, "level") == 0) {
        controls->level[find(sys->asp_name, sys->n_asp, set->name, c)] = (int32_t)set->value;
    } else if (strcmp(set->kind, "active") == 0) {
        controls->active[find(sys->asp_name, sys->n_asp, set->name, c)] = (int32_t)set->value;
    } else if (strcmp(set->kind, "battery_kw") == 0) {
        controls->battery_kw[find(sys->site_name, sys->n_site, set->name, c)] = set->value;
    } else {
        ck_assert_str_eq(set->kind, "cooling_kw");
        const int32_t site = find(sys->site_name, sys->n_site, set->name, c);
        controls->cooling_kw[site] = set->value;
        controls->thermostat[site] = 0;
    }
}

static sw_decision decide(const sw_system *sys, const script_case *c, const sw_job_view *job) {
    sw_decision out = {.asp = job->origin};
    for (const script_decision *d = c->decide; d->asp != NULL; d++) {
        if (d->job != job->job) {
            continue;
        }
        out.asp = strcmp(d->asp, REJECT) == 0 ? -1 : find(sys->asp_name, sys->n_asp, d->asp, c);
        out.not_before_s = d->not_before_s;
        if (d->steps != 0) {
            out.step = sys->n_step; // past the list unless found
            for (int32_t i = 0; i < sys->n_step; i++) {
                out.step = sys->steps[i] == d->steps ? i : out.step;
            }
        }
    }
    return out;
}

static void see(const sw_view *view, seen_record *seen) {
    for (int32_t asp = 0; asp < view->system->n_asp; asp++) {
#define SEEN_COPY(name) seen->name[asp] = view->name[asp];
        SEEN_FIELDS(SEEN_COPY)
#undef SEEN_COPY
        seen->wait_s[asp] = sw_predict_wait_s(view, asp);
        seen->energy_usd[asp] = sw_energy_usd_per_work_s(view, asp);
        seen->net_kw[asp] = view->net_kw[view->system->asp_site[asp]];
    }
}

// Plays the script to the end or to the first error.
static sw_status play(sw_sim *sim, const script_case *c, record *rec, sw_error *err) {
    const sw_system *sys = rec->sys;
    for (;;) {
        const sw_need need = sw_sim_advance(sim);
        if (need == SW_NEED_CONTROLS) {
            for (const script_control *set = c->control; set->kind != NULL; set++) {
                if (set->slot == sw_sim_view(sim)->slot) {
                    set_control(sys, c, set, sw_sim_controls(sim));
                }
            }
            SW_TRY(sw_sim_control(sim, err));
        } else if (need == SW_NEED_DECISION) {
            see(sw_sim_view(sim), &rec->seen[sw_sim_job(sim)->job]);
            const sw_decision decision = decide(sys, c, sw_sim_job(sim));
            SW_TRY(sw_sim_decide(sim, &decision, err));
        } else {
            ck_assert_int_eq(need, SW_NEED_NOTHING);
            return SW_OK;
        }
    }
}

// ------------------------------------------------------------------------------ what came out

static double metric_value(const sw_metrics *metrics, const char *name, const script_case *c) {
    for (int i = 0; i < (int)SW_N_METRIC; i++) {
        if (strcmp(sw_metric_table[i].name, name) == 0) {
            double value = 0.0;
            memcpy(&value, (const char *)metrics + (size_t)i * sizeof value, sizeof value);
            return value;
        }
    }
    ck_abort_msg("%s: there is no metric \"%s\"", c->name, name);
    return 0.0;
}

static double job_value(const record *rec, int job, const char *field, const script_case *c) {
    const sw_outcome *outcome = &rec->outcome[job];
    ck_assert_msg(rec->has_outcome[job], "%s: job %d has no outcome", c->name, job);
    if (strcmp(field, "outcome") == 0) {
        return (double)outcome->kind;
    }
    const struct {
        const char *name;
        double value;
    } fields[] = {{"start_s", outcome->start_s},
                  {"end_s", outcome->end_s},
                  {"revenue_usd", outcome->revenue_usd},
                  {"late_usd", outcome->late_usd},
                  {"transfer_usd", outcome->transfer_usd}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(fields[i].name, field) == 0) {
            return fields[i].value;
        }
    }
    ck_abort_msg("%s: a job has no \"%s\"", c->name, field);
    return 0.0;
}

static double slot_value(const slot_record *slot, int32_t site, const char *field,
                         const script_case *c) {
#define SLOT_VALUE(name)                                                                           \
    if (strcmp(field, #name) == 0) {                                                               \
        return slot->name[site];                                                                   \
    }
    SLOT_FIELDS(SLOT_VALUE)
#undef SLOT_VALUE
    ck_abort_msg("%s: a slot has no \"%s\"", c->name, field);
    return 0.0;
}

static double seen_value(const seen_record *seen, int32_t asp, const char *field,
                         const script_case *c) {
#define SEEN_VALUE(name)                                                                           \
    if (strcmp(field, #name) == 0) {                                                               \
        return seen->name[asp];                                                                    \
    }
    SEEN_FIELDS(SEEN_VALUE)
    SEEN_VALUE(wait_s)
    SEEN_VALUE(energy_usd)
    SEEN_VALUE(net_kw)
#undef SEEN_VALUE
    ck_abort_msg("%s: \"%s\" is not seen", c->name, field);
    return 0.0;
}

// Returns the figure that `what` names.
static double look_up(const sw_sim *sim, const record *rec, const char *what,
                      const script_case *c) {
    const sw_system *sys = rec->sys;
    int n = 0;
    char first[64] = "";
    char second[64] = "";
    if (sscanf(what, "job %d %63s", &n, first) == 2) {
        return job_value(rec, n, first, c);
    }
    if (sscanf(what, "slot %d %63s %63s", &n, first, second) == 3) {
        return slot_value(&rec->slot[n], find(sys->site_name, sys->n_site, first, c), second, c);
    }
    if (sscanf(what, "seen %d %63s %63s", &n, first, second) == 3) {
        return seen_value(&rec->seen[n], find(sys->asp_name, sys->n_asp, first, c), second, c);
    }
    if (sscanf(what, "%63s %63s", first, second) == 1) {
        return metric_value(sw_sim_metrics(sim), first, c);
    }
    for (int32_t site = 0; site < sys->n_site; site++) {
        if (strcmp(sys->site_name[site], first) == 0) {
            return metric_value(&sw_sim_site_metrics(sim)[site], second, c);
        }
    }
    const int32_t asp = find(sys->asp_name, sys->n_asp, first, c);
    return metric_value(&sw_sim_asp_metrics(sim)[asp], second, c);
}

// True for figures without rounding: counts, outcomes and times.
static bool is_exact(const char *what) {
    return strstr(what, "jobs") != NULL || strstr(what, "outcome") != NULL ||
           strstr(what, "events") != NULL || strstr(what, "clipped") != NULL ||
           strstr(what, "images_on_time") != NULL || strstr(what, " start_s") != NULL ||
           strstr(what, " end_s") != NULL;
}

static void check_expected(const sw_sim *sim, const record *rec, const script_case *c) {
    for (const script_expect *e = c->expect; e->what != NULL; e++) {
        const double got = look_up(sim, rec, e->what, c);
        const double allowed = is_exact(e->what) ? 0.0 : 1e-12 * fmax(1.0, fabs(e->value));
        const bool equal =
            isnan(e->value) ? isnan(got) : got == e->value || fabs(got - e->value) <= allowed;
        ck_assert_msg(equal, "%s: %s is %.17g, should be %.17g", c->name, e->what, got, e->value);
    }
    // Whatever a case is about, its balances must close.
    const sw_balances *balances = sw_sim_balances(sim);
    ck_assert_msg(balances->jobs == 0.0 && balances->energy <= 1e-9 && balances->battery <= 1e-9 &&
                      balances->money <= 1e-9,
                  "%s: balances are off: jobs %g energy %g battery %g money %g", c->name,
                  balances->jobs, balances->energy, balances->battery, balances->money);
}

void script_run(const script_case *c) {
    folder dir = {.n_file = 0};
    write_files(&dir, c);
    sw_model *model = load(&dir, c);
    remove_files(&dir);
    ck_assert_int_le(model->sys.n_site, MAX_SITE);
    ck_assert_int_le(model->sys.n_asp, MAX_ASP);

    sw_error err = {SW_OK, ""};
    sw_world *world = NULL;
    ck_assert_msg(sw_world_create(model, 0, &world, &err) == SW_OK, "%s: %s", c->name, err.text);
    record rec = {.sys = &model->sys};
    const sw_sim_listeners listeners = {.context = &rec, .slot = on_slot, .outcome = on_outcome};
    sw_sim *sim = NULL;
    ck_assert_msg(sw_sim_create(model, world, &listeners, &sim, &err) == SW_OK, "%s: %s", c->name,
                  err.text);

    const sw_status status = play(sim, c, &rec, &err);
    if (c->error != NULL) {
        ck_assert_msg(status == SW_ERR_POLICY && strstr(err.text, c->error) != NULL,
                      "%s: should fail with \"%s\", came to: %s", c->name, c->error, err.text);
    } else {
        ck_assert_msg(status == SW_OK, "%s: %s", c->name, err.text);
        check_expected(sim, &rec, c);
    }
    sw_sim_destroy(sim);
    sw_world_destroy(world);
    sw_model_destroy(model);
}
