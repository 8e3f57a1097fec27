// state.h -- all that changes in one run. Private to sim/: service.c moves jobs, energy.c moves
// power and money, sim.c orders the events, report.c turns the end into results.
#ifndef SW_SIM_STATE_H
#define SW_SIM_STATE_H

#include "base/arena.h"
#include "engine/event.h"
#include "engine/heap.h"
#include "engine/minset.h"
#include "engine/ring.h"
#include "engine/tourney.h"
#include "model/energy/power.h"
#include "sim/histogram.h"
#include "sim/sim.h"

// A job in the system: what arrived, and what was decided.
typedef struct sw_job {
    sw_job_view view;
    double work_s;       // GPU-s at speed 1
    double revenue_usd;  // if served on time
    double transfer_usd; // charged
    double start_s;      // NaN before
    int32_t asp;         // -1 before the decision
    int32_t step;
    int32_t next_free; // in the pool's list of free records
} sw_job;

// GPUs of an ASP that were switched on together and still wake.
typedef struct sw_wake {
    double ready_s;
    int32_t n;
} sw_wake;

// What an ASP did since a moment; sums of many small terms are kept per slot and added to the run's
// at its end, so that rounding stays small over a year.
typedef struct sw_tally {
    double revenue_usd;
    double transfer_usd;
    double late_usd;
    double latency_s; // sum over completed jobs
    double gpu_kw_s;  // energy of GPUs and hosts
    double busy_s;    // GPU-s
    double sent_jobs;
    double sent_steps;
} sw_tally;

enum { SW_N_TALLY = sizeof(sw_tally) / sizeof(double) };

// Jobs of an ASP by what became of them.
typedef struct sw_counts {
    int64_t jobs;
    int64_t on_time;
    int64_t late;
    int64_t dropped;
    int64_t rejected;
    int64_t unfinished;
    int64_t overdue;
    int64_t transferred;
} sw_counts;

enum { SW_LATENCY_BLOCK = 32 };

// The service side of an ASP.
typedef struct sw_server {
    sw_minset running; // key: value of the work clock at which the job is done
    sw_ring fifo;      // waiting jobs, when FIFO
    sw_heap edf;       // waiting jobs by deadline, when EDF
    sw_heap transit;   // key: when the job reaches the queue
    // The work clock: GPU-s that each running job has progressed; work_s at set_s, growing at the
    // ASP's speed. A change of level sets it anew and touches no running job.
    double clock_work_s;
    double clock_set_s;
    int32_t place;       // among the ASPs of its site
    double power_kw;     // of GPUs and hosts, now
    int32_t busy;        // GPUs at which power_kw was taken
    double integrated_s; // tallies of power and busy time reach up to here
    sw_wake *wake;       // oldest first   [wake_capacity]
    int32_t n_wake;      // batches
    int32_t wake_capacity;
    int32_t waking; // GPUs in them
    sw_tally slot;
    sw_tally total;
    sw_counts count;
    int64_t *images_on_time; // by step choice   [n_step]
    int64_t *latency_count;  // log histogram of latency   [SW_HISTOGRAM_BINS]
    int32_t n_latency;       // of completed jobs, not yet in the histogram
    double latency_s[SW_LATENCY_BLOCK];
} sw_server;

// Flows of a site since the slot began, kW s.
typedef struct sw_flows {
    double it;
    double import;
    double export;
    double curtailed;
    double overload;
    double overload_time; // s
} sw_flows;

// What a site came to over the run.
typedef struct sw_site_totals {
    double energy_cost_usd;
    double overload_usd;
    double wear_usd;
    double carbon_usd;
    double overheat_usd;
    double it_kwh;
    double cooling_kwh;
    double renewable_kwh;
    double import_kwh;
    double export_kwh;
    double curtailed_kwh;
    double charge_kwh;
    double discharge_kwh;
    double carbon_kg;
    double water_l;
    double overload_s;
    double buy_sum; // of the buy price over slots, USD/MWh
    int64_t clipped;
} sw_site_totals;

// The energy side of a site.
typedef struct sw_plant {
    sw_grid_flow flow;   // now
    double fixed_kw;     // of the slot: battery and rc cooling less renewables; the rest of the net
                         // load is
    double it_factor;    // IT power times this (cooling by pue or cop; 1 for rc)
    double heat_kw;      // applied heat removal (rc)
    double integrated_s; // flows reach up to here
    double export_limit_kw; // 0 in a slot where selling earns nothing
    sw_flows slot;
    sw_site_totals total;
    const int32_t *asp; // its ASPs   [n_asp]
    int32_t n_asp;
    // Sums of the power of SW_POWER_FAN ASPs each, then of as many such sums each, and so on until
    // that many or fewer are left; so one ASP's change costs few additions also among hundreds.
    double *part;     // NULL: a site of few ASPs needs none
    int32_t top_part; // where the last sums begin
    int32_t n_top;
} sw_plant;

enum { SW_POWER_FAN = 8 };

// Arrays behind a sw_slot_report, for what is not part of the view.
typedef struct sw_slot_row {
    double *cooling_heat_kw; // [n_site], as the next seven
    double *it_kwh;
    double *cooling_kwh;
    double *renewable_kwh;
    double *import_kwh;
    double *export_kwh;
    double *curtailed_kwh;
    double *cost_usd;
    double *busy_gpu_s; // [n_asp], as the next three
    double *sent_jobs;
    double *sent_steps;
    double *revenue_usd;
} sw_slot_row;

