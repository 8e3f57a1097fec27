// Reading in a process of its own: what comes back, and what the caller learns of one that fails,
// crashes, is killed, does not end or gives what cannot be; nothing is left behind.
#include "base/apart.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_VALUE = 1 << 20 }; // 8 MB: more than a pipe holds
static const uint64_t room = UINT64_C(256) << 20;

// What is read: values, and what is to happen.
typedef struct thing {
    int64_t n;
    double *value;
    sw_status fails; // reading returns this, with a message
    int signal;      // reading ends with this signal
    int64_t n_given; // so many values are handed over; the rest is not
    bool exits;      // handing over ends the process
    int64_t n_most;  // the caller refuses more
    bool no_memory;  // the caller has no memory
    bool maps;       // memory is taken as long as there is some, in pieces
} thing;

enum { PIECE = 1 << 24 };

static sw_status read_thing(void *what, sw_error *err) {
    thing *t = what;
    if (t->signal != 0) {
        (void)raise(t->signal);
    }
    if (t->fails != SW_OK) {
        return sw_fail(err, t->fails, "thing: failed with %d", (int)t->fails);
    }
    if (t->maps) {
        const int zero = open("/dev/zero", O_RDONLY);
        void *piece = NULL; // kept until the process ends
        while (t->n < N_VALUE && piece != MAP_FAILED) {
            piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
            t->n += piece != MAP_FAILED;
        }
        return SW_OK;
    }
    t->n = N_VALUE;
    t->value = malloc((size_t)t->n * sizeof *t->value); // not given back
    for (int64_t i = 0; i < t->n; i++) {
        t->value[i] = (double)i / 3.0;
    }
    return SW_OK;
}

static void give_thing(const void *what, sw_pipe *out) {
    const thing *t = what;
    (void)sw_pipe_give(out, &t->n, sizeof t->n);
    if (t->exits) {
        _exit(0);
    }
    if (!t->maps) {
        (void)sw_pipe_give(out, t->value, (size_t)t->n_given * sizeof *t->value);
    }
}

static sw_status take_thing(void *what, sw_pipe *in, sw_error *err) {
    thing *t = what;
    ck_assert_int_eq(t->n, 0); // what the other process did has not come here
    ck_assert_ptr_null(t->value);
    int64_t n = 0;
    if (!sw_pipe_take(in, &n, sizeof n) || n > t->n_most) {
        return SW_ERR_BAD_INPUT;
    }
    t->n = n;
    if (t->maps) {
        return SW_OK;
    }
    t->value = t->no_memory ? NULL : malloc((size_t)n * sizeof *t->value);
    if (t->value == NULL) {
        return sw_fail(err, SW_ERR_NO_MEMORY, "thing: out of memory");
    }
    return sw_pipe_take(in, t->value, (size_t)n * sizeof *t->value) ? SW_OK : SW_ERR_BAD_INPUT;
}

// Reads the thing apart; afterwards there is no child and no open file more than before.
static sw_status read_apart(thing *t, sw_error *err) {
    static const sw_apart_steps steps = {
        .read = read_thing, .give = give_thing, .take = take_thing};
    const int before = open("/dev/null", O_RDONLY);
    ck_assert_int_ge(close(before), 0);
    *err = (sw_error){0};
    const sw_status status = sw_apart_read("thing", &steps, t, room, err);
    ck_assert(status == SW_OK || err->code == status);
    ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
    ck_assert_int_eq(errno, ECHILD);
    const int after = open("/dev/null", O_RDONLY);
    ck_assert_int_eq(after, before);
    (void)close(after);
    return status;
}

static void ends_with(thing t, sw_status status, const char *text) {
    sw_error err;
    ck_assert_int_eq(read_apart(&t, &err), status);
    ck_assert_msg(strcmp(err.text, text) == 0, "%s", err.text);
    free(t.value);
}

START_TEST(what_is_read_comes_back) {
    thing t = {.n_given = N_VALUE, .n_most = N_VALUE};
    sw_error err;
    ck_assert_msg(read_apart(&t, &err) == SW_OK, "%s", err.text);
    ck_assert_int_eq(t.n, N_VALUE);
    for (int64_t i = 0; i < t.n; i++) {
        ck_assert(t.value[i] == (double)i / 3.0);
    }
    free(t.value);
}
END_TEST

