// The reference of scenario files: prose around the key table, so that it cannot tell anything else
// than the reader.
#include <stdio.h>
#include <string.h>

#include "io/keys.h"
#include "io/scenario.h"

static const char intro[] =
    "# Scenario files\n"
    "\n"
    "A scenario is one text file in INI form. It describes the data centers, what they run, the\n"
    "jobs that arrive and the horizon. `stepwatt validate FILE` checks one and says what it "
    "holds.\n"
    "\n"
    "*This page is written by the program from the table that the reader itself uses. After a\n"
    "change of that table: `cmake --build --preset dev --target scenario-doc`.*\n"
    "\n"
    "## A small example\n"
    "\n"
    "Two service providers at one site, a solar roof and a battery, a day of jobs:\n"
    "\n"
    "```ini\n"
    "[scenario]\n"
    "slots = 288                    ; of 300 s: one day\n"
    "steps = 10:50:10               ; a job can have 10, 20, 30, 40 or 50 denoising steps\n"
    "default_link = 0.1:0.00001     ; 0.1 s and 0.00001 USD per image between any two ASPs\n"
    "\n"
    "[site north]\n"
    "price = daily:22,20,19,19,20,24,32,40,42,38,34,31,29,28,29,32,38,47,55,52,44,36,29,25\n"
    "sell_price = 0.8*price\n"
    "carbon = 350\n"
    "pv_kw = 30\n"
    "pv = "
    "daily:0,0,0,0,0,0.02,0.1,0.25,0.42,0.56,0.66,0.7,0.7,0.65,0.55,0.4,0.24,0.1,0.02,0,0,0,0,0\n"
    "battery_kwh = 60\n"
    "battery_charge_kw = 20\n"
    "battery_discharge_kw = 20\n"
    "battery_eff_charge = 0.95\n"
    "battery_eff_discharge = 0.95\n"
    "export_limit_kw = 20\n"
    "cooling = pue\n"
    "pue = 1.2\n"
    "\n"
    "[gpu card]\n"
    "idle_w = 50\n"
    "levels = 0.7:200, 1.0:350      ; speed:watts\n"
    "\n"
    "[model small]\n"
    "quality_ceiling = 0.8\n"
    "quality_mid = 14\n"
    "quality_slope = 0.25\n"
    "overhead_s.card = 0.2          ; on [gpu card]\n"
    "step_s.card = 0.03\n"
    "\n"
    "[model large]\n"
    "quality_ceiling = 0.95\n"
    "quality_mid = 18\n"
    "quality_slope = 0.2\n"
    "overhead_s.card = 0.4\n"
    "step_s.card = 0.09\n"
    "\n"
    "[asp fast]\n"
    "site = north\n"
    "model = small\n"
    "gpu = card\n"
    "gpus = 8\n"
    "\n"
    "[asp fine]\n"
    "site = north\n"
    "model = large\n"
    "gpu = card\n"
    "gpus = 16\n"
    "\n"
    "[workload drafts]\n"
    "origin = fast\n"
    "arrivals = poisson:2           ; jobs/s\n"
    "images = 1:0.7, 4:0.3          ; VALUE:WEIGHT\n"
    "deadline_s = 30\n"
    "price_usd = 0.002\n"
    "late_usd = 0.001\n"
    "```\n"
    "\n"
    "## Form\n"
    "\n"
    "- A section starts with `[kind NAME]`, a key is a line `key = value` that starts without a "
    "blank.\n"
    "  Names are letters, digits and `_ . + -`, at most 49 bytes; lines have at most 190 bytes.\n"
    "- `;` after a blank starts a comment; a line that starts with `;` or `#` is one. A value "
    "holds\n"
    "  neither `;` nor `#`.\n"
    "- Within a file a section or key stands once. Unknown sections and keys, required keys that "
    "are\n"
    "  missing, values out of range and names of things that do not exist are errors. All of them "
    "are\n"
    "  told at once, as `FILE:LINE: [section] key: what is wrong, what is allowed`, with exit "
    "status 2.\n"
    "- `include = FILE` as the first key of `[scenario]` reads another file before this one; where "
    "both\n"
    "  give a value, this one's holds. Includes nest to 8.\n"
    "- `--set \"site north.battery_kwh=100\"` on the command line comes last. The first dot "
    "separates\n"
    "  section and key, so a section whose name has a dot is out of its reach. It can create\n"
    "  `[policy NAME]` sections, no others.\n"
    "- A file is looked up beside the file that names it (one named by `--set`: beside the "
    "scenario),\n"
    "  then in the current folder.\n"
    "- Numbers are decimal, such as `42`, `-0.5` or `1e-4`; `inf` only where the table says so.\n"
    "- A slot's length is rounded to a multiple of 2^-27 s, the grid of all event times.\n"
    "\n"
    "## Sections and keys\n"
    "\n"
    "A dash as default: the key may be absent and then nothing stands in its place.\n";

