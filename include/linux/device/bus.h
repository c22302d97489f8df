/* SPDX-License-Identifier: MIT */
/* <linux/device/bus.h> of Linux 6.12: all of it is in device.h. */
#ifndef _DEVICE_BUS_H_
#define _DEVICE_BUS_H_

#include <linux/device.h>

#endif /* _DEVICE_BUS_H_ */
