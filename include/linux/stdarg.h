/* SPDX-License-Identifier: MIT */
/* <linux/stdarg.h> of Linux 6.12: the compiler's. */
#ifndef _LINUX_STDARG_H
#define _LINUX_STDARG_H

#include <stdarg.h>

#endif /* _LINUX_STDARG_H */
