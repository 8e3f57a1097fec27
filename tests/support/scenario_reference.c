// Writes the scenario reference to the file that is named: docs/scenario.md, by the target
// scenario-doc.
#include <stdio.h>
#include <stdlib.h>

#include "io/scenario.h"

int main(int argc, char **argv) {
    FILE *out = argc == 2 ? fopen(argv[1], "wb") : NULL;
    if (out == NULL) {
        (void)fprintf(stderr, "usage: scenario_reference FILE\n");
        return EXIT_FAILURE;
    }
    sw_scenario_write_reference(out);
    const int failed = ferror(out);
    return fclose(out) == 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
