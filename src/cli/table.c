#include "cli/table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

enum { CELL_SIZE = 96 };

struct sw_table {
    size_t n_column;
    int *width; // of each column, in characters   [n_column]
    size_t n_cell;
    size_t n_room;
    char (*cell)[CELL_SIZE];
    bool failed; // memory ran short
};

sw_table *sw_table_create(size_t n_column) {
    sw_table *table = calloc(1, sizeof *table);
    int *width = calloc(n_column, sizeof *width);
    if (table == NULL || width == NULL) {
        free(table);
        free(width);
        return NULL;
    }
    table->n_column = n_column;
    table->width = width;
    return table;
}

void sw_table_destroy(sw_table *table) {
    if (table != NULL) {
        free(table->cell);
        free(table->width);
        free(table);
    }
}

// Counts characters rather than bytes, so that names with accents keep the columns straight.
static int width_of(const char *text) {
    int width = 0;
    for (const char *c = text; *c != '\0'; c++) {
        width += ((unsigned char)*c & 0xC0) != 0x80 ? 1 : 0;
    }
    return width;
}

void sw_table_cell(sw_table *table, const char *fmt, ...) {
    if (table->n_cell == table->n_room) {
        const size_t room = table->n_room > 0 ? 2 * table->n_room : 64;
        char(*cell)[CELL_SIZE] = realloc(table->cell, room * sizeof *cell);
        if (cell == NULL) {
            table->failed = true;
            return;
        }
        table->cell = cell;
        table->n_room = room;
    }
    char *cell = table->cell[table->n_cell];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(cell, CELL_SIZE, fmt, args);
    va_end(args);
    int *width = &table->width[table->n_cell % table->n_column];
    *width = width_of(cell) > *width ? width_of(cell) : *width;
    table->n_cell++;
}

bool sw_table_print(const sw_table *table, FILE *out) {
    for (size_t i = 0; i < table->n_cell; i++) {
        const char *cell = table->cell[i];
        const size_t column = i % table->n_column;
        const int pad = table->width[column] - width_of(cell);
        if (column == 0) {
            (void)fprintf(out, "%s%*s", cell, pad, "");
        } else {
            (void)fprintf(out, "  %*s%s", pad, "", cell);
        }
        if (column + 1 == table->n_column) {
            (void)fputc('\n', out);
        }
    }
    return !table->failed;
}
