#include "io/import.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "io/import_format.h"

enum { N_HEADER = 12, HEADER_TEXT = 1200, SEEN_TEXT = 200, EXPECTED_TEXT = 600 };

// All formats; of several that fit a file the first is taken.
static const sw_import_kind *const families[] = {sw_import_rows, sw_import_weather,
                                                 sw_import_plants, sw_import_requests};

enum { N_FAMILY = sizeof families / sizeof families[0] };

static const sw_import_kind *kind_at(int32_t i) {
    for (int f = 0; f < N_FAMILY && i >= 0; f++) {
        for (const sw_import_kind *kind = families[f]; kind->shown.name != NULL; kind++, i--) {
            if (i == 0) {
                return kind;
            }
        }
    }
    return NULL;
}

const sw_import_format *sw_import_format_at(int32_t i) {
    const sw_import_kind *kind = kind_at(i);
    return kind != NULL ? &kind->shown : NULL;
}

sw_import_options sw_import_options_default(void) {
    const double nan = (double)NAN;
    return (sw_import_options){.start_unix_s = nan,
                               .utc_offset_h = nan,
                               .rated_mw = nan,
                               .usd_rate = nan,
                               .latitude = nan,
                               .longitude = nan,
                               .tilt_deg = nan,
                               .azimuth_deg = nan,
                               .hub_m = nan,
                               .wind_m = nan};
}

static bool is_json(const sw_csv *csv) {
    const char *data = csv->file.data;
    const size_t at = strspn(data, " \t\r\n");
    return data[at] == '{';
}

// Returns the first sign of a format that the file lacks; NULL: it has them all.
static const char *missing_sign(const sw_csv *csv, const sw_import_kind *kind, int *n_found) {
    const char *missing = kind->json == is_json(csv) ? NULL : kind->sign[0];
    *n_found = 0;
    for (int i = 0; kind->json == is_json(csv) && i < SW_MAX_SIGN && kind->sign[i] != NULL; i++) {
        char quoted[64];
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", kind->sign[i]);
        const bool found = kind->json ? strstr(csv->file.data, quoted) != NULL
                                      : sw_pattern_find(kind->sign[i], csv, NULL) >= 0;
        *n_found += found;
        missing = found || missing != NULL ? missing : kind->sign[i];
    }
    return missing;
}

// Tells whether the file starts as the format does.
static bool is_it(const sw_csv *csv, const sw_import_kind *kind) {
    int n_found = 0;
    return missing_sign(csv, kind, &n_found) == NULL;
}

// Lists the formats, and the one that the file is most like.
static void list_formats(const sw_csv *csv, char *text, size_t size) {
    size_t used = 0;
    int most = 0;
    const sw_import_kind *closest = NULL;
    const sw_import_kind *kind = kind_at(0);
    for (int32_t i = 0; kind != NULL && used < size; kind = kind_at(++i)) {
        int n_found = 0;
        const int n =
            snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ", ", kind->shown.name);
        used += n < 0 ? size : (size_t)n;
        (void)missing_sign(csv, kind, &n_found);
        if (n_found > most) {
            most = n_found;
            closest = kind;
        }
    }
    if (closest != NULL && used < size) {
        int n_found = 0;
        (void)snprintf(text + used, size - used, "; closest is %s, but there is no '%s' of\n  %s",
                       closest->shown.name, missing_sign(csv, closest, &n_found),
                       closest->shown.header);
    }
}

// Writes the start of the file on one line.
static void list_seen(const sw_csv *csv, char text[SEEN_TEXT]) {
    size_t used = 0;
    text[0] = '\0';
    if (is_json(csv)) {
        (void)snprintf(text, SEEN_TEXT, "%s", csv->file.data);
    }
    for (int32_t i = 0; !is_json(csv) && i < csv->n_field && used < SEEN_TEXT; i++) {
        const int n =
            snprintf(text + used, SEEN_TEXT - used, "%s%s", i == 0 ? "" : ",", csv->field[i]);
        used += n < 0 ? SEEN_TEXT : (size_t)n;
    }
    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ') {
            *c = ' ';
        }
    }
}

