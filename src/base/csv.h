// csv.h -- reads comma-separated values record by record, strictly (RFC 4180), in place in the
// file's memory.
//
// Fields may be quoted ("" inside quotes is one quote; line ends may stand inside quotes). Lines
// end in LF or CR LF, the last one may lack it. Lines starting with `#` and empty lines are
// skipped; a UTF-8 byte-order mark is. Blanks around an unquoted field are dropped. Control
// characters other than tab are refused.
#ifndef SW_BASE_CSV_H
#define SW_BASE_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/file.h"
#include "base/status.h"

enum { SW_CSV_MAX_COLUMN = 4096, SW_CSV_MAX_RECORD = 1 << 20 }; // columns; bytes of a record

typedef struct sw_csv {
    const char *path; // borrowed
    char separator;   // a comma, if not set otherwise before the first record
    sw_file file;
    size_t at;         // next byte
    int64_t next_line; // number of the line at `at`, from 1
    int64_t line;      // where the record last read starts
    int32_t n_field;
    char **field;             // [n_field]; borrowed until close
    const volatile int *stop; // not 0: reading ends with SW_ERR_INTERRUPTED; NULL: never
} sw_csv;

// Reads a file for record-wise reading. `deinit` takes an empty one.
sw_status sw_csv_init(sw_csv *csv, const char *path, sw_error *err);
// The same for a file that is in memory; takes it over also when it fails.
sw_status sw_csv_init_file(sw_csv *csv, const char *path, sw_file *file, sw_error *err);
void sw_csv_deinit(sw_csv *csv);

// Reads the next record into `field`; *more is false at the end of the file.
sw_status sw_csv_next(sw_csv *csv, bool *more, sw_error *err);

// Skips one line as it is, whatever stands in it.
void sw_csv_skip_line(sw_csv *csv);

// Returns how many records of `n_column` fields can follow at most.
int64_t sw_csv_max_records(const sw_csv *csv, int32_t n_column);

// Returns the field with this text, such as a column of the header; -1: none.
int32_t sw_csv_find(const sw_csv *csv, const char *text);

#endif
