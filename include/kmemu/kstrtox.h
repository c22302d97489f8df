/* SPDX-License-Identifier: MIT */
/*
 * kstrtox.h - numbers of text by the kernel's rules (lib/kstrtox.c): the whole text
 * is the number, one newline may follow, base 0 knows 0x and 0. 0, -EINVAL or
 * -ERANGE. For include/linux/kstrtox.h.
 */
#ifndef KMEMU_KSTRTOX_H
#define KMEMU_KSTRTOX_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

int kmemu_kstrtoull(const char *s, unsigned int base, unsigned long long *res);
int kmemu_kstrtoll(const char *s, unsigned int base, long long *res);
int kmemu_kstrtoul(const char *s, unsigned int base, unsigned long *res);
int kmemu_kstrtol(const char *s, unsigned int base, long *res);
int kmemu_kstrtouint(const char *s, unsigned int base, unsigned int *res);
int kmemu_kstrtoint(const char *s, unsigned int base, int *res);
int kmemu_kstrtou16(const char *s, unsigned int base, unsigned short *res);
int kmemu_kstrtos16(const char *s, unsigned int base, short *res);
int kmemu_kstrtou8(const char *s, unsigned int base, unsigned char *res);
int kmemu_kstrtos8(const char *s, unsigned int base, signed char *res);
/* y, Y, t, T, 1, on; n, N, f, F, 0, off: by the first letters. */
int kmemu_kstrtobool(const char *s, bool *res);
/* What can be read of s; no error. */
unsigned long long kmemu_simple_strtoull(const char *s, char **end, unsigned int base);
/* A number with K, M, G, T, P or E behind it. */
unsigned long long kmemu_memparse(const char *s, char **end);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_KSTRTOX_H */
