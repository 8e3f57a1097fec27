// For fuzz targets whose reader runs in a process of its own (base/apart.h): brings home what that
// process covered, so that libFuzzer learns from it, and tells whose mistake ended it. Those of
// HDF5, which is what the process is for, are counted; any other one is a crash of the target.
//
// The linker leads fork, waitpid and _exit here (CMakeLists.txt). Clang's counters and sanitizers.
#define _GNU_SOURCE // NOLINT(bugprone-reserved-identifier): dladdr

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_FRAME = 128, OURS = 70, OF_HDF5 = 71 };

// Not instrumented: it runs where there may be no memory for more.
#define HERE __attribute__((section("here"), noinline, no_sanitize("address")))

// What both processes see.
typedef struct shared {
    long n_hdf5; // processes that HDF5 ended
    bool ours;   // one ended by another mistake
    unsigned char counter[];
} shared;

static shared *both;
static bool apart; // in the process of its own

// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): of linker, compiler and
// sanitizers
extern unsigned char __start___sancov_cntrs[]; // edges, as often as they were passed
extern unsigned char __stop___sancov_cntrs[];
extern const void *const __start___sancov_pcs[]; // places in the code, each with flags
extern const void *const __stop___sancov_pcs[];

extern const unsigned char __start_here[]; // code of this section
extern const unsigned char __stop_here[];

pid_t __real_fork(void);
pid_t __real_waitpid(pid_t process, int *end, int options);
_Noreturn void __real__exit(int status);
pid_t __wrap_fork(void);
pid_t __wrap_waitpid(pid_t process, int *end, int options);
_Noreturn void __wrap__exit(int status);
void __sanitizer_set_death_callback(void (*callback)(void));
void __asan_on_error(void);
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

HERE static size_t n_counter(void) {
    return (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs);
}

static void print_count(void) {
    (void)fprintf(stderr, "stat::contained: %ld\n", both->n_hdf5);
}

__attribute__((constructor)) static void begin(void) {
    both = mmap(NULL, sizeof *both + n_counter(), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    void *frame = NULL;
    (void)backtrace(&frame, 1); // loads what it needs while there is memory
    if (both == MAP_FAILED || atexit(print_count) != 0) {
        abort();
    }
}

// NOLINTBEGIN(bugprone-signal-handler, cert-sig30-c): asked in a process that ends of a mistake

// Ends the process of its own, after its counters are brought home.
HERE static void leave(int status) {
    for (size_t i = 0; i < n_counter(); i++) {
        both->counter[i] = __start___sancov_cntrs[i];
    }
    both->n_hdf5 += status == OF_HDF5;
    both->ours = status == OURS;
    __real__exit(status);
}

// ------------------------------------------------------------------ whose mistake

// True for code of the project: what is instrumented lies together, apart from the sanitizers. The
// functions that lead to the question do not count.
static bool is_ours(const void *place) {
    static const void *first;
    static const void *last;
    if (last == NULL) {
        first = last = __start___sancov_pcs[0];
        for (const void *const *at = __start___sancov_pcs; at < __stop___sancov_pcs; at += 2) {
            first = *at < first ? *at : first;
            last = *at > last ? *at : last;
        }
    }
    const unsigned char *byte = place;
    return place >= first && place <= last && !(byte >= __start_here && byte < __stop_here);
}

static bool is_hdf5(const void *place) {
    Dl_info info;
    return dladdr(place, &info) != 0 && info.dli_fname != NULL &&
           strstr(info.dli_fname, "libhdf5") != NULL;
}

// Ends the process of a mistake of HDF5; returns for others. Between the mistake and here there are
// sanitizers and the C library, which one of both called.
HERE static void judge(void) {
    static void *frame[MOST_FRAME];
    const int n = backtrace(frame, MOST_FRAME);
    int i = 0;
    while (i < n && !is_hdf5(frame[i]) && !is_ours(frame[i])) {
        i++;
    }
    if (i < n && is_hdf5(frame[i])) {
        leave(OF_HDF5);
    }
}

HERE void __asan_on_error(void) {
    if (apart) {
        judge();
    }
}

HERE static void die(void) {
    judge();
    leave(OURS);
}

HERE static void abort_apart(int number) {
    (void)number;
    die();
}

// NOLINTEND(bugprone-signal-handler, cert-sig30-c)

// ------------------------------------------------------------------ in place of the C library's

pid_t __wrap_fork(void) {
    const pid_t process = __real_fork();
    if (process == 0) {
        apart = true;
        __sanitizer_set_death_callback(die); // not libFuzzer's, which would save the input
        (void)signal(SIGABRT, abort_apart);
    }
    return process;
}

void __wrap__exit(int status) {
    if (apart) {
        leave(status);
    }
    __real__exit(status);
}

pid_t __wrap_waitpid(pid_t process, int *end, int options) {
    const pid_t got = __real_waitpid(process, end, options);
    for (size_t i = 0; i < n_counter(); i++) {
        if (both->counter[i] > __start___sancov_cntrs[i]) {
            __start___sancov_cntrs[i] = both->counter[i];
        }
    }
    memset(both->counter, 0, n_counter());
    if (both->ours) {
        abort();
    }
    return got;
}
