/* SPDX-License-Identifier: GPL-3.0-or-later */
// stepwatt.h -- the simulator as a library: load a scenario, run a policy on it, read what it came
// to.
//
//     char why[1024];
//     stepwatt_scenario *scenario = stepwatt_scenario_load("scenarios/jemas.ini", NULL, 0, why,
//     sizeof why); stepwatt_result *result = stepwatt_run(scenario, "greedy/threshold", 0, why,
//     sizeof why); printf("%g USD\n", stepwatt_result_metric(result, "utility_usd"));
//
// Functions that make something return NULL on failure and say why in `why` (a text of one or more
// lines, cut at why_size bytes, always ended; NULL with size 0: not wanted). A loaded scenario is
// never changed: any number of threads may run it at the same time. Loading scenarios is for one
// thread at a time.
#ifndef STEPWATT_STEPWATT_H
#define STEPWATT_STEPWATT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define STEPWATT_API __attribute__((visibility("default")))
#else
#define STEPWATT_API
#endif

typedef struct stepwatt_scenario stepwatt_scenario;
typedef struct stepwatt_result stepwatt_result;

// The version of the library, such as "0.1.0".
STEPWATT_API const char *stepwatt_version(void);

// Reads a scenario file and all files it names. `set`: texts "SECTION.KEY=VALUE" that override
// keys, applied in order; NULL with n_set = 0: none.
STEPWATT_API stepwatt_scenario *stepwatt_scenario_load(const char *path, const char *const *set,
                                                       int n_set, char *why, size_t why_size);
// Takes NULL. Results stay valid.
STEPWATT_API void stepwatt_scenario_free(stepwatt_scenario *scenario);

// Sites and ASPs, in the order of the file; names are borrowed from the scenario, NULL for an index
// outside.
STEPWATT_API int stepwatt_scenario_site_count(const stepwatt_scenario *scenario);
STEPWATT_API const char *stepwatt_scenario_site_name(const stepwatt_scenario *scenario, int site);
STEPWATT_API int stepwatt_scenario_asp_count(const stepwatt_scenario *scenario);
STEPWATT_API const char *stepwatt_scenario_asp_name(const stepwatt_scenario *scenario, int asp);

// Runs `policy` ("DISPATCHER/ENERGY", as on the command line) on the jobs and signals of `seed`.
// The same arguments give the same result, bit for bit.
STEPWATT_API stepwatt_result *stepwatt_run(const stepwatt_scenario *scenario, const char *policy,
                                           uint64_t seed, char *why, size_t why_size);
// Takes NULL.
STEPWATT_API void stepwatt_result_free(stepwatt_result *result);

// The metrics there are; NULL for an index outside. Units: "USD", "kWh", "s", "1", ...
STEPWATT_API int stepwatt_metric_count(void);
STEPWATT_API const char *stepwatt_metric_name(int metric);
STEPWATT_API const char *stepwatt_metric_unit(int metric);
STEPWATT_API const char *stepwatt_metric_text(int metric);

// A metric of the run, of a site or of an ASP, by name; NaN when there is none of that name, index
// or meaning.
STEPWATT_API double stepwatt_result_metric(const stepwatt_result *result, const char *metric);
STEPWATT_API double stepwatt_result_site_metric(const stepwatt_result *result, int site,
                                                const char *metric);
STEPWATT_API double stepwatt_result_asp_metric(const stepwatt_result *result, int asp,
                                               const char *metric);

#ifdef __cplusplus
}
#endif

#endif
