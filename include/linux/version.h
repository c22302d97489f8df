/* SPDX-License-Identifier: MIT */
/* <linux/version.h> of Linux 6.12: what a module asks that compiles for several kernels. */
#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H

/* The system's has these, of the kernel that its libc was made with. */
#undef LINUX_VERSION_CODE
#undef LINUX_VERSION_MAJOR
#undef LINUX_VERSION_PATCHLEVEL
#undef LINUX_VERSION_SUBLEVEL
#undef KERNEL_VERSION

#define LINUX_VERSION_MAJOR 6
#define LINUX_VERSION_PATCHLEVEL 12
#define LINUX_VERSION_SUBLEVEL 0
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#define LINUX_VERSION_CODE \
	KERNEL_VERSION(LINUX_VERSION_MAJOR, LINUX_VERSION_PATCHLEVEL, LINUX_VERSION_SUBLEVEL)

#endif /* _LINUX_VERSION_H */
