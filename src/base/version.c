#include "base/version.h"

#include "base/sw_version_built.h" // made at each build by cmake/WriteVersion.cmake

const char *sw_version(void) {
    return SW_VERSION_TEXT;
}

const char *sw_commit(void) {
    return SW_VERSION_COMMIT;
}

const char *sw_built_with(void) {
    return SW_VERSION_LIBRARIES;
}
