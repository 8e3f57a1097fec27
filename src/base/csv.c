#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

sw_status sw_csv_init_file(sw_csv *csv, const char *path, sw_file *file, sw_error *err) {
    *csv = (sw_csv){.path = path, .separator = ',', .file = *file, .next_line = 1};
    *file = (sw_file){0};
    csv->field = calloc(SW_CSV_MAX_COLUMN, sizeof csv->field[0]);
    if (csv->field == NULL) {
        sw_csv_deinit(csv);
        return sw_fail(err, SW_ERR_NO_MEMORY, "%s: out of memory", path);
    }
    if (csv->file.size >= 3 && memcmp(csv->file.data, "\xEF\xBB\xBF", 3) == 0) {
        csv->at = 3;
    }
    return SW_OK;
}

sw_status sw_csv_init(sw_csv *csv, const char *path, sw_error *err) {
    sw_file file = {0};
    SW_TRY(sw_file_read(path, SW_FILE_MAX_BYTES, &file, err));
    return sw_csv_init_file(csv, path, &file, err);
}

void sw_csv_deinit(sw_csv *csv) {
    sw_file_deinit(&csv->file);
    free(csv->field);
    *csv = (sw_csv){0};
}

// Returns the first byte after the line that starts at `at`.
static size_t line_end(const sw_csv *csv, size_t at) {
    const char *newline = memchr(csv->file.data + at, '\n', csv->file.size - at);
    return newline == NULL ? csv->file.size : (size_t)(newline - csv->file.data) + 1;
}

void sw_csv_skip_line(sw_csv *csv) {
    if (csv->at < csv->file.size) {
        csv->at = line_end(csv, csv->at);
        csv->next_line++;
    }
}

static bool is_skipped_line(const sw_csv *csv) {
    const char *p = csv->file.data + csv->at;
    return p[0] == '#' || p[0] == '\n' || (p[0] == '\r' && p[1] == '\n');
}

// Why a field cannot be read, and where.
typedef struct fault {
    const char *what; // NULL: none
    int64_t line;
    int byte; // of a control character
} fault;

static bool is_control(char c) {
    return ((unsigned char)c < 0x20 && c != '\t') || (unsigned char)c == 0x7F;
}

static bool at_field_end(const sw_csv *csv) {
    const char *p = csv->file.data + csv->at;
    return csv->at >= csv->file.size || *p == csv->separator || *p == '\n' || (*p == '\r' && p[1] == '\n');
}

// Reads a field after its opening quote, squeezing "" in place; leaves `at` on the separator.
static char *take_quoted(sw_csv *csv, fault *bad) {
    char *data = csv->file.data;
    char *start = data + csv->at;
    char *to = start;
    for (; csv->at < csv->file.size; csv->at++) {
        const char c = data[csv->at];
        if (c == '"') {
            csv->at++;
            if (data[csv->at] != '"') { // data[size] is 0
                if (!at_field_end(csv)) {
                    *bad = (fault){"text after a closing quote", csv->next_line, 0};
                }
                *to = '\0';
                return start;
            }
        } else if (c == '\n') {
            csv->next_line++;
        } else if (is_control(c) && c != '\r') {
            *bad = (fault){"control character", csv->next_line, c};
            return start;
        }
        *to++ = c;
    }
    *bad = (fault){"quote without its end", csv->line, 0};
    return start;
}

// Reads a field without quotes and drops blanks around it; leaves `at` on the separator. `at` ends
// where the separator is, which is only overwritten by the caller once it was looked at.
static char *take_plain(sw_csv *csv, char **end, fault *bad) {
    char *data = csv->file.data;
    size_t at = csv->at;
    const size_t start = at;
    for (; at < csv->file.size; at++) {
        const char c = data[at];
        if (c == csv->separator || c == '\n' || (c == '\r' && data[at + 1] == '\n')) {
            break;
        }
        if (is_control(c)) {
            *bad = (fault){"control character", csv->next_line, c};
            break;
        }
        if (c == '"') {
            *bad = (fault){"quote inside a field that does not start with one", csv->next_line, 0};
            break;
        }
    }
    csv->at = at;
    *end = data + at;
    while (*end > data + start && ((*end)[-1] == ' ' || (*end)[-1] == '\t')) {
        (*end)--;
    }
    return data + start;
}

