// asp_jobs.c -- the jobs at an ASP as policies see them: by deadline, with the work that is left.
#include <math.h>
#include <stdlib.h>

#include "sim/state.h"

static bool job_before(const sw_asp_job *a, const sw_asp_job *b) {
    return a->deadline_s < b->deadline_s || (a->deadline_s == b->deadline_s && a->job < b->job);
}

// Sorts in place without allocating (heapsort; the order is total, so stability does not matter).
static void sort_jobs(sw_asp_job *a, int32_t n) {
    for (int32_t end = n, start = n / 2; end > 1;) {
        sw_asp_job x;
        if (start > 0) {
            x = a[--start];
        } else {
            end--;
            x = a[end];
            a[end] = a[0];
        }
        int64_t hole = start;
        for (int64_t child; (child = 2 * hole + 1) < end; hole = child) {
            if (child + 1 < end && job_before(&a[child], &a[child + 1])) {
                child++;
            }
            if (!job_before(&x, &a[child])) {
                break;
            }
            a[hole] = a[child];
        }
        a[hole] = x;
    }
}

const sw_asp_job *sw_sim_asp_jobs(sw_sim *sim, int32_t asp, int32_t *n) {
    *n = 0;
    if (asp < 0 || asp >= sim->sys->n_asp) {
        return NULL;
    }
    const sw_server *server = &sim->server[asp];
    const sw_heap *const heap[] = {&server->transit, &server->edf};
    const int64_t total = (int64_t)sim->running[asp] + sim->queued[asp] + sim->in_transit[asp];
    if (total == 0 || total > INT32_MAX) {
        return NULL;
    }
    if (total > sim->scratch_capacity) {
        const int64_t capacity = total < 64 ? 64 : (total > INT32_MAX / 2 ? total : 2 * total);
        sw_asp_job *scratch = realloc(sim->scratch, (size_t)capacity * sizeof *scratch);
        if (scratch == NULL) {
            (void)sw_fail(&sim->error, SW_ERR_NO_MEMORY, "out of memory for a list of %lld jobs",
                          (long long)total);
            return NULL;
        }
        sim->scratch = scratch;
        sim->scratch_capacity = (int32_t)capacity;
    }
    int32_t k = 0;
    const double clock_s = sw_work_clock_s(sim, asp);
    for (int32_t place = 0; place < server->running.n_leaf; place++) {
        const double left_s = sw_minset_at(&server->running, place) - clock_s;
        if (!isnan(left_s)) {
            const sw_job *job = &sim->pool[server->running.item[place]];
            sim->scratch[k++] = (sw_asp_job){.deadline_s = job->view.deadline_s,
                                             .work_s = fmax(left_s, 0.0),
                                             .job = job->view.job};
        }
    }
    for (int32_t h = 0; h < 2; h++) {
        for (int32_t i = 0; i < heap[h]->n; i++) {
            const sw_job *job = &sim->pool[heap[h]->entry[i].item];
            sim->scratch[k++] = (sw_asp_job){
                .deadline_s = job->view.deadline_s, .work_s = job->work_s, .job = job->view.job};
        }
    }
    for (uint32_t i = 0; i < sw_ring_count(&server->fifo); i++) {
        const sw_job *job = &sim->pool[sw_ring_at(&server->fifo, i)];
        sim->scratch[k++] = (sw_asp_job){
            .deadline_s = job->view.deadline_s, .work_s = job->work_s, .job = job->view.job};
    }
    SW_ASSERT(k == total);
    sort_jobs(sim->scratch, k);
    *n = k;
    return sim->scratch;
}
