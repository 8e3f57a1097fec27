// Whole scenarios: the values they give, files and includes, --set, signals, and what is wrong
// across keys.
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "io/scenario.h"
#include "model/synth.h"
#include "support/temp_dir.h"

static temp_dir dir;
static sw_messages messages;
static sw_model *model;

static void set_up(void) {
    temp_dir_make(&dir);
    messages = (sw_messages){0};
    model = NULL;
}

static void tear_down(void) {
    sw_model_destroy(model);
    sw_messages_deinit(&messages);
    temp_dir_remove(&dir);
}

static sw_status load_with(const char *path, const sw_scenario_options *options) {
    sw_model_destroy(model);
    model = NULL;
    sw_messages_deinit(&messages);
    return sw_scenario_load(path, options, &model, &messages);
}

// Loads a text as s.ini and expects it to be right.
static void load(const char *text) {
    const sw_status status = load_with(temp_dir_put(&dir, "s.ini", text), NULL);
    ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "?");
}

// Expects one message, FOLDER standing for the folder of the files.
static void expect_message(sw_status status, const char *message) {
    ck_assert_int_eq(status, SW_ERR_BAD_INPUT);
    ck_assert_ptr_null(model);
    char text[SW_ERROR_TEXT] = "";
    size_t n = 0;
    for (const char *p = message; *p != '\0';) {
        if (strncmp(p, "FOLDER", 6) == 0) {
            n += (size_t)snprintf(text + n, sizeof text - n, "%s", dir.path);
            p += 6;
        } else {
            text[n++] = *p++;
            text[n] = '\0';
        }
    }
    ck_assert_int_ge(messages.n, 1);
    ck_assert_str_eq(messages.text[0], text);
    ck_assert_msg(messages.n == 1, "also: %s", messages.n > 1 ? messages.text[1] : "");
}

static void expect_wrong(const char *text, const char *message) {
    expect_message(load_with(temp_dir_put(&dir, "s.ini", text), NULL), message);
}

#define SCENARIO "[scenario]\nslots = 24\nslot_s = 3600\nsteps = 10,20\n"
#define SITE     "[site x]\nprice = 50\ncooling = pue\npue = 1.2\n"
#define GPU      "[gpu g]\nidle_w = 50\nlevels = 1:300\n"
#define MODEL                                                                                      \
    "[model m]\nquality_ceiling = 0.9\nquality_mid = 15\nquality_slope = 0.2\noverhead_s.g = "     \
    "0.5\n"                                                                                        \
    "step_s.g = 0.1\n"
#define ASP  "[asp a]\nsite = x\nmodel = m\ngpu = g\ngpus = 4\n"
#define WORK "[workload w]\norigin = a\narrivals = poisson:0.1\nprice_usd = 0.01\ndeadline_s = 60\n"
#define REST GPU MODEL ASP WORK

// The example of the documentation, with the second ASP that its link names.
static const char example[] =
    "[scenario]\nname = two-site-demo\nstart = 2025-07-14T00:00:00Z ; comment\nslot_s = 300\n"
    "slots = 288\nsteps = 6:42:4 ; first:last:stride\ndispatch_interval_s = 0\n"
    "forecast = day-ahead:0.1\nrevenue_scale = 2\ncarbon_usd_per_kg = 0\n"
    "default_link = 0.05:0.0001\n"
    "[site east]\nutc_offset_h = -5\nprice = 42\nsell_price = 0.8*price\ncarbon = 380\n"
    "outdoor_c = 25\nbase_kw = 5\nimport_limit_kw = 0\nexport_limit_kw = inf\n"
    "overload_usd_per_kwh = 5\npv_kw = 100\npv = traces/pv.csv:cf ; capacity factor\nwind_kw = "
    "0\nwind = 0\n"
    "battery_kwh = 200\n"
    "battery_charge_kw = 100\nbattery_discharge_kw = 90\nbattery_eff_charge = 0.95\n"
    "battery_eff_discharge = 0.94\nbattery_soc_min = 0.1\nbattery_soc_max = 0.9\n"
    "battery_soc_start = 0.5\nbattery_wear_usd_per_kwh = 0\ncooling = cop\npue = 1.25\n"
    "cop_a = 6.0\ncop_b = 0.08\ncop_min = 2\ncop_max = 8\nroom_start_c = 22 ; for rc\n"
    "                    ; cooling_max_kw (heat)\nwue_l_per_kwh = 0\n"
    "[gpu a100]\nidle_w = 60\noff_w = 0\nlevels = 0.6:170, 0.8:250, 1.0:380\n"
    "[model sdxl]\nquality_floor = 0.0\nquality_ceiling = 0.95\nquality_mid = 16\n"
    "quality_slope = 0.22\noverhead_s.a100 = 0.35\nstep_s.a100 = 0.085\n"
    "[asp alpha]\nsite = east\nmodel = sdxl\ngpu = a100\ngpus = 3\n"
    "[asp beta]\nsite = east\nmodel = sdxl\ngpu = a100\ngpus = 40\nhost_overhead = 0.3\n"
    "queue = edf\nwake_s = 0\nlevels = 0.9:170, 1.0:280\n"
    "[workload w1]\norigin = beta\narrivals = bursty:daily:1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
    "1,1,1,1,2,1.5\nimages = 1:0.7, 4:0.3\ndeadline_s = 60\nwork = lognormal:1,0.3\n"
    "price_usd = 0.004\nlate_usd = 0.002\n"
    "[link alpha beta]\nlatency_s = 0.4\ntransfer_usd = 0.0002\n"
    "[policy night]\nuse = drl\nfile = policies/sac-diffusion.h5\n";

