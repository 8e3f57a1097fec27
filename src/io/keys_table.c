#include "io/keys.h"

const sw_section_row sw_section_table[SW_N_SECTION_KIND] = {
    [SW_SECTION_SCENARIO] = {"scenario", 0, 1, "[scenario]",
                             "The horizon, the choices of denoising steps and what holds for all."},
    [SW_SECTION_SITE] = {"site", 1, SW_MAX_SITE, "[site NAME]",
                         "A data center at a node of the grid: signals, grid limits, renewables, "
                         "battery and cooling."},
    [SW_SECTION_GPU] = {"gpu", 1, SW_MAX_ASP, "[gpu NAME]",
                        "A type of GPU: its draw and its DVFS levels."},
    [SW_SECTION_MODEL] =
        {"model", 1, SW_MAX_ASP, "[model NAME]",
         "A diffusion model: quality as a function of denoising steps, and service "
         "time on each GPU type."},
    [SW_SECTION_ASP] = {"asp", 1, SW_MAX_ASP, "[asp NAME]",
                        "A service provider: one model on the GPUs of one type at one site."},
    [SW_SECTION_WORKLOAD] = {"workload", 1, SW_MAX_CLASS, "[workload NAME]",
                             "A class of jobs: where and how they arrive, and what they pay."},
    [SW_SECTION_LINK] = {"link", 2, SW_INI_MAX_SECTION, "[link ORIGIN SERVER]",
                         "The way from the ASP at which a job arrives to another that serves it; "
                         "the way back from SERVER to ORIGIN is a link of its own."},
    [SW_SECTION_POLICY] = {"policy", 1, SW_INI_MAX_SECTION, "[policy NAME]",
                           "An instance of a policy. Besides `use` it holds the parameters of that "
                           "policy (`stepwatt policy info`)."},
};

// One row a key. The columns of each macro are the fields of sw_key that its rows differ in.
#define LARGE     SW_KEY_HUGE
#define AT(field) offsetof(sw_system, field)
#define ROW(section_, name_, kind_, unit_, lo_, hi_, flags_, words_, need_, fallback_, array_,     \
            help_)                                                                                 \
    {                                                                                              \
        .section = SW_SECTION_##section_, .kind = (kind_), .flags = (flags_), .need = (need_),     \
        .name = (name_), .unit = (unit_), .lo = (lo_), .hi = (hi_), .words = (words_),             \
        .fallback = (fallback_), .array = (array_), .help = (help_)                                \
    }
#define NUMBER(section, name, unit, lo, hi, flags, need, fallback, array, help)                    \
    ROW(section, name, SW_KEY_NUMBER, unit, lo, hi, flags, NULL, need, fallback, array, help)
