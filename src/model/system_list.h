// system_list.h -- the arrays of sw_system with their shapes, in the order of the struct: one list
// for whoever must walk them all (allocate, copy, compare). A test checks that it names every array
// of the struct.
#ifndef SW_MODEL_SYSTEM_LIST_H
#define SW_MODEL_SYSTEM_LIST_H

#include "stepwatt/sw_policy.h"

typedef const char *sw_text; // so that `const TYPE *` is the type of each array

// X(type of an element, field, rows, columns); rows and columns are counts of sw_system, or 1.
#define SW_SYSTEM_ARRAY_LIST(X)                                                                    \
    X(int32_t, steps, n_step, 1)                                                                   \
    X(sw_text, site_name, n_site, 1)                                                               \
    X(double, site_base_kw, n_site, 1)                                                             \
    X(double, site_import_limit_kw, n_site, 1)                                                     \
    X(double, site_export_limit_kw, n_site, 1)                                                     \
    X(double, site_overload_usd_per_kwh, n_site, 1)                                                \
    X(double, site_pv_kw, n_site, 1)                                                               \
    X(double, site_wind_kw, n_site, 1)                                                             \
    X(double, site_battery_kwh, n_site, 1)                                                         \
    X(double, site_battery_charge_kw, n_site, 1)                                                   \
    X(double, site_battery_discharge_kw, n_site, 1)                                                \
    X(double, site_battery_eff_charge, n_site, 1)                                                  \
    X(double, site_battery_eff_discharge, n_site, 1)                                               \
    X(double, site_soc_min_kwh, n_site, 1)                                                         \
    X(double, site_soc_max_kwh, n_site, 1)                                                         \
    X(double, site_soc_start_kwh, n_site, 1)                                                       \
    X(double, site_battery_wear_usd_per_kwh, n_site, 1)                                            \
    X(int32_t, site_cooling, n_site, 1)                                                            \
    X(double, site_pue, n_site, 1)                                                                 \
    X(double, site_cop_a, n_site, 1)                                                               \
    X(double, site_cop_b, n_site, 1)                                                               \
    X(double, site_cop_min, n_site, 1)                                                             \
    X(double, site_cop_max, n_site, 1)                                                             \
    X(double, site_room_start_c, n_site, 1)                                                        \
    X(double, site_room_set_c, n_site, 1)                                                          \
    X(double, site_room_max_c, n_site, 1)                                                          \
    X(double, site_room_kwh_per_k, n_site, 1)                                                      \
    X(double, site_room_kw_per_k, n_site, 1)                                                       \
    X(double, site_cooling_max_kw, n_site, 1)                                                      \
    X(double, site_overheat_usd_per_kh, n_site, 1)                                                 \
    X(double, site_wue_l_per_kwh, n_site, 1)                                                       \
    X(sw_text, asp_name, n_asp, 1)                                                                 \
    X(int32_t, asp_site, n_asp, 1)                                                                 \
    X(int32_t, asp_gpus, n_asp, 1)                                                                 \
    X(double, asp_host_overhead, n_asp, 1)                                                         \
    X(double, asp_idle_w, n_asp, 1)                                                                \
    X(double, asp_off_w, n_asp, 1)                                                                 \
    X(double, asp_wake_s, n_asp, 1)                                                                \
    X(int32_t, asp_edf, n_asp, 1)                                                                  \
    X(int32_t, asp_n_level, n_asp, 1)                                                              \
    X(double, asp_level_speed, n_asp, n_level_max)                                                 \
    X(double, asp_level_busy_w, n_asp, n_level_max)                                                \
    X(double, asp_image_work_s, n_asp, n_step)                                                     \
    X(double, asp_quality, n_asp, n_step)                                                          \
    X(double, link_latency_s, n_asp, n_asp)                                                        \
    X(double, link_transfer_usd, n_asp, n_asp)                                                     \
    X(sw_text, class_name, n_class, 1)                                                             \
    X(int32_t, class_origin, n_class, 1)                                                           \
    X(double, class_price_usd, n_class, 1)                                                         \
    X(double, class_late_usd, n_class, 1)                                                          \
    X(double, class_images, n_class, 1)                                                            \
    X(double, class_value, n_class, 1)                                                             \
    X(double, class_work, n_class, 1)                                                              \
    X(double, class_deadline_s, n_class, 1)

// Number of elements of a rows x columns array of `sys`.
#define SW_SYSTEM_COUNT(sys, rows, columns)                                                        \
    (SW_SYSTEM_EXTENT_##rows(sys) * SW_SYSTEM_EXTENT_##columns(sys))
#define SW_SYSTEM_EXTENT_1(sys)           ((size_t)1)
#define SW_SYSTEM_EXTENT_n_site(sys)      ((size_t)(sys)->n_site)
#define SW_SYSTEM_EXTENT_n_asp(sys)       ((size_t)(sys)->n_asp)
#define SW_SYSTEM_EXTENT_n_class(sys)     ((size_t)(sys)->n_class)
#define SW_SYSTEM_EXTENT_n_step(sys)      ((size_t)(sys)->n_step)
#define SW_SYSTEM_EXTENT_n_level_max(sys) ((size_t)(sys)->n_level_max)

#endif
