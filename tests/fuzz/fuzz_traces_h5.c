// libFuzzer target: HDF5 traces of signals give the trace or a message; never a crash.
//
// Bytes that start like HDF5 are the file. Of others the first chooses a sound file, and the rest
// says what is damaged in it.
#include "read_trace.h"
#include "support/h5_edit.h"
#include "support/h5_trace.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    static const unsigned char first_of_h5 = 0x89;
    if (size > 0 && data[0] == first_of_h5) {
        read_signals(data, size);
        return 0;
    }
    static void *sound[H5_TRACE_FORMS]; // made once
    static size_t n_sound[H5_TRACE_FORMS];
    h5_edit_input in = {.data = data, .size = size};
    const h5_trace_form form = (h5_trace_form)(h5_edit_next(&in) % H5_TRACE_FORMS);
    if (sound[form] == NULL) {
        h5_edit_keep_memory();
        sound[form] = h5_trace_signals(form, &n_sound[form]);
    }
    size_t n = 0;
    void *damaged = h5_edit(sound[form], n_sound[form], &in, &n);
    read_signals(damaged, n);
    free(damaged);
    return 0;
}
