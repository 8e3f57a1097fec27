// plugin.h -- loads a policy from a shared object and checks its table before anything of it is
// called.
#ifndef SW_POLICY_PLUGIN_H
#define SW_POLICY_PLUGIN_H

#include "base/status.h"
#include "stepwatt/sw_policy.h"

// A loaded plugin: the host's own copy of its table, in which callbacks that the plugin does not
// know are NULL.
typedef struct sw_plugin {
    void *handle;    // of the shared object; NULL: nothing loaded
    sw_policy table; // valid while the handle is
} sw_plugin;

// Loads the shared object at `path`. Errors name the path and what is wrong: not found, no shared
// object of this machine, a symbol missing, another major version, an incomplete table. On error
// nothing stays loaded.
sw_status sw_plugin_load(const char *path, sw_plugin *plugin, sw_error *err);
void sw_plugin_unload(sw_plugin *plugin);

#endif
