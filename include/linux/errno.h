/* SPDX-License-Identifier: MIT */
/*
 * <linux/errno.h> of Linux 6.12: the system's, which libc's <errno.h> reads
 * through this one when this directory is searched first, and the numbers that
 * never leave the kernel.
 */
#ifndef _KMEMU_LINUX_ERRNO_H
#define _KMEMU_LINUX_ERRNO_H

#include_next <linux/errno.h>

#define ERESTARTSYS 512
#define ERESTARTNOINTR 513
#define ERESTARTNOHAND 514
#define ENOIOCTLCMD 515
#define ERESTART_RESTARTBLOCK 516
#define EPROBE_DEFER 517
#define EOPENSTALE 518
#define ENOPARAM 519
#define EBADHANDLE 521
#define ENOTSYNC 522
#define EBADCOOKIE 523
#define ENOTSUPP 524
#define ETOOSMALL 525
#define ESERVERFAULT 526
#define EBADTYPE 527
#define EJUKEBOX 528
#define EIOCBQUEUED 529
#define ERECALLCONFLICT 530
#define ENOGRACE 531

#ifndef __cplusplus /* what it brings along there */
#include <linux/kconfig.h>
#endif

#endif /* _KMEMU_LINUX_ERRNO_H */
