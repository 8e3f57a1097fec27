#include "sim/metrics.h"

const sw_metric_info sw_metric_table[SW_N_METRIC] = {
#define SW_METRIC_ROW(name, unit, scopes, text) {#name, unit, scopes, text},
    SW_METRIC_LIST(SW_METRIC_ROW)
#undef SW_METRIC_ROW
};
