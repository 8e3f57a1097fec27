// Networks: what they compute, and that it has the same bits however and wherever it is computed.
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn/net.h"
#include "support/net_fixture.h"

enum { N_ROW = 13, MOST_IN = 100, MOST_OUT = 160 };

static const net_shape shapes[] = {
    {.n_in = 79, .n_layer = 3, .n_out = {64, 64, 30}, .act = SW_NET_RELU},
    {.n_in = 79, .n_layer = 3, .n_out = {128, 128, 4}, .act = SW_NET_TANH, .last = SW_NET_TANH},
    {.n_in = 5, .n_layer = 2, .n_out = {17, 3}, .act = SW_NET_RELU, .last = SW_NET_RELU},
    {.n_in = 1, .n_layer = 1, .n_out = {1}},
    {.n_in = 100, .n_layer = 4, .n_out = {160, 33, 144, 90}, .act = SW_NET_TANH},
};
enum { N_SHAPE = (int)(sizeof shapes / sizeof shapes[0]) };

static sw_arena arena;
static sw_net_source source;
static sw_net net;
static float x[N_ROW * MOST_IN];
static float y[N_ROW * MOST_OUT];
static float *work;

// Makes the network of a shape and inputs for it, some of which are clipped.
static void set_up(const net_shape *shape) {
    source = net_source(shape, &arena);
    ck_assert_int_eq(sw_net_init(&net, &source, &arena, NULL), SW_OK);
    ck_assert_int_le(net.n_in, MOST_IN);
    ck_assert_int_le(net.n_out, MOST_OUT);
    work = sw_arena_alloc(&arena, sw_net_work_size(&net, N_ROW), sizeof *work);
    ck_assert_ptr_nonnull(work);
    net_randoms(5, N_ROW * net.n_in, 2.5, x);
}

static void tear_down(void) {
    sw_arena_deinit(&arena);
}

static double activated(sw_net_act act, double v) {
    switch (act) {
    case SW_NET_NONE:
        return v;
    case SW_NET_RELU:
        return fmax(v, 0.0);
    case SW_NET_TANH:
        return tanh(v);
    }
    return (double)NAN;
}

// The outputs of one row in double precision, straight from the source.
static void reference(const float *row, double *out) {
    double in[MOST_OUT];
    for (int32_t i = 0; i < source.n_in; i++) {
        const double z = ((double)row[i] - (double)source.mean[i]) / (double)source.std[i];
        in[i] = fmin(fmax(z, -(double)source.clip[i]), (double)source.clip[i]);
    }
    int32_t n_in = source.n_in;
    for (int32_t l = 0; l < source.n_layer; l++) {
        for (int32_t o = 0; o < source.layer[l].n_out; o++) {
            double sum = (double)source.layer[l].bias[o];
            for (int32_t i = 0; i < n_in; i++) {
                sum += in[i] * (double)source.layer[l].weight[o * n_in + i];
            }
            out[o] = activated(source.layer[l].act, sum);
        }
        n_in = source.layer[l].n_out;
        memcpy(in, out, (size_t)n_in * sizeof in[0]);
    }
}

START_TEST(outputs_agree_with_double_precision) {
    set_up(&shapes[_i]);
    sw_net_forward(&net, N_ROW, x, y, work);
    double largest = 0.0;
    for (int32_t row = 0; row < N_ROW; row++) {
        double want[MOST_OUT] = {0.0};
        reference(x + (ptrdiff_t)row * net.n_in, want);
        for (int32_t o = 0; o < net.n_out; o++) {
            ck_assert_double_eq_tol((double)y[row * net.n_out + o], want[o], 4e-6);
            largest = fmax(largest, fabs(want[o]));
        }
    }
    ck_assert_double_gt(largest, 0.1); // the outputs are not all nothing
    tear_down();
}
END_TEST

