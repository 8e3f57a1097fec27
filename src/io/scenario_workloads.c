// The workloads of a scenario: arrivals from a signal or from a file of jobs, and distributions.
#include "io/scenario_loader.h"

#include <math.h>
#include <string.h>

typedef struct loaded_jobs {
    const char *path;
    sw_job_trace jobs;
    const char *why; // NULL: loaded
    sw_status code;  // with `why`
    struct loaded_jobs *next;
} loaded_jobs;

// Moves a distribution into the model: the lists of a value lie in the draft's memory.
static sw_dist keep_dist(sw_series_loader *load, const sw_value *value) {
    sw_dist dist = value->dist;
    if (dist.n > 0) {
        const size_t n = (size_t)dist.n;
        double *list = sw_arena_alloc(&load->model->arena, 2 * n, sizeof *list);
        if (list == NULL) {
            sw_draft_no_memory(load->draft);
            return dist;
        }
        memcpy(list, dist.value, n * sizeof *list);
        memcpy(list + n, dist.up_to, n * sizeof *list);
        dist.value = list;
        dist.up_to = list + n;
    }
    return dist;
}

static bool load_jobs(sw_series_loader *load, const sw_item *item, sw_value *value,
                      sw_job_trace *jobs) {
    const char *path = sw_draft_find_file(load->draft, item, value);
    if (path == NULL) {
        return false;
    }
    loaded_jobs *node = load->jobs;
    while (node != NULL && strcmp(node->path, path) != 0) {
        node = node->next;
    }
    if (node == NULL) {
        node = sw_arena_alloc(&load->draft->scratch, 1, sizeof *node);
        if (node == NULL) {
            sw_draft_no_memory(load->draft);
            return false;
        }
        node->path = path;
        node->next = load->jobs;
        load->jobs = node;
        sw_error err = {0};
        char sha256[65];
        const double end_s = (double)load->grid.n_slot * load->grid.slot_s;
        if (sw_job_trace_load(path, end_s, &load->model->arena, &node->jobs, sha256, &err) !=
            SW_OK) {
            const char *why = sw_arena_strdup(&load->draft->scratch, err.text);
            node->code = err.code;
            node->why = why == NULL ? "out of memory" : why;
        } else {
            sw_series_note_input(load, path, sha256);
        }
    }
    if (node->why != NULL) {
        sw_series_complain(load, item, "arrivals", node->code, node->why);
        return false;
    }
    *jobs = node->jobs;
    return true;
}

// Checks that jobs have deadlines: by the key, or by the trace's column.
static void load_deadline(sw_series_loader *load, const sw_item *item, sw_workload *workload) {
    const sw_value *value = sw_item_value(item, "deadline_s");
    if (value->entry != NULL) {
        workload->deadline_s = keep_dist(load, value);
        return;
    }
    workload->deadline_s = (sw_dist){.kind = SW_DIST_CONSTANT, .a = (double)INFINITY};
    const bool has_column =
        workload->kind == SW_ARRIVAL_TRACE && workload->trace.deadline_s != NULL;
    if (!has_column) {
        char allowed[240];
        sw_key_allowed(value->key, allowed, sizeof allowed);
        sw_draft_complain(load->draft, item, "deadline_s",
                          "missing, needed unless arrivals come from a trace with that column is "
                          "%s",
                          allowed);
    }
}

void sw_series_load_workload(sw_series_loader *load, const sw_item *item, int32_t stream,
                             sw_workload *workload) {
    sw_value *arrivals = sw_item_value(item, "arrivals");
    workload->images = keep_dist(load, sw_item_value(item, "images"));
    workload->work = keep_dist(load, sw_item_value(item, "work"));
    bool ok = arrivals->ok;
    if (ok) {
        workload->kind = (sw_arrival_kind)arrivals->index;
    }
    if (ok && workload->kind == SW_ARRIVAL_TRACE) {
        ok = load_jobs(load, item, arrivals, &workload->trace);
    } else if (ok) {
        // A daily profile runs on the clock of the origin's site.
        const sw_value *origin = sw_item_value(item, "origin");
        const sw_value *site =
            origin->ok ? sw_item_value(&load->draft->item[SW_SECTION_ASP][origin->index], "site")
                       : origin;
        const double utc_offset_h =
            site->ok
                ? sw_item_value(&load->draft->item[SW_SECTION_SITE][site->index], "utc_offset_h")
                      ->number
                : 0.0;
        workload->iod = workload->kind == SW_ARRIVAL_BURSTY ? arrivals->second : 1.0;
        (void)sw_series_load_signal(load, item, arrivals, utc_offset_h, stream, &workload->rate);
    }
    if (ok || sw_item_value(item, "deadline_s")->entry != NULL) {
        load_deadline(load, item, workload);
    }
}
