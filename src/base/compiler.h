// compiler.h -- the few compiler extensions the project uses, each with a portable fallback.
#ifndef SW_BASE_COMPILER_H
#define SW_BASE_COMPILER_H

#if defined(__GNUC__)
#define SW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SW_LIKELY(x)         __builtin_expect(!!(x), 1)
#define SW_UNLIKELY(x)       __builtin_expect(!!(x), 0)
#define SW_NODISCARD         __attribute__((warn_unused_result))
#define SW_EXPORT            __attribute__((visibility("default")))
#else
#define SW_PRINTF(fmt, args)
#define SW_LIKELY(x)   (x)
#define SW_UNLIKELY(x) (x)
#define SW_NODISCARD
#define SW_EXPORT
#endif

#endif