START_TEST(a_row_has_the_same_bits_alone_and_in_a_batch) {
    set_up(&shapes[_i]);
    sw_net_forward(&net, N_ROW, x, y, work);
    for (int32_t n = 1; n < N_ROW; n++) {
        for (int32_t row = 0; row + n <= N_ROW; row += n) {
            float some[N_ROW * MOST_OUT];
            sw_net_forward(&net, n, x + (ptrdiff_t)row * net.n_in, some, work);
            ck_assert_mem_eq(some, y + (ptrdiff_t)row * net.n_out,
                             (size_t)n * (size_t)net.n_out * sizeof some[0]);
        }
    }
    tear_down();
}
END_TEST

START_TEST(features_summed_beforehand_change_no_bit) {
    set_up(&shapes[_i]);
    sw_net_forward(&net, N_ROW, x, y, work);
    for (int32_t n_first = 0; n_first <= net.n_in; n_first++) {
        float sum[MOST_OUT];
        sw_net_begin(&net, n_first, x, sum, work);
        float alone[MOST_OUT];
        for (int32_t times = 0; times < 2; times++) { // the sum serves again
            sw_net_finish(&net, n_first, sum, x + n_first, alone, work);
            ck_assert_mem_eq(alone, y, (size_t)net.n_out * sizeof alone[0]);
        }
    }
    tear_down();
}
END_TEST

START_TEST(every_kernel_gives_the_same_bits) {
    set_up(&shapes[_i]);
    ck_assert_str_eq(sw_net_kernels[0].name, "baseline");
    net.kernel = &sw_net_kernels[0];
    sw_net_forward(&net, N_ROW, x, y, work);
    for (int32_t k = 1; k < sw_n_net_kernel; k++) {
        if (!sw_net_kernels[k].runs_here()) {
            printf("skipped: this CPU does not run %s\n", sw_net_kernels[k].name);
            continue;
        }
        net.kernel = &sw_net_kernels[k];
        float other[N_ROW * MOST_OUT] = {0.0f};
        sw_net_forward(&net, N_ROW, x, other, work);
        ck_assert_mem_eq(other, y, N_ROW * (size_t)net.n_out * sizeof other[0]);
    }
    tear_down();
}
END_TEST

START_TEST(the_last_kernel_that_runs_here_is_taken) {
    set_up(&shapes[0]);
    int32_t last = 0;
    for (int32_t k = 0; k < sw_n_net_kernel; k++) {
        last = sw_net_kernels[k].runs_here() ? k : last;
    }
    ck_assert_ptr_eq(net.kernel, &sw_net_kernels[last]);
    tear_down();
}
END_TEST

START_TEST(sums_run_from_bias_through_features_in_order) {
    // In single precision (1e8 + 1) - 1e8 = 0, while another order gives 1.
    static const float weight[] = {1.0f, -1e8f, 3.0f};
    static const float bias[] = {1e8f};
    static const float one[] = {1.0f, 1.0f, 1.0f};
    static const float zero[3] = {0.0f};
    static const float far[] = {9.0f, 9.0f, 9.0f};
    source = (sw_net_source){.n_in = 3, .n_layer = 1, .mean = zero, .std = one, .clip = far};
    source.layer[0].n_out = 1;
    source.layer[0].weight = weight;
    source.layer[0].bias = bias;
    for (int32_t k = 0; k < sw_n_net_kernel; k++) {
        ck_assert_int_eq(sw_net_init(&net, &source, &arena, NULL), SW_OK);
        work = sw_arena_alloc(&arena, sw_net_work_size(&net, 1), sizeof *work);
        ck_assert_ptr_nonnull(work);
        if (sw_net_kernels[k].runs_here()) {
            net.kernel = &sw_net_kernels[k];
            sw_net_forward(&net, 1, one, y, work);
            ck_assert(y[0] == 3.0f);
        }
    }
    tear_down();
}
END_TEST

