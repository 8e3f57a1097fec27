#include "model/model.h"

#include <stdlib.h>

#include "base/fmath.h"
#include "model/system_list.h"

sw_model *sw_model_create(void) {
    sw_model *model = calloc(1, sizeof *model);
    if (model != NULL) {
        model->sys.struct_size = sizeof model->sys;
        model->start_unix_s = (double)NAN;
    }
    return model;
}

void sw_model_destroy(sw_model *model) {
    if (model != NULL) {
        sw_arena_deinit(&model->arena);
        free(model);
    }
}

// Checks one count before memory is taken by it.
static sw_status check_count(const char *name, int64_t count, int64_t most, sw_error *err) {
    if (count < 0 || count > most) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s is %lld, allowed are 0 to %lld", name,
                       (long long)count, (long long)most);
    }
    return SW_OK;
}

sw_status sw_model_alloc(sw_model *model, sw_error *err) {
    sw_system sys = model->sys; // the model changes only when all arrays are there
    SW_TRY(check_count("number of sites", sys.n_site, SW_MAX_SITE, err));
    SW_TRY(check_count("number of ASPs", sys.n_asp, SW_MAX_ASP, err));
    SW_TRY(check_count("number of workload classes", sys.n_class, SW_MAX_CLASS, err));
    SW_TRY(check_count("number of step choices", sys.n_step, SW_MAX_STEP, err));
    SW_TRY(check_count("number of DVFS levels", sys.n_level_max, SW_MAX_LEVEL, err));

#define SW_ALLOC_ARRAY(type, field, rows, columns)                                                 \
    sys.field = sw_arena_alloc(&model->arena, SW_SYSTEM_COUNT(&sys, rows, columns), sizeof(type)); \
    if (sys.field == NULL) {                                                                       \
        return sw_fail(err, SW_ERR_NO_MEMORY, "out of memory for the system's " #field);           \
    }
    SW_SYSTEM_ARRAY_LIST(SW_ALLOC_ARRAY)
#undef SW_ALLOC_ARRAY
    model->sys = sys;
    return SW_OK;
}

double sw_service_work_s(const sw_system *sys, int32_t asp, int32_t step, int32_t images,
                         double work, int32_t batch) {
    SW_REQUIRE(batch == 1);
    // The product is taken in the order of sw_job_work_s, so that prediction and service agree to
    // the bit.
    return work * (double)images * sys->asp_image_work_s[asp * sys->n_step + step];
}

double sw_quality(double floor_q, double ceiling_q, double slope, double mid, double steps) {
    return floor_q + (ceiling_q - floor_q) / (1.0 + sw_exp(-slope * (steps - mid)));
}
