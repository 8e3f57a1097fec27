/* SPDX-License-Identifier: MIT */
// linucb.c -- a contextual bandit that learns online which (ASP, steps) pays: disjoint LinUCB (Li,
// Chu, Langford and Schapire, "A contextual-bandit approach to personalized news article
// recommendation", WWW 2010, algorithm 1). One arm for each ASP and step choice; the reward is what
// the job earned, learned when it ends.
#include "stepwatt/sw_policy.h"

// Features of an (arm, job): constant, predicted delay and finish as shares of the time left,
// whether that finish is late, energy cost as a share of the payment, the job's value.
enum { N_FEATURE = 6 };

// Jobs whose outcome is awaited; more than so many in flight are not learned from (counted and
// logged).
enum { N_AWAITED = 1 << 16 };

typedef struct arm {
    double inverse[N_FEATURE][N_FEATURE]; // of I + sum of x x'
    double target[N_FEATURE];             // sum of reward x
    double weight[N_FEATURE];             // inverse target
} arm;

typedef struct awaited {
    int64_t job; // -1: free
    int32_t arm;
    double energy_usd; // expected at the decision
    double x[N_FEATURE];
} awaited;

typedef struct ucb_state {
    const sw_system *sys;
    const sw_host *host;
    double alpha;
    int64_t n_lost;
    arm *arms;        // [n_asp, n_step]
    awaited *waiting; // [N_AWAITED], by the low bits of the job number
} ucb_state;

enum { PARAM_ALPHA };

static const sw_param_spec params[] = {
    [PARAM_ALPHA] = {.key = "alpha",
                     .kind = SW_PARAM_NUMBER,
                     .fallback = 0.6,
                     .lo = 0,
                     .hi = 100,
                     .help = "weight of uncertainty: how much is tried out"},
};

static size_t n_arms(const sw_system *system) {
    return (size_t)system->n_asp * (size_t)system->n_step;
}

static size_t state_size(const sw_system *system, const sw_param_value *value) {
    (void)value;
    return sizeof(ucb_state) + n_arms(system) * sizeof(arm) + N_AWAITED * sizeof(awaited);
}

static int create(void *state, const sw_system *system, const sw_host *host,
                  const sw_param_value *value, char *why, size_t why_size) {
    (void)why;
    (void)why_size;
    ucb_state *own = state;
    own->sys = system;
    own->host = host;
    own->alpha = value[PARAM_ALPHA].number;
    own->arms = (arm *)(own + 1);
    own->waiting = (awaited *)(own->arms + n_arms(system));
    for (size_t a = 0; a < n_arms(system); a++) {
        for (int i = 0; i < N_FEATURE; i++) {
            own->arms[a].inverse[i][i] = 1.0;
        }
    }
    for (int i = 0; i < N_AWAITED; i++) {
        own->waiting[i].job = -1;
    }
    return 0;
}

static double clip(double x, double lo, double hi) {
    return x < lo ? lo : (x > hi ? hi : x);
}

// What the job pays at quality 1, the unit of rewards; USD.
static double payment_usd(const sw_system *sys, const sw_job_view *job) {
    const double usd = (double)job->images * sys->class_price_usd[job->cls];
    return usd > 0.0 ? usd : (double)job->images;
}

static void features(const sw_view *view, const sw_job_view *job, int32_t asp, int32_t step,
                     double delay_s, double pay_usd, awaited *out) {
    const double left_s = job->deadline_s - view->now_s;
    const double work_s = sw_job_work_s(view->system, job, asp, step);
    out->energy_usd = sw_energy_usd_per_work_s(view, asp) * work_s;
    const double finish_s = delay_s + work_s / view->speed[asp];
    out->x[0] = 1.0;
    out->x[1] = left_s > 0.0 ? clip(delay_s / left_s, 0.0, 2.0) : 2.0;
    out->x[2] = left_s > 0.0 ? clip(finish_s / left_s, 0.0, 2.0) : 2.0;
    out->x[3] = finish_s > left_s ? 1.0 : 0.0;
    out->x[4] = clip(out->energy_usd / pay_usd, -2.0, 2.0);
    out->x[5] = clip(job->value, 0.0, 10.0);
}