START_TEST(the_example_gives_the_system_that_it_describes) {
    char pv[2000] = "# hourly\ntime,cf\n";
    for (int hour = 0; hour < 24; hour++) {
        char line[64];
        (void)snprintf(line, sizeof line, "2025-07-14T%02d:00:00Z,0.%02d\n", hour, hour);
        (void)strcat(pv, line);
    }
    temp_dir_sub(&dir, "traces");
    (void)temp_dir_put(&dir, "traces/pv.csv", pv);
    load(example);
    const sw_system *sys = &model->sys;
    ck_assert_str_eq(sys->name, "two-site-demo");
    ck_assert_double_eq(model->start_unix_s, 1752451200.0);
    ck_assert_double_eq(sys->slot_s, 300.0);
    ck_assert_int_eq(sys->n_slot, 288);
    ck_assert_double_eq(sys->end_s, 86400.0);
    ck_assert_int_eq(sys->n_step, 10);
    ck_assert_int_eq(sys->steps[0], 6);
    ck_assert_int_eq(sys->steps[9], 42);
    ck_assert_double_eq(sys->revenue_scale, 2.0);
    ck_assert_int_eq(model->forecast, SW_FORECAST_DAY_AHEAD);
    ck_assert_double_eq(model->forecast_sigma, 0.1);
    ck_assert(model->seeded);

    ck_assert_str_eq(sys->site_name[0], "east");
    ck_assert_double_eq(model->site_utc_offset_h[0], -5.0);
    ck_assert(sys->site_import_limit_kw[0] == (double)INFINITY);
    ck_assert(sys->site_export_limit_kw[0] == (double)INFINITY);
    ck_assert_double_eq(sys->site_soc_min_kwh[0], 0.1 * 200.0);
    ck_assert_double_eq(sys->site_soc_max_kwh[0], 0.9 * 200.0);
    ck_assert_double_eq(sys->site_soc_start_kwh[0], 100.0);
    ck_assert_double_eq(sys->site_battery_discharge_kw[0], 90.0);
    ck_assert_double_eq(sys->site_battery_eff_charge[0], 0.95);
    ck_assert_double_eq(sys->site_battery_eff_discharge[0], 0.94);
    ck_assert_int_eq(sys->site_cooling[0], SW_COOLING_COP);
    ck_assert_double_eq(sys->site_cop_b[0], 0.08);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 7), 42.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_SELL], 7), 0.8 * 42.0);
    ck_assert_int_eq(model->signal[SW_SIGNAL_SELL].stride, 0);
    ck_assert_int_eq(model->sell_lowered, 0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_PV], 0), 0.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_PV], 287), 0.23);

    ck_assert_int_eq(sys->n_asp, 2);
    ck_assert_str_eq(sys->asp_name[1], "beta");
    ck_assert_str_eq(model->asp_model_name[1], "sdxl");
    ck_assert_str_eq(model->asp_gpu_name[1], "a100");
    ck_assert_int_eq(sys->asp_gpus[1], 40);
    ck_assert_int_eq(sys->asp_edf[0], 0);
    ck_assert_int_eq(sys->asp_edf[1], 1);
    ck_assert_int_eq(sys->n_level_max, 3);
    ck_assert_int_eq(sys->asp_n_level[0], 3);
    ck_assert_int_eq(sys->asp_n_level[1], 2);
    ck_assert_double_eq(sys->asp_level_busy_w[2], 380.0);
    ck_assert_double_eq(sys->asp_level_speed[3], 0.9);
    ck_assert_double_eq(sys->asp_idle_w[1], 60.0);
    ck_assert_double_eq(sys->asp_image_work_s[sys->n_step + 1], 0.35 + 10.0 * 0.085);
    ck_assert_double_eq(sys->asp_quality[1], 0.95 / (1.0 + sw_exp(-0.22 * (10.0 - 16.0))));

    ck_assert_double_eq(sys->link_latency_s[0], 0.0);
    ck_assert_double_eq(sys->link_latency_s[1], 0.4);
    ck_assert_double_eq(sys->link_transfer_usd[1], 0.0002);
    ck_assert_double_eq(sys->link_latency_s[2], 0.05);
    ck_assert_double_eq(sys->link_transfer_usd[2], 0.0001);

    const sw_workload *workload = &model->workload[0];
    ck_assert_int_eq(sys->class_origin[0], 1);
    ck_assert_double_eq(sys->class_price_usd[0], 0.008);
    ck_assert_double_eq(sys->class_late_usd[0], 0.004);
    ck_assert_int_eq(workload->kind, SW_ARRIVAL_BURSTY);
    ck_assert_double_eq(workload->iod, 1.5);
    ck_assert_int_eq(workload->images.kind, SW_DIST_LIST);
    ck_assert_double_eq(sw_dist_at(&workload->images, 0.69), 1.0);
    ck_assert_double_eq(sw_dist_at(&workload->images, 0.71), 4.0);
    ck_assert_int_eq(workload->work.kind, SW_DIST_LOGNORMAL);

    ck_assert_int_eq(model->n_policy, 1);
    ck_assert_str_eq(model->policy[0].name, "night");
    ck_assert_str_eq(model->policy[0].use, "drl");
    ck_assert_int_eq(model->policy[0].n_param, 1);
    ck_assert_str_eq(model->policy[0].param[0].key, "file");
    ck_assert_str_eq(model->policy[0].param[0].value, "policies/sac-diffusion.h5");
    ck_assert_ptr_nonnull(strstr(model->policy[0].param[0].where, "/s.ini:"));
    ck_assert_str_eq(model->dir, dir.path);
}
END_TEST

