// Every format's traps on small texts: which rows are wanted, clocks that are set forward and back,
// ends of intervals, missing values, currencies, places of weather.
#include "support/import_text.h"

#include <math.h>
#include <stdlib.h>

#include "io/import_clock.h"

static sw_import_options automatic(void) {
    return plain("auto", NULL);
}

static sw_import_options at_place(const char *place, const char *column) {
    sw_import_options options = automatic();
    options.place = place;
    options.column = column;
    return options;
}

#define PJM_TOP                                                                                    \
    "datetime_beginning_utc,datetime_beginning_ept,pnode_id,pnode_name,total_lmp_rt,"              \
    "congestion_price_rt,row_is_current\n"

START_TEST(pjm_nodes_are_chosen_and_superseded_rows_left_out) {
    const char *text = PJM_TOP "3/12/2023 6:00:00 AM,,1,DOM,10,1,True\n"
                               "3/12/2023 6:00:00 AM,,2,AEP,20,2,True\n"
                               "3/12/2023 12:00:00 PM,,1,DOM,12,1,True\n"
                               "3/12/2023 7:00:00 AM,,1,DOM,99,1,False\n"
                               "3/12/2023 7:00:00 AM,,1,DOM,-11,1,True\n"
                               "3/12/2023 8:00:00 AM,,1,DOM,13,1,True\n"
                               "3/12/2023 8:00:00 AM,,1,DOM,13,1,True\n";
    sw_import_options options = at_place("DOM", NULL);
    is_refused(text, automatic(),
               "column 'pnode_name' has several: DOM, AEP; choose one by --site");
    is_refused(text, at_place("PSEG", NULL),
               "no row with 'PSEG' in column 'pnode_name'; there are: DOM, AEP");
    is_refused(text, options, ":7: no value at 2023-03-12T09:00:00Z");
    options.fill = SW_FILL_HOLD;
    becomes(text, options, "pjm",
            "time,price_usd_per_mwh\n2023-03-12T06:00:00Z,10\n2023-03-12T07:00:00Z,-11\n"
            "2023-03-12T08:00:00Z,13\n2023-03-12T09:00:00Z,13\n2023-03-12T10:00:00Z,13\n"
            "2023-03-12T11:00:00Z,13\n2023-03-12T12:00:00Z,12\n");
    ck_assert_int_eq(report.n_left_out, 2); // one superseded, one repeated
    ck_assert_int_eq(report.n_filled, 3);
    options.place = "1"; // by number
    options.column = "congestion";
    ck_assert_int_eq(import_text(text, options), SW_OK);
    options.column = "loss";
    is_refused(text, options, ":1: no column 'marginal_loss_price_rt|marginal_loss_price_da'");
    options.column = "x";
    is_refused(text, options, "--column 'x'; allowed: total, energy, congestion, loss");
    is_refused(PJM_TOP "3/12/2023 13:00:00 AM,,1,DOM,10,1,True\n", automatic(),
               "is no date; month");
    is_refused(PJM_TOP
               "3/12/2023 6:00:00 AM,,1,DOM,10,1,True\n3/12/2023 6:00:00 AM,,1,DOM,11,1,1\n",
               automatic(), ":3: 2023-03-12T06:00:00Z has the time of line 2");
}
END_TEST

START_TEST(five_minute_and_day_ahead_pjm_files_are_of_the_same_format) {
    becomes("datetime_beginning_utc,pnode_name,total_lmp_da\n1/1/2024 5:00:00 AM,A,1\n"
            "1/1/2024 6:00:00 AM,A,2\n",
            automatic(), "pjm",
            "time,price_usd_per_mwh\n2024-01-01T05:00:00Z,1\n2024-01-01T06:00:00Z,2\n");
    becomes("datetime_beginning_utc,pnode_name,itsced_lmp\n1/1/2024 5:00:00 AM,A,1\n"
            "1/1/2024 5:05:00 AM,A,2\n",
            automatic(), "pjm",
            "time,price_usd_per_mwh\n2024-01-01T05:00:00Z,1\n2024-01-01T05:05:00Z,2\n");
}
END_TEST

