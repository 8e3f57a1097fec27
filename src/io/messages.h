// messages.h -- a list of all that is wrong with an input, in the order found.
#ifndef SW_IO_MESSAGES_H
#define SW_IO_MESSAGES_H

#include <stdarg.h>
#include <stdint.h>

#include "base/status.h"

// Messages `FILE:LINE: [section] key: what is wrong, what is allowed`, in the order found.
typedef struct sw_messages {
    int32_t n;      // kept
    int32_t n_lost; // beyond the most that are kept (SW_MESSAGES_MAX)
    char **text;    // [n]
    sw_status code; // of the first: SW_ERR_BAD_INPUT, SW_ERR_IO or SW_ERR_NO_MEMORY
} sw_messages;

enum { SW_MESSAGES_MAX = 100 };

// Gives the messages back; the list is empty and usable again.
void sw_messages_deinit(sw_messages *messages);

// Adds one message; keeps its code when it is the first.
void sw_messages_add(sw_messages *messages, sw_status code, const char *fmt, ...) SW_PRINTF(3, 4);
void sw_messages_vadd(sw_messages *messages, sw_status code, const char *fmt, va_list args)
    SW_PRINTF(3, 0);

#endif
