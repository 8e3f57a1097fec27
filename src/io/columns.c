#include "io/columns.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/date.h"
#include "base/h5_file.h"
#include "base/number.h"

static sw_status out_of_memory(const char *path, sw_error *err) {
    return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
}

// Copies the header's names, which must be there and distinct.
static sw_status take_names(const sw_csv *csv, sw_columns *table, sw_error *err) {
    const char **name = sw_arena_alloc(&table->arena, (size_t)csv->n_field, sizeof name[0]);
    if (name == NULL) {
        return out_of_memory(csv->path, err);
    }
    for (int32_t i = 0; i < csv->n_field; i++) {
        if (csv->field[i][0] == '\0') {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": column %d has no name",
                           csv->path, csv->line, i + 1);
        }
        if (sw_csv_find(csv, csv->field[i]) != i) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": column '%s' is there twice",
                           csv->path, csv->line, csv->field[i]);
        }
        name[i] = sw_arena_strdup(&table->arena, csv->field[i]);
        if (name[i] == NULL) {
            return out_of_memory(csv->path, err);
        }
    }
    table->name = name;
    table->n_column = csv->n_field;
    return SW_OK;
}

// Reads the cells of one record into row `row`; `date` is the column of dates or -1.
static sw_status take_row(const sw_csv *csv, int32_t n_column, int32_t date, double *const *value,
                          int64_t row, sw_error *err) {
    if (csv->n_field != n_column) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%" PRId64 ": %d fields where the header has %d columns", csv->path,
                       csv->line, csv->n_field, n_column);
    }
    for (int32_t i = 0; i < n_column; i++) {
        if (i == date) {
            if (!sw_date_parse(csv->field[i], &value[i][row])) {
                return sw_fail(err, SW_ERR_BAD_INPUT,
                               "%s:%" PRId64 ": time '%.64s' is no date; " SW_DATE_FORM
                               " is allowed",
                               csv->path, csv->line, csv->field[i]);
            }
        } else if (!sw_number_parse(csv->field[i], &value[i][row])) {
            value[i][row] = (double)NAN; // matters only when the column is asked for
        }
    }
    return SW_OK;
}

static sw_status load_csv(sw_csv *csv, sw_columns *table, sw_error *err) {
    bool more = false;
    SW_TRY(sw_csv_next(csv, &more, err));
    if (!more) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: is empty; a header line and rows are needed",
                       csv->path);
    }
    SW_TRY(take_names(csv, table, err));
    const int64_t header_line = csv->line;

    const int32_t n_column = table->n_column;
    const int64_t room = sw_csv_max_records(csv, n_column);
    if (room > SW_COLUMNS_MAX_CELL / n_column) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: more than the %" PRId64 " cells allowed",
                       csv->path, SW_COLUMNS_MAX_CELL);
    }
    double **value = sw_arena_alloc(&table->arena, (size_t)n_column, sizeof value[0]);
    int64_t *line = sw_arena_alloc(&table->arena, (size_t)room, sizeof line[0]);
    if (value == NULL || line == NULL) {
        return out_of_memory(csv->path, err);
    }
    for (int32_t i = 0; i < n_column; i++) {
        value[i] = sw_arena_alloc(&table->arena, (size_t)room, sizeof value[i][0]);
        if (value[i] == NULL) {
            return out_of_memory(csv->path, err);
        }
    }

    const int32_t date = sw_columns_find(table, "time");
    int64_t n = 0;
    for (;;) {
        SW_TRY(sw_csv_next(csv, &more, err));
        if (!more) {
            break;
        }
        SW_REQUIRE(n < room);
        SW_TRY(take_row(csv, n_column, date, value, n, err));
        line[n] = csv->line;
        n++;
    }
    if (n == 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%" PRId64 ": no rows after the header", csv->path,
                       header_line);
    }
    table->n = n;
    table->line = line;
    table->value = (const double *const *)value;
    return SW_OK;
}

sw_status sw_columns_load_file(const char *path, sw_file *file, sw_columns *table, sw_error *err) {
    sw_columns result = {0};
    sw_csv csv = {0};
    sw_status status = SW_OK;
    memcpy(result.sha256, file->sha256, sizeof result.sha256);
    result.path = sw_arena_strdup(&result.arena, path);
    if (result.path == NULL) {
        status = out_of_memory(path, err);
    } else if (sw_h5_is_file(file)) {
        status = sw_columns_load_h5(file, &result, err);
    } else {
        status = sw_csv_init_file(&csv, path, file, err);
        if (status == SW_OK) {
            status = load_csv(&csv, &result, err);
        }
    }
    sw_csv_deinit(&csv);
    sw_file_deinit(file);
    if (status != SW_OK) {
        sw_columns_deinit(&result);
        return status;
    }
    *table = result;
    return SW_OK;
}

sw_status sw_columns_load(const char *path, sw_columns *table, sw_error *err) {
    sw_file file = {0};
    SW_TRY(sw_file_read(path, SW_FILE_MAX_BYTES, &file, err));
    return sw_columns_load_file(path, &file, table, err);
}

void sw_columns_deinit(sw_columns *table) {
    sw_arena arena = table->arena;
    sw_arena_deinit(&arena);
    *table = (sw_columns){0};
}

int32_t sw_columns_find(const sw_columns *table, const char *name) {
    for (int32_t i = 0; i < table->n_column; i++) {
        if (strcmp(table->name[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *sw_row_where(const char *path, const int64_t *line, int64_t row,
                         char text[SW_WHERE_TEXT]) {
    if (line == NULL) {
        (void)snprintf(text, SW_WHERE_TEXT, "%s: row %" PRId64, path, row + 1);
    } else {
        (void)snprintf(text, SW_WHERE_TEXT, "%s:%" PRId64, path, line[row]);
    }
    return text;
}
