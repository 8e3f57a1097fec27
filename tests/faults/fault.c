// fault.c -- preloaded into the program (LD_PRELOAD) it makes chosen calls go wrong, and counts
// what is left open at the end.
//
// SW_FAULT names the fault, SW_FAULT_LOG the file that gets one line at exit:
//     none            nothing fails; counts only
//     alloc=N         the N-th call that takes memory (fork is one) returns NULL
//     alloc-from=N    so do all calls from the N-th on
//     io=N            the N-th call on a file fails: EIO where it reads, ENOSPC where it writes
//     io-from=N       so do all calls from the N-th on
//     kill=N          before the N-th call on a file, the program is killed
//     cut=N           before the N-th call on a file, the file SW_FAULT_FILE loses its second half
//     clock           each reading of a clock jumps, mostly backwards
// A process that the program forks to read a file counts along, and is killed with it.
// Memory is counted when the caller is the program itself: HDF5, GLPK and the C library have their
// own ways to fail, and abort or leak in some of them. Files are counted for everybody, HDF5 too.
// glibc only.
#define _GNU_SOURCE // NOLINT(bugprone-reserved-identifier): RTLD_NEXT, dl_iterate_phdr

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

#define CALLER __builtin_return_address(0)

// The library's function of that name, found once.
#define NEXT(name)                                                                                 \
    static __typeof__(name) *next;                                                                 \
    if (next == NULL) {                                                                            \
        *(void **)(&next) = dlsym(RTLD_NEXT, #name);                                               \
    }

typedef enum fault_kind { NONE, ALLOC, IO, CUT, KILL, CLOCK } fault_kind;

enum { N_LIVE = 1 << 20 };

static fault_kind kind;
static bool from;   // all later ones, too
static long chosen; // which call; from 1
static _Atomic bool armed; // false before the constructor and after the exit handlers
static pid_t program;      // its process
static uintptr_t program_start;
static uintptr_t program_end;

// Shared with the processes that it forks.
static struct counts {
    _Atomic long n_alloc;
    _Atomic long n_io;
    _Atomic long n_written; // files opened for writing
    _Atomic long n_met;     // calls that failed
} *counts;

// Blocks that the program took and has not given back: open addressing, 0 empty, 1 deleted.
static atomic_flag live_lock = ATOMIC_FLAG_INIT;
static uintptr_t live[N_LIVE];
static long n_live;

// ------------------------------------------------------------------ start and end

static int find_program(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size;
    (void)data;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            program_start = info->dlpi_addr + part->p_vaddr;
            program_end = program_start + part->p_memsz;
        }
    }
    return 1; // the first one is the program
}

static void read_fault(const char *text) {
    static const struct {
        const char *name;
        fault_kind kind;
        bool from;
    } table[] = {{"none", NONE, false}, {"alloc", ALLOC, false}, {"alloc-from", ALLOC, true},
                 {"io", IO, false},     {"io-from", IO, true},   {"cut", CUT, false},
                 {"kill", KILL, false}, {"clock", CLOCK, false}};
    const size_t length = strcspn(text, "=");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strlen(table[i].name) == length && strncmp(table[i].name, text, length) == 0) {
            kind = table[i].kind;
            from = table[i].from;
            chosen = text[length] == '=' ? strtol(text + length + 1, NULL, 10) : 0;
            return;
        }
    }
    (void)fprintf(stderr, "SW_FAULT: '%s' is not known\n", text);
    _exit(99);
}

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("SW_FAULT");
    (void)dl_iterate_phdr(find_program, NULL);
    if (text != NULL) {
        read_fault(text);
        (void)unsetenv("SW_FAULT"); // programs that it starts are not ours
        counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                      0);
        if (counts == MAP_FAILED) {
            _exit(99);
        }
        program = getpid();
        armed = true;
    }
}

// Descriptors above stderr that are open, but for the one that looks.
static int count_open(void) {
    DIR *folder = opendir("/proc/self/fd");
    int n = 0;
    for (const struct dirent *entry = NULL; folder != NULL && (entry = readdir(folder)) != NULL;) {
        const int fd = (int)strtol(entry->d_name, NULL, 10);
        n += fd > 2 && fd != dirfd(folder);
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return n;
}

static void end(void) {
    const char *path = getenv("SW_FAULT_LOG");
    if (!armed || path == NULL) {
        return;
    }
    armed = false;
    const int n_open = count_open();
    FILE *log = fopen(path, "w");
    if (log != NULL) {
        (void)fprintf(log, "alloc %ld io %ld met %ld written %ld live %ld open %d\n",
                      counts->n_alloc, counts->n_io, counts->n_met, counts->n_written, n_live,
                      n_open);
        (void)fclose(log);
    }
}

// Has end() run after all exit handlers of the program and its libraries, and before what a
// compiler adds there: instrumented programs write down their coverage, with calls that are not
// theirs.
typedef int main_function(int, char **, char **);
static main_function *program_main;

static int run_program(int argc, char **argv, char **environment) {
    if (atexit(end) != 0) {
        _exit(99);
    }
    return program_main(argc, argv, environment);
}

// NOLINTBEGIN(bugprone-reserved-identifier): glibc's own name
int __libc_start_main(main_function *program, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*linker_end)(void), void *stack_end);

