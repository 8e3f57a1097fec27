#include "cli/duals_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/import_samples.h"

enum { N_HEADER = 3 };

// The table while it is put together; texts and numbers lie in the arena.
typedef struct duals_table {
    sw_arena arena;
    const char *header[N_HEADER];
    sw_out_column *column;
    int32_t n_column;
    int64_t n_slot;
} duals_table;

// Formats into the arena; NULL when memory is short.
static char *format(sw_arena *arena, const char *form, ...) SW_PRINTF(2, 3);

static char *format(sw_arena *arena, const char *form, ...) {
    va_list args;
    va_start(args, form);
    const int n = vsnprintf(NULL, 0, form, args);
    va_end(args);
    char *text = n < 0 ? NULL : sw_arena_alloc(arena, (size_t)n + 1, 1);
    if (text != NULL) {
        va_start(args, form);
        (void)vsnprintf(text, (size_t)n + 1, form, args);
        va_end(args);
    }
    return text;
}

// Names of ASPs and sites are free texts; those of columns are words.
static char *column_name(sw_arena *arena, const sw_dual_info *info, const char *owner) {
    char *name = format(arena, "%s_%s_%s", info->name, owner, info->suffix);
    for (char *p = name; p != NULL && *p != '\0'; p++) {
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.", *p) ==
            NULL) {
            *p = '_';
        }
    }
    return name;
}

static bool has_price(const double *usd, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        if (!isnan(usd[i])) {
            return true;
        }
    }
    return false;
}

// Adds the prices of one ASP or site if there are any; slots without one read 0.
static sw_status add_prices(duals_table *table, const sw_dual_info *info, const char *owner,
                            const double *usd) {
    if (!has_price(usd, table->n_slot)) {
        return SW_OK;
    }
    double *value = sw_arena_alloc(&table->arena, (size_t)table->n_slot, sizeof *value);
    const char *name = column_name(&table->arena, info, owner);
    const char *long_name = format(&table->arena, "%s: %s", owner, info->long_name);
    if (value == NULL || name == NULL || long_name == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    for (int64_t slot = 0; slot < table->n_slot; slot++) {
        value[slot] = isnan(usd[slot]) ? 0.0 : usd[slot];
    }
    table->column[table->n_column++] =
        (sw_out_column){.name = name, .unit = info->unit, .long_name = long_name, .value = value};
    return SW_OK;
}

// Adds the start of each slot, as a date where the scenario has one.
static sw_status add_times(duals_table *table, const sw_model *model) {
    const bool dated = !isnan(model->start_unix_s);
    double *value = sw_arena_alloc(&table->arena, (size_t)table->n_slot, sizeof *value);
    if (value == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    for (int64_t slot = 0; slot < table->n_slot; slot++) {
        value[slot] = (dated ? model->start_unix_s : 0.0) + (double)slot * model->sys.slot_s;
    }
    table->column[table->n_column++] = (sw_out_column){.name = dated ? "time" : "time_s",
                                                       .unit = "s",
                                                       .long_name = "start of the slot",
                                                       .value = value};
    return SW_OK;
}

static sw_status fill(duals_table *table, const sw_model *model, const sw_duals *duals) {
    const sw_system *sys = &model->sys;
    const size_t most = 1 + (size_t)SW_N_DUAL * (size_t)(sys->n_asp + sys->n_site);
    table->n_slot = duals->n_slot;
    table->column = sw_arena_alloc(&table->arena, most, sizeof *table->column);
    if (table->column == NULL) {
        return SW_ERR_NO_MEMORY;
    }
    SW_TRY(add_times(table, model));
    for (int32_t d = 0; d < SW_N_DUAL; d++) {
        const sw_dual_info *info = sw_dual_describe((sw_dual)d);
        const int32_t n_owner = info->per_asp ? sys->n_asp : sys->n_site;
        for (int32_t owner = 0; owner < n_owner; owner++) {
            SW_TRY(add_prices(table, info,
                              info->per_asp ? sys->asp_name[owner] : sys->site_name[owner],
                              &duals->usd[d][owner * duals->n_slot]));
        }
    }
    return SW_OK;
}

static sw_status write_header(duals_table *table, const sw_model *model, uint64_t seed,
                              const sw_bound_result *result) {
    table->header[0] = "stepwatt bound: prices of what is scarce; docs/bound.md, Prices";
    table->header[1] = format(&table->arena, "scenario %s, seed %" PRIu64 ", revenue_scale %.17g",
                              model->sys.name, seed, model->sys.revenue_scale);
    table->header[2] = format(&table->arena, "bound_usd %.17g, primal_usd %.17g, method %s",
                              result->bound_usd, result->primal_usd, result->method);
    return table->header[1] != NULL && table->header[2] != NULL ? SW_OK : SW_ERR_NO_MEMORY;
}

sw_status sw_duals_write(const char *path, const sw_model *model, uint64_t seed,
                         const sw_bound_result *result, const sw_duals *duals, sw_error *err) {
    duals_table table = {0};
    sw_status status = write_header(&table, model, seed, result);
    if (status == SW_OK) {
        status = fill(&table, model, duals);
    }
    const sw_out_table out = {.header = table.header,
                              .n_header = N_HEADER,
                              .n = table.n_slot,
                              .column = table.column,
                              .n_column = table.n_column};
    status = status == SW_OK ? sw_trace_write(path, &out, err)
                             : sw_fail(err, status, "%s: out of memory", path);
    sw_arena_deinit(&table.arena);
    return status;
}
