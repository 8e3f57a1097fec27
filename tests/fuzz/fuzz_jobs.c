// libFuzzer target: any bytes as a trace of jobs give the trace or a message; never a crash.
//
// After a first byte 255, the next chooses a sound HDF5 file, and the rest says what is damaged in
// it. Any other bytes are the file.
#include "read_trace.h"
#include "support/h5_edit.h"
#include "support/h5_trace.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    if (size == 0 || data[0] != 255) {
        read_jobs(data, size);
        return 0;
    }
    static void *sound[H5_TRACE_FORMS]; // made once
    static size_t n_sound[H5_TRACE_FORMS];
    h5_edit_input in = {.data = data, .size = size, .at = 1};
    const h5_trace_form form = (h5_trace_form)(h5_edit_next(&in) % H5_TRACE_FORMS);
    if (sound[form] == NULL) {
        h5_edit_keep_memory();
        sound[form] = h5_trace_jobs(form, &n_sound[form]);
    }
    size_t n = 0;
    void *damaged = h5_edit(sound[form], n_sound[form], &in, &n);
    read_jobs(damaged, n);
    free(damaged);
    return 0;
}
