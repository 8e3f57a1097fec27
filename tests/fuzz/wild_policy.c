#include "wild_policy.h"

#include "base/status.h"

static wild_policy *wild;

void wild_policy_set(wild_policy *policy) {
    wild = policy;
}

// True three times out of four: the contract is kept, so that runs get far.
static bool is_tame(void) {
    return bytes_next(wild->in) % 4 != 3;
}

// True fifteen times out of sixteen.
static bool is_mostly_tame(void) {
    const bool tame = is_tame();
    return tame || is_tame();
}

// Returns a number of 0 .. n-1, n at least 1.
static int32_t below(int32_t n) {
    return (int32_t)(bytes_next(wild->in) % (unsigned)n);
}

// ---------------------------------------------------------------- what it asks the host

static void ask_forecast(void) {
    const sw_forecast_kind kind = (sw_forecast_kind)bytes_whole(wild->in);
    const int32_t owner = (int32_t)bytes_whole(wild->in);
    const double value = wild->host->forecast(wild->host, kind, owner, bytes_whole(wild->in));
    SW_REQUIRE(!isinf(value));
}

static void ask_random(void) {
    const uint32_t stream = bytes_next(wild->in);
    const uint64_t index = bytes_raw(wild->in);
    const double u = wild->host->uniform(wild->host, stream, index, bytes_next(wild->in));
    SW_REQUIRE(u > 0.0 && u < 1.0);
}

static void ask_jobs(void) {
    int32_t n = -1;
    const sw_asp_job *job = wild->host->asp_jobs(wild->host, (int32_t)bytes_whole(wild->in), &n);
    SW_REQUIRE(n >= 0 && (n == 0) == (job == NULL));
    for (int32_t i = 0; i < n; i++) {
        SW_REQUIRE(job[i].work_s >= 0.0 && (i == 0 || job[i].deadline_s >= job[i - 1].deadline_s));
    }
}

// A small program of any numbers, with sizes and arrays as they should be or not.
static void ask_program(void) {
    enum { MOST_COL = 4, MOST_ROW = 4, MOST_ENTRY = 12 };
    bytes *in = wild->in;
    double col[3][MOST_COL];
    double row[2][MOST_ROW];
    int32_t place[2][MOST_ENTRY];
    double value[MOST_ENTRY];
    sw_lp_problem problem = {.struct_size = sizeof problem,
                             .n_col = below(MOST_COL + 1),
                             .n_row = below(MOST_ROW + 1),
                             .n_entry = below(MOST_ENTRY + 1),
                             .col_cost = col[0],
                             .col_lo = col[1],
                             .col_hi = col[2],
                             .row_lo = row[0],
                             .row_hi = row[1],
                             .entry_row = place[0],
                             .entry_col = place[1],
                             .entry_value = value};
    for (int32_t i = 0; i < MOST_COL; i++) {
        col[0][i] = bytes_number(in);
        col[1][i] = is_tame() ? 0.0 : bytes_number(in);
        col[2][i] = bytes_number(in);
    }
    for (int32_t i = 0; i < MOST_ROW; i++) {
        row[0][i] = is_tame() ? -(double)INFINITY : bytes_number(in);
        row[1][i] = bytes_number(in);
    }
    for (int32_t i = 0; i < MOST_ENTRY; i++) {
        place[0][i] =
            problem.n_row > 0 && is_tame() ? below(problem.n_row) : (int32_t)bytes_whole(in);
        place[1][i] =
            problem.n_col > 0 && is_tame() ? below(problem.n_col) : (int32_t)bytes_whole(in);
        value[i] = bytes_number(in);
    }
    double x[MOST_COL];
    double dual[MOST_ROW];
    sw_lp_solution solution = {.struct_size = sizeof solution, .x = x, .row_dual = dual};
    switch (bytes_next(in) % 16) { // what a check can see: the rest of the sizes would be lies
    case 0:
        problem.struct_size = bytes_next(in);
        break;
    case 1:
        problem.n_col = -1 - below(100);
        break;
    case 2:
        problem.n_row = INT32_MAX;
        break;
    case 3:
        problem.n_entry = INT64_MIN;
        break;
    case 4:
        problem.entry_value = NULL;
        break;
    case 5:
        solution.x = NULL;
        solution.row_dual = NULL;
        break;
    case 6:
        solution.struct_size = 0;
        break;
    default:
        break;
    }
    const sw_lp_status status = wild->host->solve_lp(wild->host, &problem, &solution);
    SW_REQUIRE((int)status >= SW_LP_OPTIMAL && status <= SW_LP_REFUSED);
    SW_REQUIRE(status != SW_LP_OPTIMAL || !isnan(solution.objective));
    for (int32_t i = 0; status == SW_LP_OPTIMAL && solution.x != NULL && i < problem.n_col; i++) {
        SW_REQUIRE(!isnan(x[i]));
    }
}

static void ask(void) {
    if (wild->host == NULL) {
        return;
    }
    switch (bytes_next(wild->in) % 16) {
    case 1:
        ask_forecast();
        break;
    case 2:
        ask_random();
        break;
    case 3:
        ask_jobs();
        break;
    case 4:
        ask_program();
        break;
    case 5:
        wild->host->log(wild->host, (sw_log_level)bytes_whole(wild->in), "it says something");
        break;
    default:
        break;
    }
}

