// libFuzzer target: any bytes as a trace of signals (text, unless they are HDF5) give the trace or
// a message; never a crash.
#include "read_trace.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    read_signals(data, size);
    return 0;
}