START_TEST(what_is_left_out_takes_its_default) {
    load("[scenario]\nslots = 2\nsteps = 5\n" SITE REST);
    const sw_system *sys = &model->sys;
    ck_assert_str_eq(sys->name, "s");
    ck_assert(isnan(model->start_unix_s));
    ck_assert_double_eq(sys->slot_s, 300.0);
    ck_assert_double_eq(sys->dispatch_interval_s, 0.0);
    ck_assert_int_eq(model->forecast, SW_FORECAST_DAY_AHEAD);
    ck_assert_double_eq(model->forecast_sigma, 0.1);
    ck_assert_double_eq(sys->revenue_scale, 1.0);
    ck_assert_double_eq(sys->site_battery_eff_charge[0], 1.0);
    ck_assert_double_eq(sys->site_battery_eff_discharge[0], 1.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_OUTDOOR], 1), 20.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_SELL], 1), 0.0);
    ck_assert_double_eq(sys->site_room_start_c[0], 22.0);
    ck_assert_double_eq(sys->site_export_limit_kw[0], 0.0);
    ck_assert_double_eq(sys->class_late_usd[0], 0.0);
    ck_assert_double_eq(sw_dist_mean(&model->workload[0].images), 1.0);
    ck_assert_double_eq(sw_dist_mean(&model->workload[0].work), 1.0);
    ck_assert_int_eq(model->n_policy, 0);
}
END_TEST

START_TEST(asps_without_a_link_or_default_cannot_reach_each_other) {
    load(SCENARIO SITE REST "[asp b]\nsite = x\nmodel = m\ngpu = g\ngpus = 1\n[link b a]\n");
    ck_assert_double_eq(model->sys.link_latency_s[0], 0.0);
    ck_assert(model->sys.link_latency_s[1] == (double)INFINITY); // a to b
    ck_assert_double_eq(model->sys.link_latency_s[2], 0.0);      // b to a
    ck_assert_double_eq(model->sys.link_latency_s[3], 0.0);
}
END_TEST

START_TEST(distributions_take_all_their_forms) {
    static const struct {
        const char *deadline;
        sw_dist_kind kind;
        double at_half;
    } forms[] = {{"inf", SW_DIST_CONSTANT, (double)INFINITY},
                 {"uniform:10,30", SW_DIST_UNIFORM, 20.0},
                 {"lognormal:40,0.5", SW_DIST_LOGNORMAL, 40.0},
                 {"5:1, inf:3", SW_DIST_LIST, (double)INFINITY}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char text[2000];
        (void)snprintf(text, sizeof text,
                       SCENARIO SITE GPU MODEL ASP
                       "[workload w]\norigin = a\narrivals = poisson:0.1\nprice_usd = 1\n"
                       "deadline_s = %s\nwork = exponential\n",
                       forms[i].deadline);
        load(text);
        const sw_workload *workload = &model->workload[0];
        ck_assert_int_eq(workload->deadline_s.kind, forms[i].kind);
        const double at_half = sw_dist_at(&workload->deadline_s, 0.5);
        ck_assert(at_half == forms[i].at_half || fabs(at_half - forms[i].at_half) < 1e-12);
        ck_assert_double_eq(sw_dist_mean(&workload->work), 1.0);
        ck_assert_int_eq(workload->work.kind, SW_DIST_EXPONENTIAL);
    }
}
END_TEST

START_TEST(only_what_draws_random_numbers_makes_a_scenario_seeded) {
    static const char head[] =
        "[scenario]\nslots = 2\nsteps = 5\nforecast = perfect\n" SITE GPU MODEL ASP;
    char text[2000];
    load(head);
    ck_assert(!model->seeded);
    (void)snprintf(text, sizeof text, "%s%s", head, WORK);
    load(text);
    ck_assert(model->seeded);
    (void)snprintf(text, sizeof text, "%s%s",
                   "[scenario]\nslots = 2\nsteps = 5\nforecast = "
                   "day-ahead:0\n",
                   SITE GPU MODEL ASP);
    load(text);
    ck_assert(!model->seeded);
}
END_TEST

// ---------------------------------------------------------------- signals

START_TEST(a_daily_profile_starts_at_midnight_of_the_site) {
    // 05:00 UTC is 00:00 at UTC-5; slots of 30 minutes repeat their hour.
    load("[scenario]\nslots = 48\nslot_s = 1800\nsteps = 5\nstart = 2025-07-14T05:00:00Z\n"
         "[site x]\nutc_offset_h = -5\ncooling = pue\npue = 1\n"
         "price = daily:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23\n" REST);
    for (int64_t n = 0; n < 48; n++) {
        ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], n), (double)(n / 2));
    }
}
END_TEST

START_TEST(a_daily_profile_without_a_start_begins_at_midnight_utc) {
    load("[scenario]\nslots = 24\nslot_s = 3600\nsteps = 5\n"
         "[site x]\nutc_offset_h = -5\ncooling = pue\npue = 1\n"
         "price = daily:0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n" REST);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 0), 19.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 5), 0.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 23), 18.0);
}
END_TEST

START_TEST(a_long_slot_is_the_mean_of_the_hours_that_start_in_it) {
    // Slots of 2.5 h from 00:00 at UTC+5.5 with no start (05:30 local): hours 6,7 start in the
    // first, 8,9,10 in the second.
    load("[scenario]\nslots = 4\nslot_s = 9000\nsteps = 5\n"
         "[site x]\nutc_offset_h = 5.5\ncooling = pue\npue = 1\n"
         "price = daily:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23\n" REST);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 0), 6.5);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 1), 9.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 2), 11.5);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 3), 14.0);
}
END_TEST

