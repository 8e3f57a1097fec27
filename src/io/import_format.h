// import_format.h -- what an importer is made of: a format is a row of a table that names its
// columns; a reader per family does the work. Private to the importers.
#ifndef SW_IO_IMPORT_FORMAT_H
#define SW_IO_IMPORT_FORMAT_H

#include "base/csv.h"
#include "io/import_clock.h"
#include "io/import_samples.h"

// Texts of a header are matched by patterns: `*` stands for any text, `|` parts alternatives,
// capitals and small letters are the same.
enum { SW_STAR_TEXT = 16 };
// Returns whether the text fits; `star` gets what `*` stood for, cut to its size. Nullable: star.
bool sw_pattern_fits(const char *pattern, const char *text, char star[SW_STAR_TEXT]);
// Returns the first field that fits; -1: none.
int32_t sw_pattern_find(const char *pattern, const sw_csv *csv, char star[SW_STAR_TEXT]);

// Returns the small letter of an ASCII capital; anything else as it is.
char sw_lower(char c);

// Options that a format may have a use for, beside window and gaps.
enum {
    SW_USES_COLUMN = 1 << 0,
    SW_USES_PLACE = 1 << 1,
    SW_USES_RATED = 1 << 2,
    SW_USES_UTC_OFFSET = 1 << 3,
    SW_USES_CLOCK = 1 << 4,
    SW_USES_USD = 1 << 5,
    SW_USES_REFINE = 1 << 6,
    SW_USES_PART = 1 << 7,
    SW_USES_FILL = 1 << 8,
    SW_USES_PLANT = 1 << 9 // --tilt, --azimuth, --turbine, --hub
};

enum { SW_MAX_SIGN = 4 };

typedef struct sw_import_kind sw_import_kind;

// A format has a reader of signals or one of requests. The first record of the file was read, but
// for JSON files, which are not read at all.
struct sw_import_kind {
    sw_import_format shown;
    const char *licence;           // under which terms its data usually come
    const char *sign[SW_MAX_SIGN]; // patterns that fields of the first record must fit
    bool json;                     // signs are names that must stand in the text
    unsigned uses;
    const void *layout; // the reader's own table
    sw_status (*read)(sw_csv *csv, const sw_import_kind *kind, const sw_import_options *options,
                      sw_samples *s, sw_error *err);
    sw_status (*read_jobs)(sw_csv *csv, const sw_import_kind *kind,
                           const sw_import_options *options, sw_requests *r, sw_error *err);
};

// The families' tables; each ends with a format without a name.
extern const sw_import_kind sw_import_rows[];
extern const sw_import_kind sw_import_weather[];
extern const sw_import_kind sw_import_plants[];
extern const sw_import_kind sw_import_requests[];

// ---- what readers share

// Why there is no room for a row after `n`: `most` are allowed, or memory is short.
sw_status sw_import_no_room(const char *path, int64_t n, int64_t most, sw_error *err);
// Finds a column that must be there.
sw_status sw_import_find(const sw_csv *csv, const char *pattern, int32_t *field, sw_error *err);
// Fails unless the record has so many fields.
sw_status sw_import_need(const sw_csv *csv, int32_t n, sw_error *err);
// Reads a finite number; NaN where the cell says that there is none.
sw_status sw_import_value(const sw_csv *csv, int32_t field, double *value, sw_error *err);
sw_status sw_import_integer(const sw_csv *csv, int32_t field, int64_t lo, int64_t hi,
                            int64_t *value, sw_error *err);
// Reads a date; with the offset of the options when it has none of its own.
sw_status sw_import_date(const sw_csv *csv, int32_t field, sw_date_order order,
                         const sw_import_options *options, double *unix_s, sw_error *err);
// Returns a month, day and time of day as a time in the year 2000, which has all days there are.
sw_status sw_import_day_of_year(const sw_csv *csv, int32_t month_field, int32_t day_field,
                                double *time_s, sw_error *err);

#endif