// Finds the format by name and layout; tells what was seen and what was expected otherwise.
static sw_status find_format(const sw_csv *csv, const char *name, const sw_import_kind **found,
                             sw_error *err) {
    char seen[SEEN_TEXT];
    char expected[EXPECTED_TEXT] = "";
    const bool automatic = strcmp(name, "auto") == 0;
    *found = NULL;
    for (int32_t i = 0; kind_at(i) != NULL && *found == NULL; i++) {
        const sw_import_kind *kind = kind_at(i);
        if (automatic ? is_it(csv, kind) : strcmp(kind->shown.name, name) == 0) {
            *found = kind;
        }
    }
    list_seen(csv, seen);
    list_formats(csv, expected, sizeof expected);
    if (*found == NULL && automatic) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: unknown layout; seen:\n  %s\nexpected one of (headers: 'stepwatt trace "
                       "import --help'):\n  %s",
                       csv->path, seen, expected);
    }
    if (*found == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "unknown format '%.32s'; allowed: auto, %s", name,
                       expected);
    }
    if (!is_it(csv, *found)) {
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

static void describe_origin(header *h, const sw_csv *csv, const sw_import_kind *f,
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

// Turns the currency into USD.
static sw_status convert(sw_samples *s, double usd_rate, header *h, sw_error *err) {
    const size_t n = strlen(s->unit);
    if (n != 7 || strcmp(s->unit + 3, "/MWh") != 0 || strcmp(s->unit, "USD/MWh") == 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: --usd has no meaning for %s", s->path, s->unit);
    }
    for (int64_t i = 0; i < s->n; i++) {
        s->value[i] *= usd_rate;
    }
    add_line(h, "converted: %.3s at %.10g USD", s->unit, usd_rate);
    (void)snprintf(s->unit, sizeof s->unit, "USD/MWh");
    (void)snprintf(s->column, sizeof s->column, "price_usd_per_mwh");
    return SW_OK;
}

// Reads, cuts, fills and refines what will be written.
static sw_status make_signal(sw_csv *csv, const sw_import_kind *f, const sw_import_options *options,
                             header *h, sw_samples *series, sw_samples *cut, int64_t *n_filled,
                             sw_error *err) {
    SW_TRY(f->read(csv, f, options, series, err));
    if (isfinite(options->usd_rate)) {
        SW_TRY(convert(series, options->usd_rate, h, err));
    }
    SW_TRY(sw_samples_cut(series, options, cut, n_filled, err));
    if (options->refine) {
        SW_TRY(sw_samples_refine(cut, options->seed, err));
        add_line(h, "refined to 5 minutes: lognormal factors, sd %g, lag-1 %g, seed %" PRIu64,
                 SW_REFINE_SD, SW_REFINE_AR, options->seed);
    }
    return SW_OK;
}

static sw_status write_trace(const sw_import_options *options, const header *h, int64_t n,
                             const sw_out_column *column, int32_t n_column, sw_error *err) {
    const sw_out_table table = {.header = h->line,
                                .n_header = h->n,
                                .n = n,
                                .column = column,
                                .n_column = n_column,
                                .stop = options->stop};
    return sw_trace_write(options->out, &table, err);
}

static sw_status import_signal(sw_csv *csv, const sw_import_kind *f,
                               const sw_import_options *options, header *h,
                               sw_import_report *report, sw_error *err) {
    sw_samples series = {.path = csv->path};
    sw_samples cut = {0};
    sw_status status = make_signal(csv, f, options, h, &series, &cut, &report->n_filled, err);
    if (status == SW_OK) {
        add_line(h, "%s: %s, %s; times are UTC, the start of the interval", series.column,
                 series.what, series.unit);
        if (series.yearly) {
            add_line(h, "clock of the file: UTC%+g h", series.utc_offset_h);
        }
        if (report->n_filled > 0 || series.n_left_out > 0) {
            add_line(h, "filled: %" PRId64 " samples (%s); left out: %" PRId64 " rows",
                     report->n_filled, options->fill == SW_FILL_LINEAR ? "linear" : "hold",
                     series.n_left_out);
        }
        const sw_out_column column[] = {
            {.name = "time", .long_name = "start of the interval, UTC", .value = cut.time_s},
            {.name = series.column,
             .unit = series.unit,
             .long_name = series.what,
             .value = cut.value}};
        report->n_read = series.n;
        report->n_written = cut.n;
        report->n_left_out = series.n_left_out;
        status = write_trace(options, h, cut.n, column, 2, err);
    }
    sw_samples_deinit(&series);
    sw_samples_deinit(&cut);
    return status;
}

static sw_status import_jobs(sw_csv *csv, const sw_import_kind *f, const sw_import_options *options,
                             header *h, sw_import_report *report, sw_error *err) {
    sw_requests r = {0};
    sw_status status = f->read_jobs(csv, f, options, &r, err);
    if (status == SW_OK) {
        char date[SW_DATE_TEXT] = "the first request";
        if (isfinite(options->start_unix_s)) {
            (void)sw_date_format(options->start_unix_s, date);
        }
        add_line(h, "arrival_s: s from %s on the file's own clock", date);
        add_line(h, "work: %s over the median", r.what);
        add_line(h,
                 "left out: %" PRId64 " of %" PRId64
                 " requests, which did not succeed or lack a field",
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
        status = write_trace(options, h, r.n, column, 3, err);
    }
    sw_requests_deinit(&r);
    return status;
}

// Options that the format has no use for would be lost in silence.
static sw_status check_options(const sw_import_kind *f, const sw_import_options *o, sw_error *err) {
    const struct {
        const char *name;
        bool given;
        unsigned uses;
    } option[] = {{"--column", o->column != NULL, SW_USES_COLUMN},
                  {"--site and --node", o->place != NULL, SW_USES_PLACE},
                  {"--rated", isfinite(o->rated_mw), SW_USES_RATED},
                  {"--utc-offset", isfinite(o->utc_offset_h), SW_USES_UTC_OFFSET},
                  {"--clock", o->clock != NULL, SW_USES_CLOCK},
                  {"--usd", isfinite(o->usd_rate), SW_USES_USD},
                  {"--refine", o->refine, SW_USES_REFINE},
                  {"--part", o->n_part > 0, SW_USES_PART},
                  {"--fill", o->fill != SW_FILL_NONE, SW_USES_FILL},
                  {"--at", isfinite(o->latitude), SW_USES_PLANT},
                  {"--tilt", isfinite(o->tilt_deg), SW_USES_PLANT},
                  {"--azimuth", isfinite(o->azimuth_deg), SW_USES_PLANT},
                  {"--turbine", o->turbine != NULL, SW_USES_PLANT},
                  {"--hub", isfinite(o->hub_m), SW_USES_PLANT},
                  {"--wind-height", isfinite(o->wind_m), SW_USES_PLANT}};
    for (size_t i = 0; i < sizeof option / sizeof option[0]; i++) {
        if (option[i].given && (f->uses & option[i].uses) == 0) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s has no meaning for format %s", option[i].name,
                           f->shown.name);
        }
    }
    if (o->clock != NULL && isfinite(o->utc_offset_h)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "--clock and --utc-offset exclude each other");
    }
    return SW_OK;
}