START_TEST(the_sell_price_is_lowered_to_the_buy_price_and_counted) {
    load(SCENARIO
         "[site x]\nsell_price = 12\ncooling = pue\npue = 1\n"
         "price = daily:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23\n" REST);
    for (int64_t n = 0; n < 24; n++) {
        ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_SELL], n),
                            n < 12 ? (double)n : 12.0);
    }
    ck_assert_int_eq(model->sell_lowered, 12);
    load(SCENARIO "[site x]\nsell_price = 0.5*price\nprice = -10\ncooling = pue\npue = 1\n" REST);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_SELL], 3), -10.0);
    ck_assert_int_eq(model->sell_lowered, 24);
}
END_TEST

START_TEST(columns_of_trace_files_are_means_of_slots_times_a_factor) {
    (void)temp_dir_put(&dir, "t.csv",
                       "time_s,lmp_usd_per_mwh,pv_cf\n0,10,0\n1800,30,0.5\n3600,40,1\n5400,60,1\n");
    load("[scenario]\nslots = 2\nslot_s = 3600\nsteps = 5\n"
         "[site x]\nprice = t.csv:lmp*2\nsell_price = t.csv:lmp_usd_per_mwh\npv = t.csv:pv_cf\n"
         "pv_kw = 1\ncooling = pue\npue = 1\n" REST);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 0), 40.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 1), 100.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_SELL], 1), 50.0);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_PV], 0), 0.25);
    ck_assert_int_eq(model->n_input, 1); // read once
    ck_assert_uint_eq(strlen(model->input[0].sha256), 64);
}
END_TEST

START_TEST(values_of_a_trace_outside_the_physical_range_name_the_slot) {
    (void)temp_dir_put(&dir, "t.csv", "time_s,a\n0,0\n3600,1.5\n");
    expect_wrong("[scenario]\nslots = 2\nslot_s = 3600\nsteps = 5\n"
                 "[site x]\nprice = 1\npv = t.csv:a\ncooling = pue\npue = 1\n" REST,
                 "FOLDER/s.ini:7: [site x] pv: t.csv:a is 1.5 in slot 1, allowed are values from 0 "
                 "to 1");
    (void)temp_dir_put(&dir, "t.csv", "time_s,a\n0,0\n3600,-1\n");
    expect_wrong("[scenario]\nslots = 2\nslot_s = 3600\nsteps = 5\n" SITE GPU MODEL ASP
                 "[workload w]\norigin = a\narrivals = poisson:t.csv:a\nprice_usd = 1\n"
                 "deadline_s = 1\n",
                 "FOLDER/s.ini:25: [workload w] arrivals: t.csv:a is -1 in slot 1, allowed are "
                 "values from 0 to 1000000");
}
END_TEST

START_TEST(jobs_come_from_a_trace_and_its_deadlines_replace_the_key) {
    (void)temp_dir_put(&dir, "jobs.csv", "arrival_s,deadline_s\n0,5\n1,inf\n");
    static const char head[] =
        "[scenario]\nslots = 2\nslot_s = 3600\nsteps = 5\n" SITE GPU MODEL ASP
        "[workload w]\norigin = a\narrivals = trace:jobs.csv\nprice_usd = 1\n";
    load(head);
    ck_assert_int_eq(model->workload[0].kind, SW_ARRIVAL_TRACE);
    ck_assert_int_eq(model->workload[0].trace.n, 2);
    ck_assert_double_eq(model->workload[0].trace.deadline_s[0], 5.0);
    (void)temp_dir_put(&dir, "jobs.csv", "arrival_s\n0\n1\n");
    ck_assert_int_eq(load_with(temp_dir_put(&dir, "s.ini", head), NULL), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(messages.text[0], "[workload w] deadline_s: missing, needed "));
}
END_TEST

