// version.h -- which source this program was built from, and with what.
#ifndef SW_BASE_VERSION_H
#define SW_BASE_VERSION_H

// The version, such as "0.1.0".
const char *sw_version(void);
// The commit of the source, with "-dirty" when it was changed; "unknown" outside a repository.
const char *sw_commit(void);
// The libraries it was built with, such as "GLPK 5.0, HDF5 1.10.8, inih 55, OpenMP 4.5".
const char *sw_built_with(void);

#endif
