// SHA-256 against the published examples of FIPS 180-4 (NIST, "SHA-256 examples" and the CAVP long messages).
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"

static void check_hash(const char *text, const char *expected)
{
    sw_sha256 hash;
    char hex[SW_SHA256_HEX];
    sw_sha256_init(&hash);
    sw_sha256_update(&hash, text, strlen(text));
    sw_sha256_final_hex(&hash, hex);
    ck_assert_str_eq(hex, expected);
}

START_TEST(published_examples_give_their_hashes)
{
    check_hash("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_hash("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}
END_TEST

START_TEST(a_million_letters_in_uneven_pieces_give_the_published_hash)
{
    char piece[1000];
    memset(piece, 'a', sizeof piece);
    sw_sha256 hash;
    sw_sha256_init(&hash);
    size_t left = 1000000;
    for (size_t n = 1; left > 0; n = n % 997 + 1) {
        const size_t take = n < left ? n : left;
        sw_sha256_update(&hash, piece, take);
        left -= take;
    }
    char hex[SW_SHA256_HEX];
    sw_sha256_final_hex(&hash, hex);
    ck_assert_str_eq(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sha256");
    TCase *tcase = tcase_create("examples");
    tcase_add_test(tcase, published_examples_give_their_hashes);
    tcase_add_test(tcase, a_million_letters_in_uneven_pieces_give_the_published_hash);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
