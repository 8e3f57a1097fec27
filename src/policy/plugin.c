#include "policy/plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "policy/registry.h"

sw_status sw_plugin_load(const char *path, sw_plugin *plugin, sw_error *err) {
    *plugin = (sw_plugin){0};
    // A bare name would be searched in system folders; a policy is always a path.
    char full[4096];
    const int n = snprintf(full, sizeof full, "%s%s", strchr(path, '/') == NULL ? "./" : "", path);
    if (n < 0 || (size_t)n >= sizeof full) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "policy path is too long (at most %zu bytes)",
                       sizeof full);
    }
    sw_error why = {0};
    if (sw_file_check(full, &why) != SW_OK) { // the loader would wait for a pipe
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: cannot be loaded as a policy: %s", path,
                       why.text);
    }
    void *handle = dlopen(full, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: cannot be loaded as a policy: %s", path,
                       dlerror()); // NOLINT(concurrency-mt-unsafe): the thread's own text
    }
    // ISO C has no conversion from object to function pointer; POSIX grants this one.
    sw_policy_entry_fn entry;
    void *symbol = dlsym(handle, SW_POLICY_ENTRY);
    memcpy(&entry, &symbol, sizeof entry);
    sw_status status;
    if (symbol == NULL) {
        status = sw_fail(err, SW_ERR_BAD_INPUT, "%s: exports no %s(); is it a stepwatt policy?",
                         path, SW_POLICY_ENTRY);
    } else {
        status = sw_policy_check(entry(), path, &plugin->table, err);
        if (status == SW_OK && (plugin->table.halves & SW_POLICY_SEES_FUTURE) != 0) {
            status = sw_fail(err, SW_ERR_BAD_INPUT,
                             "%s: asks to see the future, which only built-in `oracle` may", path);
        }
    }
    if (status != SW_OK) {
        (void)dlclose(handle);
        *plugin = (sw_plugin){0};
        return status;
    }
    plugin->handle = handle;
    return SW_OK;
}

void sw_plugin_unload(sw_plugin *plugin) {
    if (plugin->handle != NULL) {
        (void)dlclose(plugin->handle);
    }
    *plugin = (sw_plugin){0};
}
