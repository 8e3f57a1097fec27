#include "support/policy_maker.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *__lsan_default_suppressions(void);

// Asked by LeakSanitizer: HDF5 1.10 itself loses a little memory where it refuses damaged metadata.
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5";
}

static void *take(maker *made, size_t n, size_t size) {
    void *piece = sw_arena_alloc(&made->arena, n, size);
    SW_REQUIRE(piece != NULL);
    return piece;
}

// ------------------------------------------------------------------ the list

static maker_item *add(maker *made, const char *path, maker_kind kind, int64_t rows,
                       int64_t columns) {
    SW_REQUIRE(made->n < MAKER_ITEMS && strlen(path) < sizeof made->item[0].path);
    maker_item *item = &made->item[made->n++];
    *item = (maker_item){
        .kind = kind, .n_extent = columns > 0 ? 2 : 1, .extent = {rows, columns > 0 ? columns : 1}};
    (void)snprintf(item->path, sizeof item->path, "%s", path);
    return item;
}

static void add_text(maker *made, const char *path, const char *text) {
    add(made, path, MAKER_TEXT, 1, 0)->value.text = text;
}

static void add_integer(maker *made, const char *path, int64_t number) {
    add(made, path, MAKER_INTEGER, 1, 0)->value.integer = number;
}

static void add_real(maker *made, const char *path, double number) {
    add(made, path, MAKER_REAL, 1, 0)->value.real = number;
}

// Adds a copy of the numbers.
static void add_floats(maker *made, const char *path, int64_t rows, int64_t columns,
                       const float *from) {
    const size_t n = (size_t)(rows * (columns > 0 ? columns : 1));
    float *floats = take(made, n, sizeof *floats);
    memcpy(floats, from, n * sizeof *floats);
    add(made, path, MAKER_FLOATS, rows, columns)->value.floats = floats;
}

maker_item *maker_find(maker *made, const char *path) {
    for (int32_t i = 0; i < made->n; i++) {
        if (strcmp(made->item[i].path, path) == 0) {
            return &made->item[i];
        }
    }
    SW_REQUIRE(!"an item of that path");
    return NULL;
}

void maker_remove(maker *made, const char *path) {
    maker_item *item = maker_find(made, path);
    const int32_t after = made->n - (int32_t)(item - made->item) - 1;
    memmove(item, item + 1, (size_t)after * sizeof *item);
    made->n--;
}

// ------------------------------------------------------------------ a sound file

static void add_identity(maker *made, const maker_wish *wish) {
    static const char *const zeros =
        "0000000000000000000000000000000000000000000000000000000000000000";
    static const char *const digest =
        "1111111111111111111111111111111111111111111111111111111111111111";
    add_text(made, "/@format", "stepwatt-policy");
    add_integer(made, "/@version_major", 1);
    add_integer(made, "/@version_minor", 0);
    add_text(made, "/@algorithm", "test");
    add_text(made, "/@head", sw_policy_head_text(wish->head));
    add_integer(made, "/@mask", 1);
    add_integer(made, "/@seed", 42);
    add_text(made, "/@created", "2024-02-29T12:00:00Z");
    add_text(made, "/@commit", "0123456789ab");
    add_text(made, "/@obs_hash", wish->obs_hash != NULL ? wish->obs_hash : zeros);
    add_text(made, "/@scenario_digest", digest);
    if (wish->head == SW_HEAD_BID_PRICE) {
        add_real(made, "/@price_scale_usd", 0.5);
        add_real(made, "/@kappa", 1e-4);
        add_real(made, "/@w0_s", 30.0);
    }
}

static void add_action(maker *made, const maker_wish *wish) {
    add_integer(made, "/action@n_asp", wish->n_asp);
    int32_t *steps = take(made, (size_t)wish->n_step, sizeof *steps);
    for (int32_t i = 0; i < wish->n_step; i++) {
        steps[i] = wish->steps != NULL ? wish->steps[i] : 10 * (i + 1);
    }
    add(made, "/action/steps", MAKER_INTS, wish->n_step, 0)->value.ints = steps;
}

