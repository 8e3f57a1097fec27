// unit.h -- which unit suffixes of column names mean the same.
#ifndef SW_IO_UNIT_H
#define SW_IO_UNIT_H

#include <stdbool.h>

// Returns true when two unit suffixes have one meaning, such as `g_per_kwh` and `gco2_per_kwh`.
bool sw_unit_same(const char *a, const char *b);

#endif