static const char series[] =
    "\n"
    "## Signals\n"
    "\n"
    "A signal has one value a slot. It is written as one of\n"
    "\n"
    "- a number: the same in all slots;\n"
    "- `FILE:COLUMN`, or `FILE:COLUMN*FACTOR`: a column of a signal trace;\n"
    "- `synth:GENERATOR`: made from the seed of the run (below);\n"
    "- `daily:` and 24 numbers with commas or blanks between them: hour 0 starts at 00:00 on the "
    "site's\n"
    "  clock (`start` and `utc_offset_h`; without `start` slot 0 is at 00:00 UTC). For a "
    "workload's rate\n"
    "  that is the clock of its origin's site.\n"
    "\n"
    "A slot's value is the mean of the samples that start in the slot, or the last sample before "
    "if none\n"
    "does. Values outside the key's range are an error that names the slot. A sell price above the "
    "buy\n"
    "price is lowered to it, slot by slot; `stepwatt validate` tells how many slots that were.\n";

static const char generated[] =
    "\n"
    "## Generated signals\n"
    "\n"
    "`synth:GENERATOR[,KEY=VALUE...]` is a signal that looks like measured ones and changes with "
    "the\n"
    "seed: `--seed 7` is another day. GENERATOR is a kind (`price`, `carbon`, `wind`, `pv`,\n"
    "`temperature`, `rate`) or a preset, such as `price-pjm` or `rate-consumer`; "
    "`docs/traces.md` lists\n"
    "them with what they imitate. Keys replace what the preset says, as in "
    "`synth:price-pjm,mean=50`;\n"
    "lists are numbers with blanks between. Local hours are those of the site's clock; without "
    "`start`\n"
    "slot 0 is Monday, 14 July, 00:00 UTC. The sell price `0.8*price` follows a generated "
    "price.\n"
    "\n"
    "| key | of | what |\n"
    "|---|---|---|\n"
    "| `mean` | all | mean over the week, in the signal's unit |\n"
    "| `profile` | all but temperature | 24 medians of the local hours over the mean |\n"
    "| `rise` | the same | 24 scales of deviations upwards over the mean; `profile` sets them "
    "too |\n"
    "| `table` | the same | 22 deviations, ascending, at the probabilities 0.0002, 0.001, 0.005, "
    "0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, "
    "0.998, 0.999, 0.9998 |\n"
    "| `slow`, `slow_ar`, `fast_ar` | all | share of the slow process in the latent variance, "
    "its correlation from day to day, that of the rest from hour to hour |\n"
    "| `fine`, `fine_ar` | price, pv, rate | relative standard deviation of 5 minutes about "
    "their hour, and their correlation |\n"
    "| `weekend` | all but temperature | level of Saturday and Sunday over the other days' |\n"
    "| `sd`, `range`, `season` | temperature | standard deviation about the waves, range over "
    "the day, half the range over the year, C |\n"
    "| `shared`, `corr` | all | number of a process that several signals share, and its share in "
    "the latent variance: with `shared=1,corr=0.9` two prices rise together |\n";

