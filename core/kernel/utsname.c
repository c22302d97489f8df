/*
 * utsname.c - the names of the kernel that kernel code runs on (kernel: init/version.c
 * init_uts_ns; <linux/uts.h>). Not the machine's: what is emulated is what is said.
 *
 * Locks: none; nothing here writes it.
 */
#include "include/kmemu/utsname.h"

#include "core/init/init.h"

KMEMU_EXPORT struct uts_namespace kmemu_init_uts_ns = {
	.name = {
		.sysname = "Linux",
		.nodename = "(none)",
		.release = KMEMU_RELEASE,
		.version = "#1",
#ifdef __aarch64__
		.machine = "aarch64",
#else
		.machine = "x86_64",
#endif
		.domainname = "(none)",
	},
};