START_TEST(caiso_rows_come_in_any_order_and_kind) {
    const char *text = "INTERVALSTARTTIME_GMT,NODE,LMP_TYPE,VALUE\n"
                       "2022-02-01T15:05:00-00:00,A,LMP,2\n2022-02-01T15:00:00-00:00,A,MCC,7\n"
                       "2022-02-01T15:00:00-00:00,A,LMP,1\n2022-02-01T15:05:00-00:00,A,MCC,8\n";
    becomes(text, automatic(), "caiso",
            "time,price_usd_per_mwh\n2022-02-01T15:00:00Z,1\n2022-02-01T15:05:00Z,2\n");
    becomes(text, at_place(NULL, "MCC"), "caiso",
            "time,price_usd_per_mwh\n2022-02-01T15:00:00Z,7\n2022-02-01T15:05:00Z,8\n");
    is_refused(text, at_place(NULL, "MCX"),
               "no row with 'MCX' in column 'LMP_TYPE'; there are: LMP, MCC");
}
END_TEST

START_TEST(ercot_tells_the_two_passes_of_an_hour_by_a_flag) {
    const char *top = "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag\n";
    char text[600];
    (void)snprintf(text, sizeof text, "%s%s", top,
             "11/05/2023,01:00,A,1,N\n11/05/2023,02:00,A,2,N\n11/05/2023,02:00,A,3,Y\n"
             "11/05/2023,03:00,A,4,N\n");
    becomes(text, automatic(), "ercot-dam",
            "time,price_usd_per_mwh\n2023-11-05T05:00:00Z,1\n2023-11-05T06:00:00Z,2\n"
            "2023-11-05T07:00:00Z,3\n2023-11-05T08:00:00Z,4\n");
    // Spring: the hour from 2 to 3 does not exist.
    (void)snprintf(text, sizeof text, "%s%s", top,
             "03/12/2023,02:00,A,1,N\n03/12/2023,04:00,A,2,N\n03/12/2023,24:00,A,2,N\n");
    sw_import_options options = automatic();
    options.fill = SW_FILL_HOLD;
    ck_assert_int_eq(import_text(text, options), SW_OK);
    ck_assert_int_eq(report.n_written, 22); // 1, 3, 4, ... 23 o'clock
    (void)snprintf(text, sizeof text, "%s%s", top, "03/12/2023,03:00,A,1,N\n");
    is_refused(text, automatic(), ":2: '03/12/2023' does not exist on clock us-central");
    (void)snprintf(text, sizeof text, "%s%s", top, "03/12/2023,25:00,A,1,N\n");
    is_refused(text, automatic(), ":2: field 2, '25:00'; an hour from 1 to 24");
    (void)snprintf(text, sizeof text, "%s%s", top, "03/12/2006,02:00,A,1,N\n");
    is_refused(text, automatic(), "is not known for this year; 2007 (us)");
    const char *types = "Delivery Date,Delivery Hour,Delivery Interval,Repeated Hour Flag,"
                        "Settlement Point Name,Settlement Point Type,Settlement Point Price\n"
                        "08/17/2023,1,1,N,LZ_A,LZ,1\n08/17/2023,1,1,N,LZ_A,LZEW,5\n"
                        "08/17/2023,1,2,N,LZ_A,LZ,2\n08/17/2023,1,2,N,LZ_A,LZEW,6\n";
    is_refused(types, automatic(), "has several: LZ, LZEW; choose one by --column");
    becomes(types, at_place("LZ_A", "LZ"), "ercot-rtm",
            "time,price_usd_per_mwh\n2023-08-17T05:00:00Z,1\n2023-08-17T05:15:00Z,2\n");
}
END_TEST