// Takes `;` for the separator where the first line has more of them than commas.
static void find_separator(sw_csv *csv) {
    size_t comma = 0;
    size_t semicolon = 0;
    for (const char *c = csv->file.data + csv->at; *c != '\0' && *c != '\n'; c++) {
        comma += *c == ',';
        semicolon += *c == ';';
    }
    csv->separator = semicolon > comma ? ';' : ',';
}

// Reads the first record, from which the format is known.
static sw_status read_start(sw_csv *csv, sw_error *err) {
    bool more = true;
    if (is_json(csv)) {
        return SW_OK;
    }
    find_separator(csv);
    SW_TRY(sw_csv_next(csv, &more, err));
    return more ? SW_OK : sw_fail(err, SW_ERR_BAD_INPUT, "%s: is empty", csv->path);
}

sw_status sw_import(const sw_import_options *options, sw_import_report *report, sw_error *err) {
    sw_csv csv = {0};
    const sw_import_kind *f = NULL;
    header h = {0};
    SW_TRY(sw_csv_init(&csv, options->in, err));
    csv.stop = options->stop;
    sw_status status = read_start(&csv, err);
    if (status == SW_OK) {
        status = find_format(&csv, options->format, &f, err);
    }
    if (status == SW_OK) {
        SW_REQUIRE(f != NULL);
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
