/* SPDX-License-Identifier: MIT */
/*
 * <linux/miscdevice.h> of Linux 6.12: character devices with a minor of major 10.
 * kmemu_chrdev_open(MKDEV(MISC_MAJOR, misc->minor), ...) of <kmemu/chrdev.h> opens one.
 */
#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H

#include <linux/major.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/chrdev.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/types.h>

/* Minors that have an owner (Documentation/admin-guide/devices.txt). */
#define WATCHDOG_MINOR 130
#define TEMP_MINOR 131
#define RTC_MINOR 135
#define NVRAM_MINOR 144
#define HWRNG_MINOR 183
#define VFIO_MINOR 196
#define TUN_MINOR 200
#define CUSE_MINOR 203
#define UINPUT_MINOR 223
#define HPET_MINOR 228
#define FUSE_MINOR 229
#define KVM_MINOR 232
#define LOOP_CTRL_MINOR 237
#define VHOST_NET_MINOR 238
#define UHID_MINOR 239
#define MISC_DYNAMIC_MINOR 255

__kmemu_c int misc_register(struct miscdevice *misc) __kmemu_is(kmemu_misc_register);
__kmemu_c void misc_deregister(struct miscdevice *misc) __kmemu_is(kmemu_misc_deregister);

#define module_misc_device(__misc_device) \
	module_driver(__misc_device, misc_register, misc_deregister)
#define builtin_misc_device(__misc_device) builtin_driver(__misc_device, misc_register)
#define MODULE_ALIAS_MISCDEV(minor) __kmemu_file_scope

#endif /* __cplusplus */

#endif /* _LINUX_MISCDEVICE_H */
