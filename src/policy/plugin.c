// Policies from shared objects. This build has no loader, and says so.
#include "policy/instance.h"

sw_status sw_policy_plugin_load(const sw_model *model, const char *path, const char *where,
                                const sw_policy **policy, sw_error *err) {
    (void)model;
    (void)policy;
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s: use = %s names a shared object, and loading plugins is not in this build",
                   where, path);
}
