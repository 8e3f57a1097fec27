// Runs a libFuzzer target over the files that are named, so that corpora are replayed by any
// compiler.
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int main(int argc, char **argv) {
    if (argc < 2) {
        (void)fprintf(stderr, "usage: %s FILE...\n", argv[0]);
        return EXIT_FAILURE;
    }
    for (int i = 1; i < argc; i++) {
        enum { MOST = 1 << 20 };
        unsigned char *data = malloc(MOST);
        FILE *file = fopen(argv[i], "rb");
        if (data == NULL || file == NULL) {
            (void)fprintf(stderr, "%s cannot be read\n", argv[i]);
            free(data);
            return EXIT_FAILURE;
        }
        const size_t n = fread(data, 1, MOST, file);
        (void)fclose(file);
        (void)LLVMFuzzerTestOneInput(data, n);
        free(data);
    }
    (void)printf("%d inputs replayed\n", argc - 1);
    return EXIT_SUCCESS;
}
