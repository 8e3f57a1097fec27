// report.c -- from the end of the horizon to results: unfinished jobs, settlement, metrics, and the
// balances that show nothing was lost or counted twice.
#include <math.h>
#include <string.h>

#include "sim/state.h"

// ---------------------------------------------------------------- what the end leaves

static void leave_unfinished(sw_sim *sim, int32_t item) {
    sw_service_book(sim, &sim->pool[item], SW_OUTCOME_UNFINISHED);
    sw_job_release(sim, item);
}

// Ends the jobs still in the system: running, queued, in transit, undecided.
static void end_jobs(sw_sim *sim) {
    for (int32_t asp = 0; asp < sim->sys->n_asp; asp++) {
        sw_server *server = &sim->server[asp];
        const sw_heap *const heap[] = {&server->edf, &server->transit};
        for (int32_t place = 0; place < server->running.n_leaf; place++) {
            if (!isnan(sw_minset_at(&server->running, place))) {
                leave_unfinished(sim, server->running.item[place]);
            }
        }
        for (int32_t h = 0; h < 2; h++) {
            for (int32_t i = 0; i < heap[h]->n; i++) {
                leave_unfinished(sim, heap[h]->entry[i].item);
            }
        }
        while (sw_ring_count(&server->fifo) > 0) {
            leave_unfinished(sim, sw_ring_pop(&server->fifo));
        }
    }
    while (sw_ring_count(&sim->undecided) > 0) {
        leave_unfinished(sim, sw_ring_pop(&sim->undecided));
    }
}

// ---------------------------------------------------------------- metrics

// What means and shares are made of; added up from ASPs to sites to the run.
typedef struct sums {
    sw_counts count;
    double revenue_usd;
    double transfer_usd;
    double late_usd;
    double latency_s;
    double quality; // over images on time
    double steps;
    double images;
    double busy_s;
    double gpus;
    int64_t completed;
} sums;

static double ratio(double part, double whole) {
    return whole > 0.0 ? part / whole : 0.0;
}

static sums asp_sums(const sw_sim *sim, int32_t asp) {
    const sw_system *sys = sim->sys;
    const sw_server *server = &sim->server[asp];
    sums s = {.count = server->count,
              .revenue_usd = server->total.revenue_usd,
              .transfer_usd = server->total.transfer_usd,
              .late_usd = server->total.late_usd,
              .latency_s = server->total.latency_s,
              .busy_s = server->total.busy_s,
              .gpus = (double)sys->asp_gpus[asp],
              .completed = server->count.on_time + server->count.late};
    for (int32_t step = 0; step < sys->n_step; step++) {
        const double images = (double)server->images_on_time[step];
        s.images += images;
        s.quality += images * sys->asp_quality[asp * sys->n_step + step];
        s.steps += images * (double)sys->steps[step];
    }
    return s;
}

static void add_sums(sums *to, const sums *from) {
    to->count.jobs += from->count.jobs;
    to->count.on_time += from->count.on_time;
    to->count.late += from->count.late;
    to->count.dropped += from->count.dropped;
    to->count.rejected += from->count.rejected;
    to->count.unfinished += from->count.unfinished;
    to->count.overdue += from->count.overdue;
    to->count.transferred += from->count.transferred;
    to->revenue_usd += from->revenue_usd;
    to->transfer_usd += from->transfer_usd;
    to->late_usd += from->late_usd;
    to->latency_s += from->latency_s;
    to->quality += from->quality;
    to->steps += from->steps;
    to->images += from->images;
    to->busy_s += from->busy_s;
    to->gpus += from->gpus;
    to->completed += from->completed;
}

// Fills the part of the metrics that jobs make, the same in every scope.
static void job_metrics(const sw_sim *sim, const sums *s, sw_metrics *m) {
    const sw_counts *c = &s->count;
    m->revenue_usd = s->revenue_usd;
    m->transfer_usd = s->transfer_usd;
    m->late_usd = s->late_usd;
    m->jobs = (double)c->jobs;
    m->jobs_on_time = (double)c->on_time;
    m->jobs_late = (double)c->late;
    m->jobs_dropped = (double)c->dropped;
    m->jobs_rejected = (double)c->rejected;
    m->jobs_unfinished = (double)c->unfinished;
    m->jobs_overdue = (double)c->overdue;
    m->jobs_transferred = (double)c->transferred;
    m->violation_rate =
        ratio((double)(c->late + c->dropped + c->rejected + c->overdue), (double)c->jobs);
    m->images_on_time = s->images;
    m->mean_quality = ratio(s->quality, s->images);
    m->mean_steps = ratio(s->steps, s->images);
    m->mean_latency_s = ratio(s->latency_s, (double)s->completed);
    m->utilisation = ratio(s->busy_s, s->gpus * sim->sys->end_s);
}

