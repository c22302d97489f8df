/*
 * rings.h - what libaio's and liburing's rings in memory tell. The structures are
 * the libraries' and the kernel's interface, read by their places, so that no
 * header of theirs is needed. rings.c has the theory.
 */
#pragma once

#include "core/check/ring_end.h"

/* liburing: struct io_uring_sq, struct io_uring_cq, as far as is read. */
struct io_uring_queues {
	struct {
		u32 *khead, *ktail, *kring_mask, *kring_entries, *kflags, *kdropped, *array;
		u8 *sqes;
		u32 sqe_head, sqe_tail;
		size_t ring_bytes;
		void *ring;
		u32 pad[4];
	} sq;
	struct {
		u32 *khead, *ktail, *kring_mask, *kring_entries, *kflags, *koverflow;
		u8 *cqes;
		size_t ring_bytes;
		void *ring;
		u32 pad[4];
	} cq;
	u32 flags;
	int ring_fd;
};

/* include/uapi/linux/io_uring.h: the first bytes of an entry. */
struct io_uring_entry {
	u8 opcode, flags;
	u16 ioprio;
	int fd;
	u64 off, addr;
	u32 len, rw_flags;
	u64 user_data;
	u16 buf_index; /* with RING_CHOOSES: the group */
	u16 personality;
	u32 file_index; /* of what opens: the place in the ring's table, from 1; 0: none */
};

/* include/uapi/linux/nvme_ioctl.h: struct nvme_uring_cmd, behind an entry's 48 bytes. */
struct nvme_entry {
	u8 opcode, flags;
	u16 rsvd1;
	u32 nsid, cdw2, cdw3;
	u64 metadata, addr;
	u32 metadata_bytes, bytes;
};

/* io_uring_entry.off of RING_URING_CMD */
enum {
	NVME_URING_CMD_IO = 0xc0484e80,
	NVME_URING_CMD_IO_VEC,
	NVME_URING_CMD_ADMIN,
	NVME_URING_CMD_ADMIN_VEC,
};

enum {
	RING_READV = 1,
	RING_WRITEV = 2,
	RING_READ_FIXED = 4,
	RING_WRITE_FIXED = 5,
	RING_SENDMSG = 9,
	RING_RECVMSG = 10,
	RING_ACCEPT = 13,
	RING_OPENAT = 18,
	RING_CLOSE = 19,
	RING_FILES_UPDATE = 20,
	RING_READ = 22,
	RING_WRITE = 23,
	RING_SEND = 26,
	RING_RECV = 27,
	RING_OPENAT2 = 28,
	RING_PROVIDE_BUFFERS = 31,
	RING_SOCKET = 45,
	RING_URING_CMD = 46,
	RING_SEND_ZC = 47,
	RING_SENDMSG_ZC = 48,
	RING_READ_MULTISHOT = 49,
	RING_FIXED_FD_INSTALL = 54,
	RING_READV_FIXED = 60,
	RING_WRITEV_FIXED = 61,
};

#define RING_PLACE_CHOSEN (~0u) /* IORING_FILE_INDEX_ALLOC: the ring chooses the place */

#define RING_BUNDLE 0x10 /* entry.ioprio: IORING_RECVSEND_BUNDLE */

/* entry.flags */
#define RING_FIXED_FILE 0x01 /* fd is an index of registered files */
#define RING_CHOOSES	0x20 /* IOSQE_BUFFER_SELECT: memory of the ring's own choice */
#define RING_LINKS	0x0c /* IOSQE_IO_LINK, IOSQE_IO_HARDLINK: the next one waits for it */
#define RING_SKIPS	0x40 /* IOSQE_CQE_SKIP_SUCCESS: it has a completion only if it fails */

/* False: it is no ring that can be read. */
bool ring_read(const void *ring, struct io_uring_queues *q);
/* The i-th entry, counted as head and tail are. */
bool ring_entry(const struct io_uring_queues *q, u32 i, struct io_uring_entry *e);
/* Its command to an NVMe device; false: it has none, or the ring's entries are too short. */
bool ring_nvme_entry(const struct io_uring_queues *q, u32 i, struct nvme_entry *nvme);
/* The tail of its completions. */
u32 ring_tail(const struct io_uring_queues *q);
/* It came since the tail was so; true when it can't be told. */
bool ring_completed(const void *ring, const struct ring_end *end, u32 tail);
/* How many requests of user_data ended since the tail was so; -1: it can't be told. */
int ring_count_ends(const void *ring, u64 user_data, u32 tail);
/*
 * How many completions of user_data came since the tail was so, and the last one's result;
 * -1: it can't be told.
 */
int ring_results(const void *ring, u64 user_data, u32 tail, int *res);
/* Writes the i-th entry; false: that can't be. */
bool ring_set_entry(const struct io_uring_queues *q, u32 i, const struct io_uring_entry *e);
/* Of a completion of user_data since the tail was so, whose result is `from`. */
void ring_set_result(const void *ring, u64 user_data, u32 tail, int from, int to);

/* libaio: as above, of the ring of events behind an aio_context_t. */
u32 libaio_tail(const void *ctx);
/* since: requests that were submitted after it. */
bool libaio_completed(const void *ctx, u64 iocb, u32 tail, u32 since);
/* Of the iocb's event since the tail was so; false: it is not there, or taken. */
bool libaio_set_result(const void *ctx, u64 iocb, u32 tail, s64 to);
