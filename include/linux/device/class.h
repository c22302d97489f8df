/* SPDX-License-Identifier: MIT */
/* <linux/device/class.h> of Linux 6.12: all of it is in device.h. */
#ifndef _DEVICE_CLASS_H_
#define _DEVICE_CLASS_H_

#include <linux/device.h>

#endif /* _DEVICE_CLASS_H_ */