START_TEST(wrong_generators_are_refused) {
    static const struct {
        const char *price;
        const char *wrong;
    } bad[] = {
        {"synth:price-mars", "synth: no generator is called 'price-mars', allowed are price, "},
        {"synth:wind-rts", "synth: a wind generator makes cf, needed is one that makes usd_per"},
        {"synth:price,sd=3", "synth: a price generator has no 'sd', allowed are mean, profile, "},
        {"synth:price,mean=x", "synth: mean: 'x' is not a number from -1e+06 to 1e+06"},
        {"synth:price,profile=1 2", "synth: profile: 2 numbers, needed are 24 with blanks"},
        {"synth:price,corr=0.5", "synth: corr: needs shared, the number of the process"},
        {"synth:price,,", "synth: '' is not KEY=VALUE"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[2000];
        (void)snprintf(text, sizeof text,
                       SCENARIO "[site x]\nprice = %s\ncooling = pue\npue = 1\n" REST,
                       bad[i].price);
        ck_assert_int_eq(load_with(temp_dir_put(&dir, "s.ini", text), NULL), SW_ERR_BAD_INPUT);
        ck_assert_int_eq(messages.n, 1);
        ck_assert_ptr_nonnull(strstr(messages.text[0], "s.ini:6: [site x] price: synth: "));
        ck_assert_msg(strstr(messages.text[0], bad[i].wrong) != NULL, "%s", messages.text[0]);
    }
}
END_TEST

START_TEST(generated_signals_are_kept_as_generators) {
    load(SCENARIO "[site x]\nprice = synth:price-pjm, mean=50\nsell_price = 0.5*price\n"
                  "pv = synth:pv-fleet\ncooling = pue\npue = 1\n" GPU MODEL ASP
                  "[workload w]\norigin = a\narrivals = bursty:synth:rate,mean=2,3\n"
                  "price_usd = 0.01\ndeadline_s = 60\n");
    ck_assert(model->seeded);
    ck_assert_ptr_null(model->signal[SW_SIGNAL_BUY].value);
    ck_assert_double_eq(model->synth[SW_SIGNAL_BUY]->mean, 50.0);
    ck_assert_double_eq(model->sell_fraction[0], 0.5);
    ck_assert_int_eq(model->synth[SW_SIGNAL_PV]->kind, SW_SYNTH_PV);
    ck_assert_ptr_null(model->synth[SW_SIGNAL_WIND]);
    ck_assert_double_eq(model->synth[SW_SIGNALS_PER_SITE]->mean, 2.0);
    ck_assert_double_eq(model->workload[0].iod, 3.0);
}
END_TEST

START_TEST(signals_of_every_wrong_form_are_refused) {
    static const struct {
        const char *price;
        const char *wrong;
    } bad[] = {
        {"daily:1,2,3", "'daily:' does not hold 24 numbers"},
        {"daily:1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
         "'daily:' does not hold 24 numbers"},
        {"daily:1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,",
         "'daily:' does not hold 24 numbers"},
        {"daily:1,,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
         "'daily:' does not hold 24 numbers"},
        {"t.csv:", "'t.csv:' names no file or no column"},
        {":lmp", "':lmp' names no file or no column"},
        {"t.csv:lmp*two", "FACTOR of 't.csv:lmp*two' is no number"},
        {"0x10", "'0x10' is no signal"},
        {"nan", "'nan' is no signal"},
        {"inf", "'inf' is no signal"},
        {"1e13", "1e13 is out of range"},
        {"0.8*price", "'0.8*price' is no signal"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[2000];
        char message[600];
        (void)snprintf(text, sizeof text,
                       SCENARIO "[site x]\nprice = %s\ncooling = pue\npue = 1\n" REST,
                       bad[i].price);
        (void)snprintf(message, sizeof message,
                       "FOLDER/s.ini:6: [site x] price: %s, allowed is a number, FILE:COLUMN, "
                       "FILE:COLUMN*FACTOR, daily: with 24 numbers or synth:GENERATOR; values "
                       "from -1e12 to 1e12",
                       bad[i].wrong);
        expect_wrong(text, message);
    }
}
END_TEST

// ---------------------------------------------------------------- files

START_TEST(an_included_file_is_read_first_and_the_later_value_wins) {
    (void)temp_dir_put(&dir, "base.ini", SCENARIO SITE REST);
    load("[scenario]\ninclude = base.ini\nslots = 5\n[site x]\npue = 1.5\n");
    ck_assert_int_eq(model->sys.n_slot, 5);
    ck_assert_double_eq(model->sys.slot_s, 3600.0);
    ck_assert_double_eq(model->sys.site_pue[0], 1.5);
    ck_assert_ptr_null(strstr(model->text, "include"));
}
END_TEST

START_TEST(include_stands_first_in_its_section) {
    (void)temp_dir_put(&dir, "base.ini", SCENARIO SITE REST);
    ck_assert_int_eq(
        load_with(temp_dir_put(&dir, "s.ini", "[scenario]\nslots = 5\ninclude = base.ini\n"), NULL),
        SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(messages.text[0],
                                 "s.ini:3: [scenario] include: stands below other "
                                 "keys, allowed is the first key"));
}
END_TEST

static void write_chain(int n) {
    for (int i = 0; i < n; i++) {
        char name[32];
        char text[64];
        (void)snprintf(name, sizeof name, "c%d.ini", i);
        (void)snprintf(text, sizeof text, "[scenario]\ninclude = c%d.ini\n", i + 1);
        (void)temp_dir_put(&dir, name, text);
    }
    char last[32];
    (void)snprintf(last, sizeof last, "c%d.ini", n);
    (void)temp_dir_put(&dir, last, SCENARIO SITE REST);
}

START_TEST(includes_nest_to_8_and_no_deeper) {
    char path[600];
    (void)snprintf(path, sizeof path, "%s/c0.ini", dir.path);
    write_chain(8);
    ck_assert_int_eq(load_with(path, NULL), SW_OK);
    write_chain(9);
    ck_assert_int_eq(load_with(path, NULL), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(messages.text[0],
                                 "/c8.ini:2: [scenario] include: includes go round in a circle or "
                                 "nest too deep, allowed are 8 levels"));
}
END_TEST

START_TEST(a_circle_of_includes_is_refused) {
    (void)temp_dir_put(&dir, "b.ini", "[scenario]\ninclude = s.ini\n");
    ck_assert_int_eq(load_with(temp_dir_put(&dir, "s.ini", "[scenario]\ninclude = b.ini\n"), NULL),
                     SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(messages.text[0], "includes go round in a circle"));
}
END_TEST

START_TEST(files_are_found_beside_the_file_that_names_them) {
    temp_dir_sub(&dir, "inner");
    (void)temp_dir_put(&dir, "inner/t.csv", "time_s,lmp\n0,10\n3600,20\n");
    (void)temp_dir_put(&dir, "t.csv", "time_s,lmp\n0,70\n3600,80\n");
    (void)temp_dir_put(&dir, "inner/base.ini",
                       "[scenario]\nslots = 2\nslot_s = 3600\nsteps = 5\n[site x]\n"
                       "price = t.csv:lmp\ncooling = pue\npue = 1\n" REST);
    load("[scenario]\ninclude = inner/base.ini\n");
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 0), 10.0);

    // One that --set names is looked up beside the scenario.
    const char *const set[] = {"site x.price=t.csv:lmp"};
    char path[600];
    (void)snprintf(path, sizeof path, "%s/s.ini", dir.path);
    ck_assert_int_eq(load_with(path, &(sw_scenario_options){.set = set, .n_set = 1}), SW_OK);
    ck_assert_double_eq(sw_signal_at(&model->signal[SW_SIGNAL_BUY], 0), 70.0);
}
END_TEST

