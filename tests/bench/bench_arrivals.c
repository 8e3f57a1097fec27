// Prints how long an arrival takes, for three bursty classes with image lists and uniform deadlines
// over two days of 300 s slots, about as in scenarios/jemas.ini, and the same with 64 classes.
// Build with the release preset.
#include <stdio.h>
#include <time.h>

#include "model/world.h"
#include "support/world_fixture.h"

static const double IMAGES[4] = {1.0, 2.0, 4.0, 8.0};
static const double IMAGES_UP_TO[4] = {0.58, 0.66, 0.85, 1.0};

static double seconds(void) {
    struct timespec now;
    (void)timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int bench(int32_t n_class, double rate_per_s) {
    sw_model *model = fixture_model(1, n_class, 300.0, 576);
    for (int32_t cls = 0; cls < n_class; cls++) {
        sw_workload *workload = &fixture_workloads(model)[cls];
        workload->kind = SW_ARRIVAL_BURSTY;
        workload->rate = fixture_signal(model, rate_per_s);
        workload->iod = 60.0;
        workload->images =
            (sw_dist){.kind = SW_DIST_LIST, .n = 4, .value = IMAGES, .up_to = IMAGES_UP_TO};
        workload->deadline_s = (sw_dist){.kind = SW_DIST_UNIFORM, .a = 30.0, .b = 90.0};
    }
    sw_world *world = NULL;
    sw_error err = {0};
    if (sw_world_create(model, 1, &world, &err) != SW_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
        sw_model_destroy(model);
        return 1;
    }
    double best_s = 1e9;
    int64_t n_job = 0;
    double check = 0.0;
    for (int repeat = 0; repeat < 7; repeat++) {
        sw_arrival job;
        n_job = 0;
        const double begin = seconds();
        sw_world_rewind(world);
        while (sw_world_next(world, &job)) {
            n_job++;
            check += job.deadline_s * job.images;
        }
        const double took_s = seconds() - begin;
        best_s = took_s < best_s ? took_s : best_s;
    }
    (void)printf("classes=%d jobs=%lld ns_per_job=%.1f check=%.6g\n", n_class, (long long)n_job,
                 1e9 * best_s / (double)n_job, check);
    sw_world_destroy(world);
    sw_model_destroy(model);
    return 0;
}

int main(void) {
    return bench(3, 4.0) | bench(1, 12.0) | bench(64, 0.1875) | bench(2000, 0.006);
}
