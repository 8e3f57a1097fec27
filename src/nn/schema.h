// schema.h -- the features of an observation, in order: one row a feature. Private to nn/.
#ifndef SW_NN_SCHEMA_H
#define SW_NN_SCHEMA_H

#include "base/arena.h"
#include "nn/observe.h"

// Returns the features of an observation of that many ASPs, in order, in the arena; NULL when
// memory is short. *n_slot: how many of the *n make up the slot part.
const sw_feature *sw_schema_list(int32_t n_asp, sw_arena *arena, int32_t *n, int32_t *n_slot);
// Hashes what sw_observer_hash says.
void sw_schema_hash(const sw_feature *feature, int32_t n, int32_t n_step, char hex[SW_SHA256_HEX]);

// X(name, scale, unit, text). A change of meaning, order or scale changes the hash of the schema.
// "load" is work at the middle step choice over what the GPUs can do at their top level.

// Slot part, once.
#define SW_SLOT_FEATURES(X)                                                                        \
    X(day_sin, 1.0, "1", "sine of the time of day, counted from the scenario's start")             \
    X(day_cos, 1.0, "1", "cosine of it")                                                           \
    X(left, 24.0, "h", "time to the end of the run")                                               \
    X(load, 1.0, "1", "expected arrivals of all classes over all GPUs")                            \
    X(load_last, 1.0, "1", "arrivals of the slot before, likewise")

// Slot part, for each ASP and its site.
#define SW_SLOT_ASP_FEATURES(X)                                                                    \
    X(import_price, 0.1, "USD/kWh", "a kWh imported: price and carbon")                            \
    X(import_price_1h, 0.1, "USD/kWh", "forecast in 1 h (of a run's last slot beyond its end)")    \
    X(import_price_3h, 0.1, "USD/kWh", "in 3 h")                                                   \
    X(import_price_6h, 0.1, "USD/kWh", "in 6 h")                                                   \
    X(export_price, 0.1, "USD/kWh", "a kWh not exported")                                          \
    X(renewable, 1.0, "1", "PV and wind over the site's greatest IT load")                         \
    X(renewable_1h, 1.0, "1", "forecast in 1 h")                                                   \
    X(renewable_3h, 1.0, "1", "in 3 h")                                                            \
    X(renewable_6h, 1.0, "1", "in 6 h")                                                            \
    X(soc, 1.0, "1", "battery charge within its window, at the slot's first decision")             \
    X(outdoor, 40.0, "C", "outdoor temperature")                                                   \
    X(cooling, 0.5, "1", "cooling power over IT power, at the margin")                             \
    X(room, 10.0, "K", "room above its set point (thermal room only)")                             \
    X(speed, 1.0, "1", "of the DVFS level")                                                        \
    X(active, 1.0, "1", "GPUs switched on, share of those owned")                                  \
    X(load_now, 1.0, "1", "expected arrivals here over the ASP's GPUs")                            \
    X(load_1h, 1.0, "1", "forecast in 1 h")                                                        \
    X(load_3h, 1.0, "1", "in 3 h")                                                                 \
    X(load_past, 1.0, "1", "arrivals here in the slot before")                                     \
    X(sent_past, 1.0, "1", "work sent here in the slot before, over what the GPUs can do")         \
    X(image_cost, 0.5, "1", "imported energy of an image at middle steps over the mean price")

// Decision part, once: the job.
#define SW_JOB_FEATURES(X)                                                                         \
    X(elapsed, 1.0, "1", "share of the slot that is over")                                         \
    X(images, 4.0, "1", "images of the job")                                                       \
    X(slack, 60.0, "s", "time to its deadline")                                                    \
    X(work, 1.0, "1", "factor of its work")                                                        \
    X(value, 1.0, "1", "factor of its revenue")                                                    \
    X(price, 1.0, "1", "its price an image over the mean price")                                   \
    X(late, 1.0, "1", "its penalty an image over the mean price")

// Decision part, for each ASP.
#define SW_ASP_FEATURES(X)                                                                         \
    X(origin, 1.0, "1", "1 where the job arrived")                                                 \
    X(wait, 30.0, "s", "predicted wait")                                                           \
    X(backlog, 30.0, "s", "work waiting and half of that running, over the GPUs at top level")     \
    X(free, 1.0, "1", "available GPUs less jobs here, share of those owned")                       \
    X(available, 1.0, "1", "GPUs that can serve, share of those owned")                            \
    X(sent, 1.0, "1", "work sent here since the tick, over what the GPUs can do in a slot")        \
    X(arriving, 1.0, "1", "arrivals here of late, over the GPUs")                                  \
    X(net, 1.0, "1", "net power of the site over its greatest IT load; below 0 it exports")        \
    X(transfer, 0.2, "1", "cost of sending an image here over the mean price")                     \
    X(latency, 1.0, "s", "of the link")                                                            \
    X(tight, 1.0, "1", "predicted delay before service over the job's slack")                      \
    X(energy, 0.5, "1", "marginal energy of an image at middle steps over the mean price")         \
    X(legal, 1.0, "1", "share of step choices that are on time here")                              \
    X(best, 1.0, "1", "greatest myopic utility an image here, over the mean price")                \
    X(best_step, 1.0, "1", "its step choice, 0 fewest to 1 most")

#endif