// Fills the part that a site's plant makes. Flows add up over sites; the caller adds.
static void plant_metrics(const sw_sim *sim, int32_t site, sw_metrics *m) {
    const sw_site_totals *t = &sim->plant[site].total;
    const double mean_buy = t->buy_sum / (double)sim->sys->n_slot;
    m->energy_cost_usd = t->energy_cost_usd;
    m->overload_usd = t->overload_usd;
    m->wear_usd = t->wear_usd;
    m->battery_settlement_usd =
        (sim->soc[site] - sim->sys->site_soc_start_kwh[site]) * mean_buy / 1000.0;
    m->carbon_usd = t->carbon_usd;
    m->overheat_usd = t->overheat_usd;
    m->import_kwh = t->import_kwh;
    m->export_kwh = t->export_kwh;
    m->curtailed_kwh = t->curtailed_kwh;
    m->renewable_kwh = t->renewable_kwh;
    m->it_kwh = t->it_kwh;
    m->cooling_kwh = t->cooling_kwh;
    m->charge_kwh = t->charge_kwh;
    m->discharge_kwh = t->discharge_kwh;
    m->carbon_kg = t->carbon_kg;
    m->water_l = t->water_l;
    m->overload_s = t->overload_s;
    m->clipped_controls = (double)t->clipped;
}

static void add_plant_metrics(sw_metrics *to, const sw_metrics *from) {
    to->energy_cost_usd += from->energy_cost_usd;
    to->overload_usd += from->overload_usd;
    to->wear_usd += from->wear_usd;
    to->battery_settlement_usd += from->battery_settlement_usd;
    to->carbon_usd += from->carbon_usd;
    to->overheat_usd += from->overheat_usd;
    to->import_kwh += from->import_kwh;
    to->export_kwh += from->export_kwh;
    to->curtailed_kwh += from->curtailed_kwh;
    to->renewable_kwh += from->renewable_kwh;
    to->it_kwh += from->it_kwh;
    to->cooling_kwh += from->cooling_kwh;
    to->charge_kwh += from->charge_kwh;
    to->discharge_kwh += from->discharge_kwh;
    to->carbon_kg += from->carbon_kg;
    to->water_l += from->water_l;
    to->overload_s += from->overload_s;
    to->clipped_controls += from->clipped_controls;
}

// Fills what follows from the rest: utility and the renewable share.
static void derived_metrics(sw_metrics *m) {
    m->utility_usd = m->revenue_usd - m->energy_cost_usd - m->overload_usd - m->wear_usd +
                     m->battery_settlement_usd - m->carbon_usd - m->overheat_usd - m->transfer_usd -
                     m->late_usd;
    // What is stored, or lost in storing, may make it more than what is used.
    const double need_kwh = m->it_kwh + m->cooling_kwh;
    const double kept_kwh = m->renewable_kwh - m->curtailed_kwh - m->export_kwh;
    const double used_kwh = kept_kwh < need_kwh ? kept_kwh : need_kwh;
    m->renewable_share = ratio(used_kwh > 0.0 ? used_kwh : 0.0, need_kwh);
}

// Sets every figure to NaN that has no meaning in a scope.
static void blank(sw_metrics *m, int scope) {
    double *value = (double *)m;
    for (int32_t i = 0; i < SW_N_METRIC; i++) {
        if ((sw_metric_table[i].scopes & scope) == 0) {
            value[i] = (double)NAN;
        }
    }
}

// Adds the latency counts of the ASPs of a site (-1: of all) and returns their 99th percentile.
static double p99_s(const sw_sim *sim, int32_t site, int64_t *count) {
    memset(count, 0, SW_HISTOGRAM_BINS * sizeof *count);
    for (int32_t asp = 0; asp < sim->sys->n_asp; asp++) {
        if (site >= 0 && sim->sys->asp_site[asp] != site) {
            continue;
        }
        for (int32_t i = 0; i < SW_HISTOGRAM_BINS; i++) {
            count[i] += sim->server[asp].latency_count[i];
        }
    }
    return sw_histogram_quantile(&sim->edges, count, 0.99);
}

static void fill_metrics(sw_sim *sim) {
    const sw_system *sys = sim->sys;
    int64_t count[SW_HISTOGRAM_BINS];
    sums all = {0};
    sw_metrics *run = &sim->metrics;
    for (int32_t site = 0; site < sys->n_site; site++) {
        sums here = {0};
        sw_metrics *m = &sim->site_metrics[site];
        for (int32_t i = 0; i < sim->plant[site].n_asp; i++) {
            const int32_t asp = sim->plant[site].asp[i];
            const sums s = asp_sums(sim, asp);
            sw_metrics *own = &sim->asp_metrics[asp];
            add_sums(&here, &s);
            job_metrics(sim, &s, own);
            own->it_kwh = sim->server[asp].total.gpu_kw_s / 3600.0;
            own->p99_latency_s =
                sw_histogram_quantile(&sim->edges, sim->server[asp].latency_count, 0.99);
            blank(own, SW_SCOPE_ASP);
        }
        job_metrics(sim, &here, m);
        plant_metrics(sim, site, m);
        derived_metrics(m);
        m->p99_latency_s = p99_s(sim, site, count);
        blank(m, SW_SCOPE_SITE);
        add_sums(&all, &here);
        add_plant_metrics(run, m);
    }
    job_metrics(sim, &all, run);
    derived_metrics(run);
    run->p99_latency_s = p99_s(sim, -1, count);
    run->events = (double)(sim->n_arrived + sim->n_reached + sim->n_completed + sim->n_tick);
}

