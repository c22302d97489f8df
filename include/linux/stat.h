/* SPDX-License-Identifier: MIT */
/*
 * <linux/stat.h> of Linux 6.12: modes. libc reads the system's through this one; its
 * <sys/stat.h>, before or after, has the same values.
 */
#ifndef _KMEMU_LINUX_STAT_H
#define _KMEMU_LINUX_STAT_H

#include_next <linux/stat.h>

#ifndef __cplusplus
#include <kmemu/libc_begin.h>
#include <sys/stat.h>
#include <kmemu/libc_end.h>

#define S_IRWXUGO (S_IRWXU | S_IRWXG | S_IRWXO)
#define S_IALLUGO (S_ISUID | S_ISGID | S_ISVTX | S_IRWXUGO)
#define S_IRUGO (S_IRUSR | S_IRGRP | S_IROTH)
#define S_IWUGO (S_IWUSR | S_IWGRP | S_IWOTH)
#define S_IXUGO (S_IXUSR | S_IXGRP | S_IXOTH)
#endif

#endif /* _KMEMU_LINUX_STAT_H */
