/* SPDX-License-Identifier: MIT */
/* <linux/aio.h> of Linux 6.12 without CONFIG_AIO: no request of a program's comes this way. */
#ifndef __LINUX__AIO_H
#define __LINUX__AIO_H

#include <linux/aio_abi.h>
#include <linux/fs.h>

#ifndef __cplusplus

typedef int(kiocb_cancel_fn)(struct kiocb *);

static inline void kiocb_set_cancel_fn(struct kiocb *req, kiocb_cancel_fn *cancel)
{
	(void)req;
	(void)cancel;
}

#endif /* __cplusplus */

#endif /* __LINUX__AIO_H */