// Reads one field and its separator; *last is true when the record ends with it.
static char *take_field(sw_csv *csv, bool *last, fault *bad) {
    char *data = csv->file.data;
    while (data[csv->at] == ' ' || data[csv->at] == '\t') {
        csv->at++;
    }
    char *text = NULL;
    char *end = NULL;
    if (data[csv->at] == '"') {
        csv->at++;
        text = take_quoted(csv, bad);
    } else {
        text = take_plain(csv, &end, bad);
    }
    // The separator may be the byte that ends the field, so look at it first.
    *last = csv->at >= csv->file.size || data[csv->at] != csv->separator;
    if (csv->at < csv->file.size) {
        if (data[csv->at] == '\r') {
            csv->at++;
        }
        csv->next_line += data[csv->at] == '\n';
        csv->at++;
    }
    if (end != NULL) {
        *end = '\0';
    }
    return text;
}

static sw_status fail_at(const sw_csv *csv, const fault *bad, sw_error *err) {
    if (bad->byte != 0 || strcmp(bad->what, "control character") == 0) {
        return sw_fail(err, SW_ERR_BAD_INPUT,
                       "%s:%lld: %s (byte 0x%02x); text lines that end in LF or CR LF are allowed",
                       csv->path, (long long)bad->line, bad->what, (unsigned)bad->byte & 0xFFu);
    }
    return sw_fail(err, SW_ERR_BAD_INPUT,
                   "%s:%lld: %s; a field is quoted as a whole, with \"\" for a quote in it",
                   csv->path, (long long)bad->line, bad->what);
}

sw_status sw_csv_next(sw_csv *csv, bool *more, sw_error *err) {
    *more = false;
    if (csv->stop != NULL && *csv->stop != 0) {
        return sw_fail(err, SW_ERR_INTERRUPTED, "%s:%lld: interrupted", csv->path,
                       (long long)csv->next_line);
    }
    while (csv->at < csv->file.size && is_skipped_line(csv)) {
        sw_csv_skip_line(csv);
    }
    if (csv->at >= csv->file.size) {
        return SW_OK;
    }
    csv->line = csv->next_line;
    csv->n_field = 0;
    const size_t start = csv->at;
    for (bool last = false; !last; csv->n_field++) {
        if (csv->n_field == SW_CSV_MAX_COLUMN) {
            return sw_fail(err, SW_ERR_BAD_INPUT, "%s:%lld: more than the %d columns allowed",
                           csv->path, (long long)csv->line, SW_CSV_MAX_COLUMN);
        }
        fault bad = {0};
        csv->field[csv->n_field] = take_field(csv, &last, &bad);
        if (bad.what != NULL) {
            return fail_at(csv, &bad, err);
        }
        if (csv->at - start > SW_CSV_MAX_RECORD) {
            return sw_fail(err, SW_ERR_BAD_INPUT,
                           "%s:%lld: a record longer than the %d bytes allowed", csv->path,
                           (long long)csv->line, SW_CSV_MAX_RECORD);
        }
    }
    *more = true;
    return SW_OK;
}

int64_t sw_csv_max_records(const sw_csv *csv, int32_t n_column) {
    int64_t n_line = 0;
    for (size_t at = csv->at; at < csv->file.size; at = line_end(csv, at)) {
        n_line++;
    }
    // A record has a byte at least for each separator, so that empty lines cannot claim memory.
    const int64_t by_size = (int64_t)((csv->file.size - csv->at + 1) / (size_t)n_column) + 1;
    return n_line < by_size ? n_line : by_size;
}

int32_t sw_csv_find(const sw_csv *csv, const char *text) {
    for (int32_t i = 0; i < csv->n_field; i++) {
        if (strcmp(csv->field[i], text) == 0) {
            return i;
        }
    }
    return -1;
}
