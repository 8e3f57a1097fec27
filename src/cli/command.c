#include "cli/command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

sw_exit sw_exit_of_input(sw_status status) {
    return status == SW_ERR_NO_MEMORY ? SW_EXIT_FAILED : SW_EXIT_BAD_INPUT;
}

sw_exit sw_exit_of_run(sw_status status) {
    switch (status) {
    case SW_OK:
        return SW_EXIT_DONE;
    case SW_ERR_BAD_INPUT:
        return SW_EXIT_BAD_INPUT;
    case SW_ERR_INTERRUPTED:
        return SW_EXIT_INCOMPLETE;
    case SW_ERR_IO:
    case SW_ERR_NO_MEMORY:
    case SW_ERR_POLICY:
    case SW_ERR_CHECK:
        break;
    }
    return SW_EXIT_FAILED;
}

void sw_print_messages(sw_messages *messages) {
    for (int32_t i = 0; i < messages->n; i++) {
        (void)fprintf(stderr, "%s\n", messages->text[i]);
    }
    if (messages->n_lost > 0) {
        (void)fprintf(stderr, "... and %d more\n", messages->n_lost);
    }
    sw_messages_deinit(messages);
}

void sw_print_error(const sw_error *error) {
    (void)fprintf(stderr, "stepwatt: %s\n",
                  error->text[0] != '\0' ? error->text : sw_status_text(error->code));
}

// A signal handler can reach nothing but a global.
static volatile sig_atomic_t
    interrupted; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

static void on_interrupt(int number) {
    (void)number;
    interrupted = 1;
}

const volatile int *sw_catch_interrupts(void) {
    struct sigaction action = {0};
    action.sa_handler = on_interrupt;
    action.sa_flags = (int)SA_RESETHAND; // the second one has its usual effect
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    return &interrupted;
}

void sw_take_size_limits_as_errors(void) {
    struct sigaction action = {0};
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGXFSZ, &action, NULL);
}

void sw_check_output_path(const char *option, const char *path, sw_messages *messages) {
    char folder[4096];
    const char *slash = strrchr(path, '/');
    const size_t length = slash != NULL ? (size_t)(slash - path) : 0;
    if (length >= sizeof folder) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "%s: path of more than 4095 bytes", option);
        return;
    }
    if (slash == NULL) {
        (void)snprintf(folder, sizeof folder, ".");
    } else {
        (void)snprintf(folder, sizeof folder, "%.*s", length > 0 ? (int)length : 1, path);
    }
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "%s: '%s' is there and no regular file; name a file", option, path);
    } else if (stat(folder, &info) != 0) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "%s: folder '%s': %s; it must exist", option,
                        folder, sw_errno_text(errno));
    } else if (access(folder, W_OK | X_OK) != 0) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "%s: folder '%s' cannot be written to: %s",
                        option, folder, sw_errno_text(errno));
    }
}

void sw_need_output_path(const char *path, sw_messages *messages) {
    if (path == NULL) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT, "-o OUT is needed: the file to write");
    } else {
        sw_check_output_path("-o", path, messages);
    }
}

char *sw_command_line(int argc, char **argv) {
    const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,+%@";
    size_t size = sizeof "stepwatt";
    for (int i = 0; i < argc; i++) {
        size += 4 * strlen(argv[i]) + 3; // a quote inside quotes takes four characters
    }
    char *line = malloc(size);
    if (line == NULL) {
        return NULL;
    }
    char *end = line + sizeof "stepwatt" - 1;
    memcpy(line, "stepwatt", sizeof "stepwatt");
    for (int i = 0; i < argc; i++) {
        *end++ = ' ';
        const size_t length = strlen(argv[i]);
        if (length > 0 && strspn(argv[i], plain) == length) {
            memcpy(end, argv[i], length);
            end += length;
            continue;
        }
        *end++ = '\'';
        for (const char *c = argv[i]; *c != '\0'; c++) {
            if (*c == '\'') {
                memcpy(end, "'\\''", 4);
                end += 4;
            } else {
                *end++ = *c;
            }
        }
        *end++ = '\'';
    }
    *end = '\0';
    return line;
}
