#include "lp/groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/timegrid.h"

enum {
    MAX_NODE = 64,     // of a grid of values or works
    MAX_EXACT = 16,    // distinct values that get a node each
    MANY_JOBS = 20000, // of a class: fewer are kept one by one where they differ
    N_TIGHT = 8,       // classes of time per image: members that can take the same steps
    TABLE_START = 1024
};

// A step from one class of tightness to the next: the most generous member stands for those within.
static const double tight_ratio = 0.8;
// A job may start and end on times rounded to 7.5 ns: nobody is left out for that.
static const double time_slack_s = 1e-6;

int64_t sw_group_due(int64_t slot, int64_t last) {
    int64_t grid = 1;
    while (last - slot > 8 * grid) {
        grid *= 2;
    }
    return (last + grid - 1) / grid * grid;
}

// ---------------------------------------------------------------- nodes

typedef struct node_grid {
    int32_t n;
    double node[MAX_NODE]; // ascending
} node_grid;

// Takes a value in when it is new; false when there are too many.
static bool add_exact(node_grid *grid, double x) {
    int32_t at = 0;
    while (at < grid->n && grid->node[at] < x) {
        at++;
    }
    if (at < grid->n && grid->node[at] == x) {
        return true;
    }
    if (grid->n >= MAX_EXACT) {
        return false;
    }
    memmove(&grid->node[at + 1], &grid->node[at], (size_t)(grid->n - at) * sizeof grid->node[0]);
    grid->node[at] = x;
    grid->n++;
    return true;
}

// Lays nodes around `mean`, from `least` up to at least `most`; finer where most members are.
static void lay_nodes(node_grid *grid, double least, double mean, double most) {
    static const double multiple[] = {0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0,
                                      1.25,  1.5,  1.75,  2.0, 2.5,   3.0,  4.0,   6.0};
    const int32_t n_multiple = (int32_t)(sizeof multiple / sizeof multiple[0]);
    grid->n = 0;
    grid->node[grid->n++] = least;
    double next = mean;
    for (int32_t i = 0; i < MAX_NODE - 2; i++) {
        next = i < n_multiple ? multiple[i] * mean : 2.0 * next;
        if (!(next < most)) {
            break;
        }
        if (next > grid->node[grid->n - 1]) {
            grid->node[grid->n++] = next;
        }
    }
    if (most > grid->node[grid->n - 1]) {
        grid->node[grid->n++] = most;
    }
}

// Lays nodes for a trace's column: each value one, or spread over its range when they are many.
static void lay_nodes_of_column(node_grid *grid, const double *x, int64_t n) {
    double least = x[0];
    double most = x[0];
    double sum = 0.0;
    bool exact = true;
    grid->n = 0;
    for (int64_t i = 0; i < n; i++) {
        least = fmin(least, x[i]);
        most = fmax(most, x[i]);
        sum += x[i];
        exact = exact && add_exact(grid, x[i]);
    }
    if (!exact) {
        lay_nodes(grid, least, sum / (double)n, most);
    }
}

static void lay_nodes_of_dist(node_grid *grid, const sw_dist *dist) {
    grid->n = 0;
    if (dist->kind == SW_DIST_CONSTANT) {
        (void)add_exact(grid, dist->a);
        return;
    }
    bool exact = dist->kind == SW_DIST_LIST;
    for (int32_t i = 0; exact && i < dist->n; i++) {
        exact = add_exact(grid, dist->value[i]);
    }
    if (!exact) {
        const double mean = sw_dist_mean(dist);
        const bool uniform = dist->kind == SW_DIST_UNIFORM;
        lay_nodes(grid, uniform ? dist->a : 0.0, mean, uniform ? dist->b : 1024.0 * mean);
    }
}

// Splits x over the nodes around it: *share of it lies at the returned node, the rest at the next.
// Beyond the last node x counts as that node.
static int32_t split(const node_grid *grid, double x, double *share) {
    int32_t at = 0;
    while (at + 1 < grid->n && grid->node[at + 1] <= x) {
        at++;
    }
    *share = 1.0;
    if (at + 1 < grid->n && x > grid->node[at]) {
        *share = (grid->node[at + 1] - x) / (grid->node[at + 1] - grid->node[at]);
    }
    return at;
}

