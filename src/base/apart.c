#include "base/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef SW_COVERAGE
void __gcov_dump(void); // NOLINT(bugprone-reserved-identifier): the compiler's name
#endif

// How the process ends: its message is whole, or could not be handed over.
enum { GIVEN = 0, NOT_GIVEN = 74 };

// ------------------------------------------------------------------ pipe

bool sw_pipe_give(sw_pipe *out, const void *data, size_t n) {
    const char *from = data;
    while (n > 0 && !out->failed) {
        const ssize_t done = write(out->fd, from, n);
        if (done > 0) {
            from += done;
            n -= (size_t)done;
        } else if (done == 0 || errno != EINTR) {
            out->failed = true;
            out->error = done == 0 ? EIO : errno;
        }
    }
    return !out->failed;
}

bool sw_pipe_take(sw_pipe *in, void *data, size_t n) {
    char *to = data;
    while (n > 0 && !in->failed) {
        const ssize_t done = read(in->fd, to, n);
        if (done > 0) {
            to += done;
            n -= (size_t)done;
        } else if (done == 0 || errno != EINTR) {
            in->failed = true;
            in->error = done == 0 ? 0 : errno;
        }
    }
    return !in->failed;
}

// Makes both ends, which programs that are started do not get.
static bool open_pipe(sw_pipe *in, sw_pipe *out) {
    int end[2];
    if (pipe(end) != 0) {
        return false;
    }
    (void)fcntl(end[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(end[1], F_SETFD, FD_CLOEXEC);
    *in = (sw_pipe){.fd = end[0]};
    *out = (sw_pipe){.fd = end[1]};
    return true;
}

// ------------------------------------------------------------------ the process of its own

// Bytes that this process has, as the system counts them for its limits.
typedef struct extent {
    uint64_t address; // all there are
    uint64_t data;    // of them private ones that can be written; 0: the system does not count them
} extent;

// False where the system does not tell.
static bool find_extent(extent *now) {
    enum { FIELD_OF_ADDRESS = 1, FIELD_OF_DATA = 6 }; // proc(5), /proc/self/statm, in pages
    char text[128] = "";
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0) {
        (void)close(fd); // nothing was written
    }
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    char *at = text;
    for (int field = 1; field <= FIELD_OF_DATA; field++) {
        const uint64_t bytes = strtoull(at, &at, 10) * page;
        now->address = field == FIELD_OF_ADDRESS ? bytes : now->address;
        now->data = bytes;
    }
    return n > 0 && now->address > 0;
}

static bool lower_limit(int resource, uint64_t most) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) {
        return false;
    }
    if (limit.rlim_cur > most) {
        limit.rlim_cur = most;
    }
    return setrlimit(resource, &limit) == 0;
}

// A crash leaves no core file; no memory and time without end. Sanitizers have more addresses than
// they use: their memory counts as data.
static sw_status limit_process(const char *path, uint64_t most_bytes, sw_error *err) {
    extent now = {0};
    (void)signal(SIGALRM, SIG_DFL);
    (void)alarm(SW_APART_WALL_S);
    const bool ok = find_extent(&now) && lower_limit(RLIMIT_CORE, 0) &&
                    lower_limit(RLIMIT_CPU, SW_APART_CPU_S) &&
                    lower_limit(RLIMIT_AS, now.address + most_bytes) &&
                    (now.data == 0 || lower_limit(RLIMIT_DATA, now.data + most_bytes));
    return ok ? SW_OK
              : sw_fail(err, SW_ERR_IO,
                        "%s: cannot be read: no limits can be set to the process that would read "
                        "it (it needs /proc)",
                        path);
}

// Reads and hands over, a failure with its message, and ends the process without what the program
// does at its end. The program's end of the pipe is closed, so that it is noticed when that goes.
_Noreturn static void run_apart(const char *path, const sw_apart_steps *steps, void *what,
                                uint64_t most_bytes, int end_of_program, sw_pipe *out) {
    sw_error error = {0};
    (void)close(end_of_program);
    sw_status status = limit_process(path, most_bytes, &error);
    if (status == SW_OK) {
        status = steps->read(what, &error);
    }
    error.code = status;
    (void)sw_pipe_give(out, &error, sizeof error);
    if (status == SW_OK) {
        steps->give(what, out);
    }
#ifdef SW_COVERAGE
    __gcov_dump(); // nothing else writes down what was counted here
#endif
    _exit(out->failed ? NOT_GIVEN : GIVEN);
}

