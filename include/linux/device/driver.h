/* SPDX-License-Identifier: MIT */
/* <linux/device/driver.h> of Linux 6.12: all of it is in device.h. */
#ifndef _DEVICE_DRIVER_H_
#define _DEVICE_DRIVER_H_

#include <linux/device.h>

#endif /* _DEVICE_DRIVER_H_ */