START_TEST(entsoe_double_hours_are_told_by_marks_or_by_order) {
    const char *marked =
        "\"MTU (CET/CEST)\",\"Area\",\"Sequence\",\"Day-ahead Price (EUR/MWh)\"\n"
        "\"29/10/2023 02:00:00 (CEST) - 29/10/2023 02:00:00 (CET)\",\"X\",\"\",\"1\"\n"
        "\"29/10/2023 02:00:00 (CET) - 29/10/2023 03:00:00\",\"X\",\"\",\"2\"\n"
        "\"29/10/2023 03:00:00 - 29/10/2023 04:00:00\",\"X\",\"\",\"3\"\n";
    const char *want = "time,price_eur_per_mwh\n2023-10-29T00:00:00Z,1\n2023-10-29T01:00:00Z,2\n"
                       "2023-10-29T02:00:00Z,3\n";
    becomes(marked, automatic(), "entsoe", want);
    becomes("\"MTU (CET/CEST)\";\"Day-ahead Price [EUR/MWh]\";\"Currency\";\"BZN|X\"\n"
            "\"29.10.2023 02:00 - 29.10.2023 03:00\";\"1\";\"EUR\";\"\"\n"
            "\"29.10.2023 02:00 - 29.10.2023 03:00\";\"2\";\"EUR\";\"\"\n"
            "\"29.10.2023 03:00 - 29.10.2023 04:00\";\"3\";\"EUR\";\"\"\n",
            automatic(), "entsoe", want);
    becomes("MTU (UTC),Day-ahead Price [PLN/MWh]\n29.10.2023 00:00 - 29.10.2023 01:00,1\n"
            "29.10.2023 01:00 - 29.10.2023 02:00,-2.5\n",
            automatic(), "entsoe",
            "time,price_pln_per_mwh\n2023-10-29T00:00:00Z,1\n2023-10-29T01:00:00Z,-2.5\n");
    const char *gap = "MTU (UTC),Day-ahead Price [EUR/MWh]\n29.10.2023 00:00 - 29.10.2023 01:00,1\n"
                      "29.10.2023 01:00 - 29.10.2023 02:00,n/e\n29.10.2023 02:00 - x,3\n";
    is_refused(gap, automatic(), ":3: no value at 2023-10-29T01:00:00Z");
    sw_import_options options = automatic();
    options.fill = SW_FILL_LINEAR;
    options.usd_rate = 2;
    becomes(gap, options, "entsoe",
            "time,price_usd_per_mwh\n2023-10-29T00:00:00Z,2\n2023-10-29T01:00:00Z,4\n"
            "2023-10-29T02:00:00Z,6\n");
    options = at_place("X", NULL);
    is_refused(gap, options, ":1: the file names no places");
    const char *sequences = "MTU (UTC),Area,Sequence,Day-ahead Price (EUR/MWh)\n"
                            "29/10/2023 00:00:00 - x,A,Sequence 1,1\n"
                            "29/10/2023 00:00:00 - x,A,Sequence 2,2\n"
                            "29/10/2023 00:15:00 - x,A,Sequence 1,3\n"
                            "29/10/2023 00:15:00 - x,A,Sequence 2,4\n";
    is_refused(sequences, automatic(),
               "has several: Sequence 1, Sequence 2; choose one by --column");
    becomes(sequences, at_place(NULL, "Sequence 2"), "entsoe",
            "time,price_eur_per_mwh\n2023-10-29T00:00:00Z,2\n2023-10-29T00:15:00Z,4\n");
}
END_TEST

START_TEST(stamps_at_the_end_of_intervals_are_moved_to_their_start) {
    // The clock goes back at 02:00: stamps of the first pass, then of the second.
    becomes("\"Time Stamp\",\"Name\",\"PTID\",\"LBMP ($/MWHr)\"\n11/05/2023 00:55:00,CAPITL,1,1\n"
            "11/05/2023 01:25:00,CAPITL,1,2\n11/05/2023 01:55:00,CAPITL,1,3\n"
            "11/05/2023 01:25:00,CAPITL,1,4\n11/05/2023 01:40:00,CAPITL,1,5\n"
            "11/05/2023 01:55:00,CAPITL,1,6\n11/05/2023 02:25:00,CAPITL,1,7\n",
            automatic(), "nyiso",
            "time,price_usd_per_mwh\n2023-11-05T04:25:00Z,1\n2023-11-05T04:55:00Z,2\n"
            "2023-11-05T05:25:00Z,3\n2023-11-05T05:55:00Z,4\n2023-11-05T06:25:00Z,5\n"
            "2023-11-05T06:40:00Z,6\n2023-11-05T06:55:00Z,7\n");
    // Hours of the day-ahead market have their start.
    becomes("\"Time Stamp\",\"Name\",\"PTID\",\"LBMP ($/MWHr)\"\n\"07/01/2024 00:00\",\"A\",1,1\n"
            "\"07/01/2024 01:00\",\"A\",1,2\n",
            automatic(), "nyiso",
            "time,price_usd_per_mwh\n2024-07-01T04:00:00Z,1\n2024-07-01T05:00:00Z,2\n");
    becomes("RTC End Time Stamp,Zone Name,Zone PTID,RTC Zonal LBMP\n07/01/2024 00:15,A,1,1\n"
            "07/01/2024 00:30,A,1,2\n",
            automatic(), "nyiso",
            "time,price_usd_per_mwh\n2024-07-01T04:00:00Z,1\n2024-07-01T04:15:00Z,2\n");
    const char *aemo = "REGION,SETTLEMENTDATE,TOTALDEMAND,RRP,PERIODTYPE\n"
                       "NSW1,2025/01/01 00:05:00,7000,55.5,TRADE\n"
                       "NSW1,2025/01/01 00:10:00,7100,-10,TRADE\n";
    becomes(aemo, automatic(), "aemo",
            "time,price_aud_per_mwh\n2024-12-31T14:00:00Z,55.5\n2024-12-31T14:05:00Z,-10\n");
    becomes(aemo, at_place("NSW1", "demand"), "aemo",
            "time,demand_mw\n2024-12-31T14:00:00Z,7000\n2024-12-31T14:05:00Z,7100\n");
}
END_TEST

