// Traces as CSV or HDF5, complete or absent.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/date.h"
#include "base/number.h"
#include "io/import_samples.h"
#include "io/results.h"

// Writes one cell into `text`.
static void print_cell(const sw_out_column *column, bool dated, int64_t row,
                       char text[SW_NUMBER_TEXT]) {
    const double x = column->value[row];
    if (dated && sw_date_format(x, text)) {
        return;
    }
    if (column->whole) {
        (void)snprintf(text, SW_NUMBER_TEXT, "%" PRId64, (int64_t)x);
    } else {
        sw_number_print(x, text);
    }
}

static bool is_stopped(const sw_out_table *table) {
    return table->stop != NULL && *table->stop != 0;
}

static sw_status write_csv(const char *path, const sw_out_table *table, sw_error *err) {
    sw_atomic_file file = {0};
    SW_TRY(sw_atomic_file_open(path, &file, err));
    for (int32_t i = 0; i < table->n_header; i++) {
        (void)fprintf(file.stream, "# %s\n", table->header[i]);
    }
    for (int32_t i = 0; i < table->n_column; i++) {
        (void)fprintf(file.stream, "%s%s", i == 0 ? "" : ",", table->column[i].name);
    }
    const bool dated = strcmp(table->column[0].name, "time") == 0;
    for (int64_t row = 0; row < table->n && !is_stopped(table); row++) {
        for (int32_t i = 0; i < table->n_column; i++) {
            char text[SW_NUMBER_TEXT + 1] = {i == 0 ? '\n' : ','};
            print_cell(&table->column[i], i == 0 && dated, row, text + 1);
            (void)fputs(text, file.stream); // errors stay in the stream until commit
        }
    }
    if (is_stopped(table)) {
        sw_atomic_file_abandon(&file);
        return sw_fail(err, SW_ERR_INTERRUPTED, "%s: interrupted; nothing is written", path);
    }
    (void)fputc('\n', file.stream);
    return sw_atomic_file_commit(&file, err);
}

// Adds dates as texts, the labels of the rows.
static sw_status add_dates(sw_results *results, int64_t n, const sw_out_column *column,
                           const char *path, sw_error *err) {
    char(*text)[SW_DATE_TEXT] = calloc((size_t)n, sizeof *text);
    const char **label = calloc((size_t)n, sizeof *label);
    sw_status status = SW_OK;
    if (text == NULL || label == NULL) {
        status = sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    } else {
        for (int64_t row = 0; row < n; row++) {
            (void)sw_date_format(column->value[row], text[row]);
            label[row] = text[row];
        }
        sw_results_dim_text(results, column->name, n, label, column->long_name);
    }
    free(label);
    free(text);
    return status;
}

static sw_status add_columns(sw_results *results, const sw_out_table *table, const char *path,
                             sw_error *err) {
    const sw_out_column *column = table->column;
    for (int32_t i = 0; i < table->n_column; i++) {
        const sw_results_array array = {.name = column[i].name,
                                        .unit = column[i].unit,
                                        .long_name = column[i].long_name,
                                        .dim = {column[0].name},
                                        .type = SW_RESULTS_DOUBLE,
                                        .data = column[i].value};
        if (i > 0) {
            sw_results_add(results, &array);
        } else if (strcmp(column[0].name, "time") == 0) {
            SW_TRY(add_dates(results, table->n, &column[0], path, err));
        } else {
            sw_results_dim(results, &array, table->n);
        }
    }
    return SW_OK;
}

static sw_status write_h5(const char *path, const sw_out_table *table, sw_error *err) {
    sw_results *results = NULL;
    SW_TRY(sw_results_create(path, &results, err));
    sw_results_texts(results, "history", table->n_header, table->header);
    sw_status status = add_columns(results, table, path, err);
    if (status == SW_OK && is_stopped(table)) {
        status = sw_fail(err, SW_ERR_INTERRUPTED, "%s: interrupted; nothing is written", path);
    }
    if (status == SW_OK) {
        status = sw_results_save(results, err);
    }
    sw_results_destroy(results);
    return status;
}

sw_status sw_trace_write(const char *path, const sw_out_table *table, sw_error *err) {
    const size_t length = strlen(path);
    const bool h5 = length > 3 && strcmp(path + length - 3, ".h5") == 0;
    return (h5 ? write_h5 : write_csv)(path, table, err);
}
