// libFuzzer target: any bytes as a scenario file give a model, or messages and no model; never a
// crash. A model's own text gives the same model again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/scenario.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void write_file(const char *path, const void *data, size_t size) {
    FILE *file = fopen(path, "wb");
    SW_REQUIRE(file != NULL);
    SW_REQUIRE(fwrite(data, 1, size, file) == size);
    SW_REQUIRE(fclose(file) == 0);
}

static sw_model *load(const char *path) {
    sw_model *model = NULL;
    sw_messages messages = {0};
    const sw_status status = sw_scenario_load(path, NULL, &model, &messages);
    SW_REQUIRE((status == SW_OK) == (model != NULL));
    SW_REQUIRE((status == SW_OK) == (messages.n == 0));
    sw_messages_deinit(&messages);
    return model;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/stepwatt-fuzz-%ld.ini", (long)getpid());
    write_file(path, data, size);
    sw_model *model = load(path);
    if (model != NULL) {
        write_file(path, model->text, strlen(model->text));
        sw_model *again = load(path);
        SW_REQUIRE(again != NULL && strcmp(again->digest, model->digest) == 0);
        sw_model_destroy(again);
    }
    sw_model_destroy(model);
    (void)remove(path);
    return 0;
}