static const char files[] =
    "\n"
    "## Signal traces\n"
    "\n"
    "CSV with a header line (lines that start with `#` are comments), or HDF5 with one-dimensional "
    "data\n"
    "sets of the same names (integers of 8 to 64 bits, IEEE floats of 32 and 64, compressed or "
    "not).\n"
    "One column gives the start of each sample's interval, strictly ascending:\n"
    "`time_s` in seconds from the scenario's start, or `time` in ISO 8601 (UTC unless it has an "
    "offset),\n"
    "for which the scenario needs `start`. Every other column is a series. A sample holds until "
    "the next\n"
    "one, the last as long as the one before it. Errors, each with file, line and time: the trace "
    "does\n"
    "not cover the horizon; an interval is longer than 1.5 times the commonest one; a cell that is "
    "used is\n"
    "empty or no number. A column's name may end in its unit, such as `lmp_usd_per_mwh`, and is "
    "found\n"
    "without it too; a known unit other than the signal's is an error.\n"
    "\n"
    "## Job traces\n"
    "\n"
    "The same two file forms, one row a job: `arrival_s` (from the scenario's start, ascending, "
    "equal\n"
    "times allowed), and optionally `images`, `deadline_s` (relative to the arrival), `value` "
    "(multiplies\n"
    "the job's revenue) and `work`. Where a column is absent the workload's own values hold. Jobs "
    "that\n"
    "arrive at or after the end of the horizon are left out. Jobs are numbered from 0 over all "
    "workloads by\n"
    "arrival, then workload in file order, then row.\n"
    "\n"
    "## Distributions\n"
    "\n"
    "A number is the same for every job. `uniform:LO,HI`, `lognormal:MEDIAN,SIGMA` (SIGMA of the "
    "logarithm)\n"
    "and `exponential` (mean 1) are drawn job by job, as is a list `VALUE:WEIGHT, ...` of at most "
    "64 values\n"
    "whose weights need not add up to 1.\n"
    "\n"
    "## Replay files\n"
    "\n"
    "The policy `replay/replay` repeats written decisions; `[policy replay]` names its files:\n"
    "\n"
    "- `jobs`: CSV `job,asp,steps,not_before_s`. An empty `asp` rejects the job, an empty "
    "`not_before_s`\n"
    "  sends it at once. A job without a row is rejected, a row without a job ignored, and both "
    "are counted\n"
    "  on stderr; two rows of one job are an error.\n"
    "- `controls`: CSV `slot,kind,name,value`. `kind` is `level` (index from 0) or `active` (GPUs) "
    "with an\n"
    "  ASP's name, or `battery_kw` (above 0 charges) or `cooling_kw` (empty: back to the "
    "thermostat) with a\n"
    "  site's. What is not given keeps its last value; at the start the top level, all GPUs, 0 and "
    "the\n"
    "  thermostat.\n"
    "\n"
    "`stepwatt run --record DIR` writes both files for any policy; replaying them gives the same "
    "results\n"
    "bit for bit.\n";

// Writes when the key must be there, or what holds if it is not.
static void write_default(FILE *out, const sw_key *key) {
    const char *text = "";
    switch (key->need) {
    case SW_NEED_NEVER:
        break;
    case SW_NEED_ALWAYS:
        text = "required";
        break;
    case SW_NEED_PUE:
        text = "required with `cooling = pue`";
        break;
    case SW_NEED_COP:
        text = "required with `cooling = cop` and `rc`";
        break;
    case SW_NEED_RC:
        text = "required with `cooling = rc`";
        break;
    case SW_NEED_SERVED:
        text = "required for each GPU type on which an ASP runs the model";
        break;
    case SW_NEED_NO_COLUMN:
        text = "required, unless the job trace has the column";
        break;
    }
    if (key->fallback != NULL) {
        (void)fprintf(out, "%s%s`%s`", text, text[0] == '\0' ? "" : ", else ", key->fallback);
    } else {
        (void)fprintf(out, "%s", text[0] == '\0' ? "-" : text);
    }
}

static void write_key(FILE *out, const sw_key *key) {
    char allowed[320];
    sw_key_allowed(key, allowed, sizeof allowed);
    (void)fprintf(out, "| `%s%s` | %s | ", key->name, (key->flags & SW_KEY_PER_GPU) ? "GPU" : "",
                  key->unit);
    // Signals are described once, below the tables.
    char range[80];
    sw_key_range(key, range, sizeof range);
    if (key->kind == SW_KEY_SIGNAL || key->kind == SW_KEY_SELL) {
        (void)fprintf(out, "a signal%s; values %s",
                      key->kind == SW_KEY_SELL ? ", or FRACTION*price" : "", range);
    } else if (key->kind == SW_KEY_ARRIVALS) {
        (void)fprintf(out,
                      "trace:FILE, poisson:SIGNAL or bursty:SIGNAL,IOD with IOD from 1 to 1e6; "
                      "values %s",
                      range);
    } else {
        (void)fprintf(out, "%s", allowed);
    }
    (void)fprintf(out, " | ");
    write_default(out, key);
    (void)fprintf(out, " | %s |\n", key->help);
}

void sw_scenario_write_reference(FILE *out) {
    (void)fprintf(out, "%s", intro);
    for (int32_t kind = 0; kind < SW_N_SECTION_KIND; kind++) {
        (void)fprintf(out,
                      "\n### %s\n\n%s\n\n| key | unit | value | default | meaning |\n"
                      "| --- | --- | --- | --- | --- |\n",
                      sw_section_table[kind].shape, sw_section_table[kind].help);
        for (int32_t i = 0; i < sw_n_key; i++) {
            if ((int32_t)sw_key_table[i].section == kind) {
                write_key(out, &sw_key_table[i]);
            }
        }
    }
    (void)fprintf(out, "%s%s%s", series, generated, files);
}