int __libc_start_main(main_function *program, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*linker_end)(void), void *stack_end) {
    NEXT(__libc_start_main)
    program_main = program;
    return next(run_program, argc, argv, init, fini, linker_end, stack_end);
}
// NOLINTEND(bugprone-reserved-identifier)

// An instrumented process that writes down its coverage, for which it asks where to, is at its end:
// what it calls from here on is not the program's.
char *getenv(const char *name) {
    NEXT(getenv)
    if (strncmp(name, "GCOV_", strlen("GCOV_")) == 0) {
        armed = false;
    }
    return next(name);
}

// ------------------------------------------------------------------ memory

static bool is_program(const void *caller) {
    return (uintptr_t)caller >= program_start && (uintptr_t)caller < program_end;
}

static size_t place_of(uintptr_t block) {
    return (size_t)((block >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 44) % N_LIVE;
}

static void note_taken(const void *block) {
    while (atomic_flag_test_and_set(&live_lock)) {
    }
    size_t at = place_of((uintptr_t)block);
    while (live[at] > 1) {
        at = (at + 1) % N_LIVE;
    }
    live[at] = (uintptr_t)block;
    n_live++;
    atomic_flag_clear(&live_lock);
}

static void note_given(const void *block) {
    while (atomic_flag_test_and_set(&live_lock)) {
    }
    for (size_t at = place_of((uintptr_t)block); live[at] != 0; at = (at + 1) % N_LIVE) {
        if (live[at] == (uintptr_t)block) {
            live[at] = 1;
            n_live--;
            break;
        }
    }
    atomic_flag_clear(&live_lock);
}

// True when a call of the program shall fail; counts it.
static bool alloc_fails(void) {
    const long n = atomic_fetch_add(&counts->n_alloc, 1) + 1;
    const bool fails = kind == ALLOC && (n == chosen || (from && n > chosen));
    counts->n_met += fails;
    return fails;
}

void *malloc(size_t size) {
    if (!armed || !is_program(CALLER)) {
        return __libc_malloc(size);
    }
    void *block = alloc_fails() ? NULL : __libc_malloc(size);
    if (block != NULL) {
        note_taken(block);
    } else {
        errno = ENOMEM;
    }
    return block;
}

void *calloc(size_t count, size_t size) {
    if (!armed || !is_program(CALLER)) {
        return __libc_calloc(count, size);
    }
    void *block = alloc_fails() ? NULL : __libc_calloc(count, size);
    if (block != NULL) {
        note_taken(block);
    } else {
        errno = ENOMEM;
    }
    return block;
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (!armed || !is_program(CALLER)) {
        return __libc_memalign(alignment, size);
    }
    void *block = alloc_fails() ? NULL : __libc_memalign(alignment, size);
    if (block != NULL) {
        note_taken(block);
    } else {
        errno = ENOMEM;
    }
    return block;
}

void *realloc(void *old, size_t size) {
    if (!armed || !is_program(CALLER)) {
        return __libc_realloc(old, size);
    }
    if (alloc_fails()) {
        errno = ENOMEM;
        return NULL;
    }
    // Before, since another thread may be given the old place at once.
    note_given(old);
    void *block = __libc_realloc(old, size);
    note_taken(block != NULL ? block : old);
    return block;
}

char *strdup(const char *text) {
    const size_t size = strlen(text) + 1;
    const bool ours = armed && is_program(CALLER);
    char *copy = ours && alloc_fails() ? NULL : __libc_malloc(size);
    if (copy == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    if (ours) {
        note_taken(copy);
    }
    return memcpy(copy, text, size);
}

void free(void *block) {
    if (block != NULL && armed) {
        note_given(block);
    }
    __libc_free(block);
}

// Another process takes memory, too.
pid_t fork(void) {
    NEXT(fork)
    if (armed && alloc_fails()) {
        errno = ENOMEM;
        return -1;
    }
    return next();
}

// ------------------------------------------------------------------ files

static void cut_file(void) {
    const char *path = getenv("SW_FAULT_FILE");
    struct stat info;
    if (path != NULL && stat(path, &info) == 0) {
        (void)truncate(path, info.st_size / 2);
    }
}

// True when this call shall fail, with that errno.
static bool io_fails(int reason) {
    if (!armed) {
        return false;
    }
    const long n = atomic_fetch_add(&counts->n_io, 1) + 1;
    if (kind == CUT && n == chosen) {
        counts->n_met++;
        cut_file();
    }
    if (kind == KILL && n == chosen) {
        (void)kill(program, SIGKILL);
        (void)raise(SIGKILL);
    }
    if (kind == IO && (n == chosen || (from && n > chosen))) {
        counts->n_met++;
        errno = reason;
        return true;
    }
    return false;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const int mode = (flags & O_CREAT) != 0 ? va_arg(rest, int) : 0;
    va_end(rest);
    NEXT(open)
    if (armed && (flags & O_ACCMODE) != O_RDONLY) {
        counts->n_written++;
    }
    return io_fails((flags & O_ACCMODE) == O_RDONLY ? EIO : ENOSPC) ? -1 : next(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode) {
    NEXT(fopen)
    if (armed && (mode[0] != 'r' || strchr(mode, '+') != NULL)) {
        counts->n_written++;
    }
    return io_fails(mode[0] == 'r' ? EIO : ENOSPC) ? NULL : next(path, mode);
}

FILE *fdopen(int fd, const char *mode) {
    NEXT(fdopen)
    return io_fails(ENOMEM) ? NULL : next(fd, mode);
}

// All that a pipe will give, not what has come so far: so the number of calls is always the same.
static ssize_t read_pipe(__typeof__(read) *next, int fd, char *data, size_t n) {
    size_t done = 0;
    ssize_t got;
    while ((got = next(fd, data + done, n - done)) > 0) {
        done += (size_t)got;
    }
    return got < 0 && done == 0 ? -1 : (ssize_t)done;
}

ssize_t read(int fd, void *data, size_t n) {
    NEXT(read)
    if (io_fails(EIO)) {
        return -1;
    }
    struct stat info;
    const bool is_pipe = armed && fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode);
    return is_pipe ? read_pipe(next, fd, data, n) : next(fd, data, n);
}

ssize_t pread(int fd, void *data, size_t n, off_t at) {
    NEXT(pread)
    return io_fails(EIO) ? -1 : next(fd, data, n, at);
}

ssize_t write(int fd, const void *data, size_t n) {
    NEXT(write)
    return io_fails(ENOSPC) ? -1 : next(fd, data, n);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
    NEXT(pwrite)
    return io_fails(ENOSPC) ? -1 : next(fd, data, n, at);
}

int ftruncate(int fd, off_t size) {
    NEXT(ftruncate)
    return io_fails(ENOSPC) ? -1 : next(fd, size);
}

int fsync(int fd) {
    NEXT(fsync)
    return io_fails(EIO) ? -1 : next(fd);
}

int rename(const char *old, const char *now) {
    NEXT(rename)
    return io_fails(ENOSPC) ? -1 : next(old, now);
}

int mkdir(const char *path, mode_t mode) {
    NEXT(mkdir)
    return io_fails(ENOSPC) ? -1 : next(path, mode);
}

int fflush(FILE *stream) {
    NEXT(fflush)
    return io_fails(ENOSPC) ? EOF : next(stream);
}

// Closed even so, as on a full network disk.
int fclose(FILE *stream) {
    NEXT(fclose)
    const bool fails = io_fails(ENOSPC);
    const int status = next(stream);
    errno = fails ? ENOSPC : errno;
    return fails ? EOF : status;
}

// fread of a broken disk: nothing, and the stream's error flag.
size_t fread(void *data, size_t size, size_t n, FILE *stream) {
    NEXT(fread)
    if (io_fails(EIO)) {
        stream->_flags |= 0x20; // _IO_ERR_SEEN of glibc: what ferror() looks at
        return 0;
    }
    return next(data, size, n, stream);
}

// ------------------------------------------------------------------ clocks

// Back by 1000 s, then 999 s less, and so on; every 16th time far ahead.
static void shift(time_t *seconds) {
    static _Atomic long n;
    const long i = atomic_fetch_add(&n, 1) + 1;
    *seconds += i % 16 == 0 ? 1000000 : -1000 * i;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    NEXT(clock_gettime)
    const int status = next(clock, now);
    if (armed && kind == CLOCK && status == 0) {
        shift(&now->tv_sec);
    }
    return status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    NEXT(gettimeofday)
    const int status = next(now, zone);
    if (armed && kind == CLOCK && status == 0) {
        shift(&now->tv_sec);
    }
    return status;
}

time_t time(time_t *now) {
    NEXT(time)
    time_t got = next(NULL);
    if (armed && kind == CLOCK) {
        shift(&got);
    }
    if (now != NULL) {
        *now = got;
    }
    return got;
}