static void add_observation(maker *made, const maker_wish *wish, const sw_net_source *source) {
    const char **name = take(made, (size_t)wish->n_feature, sizeof *name);
    float *scale = take(made, (size_t)wish->n_feature, sizeof *scale);
    for (int32_t i = 0; i < wish->n_feature; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "f%d", (int)i);
        name[i] = sw_arena_strdup(&made->arena, wish->feature ? wish->feature[i].name : text);
        scale[i] = wish->feature ? (float)wish->feature[i].scale : 1.0f;
    }
    add(made, "/obs/name", MAKER_TEXTS, wish->n_feature, 0)->value.texts = name;
    add_floats(made, "/obs/scale", wish->n_feature, 0, scale);
    add_floats(made, "/obs/mean", wish->n_feature, 0, source->mean);
    add_floats(made, "/obs/std", wish->n_feature, 0, source->std);
    add_floats(made, "/obs/clip", wish->n_feature, 0, source->clip);
}

static void add_network(maker *made, const sw_net_source *source) {
    int32_t n_in = source->n_in;
    for (int32_t l = 0; l < source->n_layer; l++) {
        char path[48];
        (void)snprintf(path, sizeof path, "/net/actor/layer%d@act", (int)l);
        add_text(made, path, sw_net_act_text(source->layer[l].act));
        (void)snprintf(path, sizeof path, "/net/actor/layer%d/weight", (int)l);
        add_floats(made, path, source->layer[l].n_out, n_in, source->layer[l].weight);
        (void)snprintf(path, sizeof path, "/net/actor/layer%d/bias", (int)l);
        add_floats(made, path, source->layer[l].n_out, 0, source->layer[l].bias);
        n_in = source->layer[l].n_out;
    }
}

static void add_training(maker *made) {
    static const char *const column[] = {"decisions", "utility_usd"};
    add_text(made, "/train@command", "train.py --seed 42");
    add_text(made, "/train@reward", "event");
    add_text(made, "/train@shaper", "none");
    add_text(made, "/train@energy", "threshold");
    add_real(made, "/train@wall_s", 61.5);
    add_text(made, "/train@hyper", "{\"rate\": 0.0005}");
    const char **name = take(made, 2, sizeof *name);
    memcpy(name, column, sizeof column);
    add(made, "/train/column", MAKER_TEXTS, 2, 0)->value.texts = name;
    double *curve = take(made, 6, sizeof *curve);
    for (int32_t i = 0; i < 6; i++) {
        curve[i] = 10.0 * (double)i;
    }
    add(made, "/train/curve", MAKER_DOUBLES, 3, 2)->value.doubles = curve;
}

void maker_init(maker *made, const maker_wish *wish) {
    *made = (maker){.n = 0};
    const int32_t n_out[] = {[SW_HEAD_CATEGORICAL] = wish->n_asp * wish->n_step,
                             [SW_HEAD_ASP_STEP] = wish->n_asp + 1,
                             [SW_HEAD_BID_PRICE] = wish->n_asp};
    const sw_net_source source =
        net_source(&(net_shape){.n_in = wish->n_feature,
                                .n_layer = 3,
                                .n_out = {wish->width, wish->width, n_out[wish->head]},
                                .act = SW_NET_RELU,
                                .last = wish->head == SW_HEAD_ASP_STEP ? SW_NET_TANH : SW_NET_NONE},
                   &made->arena);
    SW_REQUIRE(sw_net_init(&made->net, &source, &made->arena, NULL) == SW_OK);
    add_identity(made, wish);
    add_action(made, wish);
    add_observation(made, wish, &source);
    add_network(made, &source);
    float *golden =
        take(made, MAKER_GOLDEN * (size_t)(made->net.n_in + made->net.n_out), sizeof *golden);
    net_randoms(99, MAKER_GOLDEN * made->net.n_in, 1.0, golden);
    add_floats(made, "/golden/input", MAKER_GOLDEN, made->net.n_in, golden);
    add_floats(made, "/golden/output", MAKER_GOLDEN, made->net.n_out, golden);
    add_training(made);
    maker_settle(made);
}

