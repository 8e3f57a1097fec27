// compare_table.h -- a comparison as text: money, service, and a bar chart of the utility.
#ifndef SW_CLI_COMPARE_TABLE_H
#define SW_CLI_COMPARE_TABLE_H

#include <stdio.h>

#include "sweep/compare.h"

// Prints the comparison; false when memory is short.
bool sw_compare_table_print(const sw_model *model, const sw_compare *compare, FILE *out);

// True when a policy of the comparison had perfect forecasts.
bool sw_compare_is_perfect(const sw_model *model, const sw_compare *compare, int32_t policy);

#endif
