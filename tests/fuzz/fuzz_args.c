// libFuzzer target: any words as a command line give the values of its options within their ranges,
// or messages; never a crash. Each line of the input is a word.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "cli/command.h"
#include "cli/sweep_shard.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { MOST_WORD = 64, MOST_ARGUMENT = 2, MOST_COUNT = 1000 };

#define LEAST_NUMBER (-12.5)
#define MOST_NUMBER  1e6

// Where options of each kind put their values.
typedef struct values {
    bool flag;
    const char *text;
    sw_texts set;
    int32_t count;
    uint64_t seed;
    const char *number;
    const char *date;
    const char *shard;
    const char *argument[MOST_ARGUMENT];
} values;

// Parts the text at its lines; returns the number of words. A newline at the end of the text begins
// no other word.
static int part(char *text, char *word[MOST_WORD]) {
    int n = 0;
    word[n++] = text;
    for (char *end = strchr(text, '\n'); end != NULL && n < MOST_WORD; end = strchr(end, '\n')) {
        *end++ = '\0';
        if (*end == '\0') {
            break;
        }
        word[n++] = end;
    }
    return n;
}

static sw_args_outcome parse(int n, char **word, values *got, sw_messages *messages) {
    const sw_option option[] = {
        {"flag", 'f', SW_OPTION_FLAG, &got->flag, 0, NULL, "given or not"},
        {"text", 't', SW_OPTION_TEXT, &got->text, 0, "TEXT", "a text"},
        {"set", '\0', SW_OPTION_TEXTS, &got->set, 0, "K=V", "any number of texts"},
        {"count", 'n', SW_OPTION_COUNT, &got->count, MOST_COUNT, "N", "a count"},
        {"seed", '\0', SW_OPTION_SEED, &got->seed, 0, "S", "a seed"},
        {"number", '\0', SW_OPTION_TEXT, &got->number, 0, "X", "a number"},
        {"date", '\0', SW_OPTION_TEXT, &got->date, 0, "DATE", "a date"},
        {"shard", '\0', SW_OPTION_TEXT, &got->shard, 0, "I/N", "a part"},
    };
    const sw_usage usage = {.command = "fuzz",
                            .arguments = "ONE [TWO]",
                            .n_argument_min = 1,
                            .n_argument_max = MOST_ARGUMENT,
                            .text = "Does nothing.",
                            .examples = "",
                            .option = option,
                            .n_option = (int)(sizeof option / sizeof *option)};
    return sw_args_parse(&usage, n, word, got->argument, messages);
}

// A date that is read is the same when it is written and read again.
static void require_date(double unix_s) {
    char text[SW_DATE_TEXT];
    double again_s = 0.0;
    if (sw_date_format(unix_s, text)) { // an offset can lead out of years 1 to 9999
        SW_REQUIRE(sw_date_parse(text, &again_s) && fabs(again_s - unix_s) <= 1e-5);
    }
}

// Reads the texts of options as commands do.
static void take(const values *got) {
    sw_messages messages = {0};
    double number = 0.0;
    sw_args_take_number("number", got->number, LEAST_NUMBER, MOST_NUMBER, &number, &messages);
    SW_REQUIRE(number >= LEAST_NUMBER && number <= MOST_NUMBER);
    double unix_s = (double)NAN;
    sw_args_take_date("date", got->date, &unix_s, &messages);
    if (!isnan(unix_s)) {
        require_date(unix_s);
    }
    if (got->shard != NULL) {
        const sw_shard shard = sw_shard_read(got->shard, &messages);
        SW_REQUIRE(shard.index >= 0 && shard.index < shard.count);
        char *path = sw_shard_path(got->argument[0], shard);
        SW_REQUIRE(path != NULL && strlen(path) >= strlen(got->argument[0]));
        free(path);
    }
    sw_messages_deinit(&messages);
}

// The command line that results keep gives the same words to a shell: a quoted word ends at the
// next quote, and `'\''` is a quote in it.
static void require_quoted(int n, char **word) {
    char *line = sw_command_line(n, word);
    SW_REQUIRE(line != NULL && strncmp(line, "stepwatt", 8) == 0);
    const char *at = line + 8;
    for (int i = 0; i < n; i++) {
        SW_REQUIRE(*at++ == ' ');
        const bool quoted = *at == '\'';
        at += quoted;
        for (const char *c = word[i]; *c != '\0'; c++) {
            if (quoted && *c == '\'') {
                SW_REQUIRE(strncmp(at, "'\\''", 4) == 0);
                at += 4;
            } else {
                SW_REQUIRE(*at++ == *c &&
                           (quoted || strchr(" \"$`\\;&|<>()*?#~!{}[]", *c) == NULL));
            }
        }
        SW_REQUIRE(!quoted || *at == '\'');
        at += quoted;
    }
    SW_REQUIRE(*at == '\0');
    free(line);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    char *text = malloc(size + 1);
    values *got = calloc(1, sizeof *got);
    SW_REQUIRE(text != NULL && got != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    char *word[MOST_WORD];
    const int n = part(text, word);
    got->count = 1;
    sw_messages messages = {0};
    const sw_args_outcome outcome = parse(n, word, got, &messages);
    SW_REQUIRE((outcome == SW_ARGS_BAD) == (messages.n > 0));
    SW_REQUIRE(got->count >= 1 && got->count <= MOST_COUNT);
    SW_REQUIRE(outcome != SW_ARGS_RUN || got->argument[0] != NULL);
    if (outcome == SW_ARGS_RUN) {
        take(got);
    }
    require_quoted(n, word);
    sw_messages_deinit(&messages);
    free(got);
    free(text);
    return 0;
}