void maker_deinit(maker *made) {
    sw_arena_deinit(&made->arena);
}

void maker_settle(maker *made) {
    sw_net_source source = {.n_in = made->net.n_in,
                            .n_layer = made->net.n_layer,
                            .mean = maker_find(made, "/obs/mean")->value.floats,
                            .std = maker_find(made, "/obs/std")->value.floats,
                            .clip = maker_find(made, "/obs/clip")->value.floats};
    for (int32_t l = 0; l < source.n_layer; l++) {
        char path[48];
        source.layer[l].n_out = made->net.layer[l].n_out;
        source.layer[l].act = made->net.layer[l].act;
        (void)snprintf(path, sizeof path, "/net/actor/layer%d/weight", (int)l);
        source.layer[l].weight = maker_find(made, path)->value.floats;
        (void)snprintf(path, sizeof path, "/net/actor/layer%d/bias", (int)l);
        source.layer[l].bias = maker_find(made, path)->value.floats;
    }
    SW_REQUIRE(sw_net_init(&made->net, &source, &made->arena, NULL) == SW_OK);
    float *work = take(made, sw_net_work_size(&made->net, MAKER_GOLDEN), sizeof *work);
    sw_net_forward(&made->net, MAKER_GOLDEN, maker_find(made, "/golden/input")->value.floats,
                   maker_find(made, "/golden/output")->value.floats, work);
}

// ------------------------------------------------------------------ the hash, as the format says

static int64_t count(const maker_item *item) {
    return item->extent[0] * item->extent[1];
}

static void hash_item(const maker_item *item, sw_sha256 *hash) {
    static const char *const type[] = {"text", "i8", "f8", "f4", "f8", "i4", "texts"};
    const int64_t rows =
        item->kind == MAKER_TEXT ? (int64_t)strlen(item->value.text) : item->extent[0];
    char line[160];
    int n =
        snprintf(line, sizeof line, "%s %s %lld", item->path, type[item->kind], (long long)rows);
    if (item->n_extent == 2) {
        n += snprintf(line + n, sizeof line - (size_t)n, "x%lld", (long long)item->extent[1]);
    }
    line[n++] = '\n';
    sw_sha256_update(hash, line, (size_t)n);
    const size_t all = (size_t)count(item);
    switch (item->kind) {
    case MAKER_TEXT:
        sw_sha256_update(hash, item->value.text, strlen(item->value.text));
        break;
    case MAKER_INTEGER:
        sw_sha256_update(hash, &item->value.integer, sizeof item->value.integer);
        break;
    case MAKER_REAL:
        sw_sha256_update(hash, &item->value.real, sizeof item->value.real);
        break;
    case MAKER_FLOATS:
        sw_sha256_update(hash, item->value.floats, all * sizeof *item->value.floats);
        break;
    case MAKER_DOUBLES:
        sw_sha256_update(hash, item->value.doubles, all * sizeof *item->value.doubles);
        break;
    case MAKER_INTS:
        sw_sha256_update(hash, item->value.ints, all * sizeof *item->value.ints);
        break;
    case MAKER_TEXTS:
        for (size_t i = 0; i < all; i++) {
            sw_sha256_update(hash, item->value.texts[i], strlen(item->value.texts[i]));
            sw_sha256_update(hash, "\n", 1);
        }
        break;
    }
}

// ------------------------------------------------------------------ the file

static hid_t text_type(size_t size) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    SW_REQUIRE(type >= 0 && H5Tset_size(type, size > 0 ? size : 1) >= 0 &&
               H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0);
    return type;
}

