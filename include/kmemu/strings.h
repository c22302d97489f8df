/* SPDX-License-Identifier: MIT */
/*
 * strings.h - libc's <strings.h> without index() and rindex(): kernel code has variables
 * of these names (module parameters of sound drivers). Who wants libc's functions includes
 * libc's header first.
 */
#ifndef KMEMU_STRINGS_H
#define KMEMU_STRINGS_H

#ifdef __cplusplus
#include <strings.h>
#else
#define index kmemu_libc_index
#define rindex kmemu_libc_rindex
#include <strings.h>
#undef index
#undef rindex
#endif

#endif /* KMEMU_STRINGS_H */
