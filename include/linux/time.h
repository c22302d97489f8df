/* SPDX-License-Identifier: MIT */
/*
 * <linux/time.h> of Linux 6.12. struct timeval and its like are libc's: the system's
 * header of this name does not go with <sys/time.h>.
 */
#ifndef _LINUX_TIME_H
#define _LINUX_TIME_H

#include <sys/time.h>
#include <time.h>

#include <asm/timex.h>
#include <linux/time64.h>

#endif /* _LINUX_TIME_H */
