// HDF5 files that may be hostile: forms, links, and texts of variable length whose references,
// heaps and objects are damaged one by one, in memory and on the disk.
#include <stdlib.h>

#include "base/h5_bytes.h"
#include "base/h5_file.h"
#include "base/h5_number.h"
#include "support/h5_memory.h"
#include "support/temp_dir.h"

enum { N_TEXT = 40, LONG = 3000 };

// A file with N_TEXT texts in dataset "t" and one, a long one, in attribute "a" of the root.
typedef struct made {
    unsigned char *data;
    size_t size;
    size_t at;      // of the first reference of "t"
    size_t heap_at; // of the heap that it names
} made;

static temp_dir dir;
static char text_of[N_TEXT][32];
static char long_text[LONG + 1];

static uint64_t number_at(const made *m, size_t at, int n) {
    return sw_h5_number(m->data + at, n);
}

static made make(bool old) {
    made m = {0};
    const hsize_t n = N_TEXT;
    const char *text[N_TEXT];
    const char *one = long_text;
    memset(long_text, 'L', LONG);
    for (int i = 0; i < N_TEXT; i++) {
        (void)snprintf(text_of[i], sizeof text_of[i], "text number %d", i * i);
        text[i] = text_of[i];
    }
    text_of[7][0] = '\0'; // an empty one
    const hid_t file = h5_memory_create(old);
    const hid_t type = H5Tcopy(H5T_C_S1);
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t scalar = H5Screate(H5S_SCALAR);
    ck_assert_int_ge(H5Tset_size(type, H5T_VARIABLE), 0);
    const hid_t a = H5Acreate2(file, "a", type, scalar, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(H5Awrite(a, type, &one), 0);
    const hid_t t = H5Dcreate2(file, "t", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(H5Dwrite(t, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text), 0);
    ck_assert_int_ge(H5Lcreate_soft("/t", file, "soft", H5P_DEFAULT, H5P_DEFAULT), 0);
    m.at = (size_t)H5Dget_offset(t);
    H5Aclose(a);
    H5Dclose(t);
    H5Sclose(space);
    H5Sclose(scalar);
    H5Tclose(type);
    m.data = h5_memory_close(file, &m.size);
    m.heap_at = (size_t)number_at(&m, m.at + 4, 8);
    ck_assert_int_eq(memcmp(m.data + m.heap_at, "GCOL", 4), 0);
    return m;
}

// Reads all texts of "t" and "a"; true when all of them are there and right.
static bool read_texts(sw_h5_file *h5) {
    sw_h5_reference reference[N_TEXT];
    const char *text = NULL;
    size_t n = 0;
    const hid_t t = H5Dopen2(h5->id, "t", H5P_DEFAULT);
    const hid_t a = H5Aopen(h5->id, "a", H5P_DEFAULT);
    bool ok = t >= 0 && a >= 0 && sw_h5_file_references(h5, t, reference);
    for (int i = 0; i < N_TEXT && ok; i++) {
        ok = sw_h5_file_text(h5, &reference[i], &text, &n) == SW_OK && n == strlen(text_of[i]) &&
             memcmp(text, text_of[i], n) == 0;
    }
    ok = ok && sw_h5_file_references(h5, a, reference) &&
         sw_h5_file_text(h5, reference, &text, &n) == SW_OK && n == LONG &&
         memcmp(text, long_text, n) == 0;
    H5Aclose(a);
    H5Dclose(t);
    return ok;
}

// Reads the file in memory and on the disk, which must come to the same.
static bool reads(const made *m) {
    sw_file bytes = {.data = (char *)m->data, .size = m->size};
    sw_h5_file h5 = {0};
    sw_error err = {0};
    bool ok[2] = {false, false};
    if (sw_h5_file_open(&h5, "memory", &bytes, SW_H5_ALL_FORMS, &err) == SW_OK) {
        ok[0] = read_texts(&h5);
    }
    sw_h5_file_close(&h5);
    const char *path = temp_dir_write(&dir, "f.h5", (const char *)m->data, m->size);
    if (sw_h5_file_open_path(&h5, path, SW_H5_ALL_FORMS, &err) == SW_OK) {
        ok[1] = read_texts(&h5);
    }
    sw_h5_file_close(&h5);
    ck_assert_int_eq(ok[0], ok[1]);
    return ok[0];
}

START_TEST(texts_of_variable_length_read_as_they_were_written) {
    temp_dir_make(&dir);
    for (int old = 0; old < 2; old++) {
        made m = make(old == 1);
        ck_assert(reads(&m));
        free(m.data);
    }
    temp_dir_remove(&dir);
}
END_TEST

// Changes `n` bytes at `at` to `value` and expects that no text is taken for a right one.
static void refused_with(made *m, size_t at, int n, uint64_t value) {
    unsigned char kept[8];
    memcpy(kept, m->data + at, (size_t)n);
    for (int i = 0; i < n; i++) {
        m->data[at + (size_t)i] = (unsigned char)(value >> 8 * i);
    }
    ck_assert_msg(!reads(m), "read with %d bytes at %zu changed to %llx", n, at,
                  (unsigned long long)value);
    memcpy(m->data + at, kept, (size_t)n);
}

START_TEST(every_claim_of_a_text_is_compared_with_the_file) {
    temp_dir_make(&dir);
    made m = make(false);
    const uint64_t length = number_at(&m, m.at, 4);
    refused_with(&m, m.at, 4, length + 1); // of a reference: length, heap, number
    refused_with(&m, m.at, 4, length - 1);
    refused_with(&m, m.at, 4, 0xFFFFFFFF);
    refused_with(&m, m.at + 4, 8, 0);
    refused_with(&m, m.at + 4, 8, m.size - 8);
    refused_with(&m, m.at + 4, 8, UINT64_MAX);
    refused_with(&m, m.at + 4, 8, m.heap_at + 16);
    refused_with(&m, m.at + 12, 4, 0);
    refused_with(&m, m.at + 12, 4, 0xFFFF);
    refused_with(&m, m.at + 12, 4, 0x10000 + number_at(&m, m.at + 12, 4));
    refused_with(&m, m.heap_at, 4, 0); // of the heap: name, version, size
    refused_with(&m, m.heap_at + 4, 1, 2);
    refused_with(&m, m.heap_at + 8, 8, 15);
    refused_with(&m, m.heap_at + 8, 8, m.size - m.heap_at + 1);
    refused_with(&m, m.heap_at + 8, 8, UINT64_MAX);
    refused_with(&m, m.heap_at + 16, 2, 0); // of its first object: number, size
    refused_with(&m, m.heap_at + 24, 8, m.size);
    refused_with(&m, m.heap_at + 24, 8, UINT64_MAX);
    ck_assert(reads(&m));
    free(m.data);
    temp_dir_remove(&dir);
}
END_TEST

START_TEST(a_file_gives_no_more_text_than_it_holds) {
    made m = make(false);
    sw_file bytes = {.data = (char *)m.data, .size = m.size};
    sw_h5_file h5 = {0};
    sw_error err = {0};
    ck_assert_int_eq(sw_h5_file_open(&h5, "memory", &bytes, SW_H5_ALL_FORMS, &err), SW_OK);
    const hid_t a = H5Aopen(h5.id, "a", H5P_DEFAULT);
    sw_h5_reference reference;
    ck_assert(sw_h5_file_references(&h5, a, &reference));
    H5Aclose(a);
    size_t most = m.size / LONG;
    const char *text = NULL;
    size_t n = 0;
    for (size_t i = 0; i < most; i++) {
        ck_assert_int_eq(sw_h5_file_text(&h5, &reference, &text, &n), SW_OK);
    }
    ck_assert_int_eq(sw_h5_file_text(&h5, &reference, &text, &n), SW_ERR_BAD_INPUT);
    sw_h5_file_close(&h5);
    free(m.data);
}
END_TEST

START_TEST(forms_without_checksums_can_be_refused) {
    temp_dir_make(&dir);
    made m = make(true);
    sw_file bytes = {.data = (char *)m.data, .size = m.size};
    sw_h5_file h5 = {0};
    sw_error err = {0};
    ck_assert_int_eq(sw_h5_file_open(&h5, "old", &bytes, SW_H5_CHECKED_FORMS, &err),
                     SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "old: HDF5 superblock version 0"));
    sw_h5_file_close(&h5);
    const char *path = temp_dir_write(&dir, "old.h5", (const char *)m.data, m.size);
    err = (sw_error){0};
    ck_assert_int_eq(sw_h5_file_open_path(&h5, path, SW_H5_CHECKED_FORMS, &err), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "HDF5 superblock version 0"));
    sw_h5_file_close(&h5);
    free(m.data);
    temp_dir_remove(&dir);
}
END_TEST