// ---------------------------------------------------------------- balances

static double off_by(double a, double b, double scale) {
    return scale > 0.0 ? fabs(a - b) / scale : fabs(a - b);
}

static double worse(double a, double b) {
    return a > b || a != a ? a : b;
}

// Energy of a site: sources against uses, and the site's IT energy against the sum of its parts.
static double energy_off(const sw_sim *sim, int32_t site) {
    const sw_metrics *m = &sim->site_metrics[site];
    const double in_kwh = m->import_kwh + m->renewable_kwh + m->discharge_kwh;
    const double out_kwh =
        m->it_kwh + m->cooling_kwh + m->charge_kwh + m->export_kwh + m->curtailed_kwh;
    double parts_kwh = sim->sys->site_base_kw[site] * sim->sys->end_s / 3600.0;
    for (int32_t i = 0; i < sim->plant[site].n_asp; i++) {
        parts_kwh += sim->server[sim->plant[site].asp[i]].total.gpu_kw_s / 3600.0;
    }
    return worse(off_by(in_kwh, out_kwh, in_kwh), off_by(parts_kwh, m->it_kwh, m->it_kwh));
}

static double battery_off(const sw_sim *sim, int32_t site) {
    const sw_system *sys = sim->sys;
    const sw_metrics *m = &sim->site_metrics[site];
    if (sys->site_battery_kwh[site] <= 0.0) {
        return fabs(m->charge_kwh) + fabs(m->discharge_kwh);
    }
    const double stored_kwh = m->charge_kwh * sys->site_battery_eff_charge[site] -
                              m->discharge_kwh / sys->site_battery_eff_discharge[site];
    const double change_kwh = sim->soc[site] - sys->site_soc_start_kwh[site];
    return off_by(change_kwh, stored_kwh,
                  sys->site_battery_kwh[site] + m->charge_kwh + m->discharge_kwh);
}

static void fill_balances(sw_sim *sim) {
    const sw_metrics *run = &sim->metrics;
    sw_balances *b = &sim->balances;
    const double outcomes = run->jobs_on_time + run->jobs_late + run->jobs_dropped +
                            run->jobs_rejected + run->jobs_unfinished;
    b->jobs = fabs((double)sim->n_arrived - outcomes) + fabs(run->jobs - outcomes) +
              fabs((double)sim->in_system);
    for (int32_t site = 0; site < sim->sys->n_site; site++) {
        b->energy = worse(b->energy, energy_off(sim, site));
        b->battery = worse(b->battery, battery_off(sim, site));
        sw_sim_book(sim, sim->site_metrics[site].battery_settlement_usd);
    }
    // Against all that was booked: what is left of it may be small, where income pays for cost.
    b->money = off_by(sim->booked_usd + sim->booked_rest, run->utility_usd, sim->booked_size);
}

void sw_report_finish(sw_sim *sim) {
    end_jobs(sim);
    for (int32_t asp = 0; asp < sim->sys->n_asp; asp++) {
        // Penalties of unfinished jobs came after the last slot closed.
        sim->server[asp].total.late_usd += sim->server[asp].slot.late_usd;
        sim->server[asp].slot.late_usd = 0.0;
        sw_service_count_latency(sim, asp);
    }
    fill_metrics(sim);
    fill_balances(sim);
}

const sw_metrics *sw_sim_metrics(const sw_sim *sim) {
    return &sim->metrics;
}

const sw_metrics *sw_sim_site_metrics(const sw_sim *sim) {
    return sim->site_metrics;
}

const sw_metrics *sw_sim_asp_metrics(const sw_sim *sim) {
    return sim->asp_metrics;
}

const sw_balances *sw_sim_balances(const sw_sim *sim) {
    return &sim->balances;
}

sw_status sw_sim_check(const sw_sim *sim, sw_error *err) {
    const double tolerance = 1e-9;
    const sw_balances *b = &sim->balances;
    if (!(b->jobs == 0.0 && b->energy <= tolerance && b->battery <= tolerance &&
          b->money <= tolerance)) {
        return sw_fail(err, SW_ERR_CHECK,
                       "conservation check failed: jobs off by %g, energy by %g, battery by %g, "
                       "money by %g (relative; at most %g)",
                       b->jobs, b->energy, b->battery, b->money, tolerance);
    }
    return SW_OK;
}
