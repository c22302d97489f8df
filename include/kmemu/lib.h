/* SPDX-License-Identifier: MIT */
/*
 * lib.h - what the kernel's lib/ has of strings, numbers, sorting and random
 * numbers, by its names with the prefix kmemu_ (Linux 6.12). The headers of
 * include/linux are thin names over these. None takes memory or a lock; all may
 * be called from a signal handler.
 */
#ifndef KMEMU_LIB_H
#define KMEMU_LIB_H

#include "sigset.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * lib/string.c, lib/string_helpers.c. sized_strscpy: the length, or -E2BIG when it
 * was cut (or count is 0). strlcat: the length that it tried to make.
 * memchr_inv: the first byte that is not c. memscan: the first that is, else
 * the end. sysfs_streq: a line feed at the end of either does not count.
 * match_string: the index, or -EINVAL; n may be -1: the array ends with NULL.
 * memory_read_from_buffer: as read(2) from a file that has `available` bytes.
 */
ssize_t kmemu_sized_strscpy(char *dst, const char *src, size_t count);
size_t kmemu_strlcat(char *dst, const char *src, size_t count);
char *kmemu_strnchr(const char *s, size_t count, int c);
char *kmemu_strchrnul(const char *s, int c);
char *kmemu_strnchrnul(const char *s, size_t count, int c);
char *kmemu_strnstr(const char *s, const char *find, size_t len);
char *kmemu_skip_spaces(const char *s);
char *kmemu_strim(char *s);
char *kmemu_strreplace(char *s, char old, char new_);
void *kmemu_memscan(void *p, int c, size_t size);
void *kmemu_memchr_inv(const void *start, int c, size_t bytes);
void kmemu_memcpy_and_pad(void *dst, size_t dst_len, const void *src, size_t count, int pad);
size_t kmemu_memweight(const void *ptr, size_t bytes);
int kmemu_sysfs_streq(const char *a, const char *b);
int kmemu_match_string(const char *const *array, size_t n, const char *string);
int kmemu_sysfs_match_string(const char *const *array, size_t n, const char *string);
ssize_t kmemu_memory_read_from_buffer(void *to, size_t count, long long *pos, const void *from,
				      size_t available);

/* lib/cmdline.c: words of a command line. */
int kmemu_get_option(char **str, int *pint);
char *kmemu_get_options(const char *str, int nints, int *ints);
bool kmemu_parse_option_str(const char *str, const char *option);
char *kmemu_next_arg(char *args, char **param, char **val);

/* lib/sort.c: heapsort; swap NULL: bytes. lib/list_sort.c: a stable merge sort. */
void kmemu_sort(void *base, size_t num, size_t size, int (*cmp)(const void *, const void *),
		void (*swap)(void *, void *, int size));
void kmemu_sort_r(void *base, size_t num, size_t size,
		  int (*cmp)(const void *, const void *, const void *priv),
		  void (*swap)(void *, void *, int size, const void *priv), const void *priv);
void kmemu_list_sort(void *priv, struct list_head *head,
		     int (*cmp)(void *priv, const struct list_head *a, const struct list_head *b)
			     __attribute__((__nonnull__(2, 3))));

/*
 * lib/list_debug.c: what is wrong with a list where new_ was to be added between prev and
 * next, or entry deleted: reports of kind kernel-warning. Any context. Not const, so that no
 * compiler asks for lists that are set up.
 */
void kmemu_list_add_corrupt(struct list_head *new_, struct list_head *prev,
			    struct list_head *next) __attribute__((__cold__));
void kmemu_list_del_corrupt(struct list_head *entry) __attribute__((__cold__));

/* lib/math: x^exp, the root rounded down, the greatest common divisor (0: the other). */
uint64_t kmemu_int_pow(uint64_t base, unsigned int exp);
unsigned long kmemu_int_sqrt(unsigned long x);
unsigned long kmemu_gcd(unsigned long a, unsigned long b);

/*
 * lib/usercopy.c: copies bytes until one of the two sides is not there, and
 * answers how many were not copied. may sleep.
 */
unsigned long kmemu_copy_user(void *to, const void *from, unsigned long n);
unsigned long kmemu_clear_user(void *to, unsigned long n);
/*
 * mm/usercopy.c: do n bytes of the kernel's side stay in what may be copied? Policy usercopy;
 * false: it is told of and must not be made. overflow: of what the compiler knows the end
 * of (mm/maccess.c, the WARN). Any context.
 */
bool kmemu_check_object_size(const void *ptr, unsigned long n, bool to_user, const char *call);
void kmemu_copy_overflow(unsigned long size, unsigned long n);
/* The length up to count; -EFAULT when the text is not there. */
long kmemu_strncpy_from_user(char *dst, const char *src, long count);
long kmemu_strnlen_user(const char *str, long n);

/*
 * lib/string_helpers.c. unescape: src to dst, which may be the same, of size bytes with
 * the 0 at the end (0: as many as it takes); its length. escape: what it takes, of which
 * osz bytes are written, and no 0 behind. only: these characters, or with APPEND these,
 * too; NULL: all.
 */
#define KMEMU_UNESCAPE_SPACE 0x1u
#define KMEMU_UNESCAPE_OCTAL 0x2u
#define KMEMU_UNESCAPE_HEX 0x4u
#define KMEMU_UNESCAPE_SPECIAL 0x8u
#define KMEMU_ESCAPE_SPACE 0x1u
#define KMEMU_ESCAPE_SPECIAL 0x2u
#define KMEMU_ESCAPE_NULL 0x4u
#define KMEMU_ESCAPE_OCTAL 0x8u
#define KMEMU_ESCAPE_NP 0x10u
#define KMEMU_ESCAPE_HEX 0x20u
#define KMEMU_ESCAPE_NA 0x40u
#define KMEMU_ESCAPE_NAP 0x80u
#define KMEMU_ESCAPE_APPEND 0x100u
int kmemu_string_unescape(char *src, char *dst, size_t size, unsigned int flags);
int kmemu_string_escape_mem(const char *src, size_t isz, char *dst, size_t osz,
			    unsigned int flags, const char *only);

/* lib/siphash.c: len bytes, any alignment; keys are two words. */
uint64_t kmemu_siphash(const void *data, size_t len, const void *key);
uint32_t kmemu_hsiphash(const void *data, size_t len, const void *key);

/*
 * The words of a text, parted by white space, and a NULL behind them; argc may be NULL.
 * NULL: no memory. Freed by argv_free, which is not for NULL (lib/argv_split.c).
 */
char **kmemu_argv_split(unsigned int flags, const char *str, int *argc);
void kmemu_argv_free(char **argv);
/* The pointers of two lists that end with NULL, in a new one (lib/memcat_p.c). May sleep. */
void **kmemu_memcat_p(void **a, void **b);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_LIB_H */