START_TEST(what_is_no_whole_file_is_refused) {
    temp_dir_make(&dir);
    made m = make(false);
    sw_h5_file h5 = {0};
    sw_error err = {0};
    for (size_t size = 0; size < m.size; size += 1 + m.size / 50) {
        sw_file bytes = {.data = (char *)m.data, .size = size};
        ck_assert_int_eq(sw_h5_file_open(&h5, "cut", &bytes, SW_H5_ALL_FORMS, &err),
                         SW_ERR_BAD_INPUT);
        sw_h5_file_close(&h5);
        const char *path = temp_dir_write(&dir, "cut.h5", (const char *)m.data, size);
        ck_assert_int_eq(sw_h5_file_open_path(&h5, path, SW_H5_ALL_FORMS, &err), SW_ERR_BAD_INPUT);
        sw_h5_file_close(&h5);
    }
    err = (sw_error){0};
    ck_assert_int_eq(sw_h5_file_open_path(&h5, "/nowhere/at/all", SW_H5_ALL_FORMS, &err),
                     SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all: cannot be opened: No such file"));
    sw_h5_file_close(&h5);
    err = (sw_error){0};
    ck_assert_int_eq(sw_h5_file_open_path(&h5, dir.path, SW_H5_ALL_FORMS, &err), SW_ERR_BAD_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "it is a folder, allowed are regular files"));
    sw_h5_file_close(&h5);
    sw_h5_file_close(&h5); // takes one that is closed
    free(m.data);
    temp_dir_remove(&dir);
}
END_TEST