START_TEST(the_kept_text_gives_the_same_scenario_again) {
    temp_dir_sub(&dir, "inner");
    (void)temp_dir_put(&dir, "inner/t.csv", "time_s,lmp\n0,10\n3600,20\n");
    (void)temp_dir_put(&dir, "inner/base.ini",
                       "[scenario]\nslots = 2\nslot_s = 3600\nsteps = 5\nstart = 2025-07-14\n"
                       "[site x]\nprice = t.csv:lmp*3\ncooling = pue\npue = 1\n" REST);
    (void)temp_dir_put(&dir, "s.ini", "[scenario]\ninclude = inner/base.ini\n");
    const char *const set[] = {"gpu g.idle_w=55", "policy p.use=lp"};
    const sw_scenario_options options = {.set = set, .n_set = 2, .shift_days = 2.0};
    char path[600];
    (void)snprintf(path, sizeof path, "%s/s.ini", dir.path);
    ck_assert_int_eq(load_with(path, &options), SW_OK);
    ck_assert_double_eq(model->start_unix_s, 1752451200.0 + 2.0 * 86400.0);
    ck_assert_ptr_nonnull(strstr(model->text, "price = inner/t.csv:lmp*3\n"));
    ck_assert_ptr_nonnull(strstr(model->text, "start = 2025-07-16T00:00:00Z\n"));
    char *text = strdup(model->text);
    char digest[65];
    (void)snprintf(digest, sizeof digest, "%s", model->digest);

    ck_assert_int_eq(load_with(temp_dir_put(&dir, "again.ini", text), NULL), SW_OK);
    ck_assert_str_eq(model->text, text);
    ck_assert_str_eq(model->digest, digest);
    ck_assert_str_eq(model->sys.name, "s");
    ck_assert_double_eq(model->sys.asp_idle_w[0], 55.0);
    free(text);

    // The digest covers the input files too.
    (void)temp_dir_put(&dir, "inner/t.csv", "time_s,lmp\n0,10\n3600,21\n");
    ck_assert_int_eq(load_with(dir.file, NULL), SW_ERR_BAD_INPUT); // t.csv is no scenario
    (void)snprintf(path, sizeof path, "%s/again.ini", dir.path);
    ck_assert_int_eq(load_with(path, NULL), SW_OK);
    ck_assert_str_ne(model->digest, digest);
}
END_TEST

START_TEST(a_scenario_that_is_not_there_is_an_io_error) {
    ck_assert_int_eq(load_with("/nowhere/s.ini", NULL), SW_ERR_IO);
    ck_assert_int_eq(messages.n, 1);
    ck_assert_str_eq(messages.text[0],
                     "/nowhere/s.ini: cannot be opened: No such file or directory");
    ck_assert_int_eq(load_with(dir.path, NULL), SW_ERR_BAD_INPUT);
    ck_assert_int_eq(messages.n, 1);
}
END_TEST

START_TEST(a_device_is_refused) {
    ck_assert_int_eq(load_with("/dev/zero", NULL), SW_ERR_BAD_INPUT);
    ck_assert_int_eq(messages.n, 1);
    ck_assert_str_eq(
        messages.text[0],
        "/dev/zero: cannot be read: it is a pipe or device, allowed are regular files");
}
END_TEST

// ---------------------------------------------------------------- --set

START_TEST(set_overrides_keys_in_order_and_may_create_policies) {
    (void)temp_dir_put(&dir, "s.ini", SCENARIO SITE REST);
    const char *const set[] = {"scenario.slots=12",        "scenario.slots = 13 ; comment",
                               "model m.overhead_s.g=0.7", "policy p.use=greedy",
                               "policy p.steps=30",        "site x.battery_kwh=500"};
    char path[600];
    (void)snprintf(path, sizeof path, "%s/s.ini", dir.path);
    const sw_status status = load_with(path, &(sw_scenario_options){.set = set, .n_set = 6});
    ck_assert_msg(status == SW_OK, "%s", messages.n > 0 ? messages.text[0] : "?");
    ck_assert_int_eq(model->sys.n_slot, 13);
    ck_assert_double_eq(model->sys.asp_image_work_s[0], 0.7 + 10.0 * 0.1);
    ck_assert_double_eq(model->sys.site_soc_start_kwh[0], 250.0);
    ck_assert_int_eq(model->n_policy, 1);
    ck_assert_str_eq(model->policy[0].use, "greedy");
    ck_assert_str_eq(model->policy[0].param[0].where, "--set policy p.steps=30");
}
END_TEST