// ---------------------------------------------------------------- what it answers

static size_t state_size(const sw_system *system, const sw_param_value *params) {
    (void)system;
    (void)params;
    static const size_t size[] = {
        0, 1, 64, 1000, 1u << 16, ((size_t)1 << 34) + 1, SIZE_MAX, SIZE_MAX - 62};
    enum { N_SIZE = sizeof size / sizeof size[0] };
    wild->state_size = size[is_tame() ? below(5) : below(N_SIZE)];
    wild->refused = wild->state_size > (size_t)1 << 34;
    return wild->state_size;
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *params, char *why, size_t why_size) {
    (void)params;
    SW_REQUIRE(!wild->refused && !wild->is_created);
    for (size_t i = 0; i < wild->state_size; i++) {
        SW_REQUIRE(((const unsigned char *)state)[i] == 0);
    }
    if (wild->state_size > 0) {
        memset(state, 'x', wild->state_size);
    }
    (void)system;
    wild->host = host;
    wild->is_created = true;
    ask();
    if (is_mostly_tame()) {
        return 0;
    }
    wild->refused = true;
    wild->is_created = false;
    memset(why, 'x', why_size); // has no end
    return 1 + below(9);
}

static void destroy(void *state) {
    (void)state;
    SW_REQUIRE(wild->is_created == wild->has_create && !wild->is_destroyed);
    wild->is_created = false;
    wild->is_destroyed = true;
}

// A policy that has broken the contract is asked no more.
static void expect_call(const sw_view *view) {
    SW_REQUIRE(wild->is_created == wild->has_create && !wild->broke && view->now_s >= 0.0);
    ask();
}

static void tick(void *state, const sw_view *view) {
    (void)state;
    expect_call(view);
}

static bool is_allowed(const sw_system *sys, const sw_job_view *job, const sw_decision *decision) {
    return decision->asp == -1 ||
           (decision->asp >= 0 && decision->asp < sys->n_asp && decision->step >= 0 &&
            decision->step < sys->n_step && isfinite(decision->not_before_s) &&
            isfinite(sys->link_latency_s[job->origin * sys->n_asp + decision->asp]));
}

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    (void)state;
    expect_call(view);
    const sw_system *sys = view->system;
    SW_REQUIRE(decision->asp == -1 && decision->step == 0 && decision->not_before_s == 0.0);
    if (is_tame()) {
        decision->asp = job->origin;
        decision->step = below(sys->n_step);
        decision->not_before_s = view->now_s + 10.0 * below(64) - 100.0;
    } else if (is_tame()) {
        decision->asp = below(sys->n_asp + 1) - 1;
        decision->step = below(sys->n_step);
        decision->not_before_s = bytes_number(wild->in);
    } else {
        decision->asp = (int32_t)bytes_whole(wild->in);
        decision->step = (int32_t)bytes_whole(wild->in);
        decision->not_before_s = bytes_number(wild->in);
    }
    wild->broke = !is_allowed(sys, job, decision);
    if (job->job < WILD_MOST_JOBS) {
        wild->not_before_s[job->job] = decision->asp < 0 ? 0.0 : decision->not_before_s;
    }
}

static void control_asp(const sw_system *sys, int32_t asp, sw_controls *controls) {
    const bool tame = is_mostly_tame();
    controls->level[asp] = tame ? below(sys->asp_n_level[asp]) : (int32_t)bytes_whole(wild->in);
    controls->active[asp] = tame ? below(sys->asp_gpus[asp] + 1) : (int32_t)bytes_whole(wild->in);
    wild->broke = wild->broke || controls->level[asp] < 0 ||
                  controls->level[asp] >= sys->asp_n_level[asp] || controls->active[asp] < 0 ||
                  controls->active[asp] > sys->asp_gpus[asp];
}

static void control_site(int32_t site, sw_controls *controls) {
    controls->thermostat[site] = (uint8_t)(is_tame() ? below(2) : below(256));
    controls->battery_kw[site] = bytes_number(wild->in);
    controls->cooling_kw[site] = bytes_number(wild->in);
    wild->broke = wild->broke || !isfinite(controls->battery_kw[site]) ||
                  (controls->thermostat[site] == 0 && !isfinite(controls->cooling_kw[site]));
}

static void control(void *state, const sw_view *view, sw_controls *controls) {
    (void)state;
    expect_call(view);
    for (int32_t asp = 0; asp < view->system->n_asp; asp++) {
        control_asp(view->system, asp, controls);
    }
    for (int32_t site = 0; site < view->system->n_site; site++) {
        if (is_tame()) {
            control_site(site, controls);
        }
    }
}

static void feedback(void *state, const sw_view *view, const sw_outcome *outcome) {
    (void)state;
    expect_call(view);
    SW_REQUIRE(outcome->kind != SW_OUTCOME_UNFINISHED);
}

const sw_policy wild_policy_table = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "wild",
    .summary = "does what the input says",
    .halves = SW_POLICY_DISPATCHER | SW_POLICY_ENERGY,
    .state_size = state_size,
    .create = create,
    .destroy = destroy,
    .tick = tick,
    .dispatch = dispatch,
    .control = control,
    .feedback = feedback,
};