// ------------------------------------------------------------------ the program

// Takes a failure or what was read. Nothing that comes is believed. SW_ERR_BAD_INPUT without a
// message in `err`: it is not whole, or cannot be.
static sw_status take_message(const sw_apart_steps *steps, void *what, sw_pipe *in, sw_error *err) {
    sw_error said;
    if (!sw_pipe_take(in, &said, sizeof said)) {
        return SW_ERR_BAD_INPUT;
    }
    if (said.code == SW_OK) {
        return steps->take(what, in, err);
    }
    if (said.code != SW_ERR_BAD_INPUT && said.code != SW_ERR_IO && said.code != SW_ERR_NO_MEMORY) {
        return SW_ERR_BAD_INPUT;
    }
    said.text[sizeof said.text - 1] = '\0';
    return sw_fail(err, said.code, "%s", said.text);
}

bool sw_wait(pid_t process, int *end) {
    pid_t got;
    do {
        got = waitpid(process, end, 0);
    } while (got < 0 && errno == EINTR);
    return got == process;
}

// True for signals that come from outside, not from what the process does.
static bool is_killing(int number) {
    return number == SIGKILL || number == SIGTERM || number == SIGINT || number == SIGHUP;
}

// Says why no message came that is whole and can be.
static sw_status fail_broken(const char *path, const sw_pipe *in, bool known, int end,
                             sw_error *err) {
    if (in->error != 0) {
        return sw_fail(err, SW_ERR_IO, "%s: cannot be read: %s", path, sw_errno_text(in->error));
    }
    if (in->failed && known && WIFEXITED(end) && WEXITSTATUS(end) == NOT_GIVEN) {
        return sw_fail(err, SW_ERR_IO, "%s: cannot be read: what was read could not be handed over",
                       path);
    }
    if (!in->failed || !known || !WIFSIGNALED(end)) {
        return sw_fail(err, SW_ERR_BAD_INPUT, "%s: is damaged", path);
    }
    const int number = WTERMSIG(end);
    if (number == SIGXCPU || number == SIGALRM) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s: is damaged: reading it takes more than %d s of CPU time or %d s", path,
                       SW_APART_CPU_S, SW_APART_WALL_S);
    }
    if (is_killing(number)) { // SIGKILL: by the system, too, where memory is short
        return sw_fail(err, SW_ERR_IO,
                       "%s: cannot be read: the process that read it was killed (signal %d)", path,
                       number);
    }
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s: is damaged: the library that reads such files crashed (signal %d)", path,
                   number);
}

sw_status sw_apart_read(const char *path, const sw_apart_steps *steps, void *what,
                        uint64_t most_bytes, sw_error *err) {
    sw_pipe in;
    sw_pipe out;
    if (!open_pipe(&in, &out)) {
        return sw_fail(err, SW_ERR_IO, "%s: cannot be read: no pipe: %s", path,
                       sw_errno_text(errno));
    }
    const pid_t process = fork();
    const int number = errno;
    if (process == 0) {
        run_apart(path, steps, what, most_bytes, in.fd, &out);
    }
    (void)close(out.fd); // nothing was written
    if (process < 0) {
        (void)close(in.fd);
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory or processes: %s", path,
                       sw_errno_text(number));
    }
    sw_error why = {0};
    const sw_status status = take_message(steps, what, &in, &why);
    (void)close(in.fd); // ends a process that would go on
    int end = 0;
    const bool known = sw_wait(process, &end);
    if (status == SW_OK) {
        return SW_OK;
    }
    return why.code != SW_OK ? sw_fail(err, why.code, "%s", why.text)
                             : fail_broken(path, &in, known, end, err);
}
