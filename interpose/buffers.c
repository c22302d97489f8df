/*
 * buffers.c - in front of calls that hand memory over, when contig or usercopy is
 * on (kernel: static keys, where what is on is patched into the code's way).
 *
 * The entries of calls.def go on to calls_real[]. When a check of buffers is on, a
 * name of buffers.def has a function of this file there, which goes on to libc's: so
 * a call that is off has not one instruction more, and what contexts say comes
 * first. A function asks the one question that most calls need (buffers_skip_fd()) and
 * jumps on with all six words in place; else core/check/buffers.c judges, and the
 * call is made from here, or fails.
 *
 * What is no entry (libaio, liburing, memcpy) is led here by buffers_slots.c.
 *
 * A call may be cancelled in here: nothing is held, and what is in flight is found
 * to be over when it is asked for.
 *
 * Locks: none. Cost: 9 instructions a call that is not judged.
 */
#include "core/check/buffers.h"

#include <errno.h>

#include "core/os/os.h"
#include "interpose/buffers.h"
#include "interpose/calls.h"
#include "interpose/interpose.h"

typedef long (*raw_fn)(long, long, long, long, long, long, long);

buffer_fn buffers_real[NR_BUFFERS];
static raw_fn real_raw;

/* --- a call that is judged ------------------------------------------------------ */

/* libaio's and liburing's functions answer -errno. */
static bool answers_negative(const struct buffer_row *row)
{
	return row->shape >= SHAPE_SUBMIT && row->shape <= SHAPE_REGISTER;
}

static long refused(const struct buffer_call *c, int err)
{
	const struct buffer_row *row = buffer_row(c->id);

	if (buffer_is_copy(row))
		return c->arg[0];
	if (answers_negative(row))
		return -err;
	errno = err;
	return -1;
}

static __noinline long led(enum buffer_id id, const void *caller, long a, long b, long c, long d,
			   long e, long f)
{
	struct buffer_call call = { .id = id, .arg = { a, b, c, d, e, f }, .caller = caller };
	int saved = errno, err;
	long ret;

	buffers_look();
	err = buffers_before(&call);
	errno = saved;
	if (unlikely(err))
		return refused(&call, err);
	ret = buffers_real[id](a, b, c, d, e, f);
	if (call.after) {
		saved = errno;
		buffers_after(&call, ret, saved);
		errno = saved;
	}
	return ret;
}

/* Constants but for fd: of most names nothing is left. */
static __always_inline bool may_skip(int shape, int fd_arg, long fd)
{
	return (shape == SHAPE_BYTES || shape == SHAPE_VECTOR) && fd_arg == 0 &&
	       buffers_skip_fd(fd);
}

#define LED(name, question)                                                                  \
	static long led_##name(long a, long b, long c, long d, long e, long f)               \
	{                                                                                    \
		if (question)                                                                \
			return buffers_real[BUF_##name](a, b, c, d, e, f);                   \
		return led(BUF_##name, __builtin_return_address(0), a, b, c, d, e, f);       \
	}

enum {
#define BUFFER(name, shape, way, fd, at, n) SHAPE_OF_##name = SHAPE_##shape, FD_OF_##name = FD_##fd,
#define BUFFER_SPELT(name, base) SHAPE_OF_##name = SHAPE_OF_##base, FD_OF_##name = FD_OF_##base,
#define FD_NO ARG_NO
#define FD_0  0
#define FD_1  1
#include "core/check/buffers.def"
};

#define BUFFER(name, shape, way, fd, at, n) LED(name, may_skip(SHAPE_OF_##name, FD_OF_##name, a))
#define BUFFER_SPELT(name, base)	    LED(name, may_skip(SHAPE_OF_##name, FD_OF_##name, a))
#include "core/check/buffers.def"

static __noinline long raw(const void *caller, long nr, long a, long b, long c, long d, long e,
			   long f)
{
	struct buffer_call call = { .arg = { nr, a, b, c, d, e }, .caller = caller };
	int saved = errno, err = raw_before(&call);
	long ret;

	errno = err ? err : saved;
	if (err)
		return -1;
	ret = real_raw(nr, a, b, c, d, e, f);
	if (call.after) {
		saved = errno;
		buffers_after(&call, ret, saved);
		errno = saved;
	}
	return ret;
}

/*
 * libc's syscall() has a seventh word, on the stack, which stays in its place: it is
 * jumped to, since it may make a child on another stack.
 */
static long led_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
	if (likely(!raw_is_looked_at((int)nr)))
		return real_raw(nr, a, b, c, d, e, f);
	return raw(__builtin_return_address(0), nr, a, b, c, d, e, f);
}

void *buffers_led(enum buffer_id id)
{
	switch (id) {
#define BUFFER(name, shape, way, fd, at, n)
#define BUFFER_SPELT(name, base)
#define OTHER(name, shape, way, fd, at, n) \
	case BUF_##name:                   \
		return (void *)led_##name;
#define OTHER_SPELT(name, base) OTHER(name, , , , , )
#include "core/check/buffers.def"
	default:
		return NULL;
	}
}

/* --- entries --------------------------------------------------------------------- */

/* What goes before libc's function `real` behind the entry; NULL: nothing. */
static void *in_front_of(enum call_id id, void *real)
{
	switch (id) {
#define BUFFER(name, shape, way, fd, at, n)                 \
	case ID_##name:                                     \
		buffers_real[BUF_##name] = (buffer_fn)real; \
		return (void *)led_##name;
#define BUFFER_SPELT(name, base) BUFFER(name, , , , , )
#define OTHER(name, shape, way, fd, at, n)
#define OTHER_SPELT(name, base)
#include "core/check/buffers.def"
	case ID_syscall:
		real_raw = (raw_fn)real;
		return (void *)led_syscall;
	default:
		return NULL;
	}
}

void *buffers_lead(enum call_id id, void *real)
{
	void *led = real ? in_front_of(id, real) : NULL;

	return led ? led : real;
}
