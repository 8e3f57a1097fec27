#include "io/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sw_messages_deinit(sw_messages *messages) {
    for (int32_t i = 0; i < messages->n; i++) {
        free(messages->text[i]);
    }
    free(messages->text);
    *messages = (sw_messages){0};
}

void sw_messages_vadd(sw_messages *messages, sw_status code, const char *fmt, va_list args) {
    if (messages->code == SW_OK) {
        messages->code = code;
    }
    char line[SW_ERROR_TEXT];
    (void)vsnprintf(line, sizeof line, fmt, args);

    // The list is taken whole with its first message; one that finds no room or memory is counted.
    if (messages->text == NULL) {
        messages->text = calloc(SW_MESSAGES_MAX, sizeof *messages->text);
    }
    char *copy = NULL;
    if (messages->text != NULL && messages->n < SW_MESSAGES_MAX) {
        copy = malloc(strlen(line) + 1);
    }
    if (copy == NULL) {
        messages->n_lost++;
        return;
    }
    memcpy(copy, line, strlen(line) + 1);
    messages->text[messages->n++] = copy;
}

void sw_messages_add(sw_messages *messages, sw_status code, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    sw_messages_vadd(messages, code, fmt, args);
    va_end(args);
}
