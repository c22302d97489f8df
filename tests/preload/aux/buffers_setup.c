/* SPDX-License-Identifier: MIT */
/* io_uring_setup_buf_ring(), as liburing has it since 2.4. For buffers_async.sh. */
#include <liburing.h>
#include <sys/mman.h>

struct io_uring_buf_ring *io_uring_setup_buf_ring(struct io_uring *ring, unsigned int entries,
						  int group, unsigned int flags, int *err)
{
	struct io_uring_buf_reg reg = { .ring_entries = entries, .bgid = (__u16)group };
	void *bufs = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	reg.ring_addr = (unsigned long)bufs;
	*err = io_uring_register_buf_ring(ring, &reg, flags);
	io_uring_buf_ring_init(bufs);
	return *err ? NULL : bufs;
}
