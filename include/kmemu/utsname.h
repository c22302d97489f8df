/* SPDX-License-Identifier: MIT */
/*
 * utsname.h - what the kernel says that it is (kernel: include/linux/utsname.h,
 * init/version.c), for include/linux/utsname.h. Findings have the same release.
 */
#ifndef KMEMU_UTSNAME_H
#define KMEMU_UTSNAME_H

#ifdef __cplusplus
extern "C" {
#endif

#define KMEMU_RELEASE "6.12-kmemu"

struct new_utsname {
	char sysname[65];
	char nodename[65]; /* "(none)", as before anybody has set it; domainname, too */
	char release[65];
	char version[65];
	char machine[65];
	char domainname[65];
};

struct uts_namespace {
	struct new_utsname name;
};

extern struct uts_namespace kmemu_init_uts_ns;

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_UTSNAME_H */
