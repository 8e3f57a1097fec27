// cmd_report.c -- `stepwatt report`: a page of a result file, made by the Python package
// `stepwatt`.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apart.h"
#include "cli/command.h"

enum { MAX_PATH = 4096, N_ARGUMENT = 9 };

// Places of the package, from the folder of the program: in a build tree, where it is a link, and
// installed.
static const char *const places[] = {"python", STEPWATT_PACKAGE_FROM_BIN};

// Whether Python finds the modules, without the time to load them. The package's folder is the
// first argument, "" for none; it takes the place of the current folder, whose files are not ours.
static const char probe[] =
    "import sys; folder = sys.argv[1]; sys.path[:1] = [folder] if folder else []\n"
    "from importlib.util import find_spec\n"
    "names = ('h5py', 'numpy', 'pandas', 'xarray', 'stepwatt')\n"
    "sys.exit(1 if any(find_spec(name) is None for name in names) else 0)\n";
static const char program[] =
    "import sys; folder = sys.argv.pop(1); sys.path[:1] = [folder] if folder else []\n"
    "import runpy\n"
    "runpy.run_module('stepwatt.report', run_name='__main__', alter_sys=True)\n";

typedef struct report_args {
    const char *file;
    const char *output;
} report_args;

static sw_args_outcome parse(int argc, char **argv, report_args *args, sw_messages *messages) {
    const sw_option option[] = {
        {"output", 'o', SW_OPTION_TEXT, &args->output, 0, "FILE",
         "page to write, such as out/report.html"},
    };
    const sw_usage usage = {
        .command = "report",
        .arguments = "RESULT",
        .n_argument_min = 1,
        .n_argument_max = 1,
        .text =
            "Writes one HTML page of a result file of run, compare or sweep: tables with "
            "intervals, charts to zoom "
            "into, energy and\njobs, and where the numbers come from. It needs no network. It is "
            "made with Python 3 "
            "and its modules h5py, pandas\nand xarray; STEPWATT_PYTHON names the Python to use.",
        .examples = "  stepwatt report out/jemas.h5 -o out/jemas.html\n",
        .option = option,
        .n_option = (int)(sizeof option / sizeof *option),
    };
    const sw_args_outcome outcome = sw_args_parse(&usage, argc, argv, &args->file, messages);
    if (outcome != SW_ARGS_RUN) {
        return outcome;
    }
    if (args->output == NULL) {
        sw_messages_add(messages, SW_ERR_BAD_INPUT,
                        "-o is missing; give the page to write: -o FILE.html");
    } else {
        sw_check_output_path("-o", args->output, messages);
    }
    return messages->n > 0 ? SW_ARGS_BAD : SW_ARGS_RUN;
}

// Writes the folder that holds the package; "" where it is neither in the build tree nor installed
// beside the program. Then Python may know it by itself.
static void find_package(char folder[MAX_PATH]) {
    char self[MAX_PATH];
    folder[0] = '\0';
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) {
        return;
    }
    self[length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash == NULL) {
        return;
    }
    *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char file[MAX_PATH];
        const int n =
            snprintf(file, sizeof file, "%s/%s/stepwatt/report/__main__.py", self, places[i]);
        if (n > 0 && (size_t)n < sizeof file && access(file, R_OK) == 0) {
            (void)snprintf(folder, MAX_PATH, "%.*s", (int)(strlen(self) + 1 + strlen(places[i])),
                           file);
            return;
        }
    }
}

// What run() returns beside exit statuses: there is no room for a process (errno says why), or it
// was killed.
enum { NOT_STARTED = -1, KILLED = -2 };

// Runs a program, N_ARGUMENT texts of which the last is NULL, to its end and returns its exit
// status.
static int run(const char *const *argv, bool quiet) {
    const pid_t child = fork();
    if (child == 0) {
        const int null = quiet ? open("/dev/null", O_RDWR) : -1;
        if (null >= 0) {
            (void)dup2(null, STDOUT_FILENO);
            (void)dup2(null, STDERR_FILENO);
        }
        // execvp changes none of the texts; its type is older than const.
        char *text[N_ARGUMENT] = {NULL};
        memcpy(text, argv, sizeof text);
        (void)execvp(text[0], text);
        _exit(127);
    }
    if (child < 0) {
        return NOT_STARTED;
    }
    int end = 0;
    return sw_wait(child, &end) && WIFEXITED(end) ? WEXITSTATUS(end) : KILLED;
}

