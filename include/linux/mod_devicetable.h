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

#ifndef __cplusplus

/* --- of buses that are not there: what a table's rows have */

#define __KMEMU_NAMED_ID(type, size)        \
	struct type {                       \
		char name[size];            \
		kernel_ulong_t driver_data; \
	}
#define I2C_NAME_SIZE 20
#define I2C_MODULE_PREFIX "i2c:"
__KMEMU_NAMED_ID(i2c_device_id, I2C_NAME_SIZE);
#define SPI_NAME_SIZE 32
#define SPI_MODULE_PREFIX "spi:"
__KMEMU_NAMED_ID(spi_device_id, SPI_NAME_SIZE);
#define AUXILIARY_NAME_SIZE 32
#define AUXILIARY_MODULE_PREFIX "auxiliary:"
__KMEMU_NAMED_ID(auxiliary_device_id, AUXILIARY_NAME_SIZE);

#define PCI_ANY_ID (~0)
struct pci_device_id {
	__u32 vendor, device, subvendor, subdevice;
	__u32 class, class_mask;
	kernel_ulong_t driver_data;
	__u32 override_only;
};

struct coreboot_device_id {
	__u32 tag;
	kernel_ulong_t driver_data;
};

#define VIRTIO_DEV_ANY_ID 0xffffffff
struct virtio_device_id {
	__u32 device, vendor;
};

#define SERIO_ANY 0xff
struct serio_device_id {
	__u8 type, extra, id, proto;
};

struct amba_id {
	unsigned int id, mask;
	void *data;
};

enum dmi_field {
	DMI_NONE,
	DMI_BIOS_VENDOR,
	DMI_BIOS_VERSION,
	DMI_BIOS_DATE,
	DMI_BIOS_RELEASE,
	DMI_EC_FIRMWARE_RELEASE,
	DMI_SYS_VENDOR,
	DMI_PRODUCT_NAME,
	DMI_PRODUCT_VERSION,
	DMI_PRODUCT_SERIAL,
	DMI_PRODUCT_UUID,
	DMI_PRODUCT_SKU,
	DMI_PRODUCT_FAMILY,
	DMI_BOARD_VENDOR,
	DMI_BOARD_NAME,
	DMI_BOARD_VERSION,
	DMI_BOARD_SERIAL,
	DMI_BOARD_ASSET_TAG,
	DMI_CHASSIS_VENDOR,
	DMI_CHASSIS_TYPE,
	DMI_CHASSIS_VERSION,
	DMI_CHASSIS_SERIAL,
	DMI_CHASSIS_ASSET_TAG,
	DMI_STRING_MAX,
	DMI_OEM_STRING,
};

struct dmi_strmatch {
	unsigned char slot : 7;
	unsigned char exact_match : 1;
	char substr[79];
};

struct dmi_system_id {
	int (*callback)(const struct dmi_system_id *id);
	const char *ident;
	struct dmi_strmatch matches[4];
	void *driver_data;
};
#define DMI_MATCH(a, b) { .slot = a, .substr = b }
#define DMI_EXACT_MATCH(a, b) { .slot = a, .substr = b, .exact_match = 1 }

#endif /* __cplusplus */

#endif /* LINUX_MOD_DEVICETABLE_H */
