/* SPDX-License-Identifier: MIT */
/* <kunit/device.h> of Linux 6.12: devices that live as long as their test. */
#ifndef _KUNIT_DEVICE_H
#define _KUNIT_DEVICE_H

#include <kunit/test.h>

struct device;
struct device_driver;

__kmemu_c struct device_driver *kunit_driver_create(struct kunit *test, const char *name)
	__kmemu_is(kmemu_kunit_driver_create);
__kmemu_c struct device *kunit_device_register(struct kunit *test, const char *name)
	__kmemu_is(kmemu_kunit_device_register);
__kmemu_c struct device *kunit_device_register_with_driver(struct kunit *test, const char *name,
							   const struct device_driver *drv)
	__kmemu_is(kmemu_kunit_device_register_with_driver);
__kmemu_c void kunit_device_unregister(struct kunit *test, struct device *dev)
	__kmemu_is(kmemu_kunit_device_unregister);

#endif /* _KUNIT_DEVICE_H */
