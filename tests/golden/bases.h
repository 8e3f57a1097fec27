// bases.h -- the two small systems of the golden cases, with numbers that are easy to work by hand.
//
// A slot is 360 s (0.1 h), the horizon two slots: 720 s. An image takes 36 s (0.01 h) with 10 steps
// and 72 s with 20 at speed 1, with qualities 1/2 and 1. A GPU draws 0.1 kW off, 1 kW idle, 2 kW
// busy at level 0 (speed 1/2) and 4 kW at level 1 (speed 1). A kWh bought costs 1 USD, an image at
// quality 1 earns 2 USD, a late one costs 1 USD.
#ifndef TESTS_GOLDEN_BASES_H
#define TESTS_GOLDEN_BASES_H

#define COMMON                                                                                     \
    "[scenario]\nslot_s = 360\nslots = 2\nsteps = 10,20\n"                                         \
    "[gpu g]\nidle_w = 1000\noff_w = 100\nlevels = 0.5:2000, 1:4000\n"                             \
    "[model m]\nquality_ceiling = 1\nquality_mid = 10\nquality_slope = 100\nstep_s.g = 3.6\n"      \
    "overhead_s.g = 0\n"                                                                           \
    "[site s]\nprice = 1000\ncooling = pue\npue = 1\n"                                             \
    "[asp a]\nsite = s\nmodel = m\ngpu = g\ngpus = 1\n"                                            \
    "[workload w]\norigin = a\narrivals = trace:w.csv\nprice_usd = 2\nlate_usd = 1\n"

// One site s with one ASP a of one GPU, and one class w.
#define ONE COMMON

// The same and a second site t with ASP b and class v. From a to b: 10 s and 0.25 USD an image;
// back: nothing.
#define TWO                                                                                        \
    COMMON "[site t]\nprice = 1000\ncooling = pue\npue = 1\n"                                      \
           "[asp b]\nsite = t\nmodel = m\ngpu = g\ngpus = 1\n"                                     \
           "[workload v]\norigin = b\narrivals = trace:v.csv\nprice_usd = 2\nlate_usd = 1\n"       \
           "[link a b]\nlatency_s = 10\ntransfer_usd = 0.25\n"                                     \
           "[link b a]\nlatency_s = 0\ntransfer_usd = 0\n"

// The smallest step of the time grid, s.
#define TICK_S 0x1p-27

// Runs every case of the table `cases` as a looped test of one suite; the body of main.
#define GOLDEN_MAIN(suite_name)                                                                    \
    START_TEST(holds) {                                                                            \
        script_run(&cases[_i]);                                                                    \
    }                                                                                              \
    END_TEST                                                                                       \
    int main(void) {                                                                               \
        Suite *suite = suite_create(suite_name);                                                   \
        TCase *tcase = tcase_create(suite_name);                                                   \
        tcase_add_loop_test(tcase, holds, 0, (int)(sizeof cases / sizeof cases[0]));               \
        suite_add_tcase(suite, tcase);                                                             \
        SRunner *runner = srunner_create(suite);                                                   \
        srunner_run_all(runner, CK_NORMAL);                                                        \
        const int failed = srunner_ntests_failed(runner);                                          \
        srunner_free(runner);                                                                      \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                          \
    }

#endif
