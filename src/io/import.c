#include "io/import.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "io/import_samples.h"

enum { N_HEADER = 12, HEADER_TEXT = 1200, SEEN_TEXT = 300 };

static bool is_price(const sw_csv *csv) {
    return (strcmp(csv->field[0], "Datetime") == 0 ||
            strcmp(csv->field[0], "Datetime (UTC)") == 0) &&
           strncmp(csv->field[csv->n_field - 1], "Price (", 7) == 0;
}

static bool is_epw(const sw_csv *csv) {
    return strcmp(csv->field[0], "LOCATION") == 0;
}

static bool is_carbon(const sw_csv *csv) {
    return strcmp(csv->field[0], "Datetime (UTC)") == 0 && sw_csv_find(csv, "Zone Id") >= 0;
}

static bool is_wind(const sw_csv *csv) {
    return csv->n_field > 4 && strcmp(csv->field[0], "Year") == 0 &&
           strcmp(csv->field[1], "Month") == 0 && strcmp(csv->field[2], "Day") == 0 &&
           strcmp(csv->field[3], "Period") == 0;
}

static bool is_alibaba(const sw_csv *csv) {
    return strcmp(csv->field[0], "gmt_create") == 0 &&
           sw_csv_find(csv, "num_images_per_prompt") >= 0;
}

// A format: how it is shown and recognised, who reads it, and under which terms its data usually
// come. A format has a reader of signals or one of requests.
typedef struct format {
    sw_import_format shown;
    bool (*is_it)(const sw_csv *csv); // looks at the first record
    sw_status (*read)(sw_csv *csv, const sw_import_options *options, sw_samples *s, sw_error *err);
    sw_status (*read_jobs)(sw_csv *csv, const sw_import_options *options, sw_requests *r,
                           sw_error *err);
    const char *licence;
} format;

static const format formats[] = {
    {{"price", "electricity price, one column; times without offset are UTC or --utc-offset",
      "Datetime,Price (USD/MWh)"},
     is_price,
     sw_import_price,
     NULL,
     "the market operator's terms; check before you pass the data on"},
    {{"epw", "EnergyPlus weather: dry-bulb temperature, re-dated to the window",
      "LOCATION,City,State,Country,...  (8 header lines)"},
     is_epw,
     sw_import_epw,
     NULL,
     "the terms of the weather file's publisher"},
    {{"electricitymaps", "carbon intensity; --column direct (default) or lca",
      "Datetime (UTC),Country,Zone Name,Zone Id,Carbon Intensity gCO2eq/kWh (direct),..."},
     is_carbon,
     sw_import_carbon,
     NULL,
     "Electricity Maps: Open Database License (ODbL)"},
    {{"rts-wind",
      "RTS-GMLC power of wind plants; --column PLANT --rated MW, re-dated to the window",
      "Year,Month,Day,Period,PLANT,..."},
     is_wind,
     sw_import_wind,
     NULL,
     "NREL: free to use and copy as long as its data use notice comes along"},
    {{"alibaba-genai", "Stable Diffusion requests as a job trace; --part I/N splits users",
      "gmt_create,predict_type,predict_status,exec_time_seconds,groupId,..."},
     is_alibaba,
     NULL,
     sw_import_alibaba,
     "Alibaba cluster data: for study and research; not to be shipped with products"}};

enum { N_FORMAT = sizeof formats / sizeof formats[0] };

const sw_import_format *sw_import_format_at(int32_t i) {
    return i >= 0 && i < N_FORMAT ? &formats[i].shown : NULL;
}

// Lists what is expected, one format after the other.
static void list_formats(char *text, size_t size) {
    size_t used = 0;
    for (int i = 0; i < N_FORMAT && used < size; i++) {
        const int n = snprintf(text + used, size - used, "\n  %-16s %s", formats[i].shown.name,
                               formats[i].shown.header);
        used += n < 0 ? size : (size_t)n;
    }
}

// Finds the format by name and layout; tells what was seen and what was expected otherwise.
static sw_status find_format(const sw_csv *csv, const char *name, const format **found,
                             sw_error *err) {
    char seen[SEEN_TEXT] = "";
    size_t used = 0;
    for (int32_t i = 0; i < csv->n_field && used < sizeof seen; i++) {
        const int n =
            snprintf(seen + used, sizeof seen - used, "%s%s", i == 0 ? "" : ",", csv->field[i]);
        used += n < 0 ? sizeof seen : (size_t)n;
    }
    char expected[SW_ERROR_TEXT / 2 + 100] = "";
    *found = NULL;
    const bool automatic = strcmp(name, "auto") == 0;
    for (int i = 0; i < N_FORMAT; i++) {
        if (automatic ? formats[i].is_it(csv) : strcmp(formats[i].shown.name, name) == 0) {
            *found = &formats[i];
        }
    }
    if (*found == NULL) {
        list_formats(expected, sizeof expected);
        return automatic
                   ? sw_fail(err, SW_ERR_BAD_INPUT,
                             "%s: unknown layout; seen:\n  %s\nexpected one of:%s", csv->path, seen,
                             expected)
                   : sw_fail(err, SW_ERR_BAD_INPUT,
                             "unknown format '%.32s'; allowed: auto or one of%s", name, expected);
    }
    if (!(*found)->is_it(csv)) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: is not of format %s; seen:\n  %s\nexpected:\n  %s", csv->path, name,
                       seen, (*found)->shown.header);
    }
    return SW_OK;
}

// The lines at the top of the output.
typedef struct header {
    int32_t n;
    char text[N_HEADER][HEADER_TEXT];
    const char *line[N_HEADER];
} header;

