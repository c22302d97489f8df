/* SPDX-License-Identifier: MIT */
/*
 * <linux/circ_buf.h> of Linux 6.12: rings whose size is a power of two; one place is
 * always free, which tells a full one from an empty one.
 */
#ifndef _LINUX_CIRC_BUF_H
#define _LINUX_CIRC_BUF_H 1

struct circ_buf {
	char *buf;
	int head;
	int tail;
};

/* Bytes in it; free places. */
#define CIRC_CNT(head, tail, size) (((head) - (tail)) & ((size) - 1))
#define CIRC_SPACE(head, tail, size) CIRC_CNT((tail), (head) + 1, (size))

/* The same, as far as the buffer's end. */
#define CIRC_CNT_TO_END(head, tail, size)                          \
	__extension__({                                            \
		int __to_end = (size) - (tail);                    \
		int __cnt = ((head) + __to_end) & ((size) - 1);    \
		__cnt < __to_end ? __cnt : __to_end;               \
	})
#define CIRC_SPACE_TO_END(head, tail, size)                        \
	__extension__({                                            \
		int __to_end = (size) - 1 - (head);                \
		int __room = (__to_end + (tail)) & ((size) - 1);   \
		__room <= __to_end ? __room : __to_end + 1;        \
	})

#endif /* _LINUX_CIRC_BUF_H */