START_TEST(only_objects_of_the_file_itself_are_there) {
    made m = make(false);
    sw_file bytes = {.data = (char *)m.data, .size = m.size};
    sw_h5_file h5 = {0};
    sw_error err = {0};
    ck_assert_int_eq(sw_h5_file_open(&h5, "memory", &bytes, SW_H5_ALL_FORMS, &err), SW_OK);
    ck_assert(sw_h5_file_has(&h5, "/t"));
    ck_assert(!sw_h5_file_has(&h5, "/u"));
    ck_assert(!sw_h5_file_has(&h5, "/t/u"));
    ck_assert(!sw_h5_file_has(&h5, "/soft"));
    sw_h5_file_close(&h5);
    free(m.data);
}
END_TEST

// Of the same bytes and the same name, too: each has its own end.
START_TEST(several_files_are_open_at_once) {
    enum { N_FILE = 3 };
    made m[] = {make(true), make(false)};
    sw_file bytes[N_FILE];
    sw_h5_file h5[N_FILE] = {{0}, {0}, {0}};
    sw_error err = {0};
    for (int i = 0; i < N_FILE; i++) {
        const made *from = &m[i > 0];
        bytes[i] = (sw_file){.data = (char *)from->data, .size = from->size};
        ck_assert_int_eq(sw_h5_file_open(&h5[i], "memory", &bytes[i], SW_H5_ALL_FORMS, &err),
                         SW_OK);
    }
    for (int i = 0; i < N_FILE; i++) {
        for (int k = i; k < N_FILE; k++) {
            ck_assert_msg(read_texts(&h5[k]), "file %d when %d are closed", k, i);
        }
        sw_h5_file_close(&h5[i]);
    }
    free(m[0].data);
    free(m[1].data);
}
END_TEST

START_TEST(bytes_are_not_opened_to_be_written) {
    made m = make(false);
    sw_file bytes = {.data = (char *)m.data, .size = m.size};
    bool no_memory = false;
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    ck_assert(sw_h5_set_bytes(access, &bytes, &no_memory));
    H5E_auto2_t print;
    void *data;
    ck_assert_int_ge(H5Eget_auto2(H5E_DEFAULT, &print, &data), 0);
    ck_assert_int_ge(H5Eset_auto2(H5E_DEFAULT, NULL, NULL), 0);
    ck_assert_int_lt(H5Fopen("memory", H5F_ACC_RDWR, access), 0);
    ck_assert_int_ge(H5Eset_auto2(H5E_DEFAULT, print, data), 0);
    ck_assert(!no_memory);
    H5Pclose(access);
    free(m.data);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("h5_file");
    TCase *tc = tcase_create("h5_file");
    tcase_add_test(tc, texts_of_variable_length_read_as_they_were_written);
    tcase_add_test(tc, every_claim_of_a_text_is_compared_with_the_file);
    tcase_add_test(tc, a_file_gives_no_more_text_than_it_holds);
    tcase_add_test(tc, forms_without_checksums_can_be_refused);
    tcase_add_test(tc, what_is_no_whole_file_is_refused);
    tcase_add_test(tc, only_objects_of_the_file_itself_are_there);
    tcase_add_test(tc, several_files_are_open_at_once);
    tcase_add_test(tc, bytes_are_not_opened_to_be_written);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