struct sw_sim {
    sw_arena arena;
    const sw_model *model;
    const sw_system *sys;
    sw_world *world;
    sw_sim_listeners listeners;
    sw_error error;

    // The clock and what comes next.
    double now_s;
    uint64_t tick_key;
    uint64_t arrival_key;  // of `arrival`
    uint64_t interval_key; // of the first undecided job
    sw_tourney next;       // earliest completion, wake-up or reach of each ASP
    sw_arrival arrival;    // read ahead
    sw_need need;          // what the driver owes; NOTHING while events run
    bool done;
    bool no_energy;           // a bench leaves it out
    sw_histogram_edges edges; // of latency histograms

    // Jobs in the system.
    sw_job *pool; // [pool_capacity]
    int32_t pool_capacity;
    int32_t pool_free; // head of the list of free records; -1: none
    int64_t in_system;
    sw_ring undecided; // wait for the dispatch interval
    sw_job *pending;   // handed out for decision; borrowed from the pool
    int32_t pending_item;

    double *soc;      // at the start of the slot, kWh   [n_site]
    double *soc_rate; // its change, kWh/s; 0 once the slot is closed   [n_site]
    bool soc_moves;   // some change is not 0

    // What policies see; arrays that change.
    sw_view view;
    double *buy;
    double *sell;
    double *carbon;
    double *outdoor;
    double *renewable;
    double *cooling_factor;
    double *import_usd;
    double *export_usd;
    double *soc_now; // as the view shows it
    double *room;
    double *it_kw;
    double *net_kw;
    double *battery;
    int32_t *level;
    double *speed;
    int32_t *active;
    int32_t *available;
    int32_t *running;
    int32_t *queued;
    int32_t *in_transit;
    double *waiting_work;
    double *running_work;
    double *sent_work;
    double *sent_work_last;

    sw_controls controls; // commanded
    sw_controls applied;  // after clipping, for listeners
    sw_server *server;    // [n_asp]
    sw_plant *plant;      // [n_site]
    sw_asp_job *scratch;  // for sw_sim_asp_jobs   [scratch_capacity]
    int32_t scratch_capacity;

    int64_t n_arrived;
    int64_t n_reached;
    int64_t n_completed;
    int64_t n_tick;
    double booked_usd;  // utility booked as it happens, against which the sum of terms is checked
    double booked_rest; // what rounding left out of it (compensated sum)
    double booked_size; // sum of absolute amounts

    sw_slot_row row;       // where slot reports are written
    sw_slot_report report; // the same, read-only
    sw_metrics metrics;
    sw_metrics *site_metrics;
    sw_metrics *asp_metrics;
    sw_balances balances;
};

// Books an amount into the utility as it happens (Neumaier's compensated sum).
void sw_sim_book(sw_sim *sim, double usd);

// The key of tick `slot`; the one at n_slot ends the run.
uint64_t sw_sim_tick_key(const sw_sim *sim, int64_t slot);
// Reads the next arrival ahead.
void sw_sim_read_arrival(sw_sim *sim);

// ---- service.c
// Reads the work clock of an ASP.
double sw_work_clock_s(const sw_sim *sim, int32_t asp);
// Gives a record for a job in the system; -1 when memory is short.
int32_t sw_job_take(sw_sim *sim);
void sw_job_release(sw_sim *sim, int32_t item);
// Sends a decided job on its way; false when memory is short.
bool sw_service_send(sw_sim *sim, int32_t item, double reach_s);
// Handles the earliest event of an ASP, at now. False when memory is short.
bool sw_service_event(sw_sim *sim, int32_t asp, sw_event_kind kind);
// Starts what the ASP can start now. False when memory is short.
bool sw_service_start(sw_sim *sim, int32_t asp);
// Applies a level and a number of active GPUs to an ASP. False when memory is short.
bool sw_service_control(sw_sim *sim, int32_t asp, int32_t level, int32_t active);
// Sets the key of an ASP's next event.
void sw_service_schedule(sw_sim *sim, int32_t asp);
// Keeps the work clock small; called at ticks.
void sw_service_rebase(sw_sim *sim, int32_t asp);
// Puts the latencies kept back into the histogram of an ASP.
void sw_service_count_latency(sw_sim *sim, int32_t asp);
// Books a job's end and tells listeners. Does not release the record.
void sw_service_book(sw_sim *sim, const sw_job *job, sw_outcome_kind kind);

// ---- energy.c
// Takes the signals of the slot that begins.
void sw_energy_signals(sw_sim *sim, int64_t slot);
// Brings the tallies of an ASP and its site up to now, then takes its new power.
void sw_energy_busy_changed(sw_sim *sim, int32_t asp);
// Takes the power of all ASPs and sites anew, after signals, levels or active GPUs changed. Nothing
// may be left to integrate: only at a tick.
void sw_energy_refresh(sw_sim *sim);
// Clips battery and cooling commands of the slot and sets all power anew.
void sw_energy_controls(sw_sim *sim);
// Brings the state of charge that policies see up to now.
void sw_energy_show_soc(sw_sim *sim);
// Closes the slot that ends now: flows to money, battery and room.
void sw_energy_close_slot(sw_sim *sim, int64_t slot);

// ---- report.c
// Ends the run: unfinished jobs, settlement, results, balances.
void sw_report_finish(sw_sim *sim);

#endif
