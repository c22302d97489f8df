/* SPDX-License-Identifier: MIT */
/*
 * <linux/timex.h> of Linux 6.12: get_cycles(). The system's header of that name does
 * not go with libc's <sys/time.h>; libc's <sys/timex.h> does without it.
 */
#ifndef _LINUX_TIMEX_H
#define _LINUX_TIMEX_H

#include <asm/timex.h>
#include <linux/time.h>

#endif /* _LINUX_TIMEX_H */