static void add_line(header *h, const char *fmt, ...) SW_PRINTF(2, 3);

static void add_line(header *h, const char *fmt, ...) {
    SW_REQUIRE(h->n < N_HEADER);
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(h->text[h->n], HEADER_TEXT, fmt, args);
    va_end(args);
    for (char *c = h->text[h->n]; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ') {
            *c = ' '; // a line stays a line, whatever a name holds
        }
    }
    h->line[h->n] = h->text[h->n];
    h->n++;
}

static void describe_origin(header *h, const sw_csv *csv, const format *f,
                            const sw_import_options *options) {
    const char *slash = strrchr(csv->path, '/');
    add_line(h, "from %s, format %s", slash != NULL ? slash + 1 : csv->path, f->shown.name);
    add_line(h, "sha256 %s", csv->file.sha256);
    add_line(h, "licence: %s", f->licence);
    if (options->zone != NULL) {
        add_line(h, "zone: %s", options->zone);
    }
    if (options->command != NULL) {
        add_line(h, "command: %s", options->command);
    }
}

static sw_status import_signal(sw_csv *csv, const format *f, const sw_import_options *options,
                               header *h, sw_import_report *report, sw_error *err) {
    sw_samples series = {.path = csv->path};
    sw_samples cut = {0};
    sw_status status = f->read(csv, options, &series, err);
    if (status == SW_OK) {
        status = sw_samples_cut(&series, options, &cut, &report->n_filled, err);
    }
    if (status == SW_OK) {
        add_line(h, "%s: %s, %s; times are UTC, the start of the interval", series.column,
                 series.what, series.unit);
        if (series.yearly) {
            add_line(h, "clock of the file: UTC%+g h", series.utc_offset_h);
        }
        if (report->n_filled > 0) {
            add_line(h, "filled: %" PRId64 " of %" PRId64 " samples (%s)", report->n_filled, cut.n,
                     options->fill == SW_FILL_HOLD ? "hold" : "linear");
        }
        const sw_out_column column[] = {
            {.name = "time", .long_name = "start of the interval, UTC", .value = cut.time_s},
            {.name = series.column,
             .unit = series.unit,
             .long_name = series.what,
             .value = cut.value}};
        report->n_read = series.n;
        report->n_written = cut.n;
        status = sw_trace_write(options->out, h->line, h->n, cut.n, column, 2, err);
    }
    sw_samples_deinit(&series);
    sw_samples_deinit(&cut);
    return status;
}

static sw_status import_jobs(sw_csv *csv, const format *f, const sw_import_options *options,
                             header *h, sw_import_report *report, sw_error *err) {
    sw_requests r = {0};
    sw_status status = f->read_jobs(csv, options, &r, err);
    if (status == SW_OK) {
        char date[SW_DATE_TEXT] = "the first request";
        if (isfinite(options->start_unix_s)) {
            (void)sw_date_format(options->start_unix_s, date);
        }
        add_line(h, "arrival_s: s from %s on the file's own clock, which is anonymised", date);
        add_line(h, "work: service seconds per image and step over their median");
        add_line(h,
                 "left out: %" PRId64 " of %" PRId64
                 " requests, which did not succeed or lack the model's fields",
                 r.n_left_out, r.n_read);
        if (options->n_part > 0) {
            add_line(h, "users: part %d of %d by number", options->part, options->n_part);
        }
        const sw_out_column column[] = {
            {.name = "arrival_s", .unit = "s", .long_name = "arrival", .value = r.time_s},
            {.name = "images",
             .unit = "1",
             .long_name = "images of the request",
             .value = r.images,
             .whole = true},
            {.name = "work", .unit = "1", .long_name = "work factor", .value = r.work}};
        report->n_read = r.n_read;
        report->n_written = r.n;
        report->n_left_out = r.n_left_out;
        status = sw_trace_write(options->out, h->line, h->n, r.n, column, 3, err);
    }
    sw_requests_deinit(&r);
    return status;
}

// Options that the format has no use for would be lost in silence.
static sw_status check_options(const format *f, const sw_import_options *options, sw_error *err) {
    const bool wind = f->read == sw_import_wind;
    if (options->column != NULL && !wind && f->read != sw_import_carbon) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "--column has no meaning for format %s",
                       f->shown.name);
    }
    if (isfinite(options->rated_mw) && !wind) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "--rated has no meaning for format %s",
                       f->shown.name);
    }
    if (options->n_part > 0 && f->read_jobs == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "--part has no meaning for format %s", f->shown.name);
    }
    if (options->fill != SW_FILL_NONE && f->read_jobs != NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "--fill has no meaning for format %s", f->shown.name);
    }
    return SW_OK;
}

sw_status sw_import(const sw_import_options *options, sw_import_report *report, sw_error *err) {
    sw_csv csv = {0};
    bool more = false;
    const format *f = NULL;
    header h = {0};
    SW_TRY(sw_csv_init(&csv, options->in, err));
    sw_status status = sw_csv_next(&csv, &more, err);
    if (status == SW_OK && !more) {
        status = sw_fail(err, SW_ERR_BAD_INPUT, "%s: is empty", options->in);
    }
    if (status == SW_OK) {
        status = find_format(&csv, options->format, &f, err);
    }
    if (status == SW_OK) {
        status = check_options(f, options, err);
    }
    if (status == SW_OK) {
        *report = (sw_import_report){.format = f->shown.name};
        describe_origin(&h, &csv, f, options);
        status = (f->read != NULL ? import_signal : import_jobs)(&csv, f, options, &h, report, err);
    }
    sw_csv_deinit(&csv);
    return status;
}