// ---------------------------------------------------------------- gathering

// What the pass knows of a class.
typedef struct class_info {
    node_grid value;
    node_grid work;
    bool exact;    // each job is a group
    double free_s; // time per image and work factor that lets every choice of steps be made in time
} class_info;

typedef struct slot_entry {
    uint64_t key; // 0: empty
    int64_t group;
} slot_entry;

typedef struct gather {
    const sw_model *model;
    sw_groups *groups;
    class_info *info;   // [n_class]
    slot_entry *table;  // groups of the present slot by key, open addressing   [table_size]
    int64_t table_size; // a power of two
    int64_t table_used;
    int64_t max_groups;
    int64_t slot;
    int16_t *step_limit; // of the present job   [n_asp]
} gather;

static sw_status no_memory(sw_error *err, int64_t n) {
    return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for %lld groups of jobs", (long long)n);
}

static double slot_start_s(const sw_system *sys, int64_t slot) {
    return sw_time_round((double)slot * sys->slot_s);
}

// Returns the slot that holds t_s; a boundary belongs to the slot it starts.
static int64_t slot_of(const sw_system *sys, double t_s) {
    int64_t slot = (int64_t)floor(t_s / sys->slot_s);
    while (slot > 0 && slot_start_s(sys, slot) > t_s) {
        slot--;
    }
    while (slot_start_s(sys, slot + 1) <= t_s) {
        slot++;
    }
    return slot;
}

// Finds the largest steps with which a job can be on time at each ASP, served at once at the top
// level.
static bool find_step_limits(const gather *g, const sw_arrival *job, double window_s) {
    const sw_system *sys = &g->model->sys;
    const int32_t origin = sys->class_origin[job->cls];
    const double units = (double)job->images * job->work;
    bool any = false;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        const double latency_s = sys->link_latency_s[origin * sys->n_asp + k];
        const double speed = sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
        const double time_s = window_s - latency_s + time_slack_s;
        int32_t step = -1;
        if (time_s >= 0.0 && sys->asp_gpus[k] > 0) { // false for an unreachable ASP
            step = sys->n_step - 1;
            while (step >= 0 &&
                   units * sys->asp_image_work_s[k * sys->n_step + step] > time_s * speed) {
                step--;
            }
        }
        g->step_limit[k] = (int16_t)step;
        any = any || step >= 0;
    }
    return any;
}

// Returns the class of tightness: 0 for jobs that have time for everything.
static uint64_t tightness(const class_info *info, const sw_arrival *job, double window_s) {
    const double units = (double)job->images * job->work;
    double limit_s = info->free_s * units;
    uint64_t tight = 0;
    while (window_s < limit_s && tight < N_TIGHT - 1) {
        limit_s *= tight_ratio;
        tight++;
    }
    return tight;
}

static bool grow_groups(gather *g) {
    sw_groups *groups = g->groups;
    const int64_t capacity = groups->capacity < 256 ? 512 : 2 * groups->capacity;
    const size_t n_asp = (size_t)g->model->sys.n_asp;
    sw_job_group *group = realloc(groups->group, (size_t)capacity * sizeof *group);
    if (group == NULL) {
        return false;
    }
    groups->group = group;
    int16_t *max_step = realloc(groups->max_step, (size_t)capacity * n_asp * sizeof *max_step);
    if (max_step == NULL) {
        return false;
    }
    groups->max_step = max_step;
    groups->capacity = capacity;
    return true;
}

static uint64_t hash(uint64_t key) {
    key ^= key >> 33;
    key *= 0xFF51AFD7ED558CCDu;
    return key ^ (key >> 33);
}

static slot_entry *find_entry(slot_entry *table, int64_t size, uint64_t key) {
    uint64_t at = hash(key) & (uint64_t)(size - 1);
    while (table[at].key != 0 && table[at].key != key) {
        at = (at + 1) & (uint64_t)(size - 1);
    }
    return &table[at];
}

