// table.h -- text tables with aligned columns: cells are collected, then printed at the width they
// need.
#ifndef SW_CLI_TABLE_H
#define SW_CLI_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/compiler.h"

typedef struct sw_table sw_table;

// Starts a table of `n_column` columns; NULL when memory is short. `destroy` takes NULL.
sw_table *sw_table_create(size_t n_column);
void sw_table_destroy(sw_table *table);

// Adds the next cell, left to right, then the next row. The first column is set to the left, the
// others to the right.
void sw_table_cell(sw_table *table, const char *fmt, ...) SW_PRINTF(2, 3);

// Prints the table; false when memory ran short while it was filled.
bool sw_table_print(const sw_table *table, FILE *out);

#endif
