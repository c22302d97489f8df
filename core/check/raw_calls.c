/*
 * raw_calls.c - what a program does by libc's syscall() (kernel: the system calls
 * themselves, which know no spellings).
 *
 * A call that hands memory over, or brings a descriptor, is judged as its function
 * would be: for openat2 that is the only way. A ring that is made so cannot be looked
 * into: its requests are not seen, which is told (async.c).
 *
 * liburing and libaio make theirs by instructions, or by syscall() in what was
 * judged as their functions: of the numbers that are theirs the caller is asked for.
 *
 * Locks: none. Cost: of each syscall() a look for its number.
 */
#include <sys/syscall.h>

#include "core/check/buffers.h"
#include "core/report/symbols.h"

/* The call that a number stands for; NR_BUFFERS: none that is looked at. */
static enum buffer_id id_of(int nr)
{
	switch (nr) {
#define IS(name)         \
	case SYS_##name: \
		return BUF_##name
		IS(read);
		IS(write);
		IS(readv);
		IS(writev);
		IS(preadv);
		IS(pwritev);
		IS(preadv2);
		IS(pwritev2);
		IS(vmsplice);
		IS(recvfrom);
		IS(recvmsg);
		IS(recvmmsg);
		IS(sendto);
		IS(sendmsg);
		IS(sendmmsg);
		IS(process_vm_readv);
		IS(process_vm_writev);
		IS(getdents64);
		IS(getrandom);
		IS(ioctl);
		IS(openat);
		IS(open_by_handle_at);
		IS(dup);
		IS(dup3);
		IS(fcntl);
		IS(io_submit);
		IS(io_getevents);
		IS(io_pgetevents);
		IS(io_destroy);
		IS(io_uring_register);
#ifdef SYS_open
		IS(open);
#endif
#ifdef SYS_dup2
		IS(dup2);
#endif
#undef IS
	case SYS_pread64:
		return BUF_pread;
	case SYS_pwrite64:
		return BUF_pwrite;
	case SYS_openat2: /* whose flags lie in memory */
	case SYS_pidfd_getfd:
		return BUF_pidfd_getfd;
	case SYS_io_uring_setup:
		return BUF_io_uring_setup;
	default:
		return NR_BUFFERS;
	}
}

bool raw_is_looked_at(int nr)
{
	return id_of(nr) != NR_BUFFERS;
}

static bool is_of_library(enum buffer_id id)
{
	const struct buffer_row *row = buffer_row(id);

	return row->shape >= SHAPE_SUBMIT && row->shape <= SHAPE_REGISTER;
}

/* The library, whose own function was judged. */
static bool is_librarys(const void *caller)
{
	struct symbol sym;

	return symbol_lookup((unsigned long)caller, &sym, NULL, 0) &&
	       (!__builtin_strncmp(sym.module, "liburing.so", 11) ||
		!__builtin_strncmp(sym.module, "libaio.so", 9));
}

int raw_before(struct buffer_call *c)
{
	enum buffer_id id = id_of((int)c->arg[0]);

	if (is_of_library(id) && is_librarys(c->caller))
		return 0;
	if (id == BUF_io_uring_setup) {
		async_tell_raw_ring();
		return 0;
	}
	for (int i = 0; i < BUFFER_ARGS - 1; i++)
		c->arg[i] = c->arg[i + 1];
	c->id = id;
	return buffers_before(c);
}