static bool write_attribute(hid_t file, const maker_item *item, hid_t links) {
    char owner[64];
    const char *at = strchr(item->path, '@');
    (void)snprintf(owner, sizeof owner, "%.*s", (int)(at - item->path), item->path);
    hid_t group = H5Oopen(file, owner, H5P_DEFAULT);
    if (group < 0) {
        group = H5Gcreate2(file, owner, links, H5P_DEFAULT, H5P_DEFAULT);
    }
    const bool text = item->kind == MAKER_TEXT;
    const bool integer = item->kind == MAKER_INTEGER;
    const hid_t type = text      ? text_type(strlen(item->value.text))
                       : integer ? H5Tcopy(H5T_STD_I64LE)
                                 : H5Tcopy(H5T_IEEE_F64LE);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t id = H5Acreate2(group, at + 1, type, space, H5P_DEFAULT, H5P_DEFAULT);
    char padded[SW_POLICY_MAX_FEATURE] = "";
    const void *data =
        integer ? (const void *)&item->value.integer : (const void *)&item->value.real;
    if (text) {
        SW_REQUIRE(strlen(item->value.text) < sizeof padded);
        (void)snprintf(padded, sizeof padded, "%s", item->value.text);
        data = padded;
    }
    const bool ok = id >= 0 && H5Awrite(id, type, data) >= 0;
    if (id >= 0) {
        (void)H5Aclose(id);
    }
    (void)H5Sclose(space);
    (void)H5Tclose(type);
    (void)H5Oclose(group);
    return ok;
}

// Returns texts side by side, each padded to the longest, of which `size` gets the length.
static char *pad_texts(const maker_item *item, size_t *size) {
    *size = 1;
    for (int64_t i = 0; i < count(item); i++) {
        const size_t length = strlen(item->value.texts[i]);
        *size = length > *size ? length : *size;
    }
    char *padded = calloc((size_t)count(item) + 1, *size);
    SW_REQUIRE(padded != NULL);
    for (int64_t i = 0; i < count(item); i++) {
        memcpy(padded + (size_t)i * *size, item->value.texts[i], strlen(item->value.texts[i]));
    }
    return padded;
}

static bool write_array(hid_t file, const maker_item *item, hid_t links) {
    const hsize_t extent[2] = {(hsize_t)item->extent[0], (hsize_t)item->extent[1]};
    const hid_t space = H5Screate_simple(item->n_extent, extent, NULL);
    const hid_t numbers = item->kind == MAKER_FLOATS    ? H5T_IEEE_F32LE
                          : item->kind == MAKER_DOUBLES ? H5T_IEEE_F64LE
                                                        : H5T_STD_I32LE;
    size_t size = 0;
    char *padded = item->kind == MAKER_TEXTS ? pad_texts(item, &size) : NULL;
    const hid_t type = padded != NULL ? text_type(size) : H5Tcopy(numbers);
    const void *data = padded != NULL ? (const void *)padded : (const void *)item->value.floats;
    const hid_t id = H5Dcreate2(file, item->path, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    const bool ok = id >= 0 && H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    if (id >= 0) {
        (void)H5Dclose(id);
    }
    (void)H5Tclose(type);
    (void)H5Sclose(space);
    free(padded);
    return ok;
}

bool maker_write(const maker *made, const char *path) {
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    SW_REQUIRE(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0);
    SW_REQUIRE(H5Pset_create_intermediate_group(links, 1) >= 0);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    SW_REQUIRE(file >= 0);
    sw_sha256 hash;
    sw_sha256_init(&hash);
    bool ok = true;
    for (int32_t i = 0; i < made->n && ok; i++) {
        const maker_item *item = &made->item[i];
        hash_item(item, &hash);
        ok = strchr(item->path, '@') != NULL ? write_attribute(file, item, links)
                                             : write_array(file, item, links);
    }
    char hex[SW_SHA256_HEX];
    sw_sha256_final_hex(&hash, hex);
    const maker_item payload = {.path = "/@payload_sha256",
                                .kind = MAKER_TEXT,
                                .value.text = made->payload != NULL ? made->payload : hex};
    ok = ok && write_attribute(file, &payload, links);
    (void)H5Pclose(links);
    (void)H5Pclose(access);
    return H5Fclose(file) >= 0 && ok;
}
