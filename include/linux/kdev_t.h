/* SPDX-License-Identifier: MIT */
/* <linux/kdev_t.h> of Linux 6.12: the kernel's device numbers, not those of libc. */
#ifndef _KMEMU_LINUX_KDEV_T_H
#define _KMEMU_LINUX_KDEV_T_H

#define MINORBITS 20
#define MINORMASK ((1U << MINORBITS) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev) & MINORMASK))
#define MKDEV(ma, mi) (((unsigned int)(ma) << MINORBITS) | (unsigned int)(mi))

#endif /* _KMEMU_LINUX_KDEV_T_H */