START_TEST(a_failure_keeps_its_message) {
    ends_with((thing){.fails = SW_ERR_BAD_INPUT}, SW_ERR_BAD_INPUT, "thing: failed with 1");
    ends_with((thing){.fails = SW_ERR_IO}, SW_ERR_IO, "thing: failed with 2");
    ends_with((thing){.fails = SW_ERR_NO_MEMORY}, SW_ERR_NO_MEMORY, "thing: failed with 3");
    // No reader fails so: what came is damaged.
    ends_with((thing){.fails = SW_ERR_POLICY}, SW_ERR_BAD_INPUT, "thing: is damaged");
}
END_TEST

START_TEST(a_crash_or_no_end_is_damage) {
    char text[120];
    (void)snprintf(text, sizeof text,
                   "thing: is damaged: the library that reads such files crashed (signal %d)",
                   SIGABRT);
    ends_with((thing){.signal = SIGABRT}, SW_ERR_BAD_INPUT, text);
    const char *slow = "thing: is damaged: reading it takes more than 600 s of CPU time or 3600 s";
    ends_with((thing){.signal = SIGXCPU}, SW_ERR_BAD_INPUT, slow);
    ends_with((thing){.signal = SIGALRM}, SW_ERR_BAD_INPUT, slow);
}
END_TEST

START_TEST(who_is_killed_is_not_damaged) {
    const int number[] = {SIGKILL, SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        char text[120];
        (void)signal(number[i], SIG_DFL); // libcheck has some of its own
        (void)snprintf(text, sizeof text,
                       "thing: cannot be read: the process that read it was killed (signal %d)",
                       number[i]);
        ends_with((thing){.signal = number[i]}, SW_ERR_IO, text);
    }
}
END_TEST

START_TEST(what_comes_is_not_believed) {
    ends_with((thing){.n_given = N_VALUE - 1, .n_most = N_VALUE}, SW_ERR_BAD_INPUT,
              "thing: is damaged");
    ends_with((thing){.exits = true, .n_most = N_VALUE}, SW_ERR_BAD_INPUT, "thing: is damaged");
    // The caller goes away in the midst of it.
    ends_with((thing){.n_given = N_VALUE, .n_most = N_VALUE - 1}, SW_ERR_BAD_INPUT,
              "thing: is damaged");
    ends_with((thing){.n_given = N_VALUE, .n_most = N_VALUE, .no_memory = true}, SW_ERR_NO_MEMORY,
              "thing: out of memory");
}
END_TEST

START_TEST(memory_ends) {
    thing t = {.maps = true, .n_most = N_VALUE};
    sw_error err;
    ck_assert_msg(read_apart(&t, &err) == SW_OK, "%s", err.text);
    ck_assert_int_gt(t.n, 0);
    ck_assert_uint_le((uint64_t)t.n * PIECE, room);
}
END_TEST

START_TEST(children_may_be_ignored) {
    struct sigaction old;
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    ck_assert_int_eq(sigaction(SIGCHLD, &ignore, &old), 0);
    thing t = {.n_given = N_VALUE, .n_most = N_VALUE};
    sw_error err;
    ck_assert_msg(read_apart(&t, &err) == SW_OK, "%s", err.text);
    free(t.value);
    ends_with((thing){.signal = SIGABRT}, SW_ERR_BAD_INPUT, "thing: is damaged");
    ck_assert_int_eq(sigaction(SIGCHLD, &old, NULL), 0);
}
END_TEST

START_TEST(no_pipe_is_said) {
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const int next = open("/dev/null", O_RDONLY);
    (void)close(next);
    const struct rlimit low = {.rlim_cur = (rlim_t)next + 1, .rlim_max = limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
    ends_with((thing){.n_given = N_VALUE, .n_most = N_VALUE}, SW_ERR_IO,
              "thing: cannot be read: no pipe: Too many open files");
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("apart");
    TCase *tc = tcase_create("apart");
    tcase_add_test(tc, what_is_read_comes_back);
    tcase_add_test(tc, a_failure_keeps_its_message);
    tcase_add_test(tc, a_crash_or_no_end_is_damage);
    tcase_add_test(tc, who_is_killed_is_not_damaged);
    tcase_add_test(tc, what_comes_is_not_believed);
    tcase_add_test(tc, memory_ends);
    tcase_add_test(tc, children_may_be_ignored);
    tcase_add_test(tc, no_pipe_is_said);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