START_TEST(products_are_rounded_before_they_are_added) {
    // (1 + e)^2 = 1 + 2e + e^2, of which a product rounded to single precision keeps 1 + 2e; a
    // fused one would keep e^2.
    const float e = 0x1p-12f;
    const float weight[] = {1.0f + e};
    const float in[] = {1.0f + e};
    const float bias[] = {-1.0f - 2.0f * e};
    const float one[] = {1.0f};
    const float zero[] = {0.0f};
    const float far[] = {9.0f};
    source = (sw_net_source){.n_in = 1, .n_layer = 1, .mean = zero, .std = one, .clip = far};
    source.layer[0].n_out = 1;
    source.layer[0].weight = weight;
    source.layer[0].bias = bias;
    ck_assert_int_eq(sw_net_init(&net, &source, &arena, NULL), SW_OK);
    work = sw_arena_alloc(&arena, sw_net_work_size(&net, 1), sizeof *work);
    ck_assert_ptr_nonnull(work);
    for (int32_t k = 0; k < sw_n_net_kernel; k++) {
        if (sw_net_kernels[k].runs_here()) {
            net.kernel = &sw_net_kernels[k];
            sw_net_forward(&net, 1, in, y, work);
            ck_assert(y[0] == 0.0f);
        }
    }
    tear_down();
}
END_TEST

START_TEST(tanh_is_within_3e_7_odd_and_ends_at_1) {
    enum { N = 4096 };
    static float v[N];
    for (int32_t k = 0; k < sw_n_net_kernel; k++) {
        if (!sw_net_kernels[k].runs_here()) {
            continue;
        }
        double worst = 0.0;
        for (int32_t i = 0; i < N; i++) {
            v[i] = (float)(i - N / 2) / (float)(N / 32);
        }
        sw_net_kernels[k].tanh(N, v);
        for (int32_t i = 0; i < N; i++) {
            const double at = (double)((float)(i - N / 2) / (float)(N / 32));
            worst = fmax(worst, fabs((double)v[i] - tanh(at)));
            if (i > 0) {
                ck_assert(v[i] == -v[N - i]);
            }
        }
        ck_assert_double_le(worst, 3e-7);
        float edge[SW_NET_LANES] = {0.0f, INFINITY, -INFINITY, 50.0f, -50.0f, 10.5f};
        sw_net_kernels[k].tanh(SW_NET_LANES, edge);
        ck_assert(edge[0] == 0.0f && edge[1] == 1.0f && edge[2] == -1.0f);
        ck_assert(edge[3] == 1.0f && edge[4] == -1.0f && edge[5] == 1.0f);
    }
}
END_TEST

START_TEST(inputs_are_clipped_and_a_nan_is_the_lowest) {
    set_up(&shapes[0]);
    float extreme[3][MOST_IN];
    for (int32_t i = 0; i < net.n_in; i++) {
        extreme[0][i] = NAN;
        extreme[1][i] = -INFINITY;
        extreme[2][i] = -1000.0f;
    }
    float out[3][MOST_OUT];
    for (int32_t row = 0; row < 3; row++) {
        sw_net_forward(&net, 1, extreme[row], out[row], work);
    }
    ck_assert_mem_eq(out[0], out[2], (size_t)net.n_out * sizeof out[0][0]);
    ck_assert_mem_eq(out[1], out[2], (size_t)net.n_out * sizeof out[0][0]);
    ck_assert(isfinite(out[0][0]));
    tear_down();
}
END_TEST

int main(void) {
    Suite *suite = suite_create("net");
    TCase *tc = tcase_create("net");
    tcase_add_loop_test(tc, outputs_agree_with_double_precision, 0, N_SHAPE);
    tcase_add_loop_test(tc, a_row_has_the_same_bits_alone_and_in_a_batch, 0, N_SHAPE);
    tcase_add_loop_test(tc, features_summed_beforehand_change_no_bit, 0, N_SHAPE);
    tcase_add_loop_test(tc, every_kernel_gives_the_same_bits, 0, N_SHAPE);
    tcase_add_test(tc, the_last_kernel_that_runs_here_is_taken);
    tcase_add_test(tc, sums_run_from_bias_through_features_in_order);
    tcase_add_test(tc, products_are_rounded_before_they_are_added);
    tcase_add_test(tc, tanh_is_within_3e_7_odd_and_ends_at_1);
    tcase_add_test(tc, inputs_are_clipped_and_a_nan_is_the_lowest);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
