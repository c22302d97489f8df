/*
 * compiler.h - the words that every file uses: fixed-size types, branch
 * hints and attributes, by the kernel's names (include/linux/compiler.h,
 * include/linux/types.h). No code, rank 0.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define __noinline __attribute__((noinline))
#define __cold __attribute__((cold))
#define __printf(fmt, first) __attribute__((format(printf, fmt, first)))
#define __aligned_to(n) __attribute__((aligned(n)))
/* What the version script may export; all else is hidden by default. */
#define KMEMU_EXPORT __attribute__((visibility("default")))
/* In libkmemu.a the program's own function of this name is the one. */
#define KMEMU_EXPORT_WEAK __attribute__((visibility("default"), weak))
/* On a declaration: reached without the GOT. For what hit paths read. */
#define __hidden __attribute__((visibility("hidden")))
/* On hit paths: where a line of code begins is 3 to 8 % of a pair of malloc and free. */
#define __line_aligned __attribute__((aligned(64)))
#define __initial_exec __attribute__((tls_model("initial-exec")))

/* make DEBUG=1: checks that are too dear for every run. */
#ifdef KMEMU_DEBUG
#define DEBUG_BUILD true
#else
#define DEBUG_BUILD false
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define clamp(v, lo, hi) min(max(v, lo), hi)
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define ALIGN(x, a) (((x) + (a)-1) & ~((__typeof__(x))(a)-1))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)
#define is_power_of_2(n) ((n) != 0 && ((n) & ((n)-1)) == 0)

/* For what others change at the same time. Relaxed atomics, where the kernel has
 * volatile: the same instructions, and ThreadSanitizer knows what is meant. */
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
/*
 * READ_ONCE as an operand of the instruction that uses it, which an atomic load
 * never is: for hit paths, and words that no processor reads in two parts.
 */
#ifdef KMEMU_SANITIZE
#define READ_HOT(x) READ_ONCE(x)
#else
#define READ_HOT(x) (x)
#endif

/* fls64(0) is 0, fls64(1) is 1: the kernel's. */
static __always_inline unsigned int fls64(u64 x)
{
	return x ? 64 - (unsigned int)__builtin_clzll(x) : 0;
}

/* Tells the CPU that this is a spin loop. */
static __always_inline void cpu_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#else
	__asm__ volatile("" ::: "memory");
#endif
}
