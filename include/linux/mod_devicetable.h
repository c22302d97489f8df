/* SPDX-License-Identifier: MIT */
/*
 * <linux/mod_devicetable.h> of Linux 6.12: tables of what a driver is for. The platform's
 * is matched by; there is no device tree, no ACPI, and nobody loads modules by the others.
 */
#ifndef LINUX_MOD_DEVICETABLE_H
#define LINUX_MOD_DEVICETABLE_H

#include <kmemu/platform.h>
#include <linux/types.h>
#include <linux/uuid.h>

typedef unsigned long kernel_ulong_t;

#define PLATFORM_NAME_SIZE 20
#define PLATFORM_MODULE_PREFIX "platform:"
#define ACPI_ID_LEN 16

struct of_device_id {
	char name[32];
	char type[32];
	char compatible[128];
	const void *data;
};

struct acpi_device_id {
	__u8 id[ACPI_ID_LEN];
	kernel_ulong_t driver_data;
	__u32 cls;
	__u32 cls_msk;
};

#endif /* LINUX_MOD_DEVICETABLE_H */