START_TEST(local_clocks_of_plain_prices_are_set_forward_and_back) {
    sw_import_options options = automatic();
    options.clock = "us-eastern";
    becomes("Datetime,Price (USD/MWh)\n2023-11-05 00:00,1\n2023-11-05 01:00,2\n"
            "2023-11-05 01:00,3\n2023-11-05 02:00,4\n",
            options, "price",
            "time,price_usd_per_mwh\n2023-11-05T04:00:00Z,1\n2023-11-05T05:00:00Z,2\n"
            "2023-11-05T06:00:00Z,3\n2023-11-05T07:00:00Z,4\n");
    const char *spring = "Datetime,Price (USD/MWh)\n2023-03-12 01:00,1\n2023-03-12 02:00,9\n"
                         "2023-03-12 03:00,2\n";
    is_refused(spring, options, ":3: '2023-03-12 02:00' does not exist on clock us-eastern");
    options.fill = SW_FILL_HOLD;
    becomes(spring, options, "price",
            "time,price_usd_per_mwh\n2023-03-12T06:00:00Z,1\n2023-03-12T07:00:00Z,2\n");
    ck_assert_int_eq(report.n_left_out, 1);
    options.clock = "mars";
    is_refused(spring, options, "--clock 'mars'; allowed: utc, us-eastern");
    options.clock = "utc";
    options.utc_offset_h = 1;
    is_refused(spring, options, "--clock and --utc-offset exclude each other");
    options = automatic();
    options.usd_rate = 2;
    is_refused(spring, options, "--usd has no meaning for USD/MWh");
}
END_TEST

START_TEST(clocks_are_set_on_the_days_of_their_rules) {
    // Days on which a rule is easily missed: the earliest and the latest that it can name.
    static const struct {
        const char *clock;
        const char *local;
        sw_clock_found found;
    } want[] = {{"us-eastern", "2015-03-08T02:30", SW_CLOCK_NEVER},
                {"us-eastern", "2026-03-08T02:30", SW_CLOCK_NEVER},
                {"us-pacific", "2020-03-08T02:59", SW_CLOCK_NEVER},
                {"us-eastern", "2009-03-01T02:30", SW_CLOCK_ONCE},
                {"us-central", "2020-11-01T01:30", SW_CLOCK_TWICE},
                {"us-central", "2021-11-07T01:30", SW_CLOCK_TWICE},
                {"us-central", "2021-11-07T02:00", SW_CLOCK_ONCE},
                {"us-mountain", "2006-11-05T01:30", SW_CLOCK_UNKNOWN},
                {"europe-central", "2018-03-25T02:00", SW_CLOCK_NEVER},
                {"europe-central", "2024-03-31T02:30", SW_CLOCK_NEVER},
                {"europe-central", "2024-03-24T02:30", SW_CLOCK_ONCE},
                {"europe-central", "2021-10-31T02:30", SW_CLOCK_TWICE},
                {"europe-central", "2021-10-24T02:30", SW_CLOCK_ONCE},
                {"europe-west", "2020-10-25T01:30", SW_CLOCK_TWICE},
                {"europe-east", "2020-10-25T03:30", SW_CLOCK_TWICE},
                {"europe-central", "1995-10-29T02:30", SW_CLOCK_UNKNOWN},
                {"utc+10", "2020-10-25T03:30", SW_CLOCK_ONCE}};
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        sw_clock_reader reader = {.clock = sw_clock_find(want[i].clock)};
        sw_stamp stamp;
        double utc_s = 0;
        double second_s = 0;
        ck_assert(sw_stamp_parse(want[i].local, SW_DATE_YMD, false, &stamp));
        const sw_clock_found found =
            sw_clock_to_utc(&reader, stamp.local_s, stamp.year, &utc_s, &second_s);
        ck_assert_msg(found == want[i].found, "%s %s: %d", want[i].clock, want[i].local, found);
        ck_assert(found != SW_CLOCK_TWICE || second_s - utc_s == 3600);
    }
}
END_TEST