static bool grow_table(gather *g) {
    const int64_t size = 2 * g->table_size;
    slot_entry *table = calloc((size_t)size, sizeof *table);
    if (table == NULL) {
        return false;
    }
    for (int64_t i = 0; i < g->table_size; i++) {
        if (g->table[i].key != 0) {
            *find_entry(table, size, g->table[i].key) = g->table[i];
        }
    }
    free(g->table);
    g->table = table;
    g->table_size = size;
    return true;
}

// Adds a group with `images` of the present job.
static sw_status add_group(gather *g, const sw_job_group *like, double images, sw_error *err) {
    sw_groups *groups = g->groups;
    const int32_t n_asp = g->model->sys.n_asp;
    if (groups->n >= g->max_groups) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "the bound's LP would need more than %lld groups of jobs (class x slot x "
                       "deadline); take fewer slots",
                       (long long)g->max_groups);
    }
    if (groups->n >= groups->capacity && !grow_groups(g)) {
        return no_memory(err, 2 * groups->n);
    }
    groups->group[groups->n] = *like;
    groups->group[groups->n].images = images;
    memcpy(&groups->max_step[groups->n * n_asp], g->step_limit,
           (size_t)n_asp * sizeof *g->step_limit);
    groups->n++;
    return SW_OK;
}

// Adds `images` of the present job to the group of `key`, which is made if it is new.
static sw_status add_to_group(gather *g, uint64_t key, const sw_job_group *like, double images,
                              sw_error *err) {
    sw_groups *groups = g->groups;
    const int32_t n_asp = g->model->sys.n_asp;
    slot_entry *entry = find_entry(g->table, g->table_size, key);
    if (entry->key == 0) {
        if (2 * g->table_used >= g->table_size) {
            if (!grow_table(g)) {
                return no_memory(err, groups->n);
            }
            entry = find_entry(g->table, g->table_size, key);
        }
        SW_TRY(add_group(g, like, images, err));
        entry->key = key;
        entry->group = groups->n - 1;
        g->table_used++;
        return SW_OK;
    }
    groups->group[entry->group].images += images;
    int16_t *max_step = &groups->max_step[entry->group * n_asp];
    for (int32_t k = 0; k < n_asp; k++) {
        if (g->step_limit[k] > max_step[k]) {
            max_step[k] = g->step_limit[k];
        }
    }
    return SW_OK;
}

static sw_status add_job(gather *g, const sw_arrival *job, sw_error *err) {
    const sw_system *sys = &g->model->sys;
    sw_groups *groups = g->groups;
    const class_info *info = &g->info[job->cls];
    const int64_t slot = slot_of(sys, job->time_s);
    if (slot != g->slot) {
        memset(g->table, 0, (size_t)g->table_size * sizeof *g->table);
        g->table_used = 0;
        g->slot = slot;
    }
    const bool due = job->deadline_s <= sys->end_s;
    const double images = (double)job->images;
    groups->n_job++;
    if (due) {
        groups->late_usd += images * sys->class_late_usd[job->cls];
    }
    groups->worth_usd += images * job->value * sys->class_price_usd[job->cls];

    const double window_s = (due ? job->deadline_s : sys->end_s) - job->time_s;
    if (!find_step_limits(g, job, window_s)) {
        return SW_OK; // nobody can serve it in time
    }
    sw_job_group like = {.slot = slot, .cls = job->cls, .pays = due, .due = sys->n_slot - 1};
    if (due) {
        // The slot that a deadline on a boundary starts is of no use.
        const int64_t at = slot_of(sys, job->deadline_s);
        const int64_t last = slot_start_s(sys, at) == job->deadline_s && at > slot ? at - 1 : at;
        const int64_t rounded = sw_group_due(slot, last);
        like.due = rounded < like.due ? rounded : like.due;
    }
    if (info->exact) {
        like.value = job->value;
        like.work = job->work;
        return add_group(g, &like, images, err);
    }
    double value_share = 1.0;
    double work_share = 1.0;
    const int32_t value_at = split(&info->value, job->value, &value_share);
    const int32_t work_at = split(&info->work, job->work, &work_share);
    for (int32_t i = 0; i < 4; i++) {
        const int32_t v = value_at + (i & 1);
        const int32_t w = work_at + (i >> 1);
        const double share = ((i & 1) != 0 ? 1.0 - value_share : value_share) *
                             ((i >> 1) != 0 ? 1.0 - work_share : work_share);
        if (share <= 0.0) {
            continue;
        }
        like.value = info->value.node[v];
        like.work = info->work.node[w];
        uint64_t key = 1; // no key is 0
        key = key << 32 | (uint64_t)(like.due - slot);
        key = key << 1 | (like.pays ? 1 : 0);
        key = key << 11 | (uint64_t)job->cls;
        key = key << 3 | tightness(info, job, window_s);
        key = key << 6 | (uint64_t)v;
        key = key << 6 | (uint64_t)w;
        SW_TRY(add_to_group(g, key, &like, share * images, err));
    }
    return SW_OK;
}