// True when this Python has what the package needs.
static bool has_modules(const char *python, const char *folder, sw_messages *messages) {
    const char *const argv[N_ARGUMENT] = {python, "-B", "-c", probe, folder};
    const int status = run(argv, true);
    if (status == NOT_STARTED) {
        sw_messages_add(messages, SW_ERR_IO, "report: %s cannot be started: %s", python,
                        sw_errno_text(errno));
    }
    return status == 0;
}

// Returns a Python that has what the package needs; NULL, with messages, where there is none.
static const char *find_python(const char *folder, sw_messages *messages) {
    static const char *const usual[] = {"python3", "/usr/bin/python3"};
    const char *named = getenv("STEPWATT_PYTHON"); // NOLINT(concurrency-mt-unsafe): one thread
    if (named != NULL && named[0] != '\0') {
        if (has_modules(named, folder, messages)) {
            return named;
        }
        if (messages->n > 0) {
            return NULL;
        }
        sw_messages_add(messages, SW_ERR_IO,
                        "report: '%s' (STEPWATT_PYTHON) is no Python 3 with the modules h5py, "
                        "pandas, xarray and stepwatt",
                        named);
        return NULL;
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (has_modules(usual[i], folder, messages)) {
            return usual[i];
        }
        if (messages->n > 0) {
            return NULL;
        }
    }
    sw_messages_add(messages, SW_ERR_IO,
                    "report: neither python3 nor /usr/bin/python3 is a Python 3 with the modules "
                    "h5py, pandas and xarray%s; "
                    "install them (Debian: python3-h5py python3-xarray), or name a Python that has "
                    "them: STEPWATT_PYTHON",
                    folder[0] != '\0' ? ""
                                      : ", and the package stepwatt is not beside this program");
    return NULL;
}

static sw_exit make_page(const report_args *args, const char *python, const char *folder) {
    const size_t size = strlen(args->output) + sizeof "--output=";
    char *output = malloc(size);
    if (output == NULL) {
        (void)fputs("stepwatt: out of memory\n", stderr);
        return SW_EXIT_FAILED;
    }
    (void)snprintf(output, size, "--output=%s", args->output);
    const char *const argv[N_ARGUMENT] = {python, "-B",   "-c", program,
                                          folder, output, "--", args->file};
    const int status = run(argv, false);
    const int reason = errno;
    free(output);
    if (status == 0) {
        (void)printf("report: %s\n", args->output);
        return SW_EXIT_DONE;
    }
    if (status == NOT_STARTED) {
        (void)fprintf(stderr, "stepwatt: report: %s cannot be started: %s\n", python,
                      sw_errno_text(reason));
    } else if (status == KILLED) {
        (void)fprintf(stderr, "stepwatt: report: %s did not end by itself\n", python);
    }
    return status == SW_EXIT_BAD_INPUT ? SW_EXIT_BAD_INPUT : SW_EXIT_FAILED;
}

sw_exit sw_cmd_report(int argc, char **argv) {
    report_args args = {0};
    sw_messages messages = {0};
    char folder[MAX_PATH];
    const sw_args_outcome outcome = parse(argc, argv, &args, &messages);
    if (outcome == SW_ARGS_HELP) {
        return SW_EXIT_DONE;
    }
    const char *python = NULL;
    if (outcome == SW_ARGS_RUN) {
        find_package(folder);
        python = find_python(folder, &messages);
    }
    if (python == NULL) {
        const sw_exit status =
            messages.code == SW_ERR_IO ? SW_EXIT_FAILED : sw_exit_of_input(messages.code);
        sw_print_messages(&messages);
        return status;
    }
    return make_page(&args, python, folder);
}