// The upper confidence bound of an arm's reward.
static double optimism(const arm *a, const double x[N_FEATURE], double alpha) {
    double mean = 0.0;
    double variance = 0.0;
    for (int i = 0; i < N_FEATURE; i++) {
        mean += a->weight[i] * x[i];
        for (int j = 0; j < N_FEATURE; j++) {
            variance += x[i] * a->inverse[i][j] * x[j];
        }
    }
    return mean + alpha * sqrt(variance > 0.0 ? variance : 0.0);
}

static void dispatch(void *state, const sw_view *view, const sw_job_view *job,
                     sw_decision *decision) {
    ucb_state *own = state;
    const sw_system *sys = own->sys;
    const double pay_usd = payment_usd(sys, job);
    // Rejecting costs the penalty, known beforehand.
    double best = -sys->class_late_usd[job->cls] * (double)job->images / pay_usd;
    awaited chosen = {.job = -1};
    for (int32_t asp = 0; asp < sys->n_asp; asp++) {
        const double delay_s = sw_predict_delay_s(view, job->origin, asp);
        if (!(delay_s < HUGE_VAL)) {
            continue;
        }
        for (int32_t step = 0; step < sys->n_step; step++) {
            awaited candidate = {.job = job->job, .arm = asp * sys->n_step + step};
            features(view, job, asp, step, delay_s, pay_usd, &candidate);
            const double score = optimism(&own->arms[candidate.arm], candidate.x, own->alpha);
            if (score > best) {
                best = score;
                chosen = candidate;
                decision->asp = asp;
                decision->step = step;
            }
        }
    }
    if (chosen.job >= 0) {
        awaited *slot = &own->waiting[(uint64_t)job->job % N_AWAITED];
        own->n_lost += slot->job >= 0;
        *slot = chosen;
    }
}

// Adds an observation to an arm: Sherman-Morrison keeps the inverse.
static void learn(arm *a, const double x[N_FEATURE], double reward) {
    double ax[N_FEATURE];
    double denominator = 1.0;
    for (int i = 0; i < N_FEATURE; i++) {
        ax[i] = 0.0;
        for (int j = 0; j < N_FEATURE; j++) {
            ax[i] += a->inverse[i][j] * x[j];
        }
        denominator += x[i] * ax[i];
    }
    for (int i = 0; i < N_FEATURE; i++) {
        for (int j = 0; j < N_FEATURE; j++) {
            a->inverse[i][j] -= ax[i] * ax[j] / denominator;
        }
        a->target[i] += reward * x[i];
    }
    for (int i = 0; i < N_FEATURE; i++) {
        a->weight[i] = 0.0;
        for (int j = 0; j < N_FEATURE; j++) {
            a->weight[i] += a->inverse[i][j] * a->target[j];
        }
    }
}

static void feedback(void *state, const sw_view *view, const sw_outcome *outcome) {
    (void)view;
    ucb_state *own = state;
    awaited *slot = &own->waiting[(uint64_t)outcome->job.job % N_AWAITED];
    if (slot->job != outcome->job.job) {
        return; // rejected, or its place was taken: counted in dispatch
    }
    const double earned_usd =
        outcome->revenue_usd - outcome->late_usd - outcome->transfer_usd - slot->energy_usd;
    learn(&own->arms[slot->arm], slot->x, earned_usd / payment_usd(own->sys, &outcome->job));
    slot->job = -1;
}

static void destroy(void *state) {
    const ucb_state *own = state;
    if (own->n_lost > 0) {
        own->host->log(own->host, SW_LOG_WARN,
                       "linucb: some outcomes were not learned from: too many jobs in flight");
    }
}

static const sw_policy policy = {
    .abi_major = SW_POLICY_ABI_MAJOR,
    .abi_minor = SW_POLICY_ABI_MINOR,
    .struct_size = sizeof(sw_policy),
    .name = "linucb",
    .summary = "contextual bandit (LinUCB) that learns ASP and steps online from completions",
    .halves = SW_POLICY_DISPATCHER,
    .params = params,
    .n_param = sizeof params / sizeof params[0],
    .state_size = state_size,
    .create = create,
    .destroy = destroy,
    .dispatch = dispatch,
    .feedback = feedback,
};

SW_POLICY_EXPORT const sw_policy *sw_policy_entry(void) {
    return &policy;
}