START_TEST(hours_are_refined_around_their_mean) {
    const char *text =
        "Datetime,Price (USD/MWh)\n2023-01-01 00:00,40\n2023-01-01 01:00,-20\n2023-01-01 02:00,0\n";
    sw_import_options options = automatic();
    options.refine = true;
    options.seed = 7;
    char line[200];
    double first[36] = {0};
    for (int run = 0; run < 2; run++) {
        ck_assert_int_eq(import_text(text, options), SW_OK);
        ck_assert_int_eq(report.n_written, 36);
        FILE *f = fopen(out_path, "r");
        ck_assert_ptr_nonnull(f);
        int n = 0;
        while (fgets(line, sizeof line, f) != NULL) {
            if (line[0] == '2') {
                const double x = strtod(strchr(line, ',') + 1, NULL);
                ck_assert(run == 0 || x == first[n]); // the same seed, the same numbers
                first[n++] = x;
            }
        }
        (void)fclose(f);
        unlink(out_path);
        ck_assert_int_eq(n, 36);
    }
    static const double mean[] = {40, -20, 0};
    double spread = 0;
    for (int h = 0; h < 3; h++) {
        double sum = 0;
        for (int k = 0; k < 12; k++) {
            sum += first[12 * h + k];
            spread += h == 0 ? pow(first[k] / 40 - 1, 2) / 11 : 0;
        }
        ck_assert_double_eq_tol(sum / 12, mean[h], 1e-12);
    }
    ck_assert(sqrt(spread) > 0.05 && sqrt(spread) < 0.25);
    is_refused("Datetime,Price (USD/MWh)\n2023-01-01 00:00,40\n2023-01-01 00:07,-20\n", options,
               ":2: an interval of 420 s; --refine takes whole multiples of 300 s");
}
END_TEST

START_TEST(other_requests_become_jobs) {
    becomes("TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.5000000,374,44\r\n"
            "2023-11-16 18:15:50.7500000,396,22",
            automatic(), "azure-llm",
            "arrival_s,images,work\n0,1,1.333333333333\n"
            "4.25,1,0.666666666667\n");
    becomes("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
            "5,ChatGPT,472,18,490,Conversation log\n45,GPT-4,1,0,1,API log\n"
            "118.5,GPT-4,417,18,435,Conversation log\n",
            automatic(), "burstgpt", "arrival_s,images,work\n0,1,1\n113.5,1,1\n");
    ck_assert_int_eq(report.n_left_out, 1);
    becomes("name,num_gpu,creation_time,deletion_time,scheduled_time\na,1,10,40,20\nb,1,11,12,\n"
            "c,1,30,90,70\n",
            automatic(), "alibaba-gpu", "arrival_s,images,work\n0,1,1\n20,1,1\n");
    sw_import_options options = automatic();
    options.part = 2;
    options.n_part = 2;
    becomes("timestamp_anon,value,container_ip\n1000,50,x\n1001,60,y\n1002,70,x\n", options,
            "alibaba-latency", "arrival_s,images,work\n1,1,1\n");
    becomes("timestamp_anon,value,container_ip,request_type\n1000,0.25,a,Generative Requests\n"
            "1000,0.5,b,Generative Requests\n1000,9,c,API Requests\n1057,1,a,Generative Requests\n",
            automatic(), "alibaba-qps",
            "time,rate_per_s\n1970-01-01T00:16:40Z,0.75\n1970-01-01T00:17:37Z,1\n");
}
END_TEST

#define METEO(units, arrays)                                                                       \
    "{\"latitude\": 40.0, \"longitude\": -75, \"utc_offset_seconds\": -14400,\n"                   \
    "\"x\": {\"y\": [1, {\"z\": \"}]\"}], \"w\": true}, \"hourly_units\": {" units "},\n"          \
    "\"hourly\": {\"time\": [\"2023-07-01T00:00\",\n\"2023-07-01T01:00\"], " arrays "}}"

