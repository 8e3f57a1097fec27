#include "sweep/replay_files.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sw_status open_in(const char *folder, const char *name, const char *head,
                         sw_atomic_file *file, sw_error *err) {
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", folder);
    }
    (void)snprintf(path, size, "%s/%s", folder, name);
    const sw_status status = sw_atomic_file_open(path, file, err);
    if (status == SW_OK) {
        (void)fputs(head, file->stream);
    }
    free(path);
    return status;
}

sw_status sw_replay_files_open(sw_replay_files *files, const sw_model *model, const char *folder,
                               sw_error *err) {
    const sw_system *sys = &model->sys;
    *files = (sw_replay_files){.model = model};
    files->level = calloc((size_t)sys->n_asp, sizeof *files->level);
    files->active = calloc((size_t)sys->n_asp, sizeof *files->active);
    files->battery_kw = calloc((size_t)sys->n_site, sizeof *files->battery_kw);
    files->cooling_kw = calloc((size_t)sys->n_site, sizeof *files->cooling_kw);
    sw_status status = SW_OK;
    if (files->level == NULL || files->active == NULL || files->battery_kw == NULL ||
        files->cooling_kw == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", folder);
        goto cleanup;
    }
    // A replay starts from the top level, all GPUs on, no battery power, the thermostat.
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        files->level[asp] = sys->asp_n_level[asp] - 1;
        files->active[asp] = sys->asp_gpus[asp];
    }
    for (int32_t site = 0; site < sys->n_site; site++) {
        files->cooling_kw[site] = (double)NAN;
    }
    status = open_in(folder, "jobs.csv", "job,asp,steps,not_before_s\n", &files->jobs, err);
    if (status == SW_OK) {
        status = open_in(folder, "controls.csv", "slot,kind,name,value\n", &files->controls, err);
    }

cleanup:
    if (status != SW_OK) {
        sw_replay_files_close(files);
    }
    return status;
}

void sw_replay_files_decision(sw_replay_files *files, const sw_job_view *job,
                              const sw_decision *decision) {
    const sw_system *sys = &files->model->sys;
    FILE *out = files->jobs.stream;
    if (decision->asp < 0) {
        (void)fprintf(out, "%" PRId64 ",,,\n", job->job);
        return;
    }
    (void)fprintf(out, "%" PRId64 ",%s,%" PRId32 ",", job->job, sys->asp_name[decision->asp],
                  sys->steps[decision->step]);
    if (decision->not_before_s > job->arrival_s) {
        (void)fprintf(out, "%.17g", decision->not_before_s);
    }
    (void)fputc('\n', out);
}

void sw_replay_files_controls(sw_replay_files *files, int64_t slot, const sw_controls *applied) {
    const sw_system *sys = &files->model->sys;
    FILE *out = files->controls.stream;
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        if (applied->level[asp] != files->level[asp]) {
            files->level[asp] = applied->level[asp];
            (void)fprintf(out, "%" PRId64 ",level,%s,%" PRId32 "\n", slot, sys->asp_name[asp],
                          applied->level[asp]);
        }
        if (applied->active[asp] != files->active[asp]) {
            files->active[asp] = applied->active[asp];
            (void)fprintf(out, "%" PRId64 ",active,%s,%" PRId32 "\n", slot, sys->asp_name[asp],
                          applied->active[asp]);
        }
    }
    for (int32_t site = 0; site < sys->n_site; site++) {
        if (applied->battery_kw[site] != files->battery_kw[site]) {
            files->battery_kw[site] = applied->battery_kw[site];
            (void)fprintf(out, "%" PRId64 ",battery_kw,%s,%.17g\n", slot, sys->site_name[site],
                          applied->battery_kw[site]);
        }
        const bool was_thermostat = isnan(files->cooling_kw[site]);
        if (applied->thermostat[site] != 0) {
            if (!was_thermostat) {
                files->cooling_kw[site] = (double)NAN;
                (void)fprintf(out, "%" PRId64 ",cooling_kw,%s,\n", slot, sys->site_name[site]);
            }
        } else if (was_thermostat || applied->cooling_kw[site] != files->cooling_kw[site]) {
            files->cooling_kw[site] = applied->cooling_kw[site];
            (void)fprintf(out, "%" PRId64 ",cooling_kw,%s,%.17g\n", slot, sys->site_name[site],
                          applied->cooling_kw[site]);
        }
    }
}

sw_status sw_replay_files_commit(sw_replay_files *files, sw_error *err) {
    char *jobs = strdup(files->jobs.path);
    if (jobs == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", files->jobs.path);
    }
    sw_status status = sw_atomic_file_sync(&files->jobs, err);
    if (status == SW_OK) {
        status = sw_atomic_file_sync(&files->controls, err);
    }
    // A process killed from here on leaves half a recording, never halves of two.
    if (status == SW_OK && unlink(files->controls.path) != 0 && errno != ENOENT) {
        status = sw_fail(err, SW_ERR_IO, "%s: cannot be replaced: %s", files->controls.path,
                         sw_errno_text(errno));
    }
    if (status == SW_OK) {
        status = sw_atomic_file_commit(&files->jobs, err);
    }
    if (status == SW_OK) {
        status = sw_atomic_file_commit(&files->controls, err);
        if (status != SW_OK) {
            (void)unlink(jobs); // half a recording would replay another run
        }
    }
    free(jobs);
    return status;
}

void sw_replay_files_close(sw_replay_files *files) {
    sw_atomic_file_abandon(&files->jobs);
    sw_atomic_file_abandon(&files->controls);
    free(files->level);
    free(files->active);
    free(files->battery_kw);
    free(files->cooling_kw);
    *files = (sw_replay_files){0};
}