START_TEST(a_wrong_set_is_named_as_it_was_given) {
    static const struct {
        const char *set;
        const char *message;
    } bad[] = {
        {"slots=12", "--set slots=12: no SECTION.KEY=VALUE, allowed is such as 'site "
                     "east.battery_kwh=500'"},
        {"scenario.slots", "--set scenario.slots: no SECTION.KEY=VALUE, allowed is such as 'site "
                           "east.battery_kwh=500'"},
        {"scenario.slots=", "--set scenario.slots=: [scenario] slots: no value, allowed is key = "
                            "value"},
        {"scenario.slots=1\n[site y]", "--set scenario.slots=1\n[site y]: no SECTION.KEY=VALUE, "
                                       "allowed is such as 'site east.battery_kwh=500'"},
        {"site y.pue=2",
         "--set site y.pue=2: [site y] pue: there is no such section, allowed to be "
         "new are [policy NAME] only"},
        {"scenario.slots=12q", "--set scenario.slots=12q: [scenario] slots: '12q' is no number, "
                               "allowed is a whole number from 1 to 2200000"},
        {"scenario.include=b.ini", "--set scenario.include=b.ini: [scenario] include: cannot be "
                                   "set, allowed is in a file only"},
        {"policy p q.use=lp",
         "--set policy p q.use=lp: [policy p q] wrong number of names, allowed "
         "is [policy NAME]"},
        {"site x].y=1", "--set site x].y=1: text after the section's ']', allowed is a comment: a "
                        "blank, ';' and text"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *const set[] = {bad[i].set};
        (void)temp_dir_put(&dir, "s.ini", SCENARIO SITE REST);
        expect_message(load_with(dir.file, &(sw_scenario_options){.set = set, .n_set = 1}),
                       bad[i].message);
    }
}
END_TEST

START_TEST(days_move_a_dated_start_and_need_one) {
    (void)temp_dir_put(&dir, "s.ini", SCENARIO SITE REST);
    expect_message(load_with(dir.file, &(sw_scenario_options){.shift_days = 1.0}),
                   "FOLDER/s.ini:1: [scenario] start: missing, needed with days to move it by is "
                   "YYYY-MM-DDThh:mm:ss with an optional Z or offset +hh:mm (UTC if none)");
}
END_TEST

// ---------------------------------------------------------------- across keys

START_TEST(what_contradicts_other_keys_is_refused) {
    static const struct {
        const char *text;
        const char *message;
    } bad[] = {
        {"[scenario]\nslots = 2000000\nsteps = 5\n" SITE REST,
         "FOLDER/s.ini:2: [scenario] slots: slots x slot_s is 600000000 s, allowed are at most "
         "67108864 s"},
        {"[scenario]\nslots = 2\nsteps = 5\ndispatch_interval_s = 301\n" SITE REST,
         "FOLDER/s.ini:4: [scenario] dispatch_interval_s: 301 is out of range, allowed is 0, or "
         "from 0.001 to slot_s, 300"},
        {"[scenario]\nslots = 2\nsteps = 5\ndispatch_interval_s = 1e-9\n" SITE REST,
         "FOLDER/s.ini:4: [scenario] dispatch_interval_s: 1e-09 is out of range, allowed is 0, or "
         "from 0.001 to slot_s, 300"},
        {SCENARIO SITE "battery_soc_min = 0.6\n" REST,
         "FOLDER/s.ini:5: [site x] battery_soc_start: 0.5 is out of range, allowed is at least "
         "battery_soc_min, 0.6"},
        {SCENARIO SITE "battery_soc_max = 0.4\n" REST,
         "FOLDER/s.ini:5: [site x] battery_soc_start: 0.5 is out of range, allowed is at most "
         "battery_soc_max, 0.4"},
        {SCENARIO SITE "battery_soc_min = 0.9\nbattery_soc_max = 0.4\n" REST,
         "FOLDER/s.ini:10: [site x] battery_soc_max: 0.4 is out of range, allowed is at least "
         "battery_soc_min, 0.9"},
        {SCENARIO "[site x]\nprice = 1\ncooling = cop\noutdoor_c = 20\ncop_a = 5\ncop_b = 0\n"
                  "cop_min = 3\ncop_max = 2\n" REST,
         "FOLDER/s.ini:12: [site x] cop_max: 2 is out of range, allowed is at least cop_min, 3"},
        {SCENARIO SITE GPU ASP WORK
         "[model m]\nquality_ceiling = 0.5\nquality_floor = 0.6\nquality_mid = 1\n"
         "quality_slope = 1\noverhead_s.g = 1\nstep_s.g = 0\n",
         "FOLDER/s.ini:23: [model m] quality_ceiling: 0.5 is out of range, allowed is at least "
         "quality_floor, 0.6"},
        {SCENARIO SITE GPU ASP WORK
         "[model m]\nquality_ceiling = 0.5\nquality_mid = 1\nquality_slope = 1\n"
         "overhead_s.g = 0\nstep_s.g = 0\n",
         "FOLDER/s.ini:14: [asp a] model: overhead_s and step_s of [model m] on its GPUs are both "
         "0, allowed is a sum above 0"},
        {SCENARIO SITE REST "[link a b]\n",
         "FOLDER/s.ini:28: [link a b] there is no section [asp b], allowed are names of [asp NAME] "
         "sections"},
        {SCENARIO SITE REST "[link a a]\n",
         "FOLDER/s.ini:28: [link a a] link of an ASP to itself, allowed are two ASPs (to itself it "
         "is always 0)"},
        {SCENARIO SITE REST "[site]\n",
         "FOLDER/s.ini:28: [site] wrong number of names, allowed is [site NAME]"},
        {SCENARIO SITE REST "[sites y]\n",
         "FOLDER/s.ini:28: [sites y] unknown section, allowed are [scenario], [site NAME], [gpu "
         "NAME], [model NAME], [asp NAME], [workload NAME], [link ORIGIN SERVER], [policy NAME]"},
        {SCENARIO SITE, "FOLDER/s.ini:1: no section [asp NAME], needed is one or more"},
        {SCENARIO SITE REST "[model n]\nquality_ceiling = 0.5\nquality_mid = 1\nquality_slope = 1\n"
                            "step_s.h = 1\n",
         "FOLDER/s.ini:32: [model n] step_s.h: there is no [gpu h], allowed is the name of a [gpu "
         "NAME] section"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect_wrong(bad[i].text, bad[i].message);
    }
}
END_TEST

START_TEST(all_errors_of_a_scenario_are_told_at_once) {
    (void)load_with(temp_dir_put(&dir, "s.ini",
                                 "[scenario]\nslots = 0\nsteps = 10,5\n[site x]\nprice = 1\n"
                                 "cooling = ice\n[gpu g]\nidle_w = many\nlevels = 1:300\n"
                                 "what is this\n[asp a]\nsite = y\nmodel = m\ngpu = g\ngpus = 1\n"),
                    NULL);
    static const char *const part[] = {"s.ini:10: [gpu g] neither a section",
                                       "s.ini:2: [scenario] slots: 0 is out of range",
                                       "s.ini:3: [scenario] steps: 5 follows 10",
                                       "s.ini:6: [site x] cooling: 'ice' is none of",
                                       "s.ini:8: [gpu g] idle_w: 'many' is no number",
                                       "s.ini:12: [asp a] site: there is no section",
                                       "s.ini:13: [asp a] model: there is no section"};
    ck_assert_int_eq(messages.n, 7);
    for (int i = 0; i < 7; i++) {
        ck_assert_msg(strstr(messages.text[i], part[i]) != NULL, "%s", messages.text[i]);
    }
}
END_TEST

START_TEST(step_ranges_and_lists_are_checked) {
    static const struct {
        const char *steps;
        int32_t n; // -1: refused
        int32_t last;
    } cases[] = {{"6:42:4", 10, 42}, {"6:44:4", 10, 42},    {"5:5:1", 1, 5},    {"6, 10,30", 3, 30},
                 {"7", 1, 7},        {"1:256:1", 256, 256}, {"1:257:1", -1, 0}, {"10:5:1", -1, 0},
                 {"1:5:0", -1, 0},   {"1:5", -1, 0},        {"1:5:1.5", -1, 0}, {"5,5", -1, 0},
                 {"5,4", -1, 0},     {"1,,2", -1, 0},       {"1,2,", -1, 0},    {"1.5", -1, 0},
                 {"0:4:1", -1, 0},   {"1:1e300:1", -1, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2000];
        (void)snprintf(text, sizeof text, "[scenario]\nslots = 1\nsteps = %s\n" SITE REST,
                       cases[i].steps);
        const sw_status status = load_with(temp_dir_put(&dir, "s.ini", text), NULL);
        if (cases[i].n < 0) {
            ck_assert_msg(status == SW_ERR_BAD_INPUT && messages.n == 1, "%s", cases[i].steps);
        } else {
            ck_assert_msg(status == SW_OK, "%s", cases[i].steps);
            ck_assert_int_eq(model->sys.n_step, cases[i].n);
            ck_assert_int_eq(model->sys.steps[cases[i].n - 1], cases[i].last);
        }
    }
}
END_TEST

static TCase *make_case(const char *name) {
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    return tcase;
}

int main(void) {
    Suite *suite = suite_create("scenario");
    TCase *values = make_case("values");
    tcase_add_test(values, the_example_gives_the_system_that_it_describes);
    tcase_add_test(values, what_is_left_out_takes_its_default);
    tcase_add_test(values, asps_without_a_link_or_default_cannot_reach_each_other);
    tcase_add_test(values, distributions_take_all_their_forms);
    tcase_add_test(values, only_what_draws_random_numbers_makes_a_scenario_seeded);
    tcase_add_test(values, step_ranges_and_lists_are_checked);
    suite_add_tcase(suite, values);
    TCase *signals = make_case("signals");
    tcase_add_test(signals, a_daily_profile_starts_at_midnight_of_the_site);
    tcase_add_test(signals, a_daily_profile_without_a_start_begins_at_midnight_utc);
    tcase_add_test(signals, a_long_slot_is_the_mean_of_the_hours_that_start_in_it);
    tcase_add_test(signals, the_sell_price_is_lowered_to_the_buy_price_and_counted);
    tcase_add_test(signals, columns_of_trace_files_are_means_of_slots_times_a_factor);
    tcase_add_test(signals, values_of_a_trace_outside_the_physical_range_name_the_slot);
    tcase_add_test(signals, jobs_come_from_a_trace_and_its_deadlines_replace_the_key);
    tcase_add_test(signals, signals_of_every_wrong_form_are_refused);
    tcase_add_test(signals, wrong_generators_are_refused);
    tcase_add_test(signals, generated_signals_are_kept_as_generators);
    suite_add_tcase(suite, signals);
    TCase *files = make_case("files");
    tcase_add_test(files, an_included_file_is_read_first_and_the_later_value_wins);
    tcase_add_test(files, include_stands_first_in_its_section);
    tcase_add_test(files, includes_nest_to_8_and_no_deeper);
    tcase_add_test(files, a_circle_of_includes_is_refused);
    tcase_add_test(files, files_are_found_beside_the_file_that_names_them);
    tcase_add_test(files, the_kept_text_gives_the_same_scenario_again);
    tcase_add_test(files, a_scenario_that_is_not_there_is_an_io_error);
    tcase_add_test(files, a_device_is_refused);
    suite_add_tcase(suite, files);
    TCase *set = make_case("set");
    tcase_add_test(set, set_overrides_keys_in_order_and_may_create_policies);
    tcase_add_test(set, a_wrong_set_is_named_as_it_was_given);
    tcase_add_test(set, days_move_a_dated_start_and_need_one);
    suite_add_tcase(suite, set);
    TCase *across = make_case("across keys");
    tcase_add_test(across, what_contradicts_other_keys_is_refused);
    tcase_add_test(across, all_errors_of_a_scenario_are_told_at_once);
    suite_add_tcase(suite, across);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