START_TEST(open_meteo_answers_are_read_by_their_units) {
    const char *c = METEO("\"temperature_2m\": \"\\u00b0C\"", "\"temperature_2m\": [20.5, -1]");
    const char *f = METEO("\"temperature_2m\": \"\xC2\xB0"
                          "F\"",
                          "\"temperature_2m\": [50, 32]");
    becomes(c, automatic(), "open-meteo",
            "time,outdoor_c\n2023-07-01T04:00:00Z,20.5\n2023-07-01T05:00:00Z,-1\n");
    becomes(f, automatic(), "open-meteo",
            "time,outdoor_c\n2023-07-01T04:00:00Z,10\n2023-07-01T05:00:00Z,0\n");
    is_refused(METEO("\"temperature_2m\": \"K\"", "\"temperature_2m\": [1, 2]"), automatic(),
               ":2: unit 'K' of temperature_2m");
    is_refused(METEO("", "\"temperature_2m\": [1, 2]"), automatic(), "a unit for each variable");
    is_refused(METEO("\"temperature_2m\": \"\\u00b0C\"", "\"temperature_2m\": [1]"), automatic(),
               ":4: no JSON as expected: as many values as times");
    is_refused(METEO("\"temperature_2m\": \"\\u00b0C\"", "\"temperature_2m\": [1, null]"),
               automatic(), ":4: no value at 2023-07-01T05:00:00Z");
    is_refused("{\"latitude\": 1, \"hourly\": {\"time\": [", automatic(), "no JSON as expected");
    is_refused("{\"a\": 1}", automatic(), "unknown layout; seen:\n  {\"a\": 1}");
    is_refused(c, at_place(NULL, "pv_cf"), "--column 'pv_cf'; the file allows: outdoor_c");
    // Radiation is the mean of the hour before.
    becomes(METEO("\"shortwave_radiation\": \"W/m\\u00b2\"", "\"shortwave_radiation\": [5, 7]"),
            at_place(NULL, "ghi"), "open-meteo",
            "time,ghi_w_per_m2\n2023-07-01T03:00:00Z,5\n2023-07-01T04:00:00Z,7\n");
}
END_TEST

START_TEST(nsrdb_hours_stamped_in_their_middle_start_at_the_hour) {
    const char *text = "Source,Location ID,Latitude,Longitude,Time Zone,Local Time Zone\n"
                       "NSRDB,1,40,-105,-7,-7\nYear,Month,Day,Hour,Minute,GHI,Temperature\n"
                       "2020,6,1,0,30,0,10\n2020,6,1,1,30,0,11\n";
    becomes(text, automatic(), "nsrdb",
            "time,outdoor_c\n2020-06-01T07:00:00Z,10\n2020-06-01T08:00:00Z,11\n");
    is_refused(text, at_place(NULL, "wind_cf"), "the file allows: outdoor_c, ghi");
    sw_import_options options = automatic();
    options.utc_offset_h = 1;
    is_refused(text, options, "--utc-offset 1, but the file itself says -7 hours");
    is_refused("Source,Location ID,Time Zone\nNSRDB,1,-7\n", automatic(),
               "the file ends within its header");
    is_refused("Source,Location ID,Time Zone\nNSRDB,1,x\n", automatic(),
               ":2: Time Zone: 'x'; a number is allowed");
}
END_TEST

int main(void) {
    TCase *tc = tcase_create("formats");
    tcase_add_test(tc, pjm_nodes_are_chosen_and_superseded_rows_left_out);
    tcase_add_test(tc, five_minute_and_day_ahead_pjm_files_are_of_the_same_format);
    tcase_add_test(tc, caiso_rows_come_in_any_order_and_kind);
    tcase_add_test(tc, ercot_tells_the_two_passes_of_an_hour_by_a_flag);
    tcase_add_test(tc, entsoe_double_hours_are_told_by_marks_or_by_order);
    tcase_add_test(tc, stamps_at_the_end_of_intervals_are_moved_to_their_start);
    tcase_add_test(tc, local_clocks_of_plain_prices_are_set_forward_and_back);
    tcase_add_test(tc, clocks_are_set_on_the_days_of_their_rules);
    tcase_add_test(tc, hours_are_refined_around_their_mean);
    tcase_add_test(tc, other_requests_become_jobs);
    tcase_add_test(tc, open_meteo_answers_are_read_by_their_units);
    tcase_add_test(tc, nsrdb_hours_stamped_in_their_middle_start_at_the_hour);
    Suite *suite = suite_create("import formats");
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