#define SITE(name, unit, lo, hi, flags, need, fallback, field, help)                               \
    NUMBER(SITE, name, unit, lo, hi, flags, need, fallback, AT(site_##field), help)
#define SIGNAL(name, kind, unit, lo, hi, words, need, fallback, help)                              \
    ROW(SITE, name, kind, unit, lo, hi, 0, words, need, fallback, 0, help)
#define OTHER(section, name, kind, unit, lo, hi, flags, words, need, fallback, help)               \
    ROW(section, name, kind, unit, lo, hi, flags, words, need, fallback, 0, help)

const sw_key sw_key_table[] = {
    OTHER(SCENARIO, "include", SW_KEY_FILE, "", 0, 0, 0, NULL, SW_NEED_NEVER, NULL,
          "another file that is read first; the first key of the section"),
    OTHER(SCENARIO, "name", SW_KEY_TEXT, "", 0, 0, 0, NULL, SW_NEED_NEVER, NULL,
          "name in tables and results; the file's name without `.ini` if absent"),
    OTHER(SCENARIO, "start", SW_KEY_DATE, "", 0, 0, 0, NULL, SW_NEED_NEVER, NULL,
          "time of slot 0; needed with dated traces"),
    OTHER(SCENARIO, "slot_s", SW_KEY_NUMBER, "s", 0.001, SW_MAX_END_S, 0, NULL, SW_NEED_NEVER,
          "300", "length of a slot"),
    OTHER(SCENARIO, "slots", SW_KEY_INTEGER, "", 1, SW_MAX_SLOT, 0, NULL, SW_NEED_ALWAYS, NULL,
          "number of slots; slots x slot_s is at most 2^26 s, about two years"),
    OTHER(SCENARIO, "steps", SW_KEY_STEPS, "steps", 1, 10000, 0, NULL, SW_NEED_ALWAYS, NULL,
          "the choices of denoising steps"),
    OTHER(SCENARIO, "dispatch_interval_s", SW_KEY_NUMBER, "s", 0, SW_MAX_END_S, 0, NULL,
          SW_NEED_NEVER, "0",
          "jobs are decided at its multiples; 0: each on arrival; else 0.001 to slot_s"),
    OTHER(SCENARIO, "forecast", SW_KEY_FORECAST, "", 0, 10, 0, NULL, SW_NEED_NEVER, "day-ahead:0.1",
          "the forecasts that policies get"),
    OTHER(SCENARIO, "revenue_scale", SW_KEY_NUMBER, "", 0, LARGE, 0, NULL, SW_NEED_NEVER, "1",
          "multiplies price_usd and late_usd of all workloads; shown in every table"),
    OTHER(SCENARIO, "carbon_usd_per_kg", SW_KEY_NUMBER, "USD/kg", 0, LARGE, 0, NULL, SW_NEED_NEVER,
          "0", "price of carbon, part of the utility"),
    OTHER(SCENARIO, "default_link", SW_KEY_PAIR, "s:USD", 0, LARGE, 0, NULL, SW_NEED_NEVER, NULL,
          "latency_s:transfer_usd of pairs without a [link]; without it they cannot reach each "
          "other"),

    NUMBER(SITE, "utc_offset_h", "h", -14, 14, 0, SW_NEED_NEVER, "0", 0,
           "local clock of `daily:` profiles, east of UTC"),
    SIGNAL("price", SW_KEY_SIGNAL, "USD/MWh", -LARGE, LARGE, "usd_per_mwh", SW_NEED_ALWAYS, NULL,
           "price of energy bought"),
    SIGNAL("sell_price", SW_KEY_SELL, "USD/MWh", -LARGE, LARGE, "usd_per_mwh", SW_NEED_NEVER, "0",
           "price of energy sold; lowered to `price` in slots where it is above"),
    SIGNAL("carbon", SW_KEY_SIGNAL, "gCO2/kWh", 0, LARGE, "g_per_kwh", SW_NEED_NEVER, "0",
           "carbon intensity of energy bought"),
    SIGNAL("outdoor_c", SW_KEY_SIGNAL, "C", -LARGE, LARGE, "c", SW_NEED_COP, "20",
           "outdoor temperature"),
    SITE("base_kw", "kW", 0, LARGE, 0, SW_NEED_NEVER, "0", base_kw, "IT load other than GPUs"),
    SITE("import_limit_kw", "kW", 0, LARGE, SW_KEY_OR_INF, SW_NEED_NEVER, "0", import_limit_kw,
         "draw from the grid above it is overload; 0: no limit"),
    SITE("export_limit_kw", "kW", 0, LARGE, SW_KEY_OR_INF, SW_NEED_NEVER, "0", export_limit_kw,
         "most that is sold, the rest is curtailed; 0: none; inf: no limit"),
    SITE("overload_usd_per_kwh", "USD/kWh", 0, LARGE, 0, SW_NEED_NEVER, "0", overload_usd_per_kwh,
         "charged for energy above the import limit, on top of its price"),
    SITE("pv_kw", "kW", 0, LARGE, 0, SW_NEED_NEVER, "0", pv_kw, "PV capacity"),
    SIGNAL("pv", SW_KEY_SIGNAL, "", 0, 1, "cf", SW_NEED_NEVER, "0", "capacity factor of the PV"),
    SITE("wind_kw", "kW", 0, LARGE, 0, SW_NEED_NEVER, "0", wind_kw, "wind capacity"),
    SIGNAL("wind", SW_KEY_SIGNAL, "", 0, 1, "cf", SW_NEED_NEVER, "0",
           "capacity factor of the wind"),
    SITE("battery_kwh", "kWh", 0, LARGE, 0, SW_NEED_NEVER, "0", battery_kwh,
         "battery capacity; 0: no battery"),
    SITE("battery_charge_kw", "kW", 0, LARGE, 0, SW_NEED_NEVER, "0", battery_charge_kw,
         "most power into the battery, at its terminals"),
    SITE("battery_discharge_kw", "kW", 0, LARGE, 0, SW_NEED_NEVER, "0", battery_discharge_kw,
         "most power out of the battery, at its terminals"),
    SITE("battery_eff_charge", "", 0.001, 1, 0, SW_NEED_NEVER, "1", battery_eff_charge,
         "energy stored per energy taken"),
    SITE("battery_eff_discharge", "", 0.001, 1, 0, SW_NEED_NEVER, "1", battery_eff_discharge,
         "energy given per energy drawn from the store"),
    SITE("battery_soc_min", "", 0, 1, 0, SW_NEED_NEVER, "0", soc_min_kwh,
         "least state of charge, as a fraction of battery_kwh"),
    SITE("battery_soc_max", "", 0, 1, 0, SW_NEED_NEVER, "1", soc_max_kwh,
         "greatest state of charge, likewise"),
    SITE("battery_soc_start", "", 0, 1, 0, SW_NEED_NEVER, "0.5", soc_start_kwh,
         "state of charge at the start, likewise; within the two above"),
    SITE("battery_wear_usd_per_kwh", "USD/kWh", 0, LARGE, 0, SW_NEED_NEVER, "0",
         battery_wear_usd_per_kwh, "charged per energy discharged, at the terminals"),
    OTHER(SITE, "cooling", SW_KEY_CHOICE, "", 0, 0, 0, "pue|cop|rc", SW_NEED_ALWAYS, NULL,
          "pue: a fixed factor; cop: a chiller that depends on the outdoor temperature; rc: that "
          "and a room that stores heat"),
    SITE("pue", "", 1, LARGE, 0, SW_NEED_PUE, NULL, pue, "power in all per IT power"),
    SITE("cop_a", "", -LARGE, LARGE, 0, SW_NEED_COP, NULL, cop_a,
         "COP = cop_a - cop_b x outdoor_c, between cop_min and cop_max"),
    SITE("cop_b", "1/K", -LARGE, LARGE, 0, SW_NEED_COP, NULL, cop_b, "see cop_a"),
    SITE("cop_min", "", 0.001, LARGE, 0, SW_NEED_COP, NULL, cop_min, "see cop_a"),
    SITE("cop_max", "", 0.001, LARGE, 0, SW_NEED_COP, NULL, cop_max,
         "see cop_a; not below cop_min"),
    SITE("room_start_c", "C", -LARGE, LARGE, 0, SW_NEED_NEVER, "22", room_start_c,
         "room temperature at the start"),
    SITE("room_max_c", "C", -LARGE, LARGE, 0, SW_NEED_RC, NULL, room_max_c,
         "room temperature above which overheating is charged"),
    SITE("room_set_c", "C", -LARGE, LARGE, 0, SW_NEED_RC, NULL, room_set_c,
         "room temperature that the thermostat holds"),
    SITE("room_kwh_per_k", "kWh/K", 1e-6, LARGE, 0, SW_NEED_RC, NULL, room_kwh_per_k,
         "heat capacity of the room"),
    SITE("room_kw_per_k", "kW/K", 1e-6, LARGE, 0, SW_NEED_RC, NULL, room_kw_per_k,
         "heat that the room loses to the outside"),
    SITE("cooling_max_kw", "kW", 0, LARGE, 0, SW_NEED_RC, NULL, cooling_max_kw,
         "most heat that the plant removes"),
    SITE("overheat_usd_per_kh", "USD/Kh", 0, LARGE, 0, SW_NEED_RC, NULL, overheat_usd_per_kh,
         "charged per kelvin above room_max_c and hour"),
    SITE("wue_l_per_kwh", "L/kWh", 0, LARGE, 0, SW_NEED_NEVER, "0", wue_l_per_kwh,
         "water used at the site per IT energy"),

    NUMBER(GPU, "idle_w", "W", 0, LARGE, 0, SW_NEED_ALWAYS, NULL, 0,
           "draw of one GPU that is on and has no work"),
    NUMBER(GPU, "off_w", "W", 0, LARGE, 0, SW_NEED_NEVER, "0", 0,
           "draw of one GPU that is switched off"),
    OTHER(GPU, "levels", SW_KEY_LEVELS, "W", 0, LARGE, SW_KEY_ABOVE, NULL, SW_NEED_ALWAYS, NULL,
          "DVFS levels: speed relative to the reference, and draw of one busy GPU"),

    NUMBER(MODEL, "quality_floor", "", 0, 1, 0, SW_NEED_NEVER, "0", 0,
           "quality = floor + (ceiling - floor) / (1 + exp(-slope (steps - mid)))"),
    NUMBER(MODEL, "quality_ceiling", "", 0, 1, 0, SW_NEED_ALWAYS, NULL, 0,
           "see quality_floor; not below it"),
    NUMBER(MODEL, "quality_mid", "steps", -LARGE, LARGE, 0, SW_NEED_ALWAYS, NULL, 0,
           "see quality_floor"),
    NUMBER(MODEL, "quality_slope", "1/step", 0, LARGE, 0, SW_NEED_ALWAYS, NULL, 0,
           "see quality_floor"),
    NUMBER(MODEL, "overhead_s.", "s", 0, LARGE, SW_KEY_PER_GPU, SW_NEED_SERVED, NULL, 0,
           "service time of an image at speed 1 apart from the steps (text encoder, VAE)"),
    NUMBER(MODEL, "step_s.", "s", 0, LARGE, SW_KEY_PER_GPU, SW_NEED_SERVED, NULL, 0,
           "service time of one denoising step of an image at speed 1"),

    OTHER(ASP, "site", SW_KEY_REFERENCE, "", 0, 0, 0, "site", SW_NEED_ALWAYS, NULL,
          "where its GPUs stand"),
    OTHER(ASP, "model", SW_KEY_REFERENCE, "", 0, 0, 0, "model", SW_NEED_ALWAYS, NULL,
          "the diffusion model that it runs"),
    OTHER(ASP, "gpu", SW_KEY_REFERENCE, "", 0, 0, 0, "gpu", SW_NEED_ALWAYS, NULL,
          "the type of its GPUs"),
    OTHER(ASP, "gpus", SW_KEY_INTEGER, "", 1, SW_MAX_GPUS, 0, NULL, SW_NEED_ALWAYS, NULL,
          "number of GPUs"),
    NUMBER(ASP, "host_overhead", "", 0, LARGE, 0, SW_NEED_NEVER, "0", AT(asp_host_overhead),
           "power of the host on top of its GPUs', as a share of theirs"),
    OTHER(ASP, "queue", SW_KEY_CHOICE, "", 0, 0, 0, "fifo|edf", SW_NEED_NEVER, "fifo",
          "order of service: as jobs reach the queue, or by deadline"),
    NUMBER(ASP, "wake_s", "s", 0, SW_MAX_END_S, 0, SW_NEED_NEVER, "0", AT(asp_wake_s),
           "from switching a GPU on to its serving"),
    OTHER(ASP, "levels", SW_KEY_LEVELS, "W", 0, LARGE, SW_KEY_ABOVE, NULL, SW_NEED_NEVER, NULL,
          "own DVFS levels instead of those of the GPU type"),

    OTHER(WORKLOAD, "origin", SW_KEY_REFERENCE, "", 0, 0, 0, "asp", SW_NEED_ALWAYS, NULL,
          "the ASP at which its jobs arrive"),
    OTHER(WORKLOAD, "arrivals", SW_KEY_ARRIVALS, "jobs/s", 0, 1e6, 0, "jobs_per_s", SW_NEED_ALWAYS,
          NULL, "a job trace, a Poisson process, or a burstier one with that index of dispersion"),
    OTHER(WORKLOAD, "images", SW_KEY_DIST, "", 1, SW_MAX_IMAGES, SW_KEY_WHOLE | SW_KEY_LIST, NULL,
          SW_NEED_NEVER, "1", "images per job"),
    OTHER(WORKLOAD, "deadline_s", SW_KEY_DIST, "s", 0, LARGE,
          SW_KEY_OR_INF | SW_KEY_UNIFORM | SW_KEY_LOGNORMAL | SW_KEY_LIST, NULL, SW_NEED_NO_COLUMN,
          NULL, "from arrival to deadline; inf: never late"),
    OTHER(WORKLOAD, "work", SW_KEY_DIST, "", 0, LARGE,
          SW_KEY_ABOVE | SW_KEY_LOGNORMAL | SW_KEY_EXPONENTIAL, NULL, SW_NEED_NEVER, "1",
          "factor on the service time, known at arrival"),
    NUMBER(WORKLOAD, "price_usd", "USD", 0, LARGE, 0, SW_NEED_ALWAYS, NULL, AT(class_price_usd),
           "paid per image at quality 1 when on time"),
    NUMBER(WORKLOAD, "late_usd", "USD", 0, LARGE, 0, SW_NEED_NEVER, "0", AT(class_late_usd),
           "penalty per image when not on time"),

    NUMBER(LINK, "latency_s", "s", 0, LARGE, 0, SW_NEED_NEVER, "0", 0,
           "request out and image back; it elapses before service"),
    NUMBER(LINK, "transfer_usd", "USD", 0, LARGE, 0, SW_NEED_NEVER, "0", 0, "cost per image"),

    OTHER(POLICY, "use", SW_KEY_TEXT, "", 0, 0, 0, NULL, SW_NEED_NEVER, NULL,
          "built-in policy or path of a shared object; NAME itself if absent"),
};

const int32_t sw_n_key = (int32_t)(sizeof sw_key_table / sizeof sw_key_table[0]);
