/* SPDX-License-Identifier: MIT */
/*
 * <linux/init.h> of Linux 6.12. An initcall is an entry of a section of the
 * program; main() of libkmemu.a runs them by level, see core/kernel/main.c.
 * Nothing is discarded after initialisation.
 */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <kmemu/module.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/stringify.h>
#include <linux/types.h>

/* C++'s own headers have arguments of these names. */
#ifndef __cplusplus
#define __init
#define __exit
#define __initdata
#define __initconst
#define __exitdata
#define __meminit
#define __meminitdata
#define __refdata
#define __ref
#define __refconst
#define __exit_p(x) (x)
#endif

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

/* level 6 is that of modules and drivers. */
#define __define_initcall(fn, level)                                                  \
	static const struct kmemu_initcall __kmemu_paste(__initcall_##fn, level)      \
		__used __section("kmemu_initcalls") __aligned(sizeof(void *)) = {     \
			fn, 0, KBUILD_MODNAME, level                                  \
		};
#define __exitcall(fn)                                                                \
	static const struct kmemu_initcall __exitcall_##fn __used                     \
		__section("kmemu_initcalls") __aligned(sizeof(void *)) = {            \
			0, fn, KBUILD_MODNAME, 6                                      \
		};

#define early_initcall(fn) __define_initcall(fn, 0)
#define pure_initcall(fn) __define_initcall(fn, 0)
#define core_initcall(fn) __define_initcall(fn, 1)
#define core_initcall_sync(fn) __define_initcall(fn, 1)
#define postcore_initcall(fn) __define_initcall(fn, 2)
#define postcore_initcall_sync(fn) __define_initcall(fn, 2)
#define arch_initcall(fn) __define_initcall(fn, 3)
#define arch_initcall_sync(fn) __define_initcall(fn, 3)
#define subsys_initcall(fn) __define_initcall(fn, 4)
#define subsys_initcall_sync(fn) __define_initcall(fn, 4)
#define fs_initcall(fn) __define_initcall(fn, 5)
#define fs_initcall_sync(fn) __define_initcall(fn, 5)
#define rootfs_initcall(fn) __define_initcall(fn, 5)
#define device_initcall(fn) __define_initcall(fn, 6)
#define device_initcall_sync(fn) __define_initcall(fn, 6)
#define late_initcall(fn) __define_initcall(fn, 7)
#define late_initcall_sync(fn) __define_initcall(fn, 7)
#define console_initcall(fn) device_initcall(fn)
#define __initcall(fn) device_initcall(fn)

/* Words of the kernel's command line: `name=value` of the program's. */
#define __setup(str, fn)                                                                     \
	static const struct kmemu_setup __setup_##fn __used                  \
		__section("kmemu_setups") __aligned(sizeof(void *)) = { str, fn }
#define early_param(str, fn) __setup(str, fn)

#ifndef __cplusplus

/* No kernel was booted, and none crashed before it. */
#define reset_devices 0
#define initcall_debug 0

#define __setup_param(str, unique_id, fn, early)                                             \
	static const struct kmemu_setup __setup_##unique_id __used                           \
		__section("kmemu_setups") __aligned(sizeof(void *)) = { str, fn }

/* The words behind the program's name, with one space between them. */
#define COMMAND_LINE_SIZE 2048
#define saved_command_line kmemu_command_line()
#define boot_command_line kmemu_command_line()
#define saved_command_line_len ((unsigned int)__builtin_strlen(saved_command_line))

#endif /* __cplusplus */

#endif /* _LINUX_INIT_H */
