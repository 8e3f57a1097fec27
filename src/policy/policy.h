// policy.h -- finds the policies a run names, checks their parameters, and makes their state for
// one run.
#ifndef SW_POLICY_POLICY_H
#define SW_POLICY_POLICY_H

#include "base/status.h"
#include "model/model.h"
#include "stepwatt/sw_policy.h"

// The built-in policies, by name order of `stepwatt policy list`.
extern const sw_policy *const sw_builtin_policy[];
extern const int32_t sw_n_builtin_policy;

// Two halves as a run names them: "DISPATCHER/ENERGY". Constant once resolved; shared by runs and
// threads.
typedef struct sw_policy_pair sw_policy_pair;

// Resolves `spec` ("D/E"; "NAME" alone: NAME/NAME if it has both halves, else NAME/threshold; the
// dispatcher may be "drl:FILE.h5"): instances from [policy NAME] sections, built-ins, parameters
// (unknown or out of range: an error naming where). Files that parameters name are read and checked
// here. The model is borrowed.
sw_status sw_policy_resolve(const sw_model *model, const char *spec, sw_policy_pair **pair,
                            sw_error *err);
void sw_policy_pair_destroy(sw_policy_pair *pair);
// Splits `spec` into the names of its halves, kept in `arena`, each a section's, a built-in's,
// "drl:FILE.h5" or the path of a plugin; name[1] is empty when there is one only.
sw_status sw_policy_split(const sw_model *model, const char *spec, sw_arena *arena, char *name[2],
                          sw_error *err);
// Checks the model's [policy NAME] section of that index, whether or not a run names it: the policy
// behind it, its parameters, and the files that they name.
sw_status sw_policy_section_check(const sw_model *model, int32_t section, sw_error *err);
// The full name, "D/E".
const char *sw_policy_pair_name(const sw_policy_pair *pair);
// True when a half sees the future (marked in tables).
bool sw_policy_pair_sees_future(const sw_policy_pair *pair);

// The state of a pair in one run. When both halves name the same instance they share one state.
typedef struct sw_policy_run sw_policy_run;

// Creates both states. The host tables (the energy half's may differ in foresight) are copied, and
// solve_lp is added to them; what they point to is borrowed.
sw_status sw_policy_run_create(const sw_policy_pair *pair, const sw_model *model,
                               const sw_host *host_dispatcher, const sw_host *host_energy,
                               sw_policy_run **run, sw_error *err);
void sw_policy_run_destroy(sw_policy_run *run);

// Calls of the two halves; see sw_policy for what each does and when.
void sw_policy_run_tick(sw_policy_run *run, const sw_view *view);
void sw_policy_run_control(sw_policy_run *run, const sw_view *view, sw_controls *controls);
void sw_policy_run_dispatch(sw_policy_run *run, const sw_view *view, const sw_job_view *job,
                            sw_decision *decision);
void sw_policy_run_feedback(sw_policy_run *run, const sw_view *view, const sw_outcome *outcome);
bool sw_policy_run_wants_feedback(const sw_policy_run *run);
// True when the dispatcher half, respectively the energy half, has perfect forecasts.
bool sw_policy_pair_dispatcher_sees_future(const sw_policy_pair *pair);
bool sw_policy_pair_energy_sees_future(const sw_policy_pair *pair);
// True when the energy half keeps a linear program from slot to slot: its runs must begin, go on
// and end on one thread.
bool sw_policy_pair_energy_keeps_to_thread(const sw_policy_pair *pair);

#endif
