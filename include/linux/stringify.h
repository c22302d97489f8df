/* SPDX-License-Identifier: MIT */
/* <linux/stringify.h> of Linux 6.12. */
#ifndef __LINUX_STRINGIFY_H
#define __LINUX_STRINGIFY_H

#define __stringify_1(...) #__VA_ARGS__
#define __stringify(...) __stringify_1(__VA_ARGS__)

#endif /* __LINUX_STRINGIFY_H */