static void describe_class(const sw_model *model, const sw_world *world, int32_t cls,
                           class_info *info) {
    const sw_system *sys = &model->sys;
    const sw_workload *w = &model->workload[cls];
    const sw_job_trace *trace = w->kind == SW_ARRIVAL_TRACE && w->trace.n > 0 ? &w->trace : NULL;
    info->value.n = 0;
    (void)add_exact(&info->value, 1.0);
    if (trace != NULL && trace->value != NULL) {
        lay_nodes_of_column(&info->value, trace->value, trace->n);
    }
    if (trace != NULL && trace->work != NULL) {
        lay_nodes_of_column(&info->work, trace->work, trace->n);
    } else {
        lay_nodes_of_dist(&info->work, &w->work);
    }
    info->exact = false;
    if (info->value.n > 1 || info->work.n > 1) {
        double jobs = 0.0;
        for (int64_t slot = 0; slot < sys->n_slot; slot++) {
            jobs += sw_world_expected_jobs(world, cls, slot);
        }
        info->exact = jobs < MANY_JOBS;
    }
    const int32_t origin = sys->class_origin[cls];
    info->free_s = 0.0;
    for (int32_t k = 0; k < sys->n_asp; k++) {
        if (!isinf(sys->link_latency_s[origin * sys->n_asp + k])) {
            const double speed =
                sys->asp_level_speed[k * sys->n_level_max + sys->asp_n_level[k] - 1];
            info->free_s =
                fmax(info->free_s, sys->asp_image_work_s[(k + 1) * sys->n_step - 1] / speed);
        }
    }
}

sw_status sw_groups_collect(const sw_model *model, sw_world *world, int64_t max_groups,
                            sw_groups *groups, sw_error *err) {
    const sw_system *sys = &model->sys;
    sw_status status = SW_ERR_NO_MEMORY;
    memset(groups, 0, sizeof *groups);
    gather g = {.model = model,
                .groups = groups,
                .table_size = TABLE_START,
                .max_groups = max_groups,
                .slot = -1};
    g.info = calloc((size_t)sys->n_class + 1, sizeof *g.info);
    g.table = calloc((size_t)g.table_size, sizeof *g.table);
    g.step_limit = calloc((size_t)sys->n_asp + 1, sizeof *g.step_limit);
    if (g.info == NULL || g.table == NULL || g.step_limit == NULL) {
        (void)no_memory(err, g.table_size);
        goto cleanup;
    }
    for (int32_t w = 0; w < sys->n_class; w++) {
        describe_class(model, world, w, &g.info[w]);
    }
    status = SW_OK;
    sw_world_rewind(world);
    sw_arrival job;
    while (status == SW_OK && sw_world_next(world, &job)) {
        status = add_job(&g, &job, err);
    }
    sw_world_rewind(world);
cleanup:
    free(g.info);
    free(g.table);
    free(g.step_limit);
    if (status != SW_OK) {
        sw_groups_deinit(groups);
    }
    return status;
}

void sw_groups_deinit(sw_groups *groups) {
    free(groups->group);
    free(groups->max_step);
    memset(groups, 0, sizeof *groups);
}
