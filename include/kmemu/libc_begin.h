/* SPDX-License-Identifier: MIT */
/*
 * libc_begin.h, libc_end.h - around each of libc's headers that a header of the kernel's
 * includes for its types: functions and variables that the kernel does not have are not
 * declared, since kernel code has its own of these names (static int time; as a module's
 * parameter). A program that includes libc's header itself, before or after, has them: by
 * <stdlib.h>, <strings.h>, <time.h>, <sys/select.h>, <sys/stat.h>
 * and <endian.h> of this directory.
 *
 * No guard: each pair of them works.
 */
#include <kmemu/sigset.h>
#ifndef __cplusplus
#define KMEMU_LIBC_HIDDEN

/* <stdlib.h> */
#define abort kmemu_libc_abort
#define calloc kmemu_libc_calloc
#define div kmemu_libc_div
#define exit kmemu_libc_exit
#define free kmemu_libc_free
#define malloc kmemu_libc_malloc
#define rand kmemu_libc_rand
#define random kmemu_libc_random
#define realloc kmemu_libc_realloc
#define srand kmemu_libc_srand
#define srandom kmemu_libc_srandom
#define system kmemu_libc_system

/* <strings.h> */
#define index kmemu_libc_index
#define rindex kmemu_libc_rindex

/* <time.h> */
#define clock kmemu_libc_clock
#define ctime kmemu_libc_ctime
#define daylight kmemu_libc_daylight
#define time kmemu_libc_time
#define tzname kmemu_libc_tzname

/* <sys/select.h>, <sys/stat.h> */
#define chmod kmemu_libc_chmod
#define mkdir kmemu_libc_mkdir
#define mknod kmemu_libc_mknod
#define select kmemu_libc_select
#define umask kmemu_libc_umask

/* <endian.h>, by <stdlib.h> and <sys/types.h>: kernel code asks #ifdef BIG_ENDIAN */
#pragma push_macro("BIG_ENDIAN")
#pragma push_macro("BYTE_ORDER")
#pragma push_macro("LITTLE_ENDIAN")
#pragma push_macro("PDP_ENDIAN")
#endif
