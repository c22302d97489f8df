/*
 * buffers.h - calls that hand memory to the kernel or to a device, and the checks
 * contig and usercopy of that memory. buffers.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"
#include "core/check/ring_end.h"
#include "core/mm/pagemap.h"
#include "core/mm/phys.h"
#include "core/report/report.h"

/* Rows of buffers.def, spellings too. BUF_read is `read`. */
enum buffer_id {
#define BUFFER(name, shape, way, fd, at, n) BUF_##name,
#define BUFFER_SPELT(name, base)	    BUF_##name,
#include "core/check/buffers.def"
	NR_BUFFERS
};

enum buffer_shape {
	SHAPE_SPELT, /* no row of its own */
	SHAPE_BYTES, /* memory and its length */
	SHAPE_PAGES, /* the same, of which whole pages are meant */
	SHAPE_VECTOR, /* struct iovec [] */
	SHAPE_MESSAGE, /* struct msghdr */
	SHAPE_MESSAGES, /* struct mmsghdr [] */
	SHAPE_IOCTL, /* by the number of the request */
	SHAPE_AIO, /* struct aiocb */
	SHAPE_AIO_LIST, /* struct aiocb *[] */
	SHAPE_AIO_DONE, /* struct aiocb whose result is taken */
	SHAPE_SUBMIT, /* struct iocb *[] */
	SHAPE_EVENTS, /* struct io_event [], filled by the call */
	SHAPE_AIO_END, /* aio_context_t that ends */
	SHAPE_RING_MADE, /* a ring without a struct io_uring */
	SHAPE_RING_MAPPED, /* a struct io_uring is made of it */
	SHAPE_RING_ENTERED, /* such a ring: n, the entries that are submitted */
	SHAPE_RING, /* struct io_uring with entries to be submitted */
	SHAPE_RING_BEGIN, /* struct io_uring that begins */
	SHAPE_RING_END, /* struct io_uring that ends */
	SHAPE_REGISTERED, /* struct iovec [] that a ring keeps */
	SHAPE_FILES, /* int [] that a ring keeps; fd: the argument with the first's place */
	SHAPE_FILES_END, /* a ring keeps none any more */
	SHAPE_GROUP, /* struct io_uring_buf_reg: buffers that a ring chooses from */
	SHAPE_GROUP_MADE, /* the same, made by the call */
	SHAPE_GROUP_END, /* n: the argument with its number */
	SHAPE_REGISTER, /* io_uring_register(2) */
	SHAPE_OPENS, /* flags: the result may be O_DIRECT */
	SHAPE_DUPS, /* the result is what fd is */
	SHAPE_BRINGS, /* the result may be anything */
	SHAPE_FCNTL, /* a command: F_SETFL, F_DUPFD */
	SHAPE_COPY, /* memory to memory of the same length */
	SHAPE_FILL, /* memory and its length, written to */
	SHAPE_STRING, /* memory to memory, as long as the string in the next argument */
	SHAPE_APPEND, /* the same, behind the string that is there */
};

enum { WAY_IN = 1, WAY_OUT = 2, WAY_BOTH = 3 };
enum { ARG_NO = 7 };

struct buffer_row {
	u8 base; /* enum buffer_id of the row that counts */
	u8 shape, way;
	u8 fd, at, n; /* arguments; ARG_NO: none */
};

/* The row of a call; that of a spelling is its base's. */
const struct buffer_row *buffer_row(enum buffer_id id);
const char *buffer_name(enum buffer_id id);
/* A call whose memory is judged only with usercopy.calls=all. */
bool buffer_is_copy(const struct buffer_row *row);

#define BUFFER_ARGS 6

/* A call on its way. */
struct buffer_call {
	enum buffer_id id;
	long arg[BUFFER_ARGS];
	const void *caller;
	bool after; /* buffers_after() has something to do */
	bool told; /* it was a finding already: one call is one */
	bool direct; /* on a descriptor that was opened O_DIRECT */
	bool device; /* a device was meant: contig judged its memory */
};

/* --- buffers.c ------------------------------------------------------------ */

/* A check of calls is on. Set by buffers_init(), with options; false in plain. */
extern __hidden bool buffers_armed;
void __buffers_init(void);

/* Inline, so that a start without the check touches nothing of it. */
static inline void buffers_init(void)
{
	if (unlikely(kmemu_opts.contig || kmemu_opts.usercopy))
		__buffers_init();
}

/* usercopy.calls=all */
bool buffers_copies_are_wanted(void);
/* When it is on: what is better asked early, the loader's list. Not in a handler. */
void buffers_start(void);

/*
 * Before the call: judges what it hands over. 0, or the errno that it fails
 * with by policy.
 */
int buffers_before(struct buffer_call *c);
/* Behind it. ret as the function gave it, err: errno then. */
void buffers_after(struct buffer_call *c, long ret, int err);

#define BUFFER_FDS 65536U

/* Below it, descriptors that have a bit here are known not to be judged at all. */
extern __hidden u32 buffers_plain_fds;
extern __hidden u64 buffers_plain[BUFFER_FDS / 64];

static __always_inline bool buffers_skip_fd(long fd)
{
	u32 n = (u32)fd;

	return n < READ_ONCE(buffers_plain_fds) && READ_ONCE(buffers_plain[n / 64]) >> n % 64 & 1;
}

/* What was judged, for the coverage line. */
struct buffer_counts {
	u64 direct; /* calls on descriptors that were opened O_DIRECT */
	u64 async; /* requests: aio, libaio, liburing */
	u64 registered; /* buffers of rings */
	u64 others; /* calls to devices without O_DIRECT: ioctls, vmsplice, what is named */
	u64 foreign; /* buffers for devices in memory that nothing is known of */
	u64 copies; /* calls, by usercopy */
};
void buffer_counts_read(struct buffer_counts *counts);

/* --- shared by the files of the check ------------------------------------- */

/* One piece of memory that a call hands over. */
struct buffer_part {
	const char *call;
	const void *caller;
	int fd; /* -1: none */
	u8 way;
	bool direct; /* to a device: contig judges it */
	bool copies; /* through the kernel: usercopy judges it */
	bool odirect; /* fd was opened O_DIRECT, which wants alignment */
	const void *at;
	size_t bytes;
	unsigned int nr, of; /* which of the call's elements, from 0 */
	unsigned int message, messages; /* the same of a call that takes a list; 0: no such */
	const char *unit; /* of the list: "message", "request" */
	bool has_offset;
	long offset; /* in the file; that of an O_APPEND file is not meant by a write */
};

/* RWF_APPEND, RWF_NOAPPEND: where a request writes is not where it says. */
#define RW_FLAGS_OF_PLACE 0x30

/* Who knows the end of a request. */
enum flight_by { FLIGHT_AIO = 1, FLIGHT_LIBAIO, FLIGHT_RING };

struct flight {
	u32 state;
	u8 by, way;
	const char *call;
	const void *at;
	size_t bytes;
	const void *owner; /* aio_context_t or struct io_uring */
	u64 name; /* struct aiocb, struct iocb, or user_data */
	u32 tail; /* of the ring's completions when it was submitted */
	struct ring_end end; /* FLIGHT_RING */
	u32 age; /* submissions before it */
	u32 stack; /* where, in the depot */
};

/* What is wrong with a part, and the facts by which that was found. */
struct buffer_verdict {
	enum report_kind kind; /* NR_REPORT_KINDS: nothing is wrong */
	struct phys_buffer b;
	size_t may; /* usercopy: so many bytes from the object's start are right */
	u32 mem, block; /* direct-misaligned: what O_DIRECT wants */
	struct flight other; /* contig-cacheline */
	struct phys_verified machine;
};

/* The parts of a call that are wrong. elements.nr 0: none is. */
struct buffer_wrong {
	struct buffer_part first;
	struct buffer_verdict verdict; /* of the first */
	struct report_elements elements;
};

/* Looks at a part, and notes it if it is wrong; */
void buffer_look(const struct buffer_part *p, struct buffer_wrong *wrong);
void buffer_note(const struct buffer_part *p, const struct buffer_verdict *v,
		 struct buffer_wrong *wrong);
/* then they are one finding. 0, or the errno that the call fails with. told: it was one. */
int buffer_tell(const struct buffer_wrong *wrong, bool *told);
/* Filled in: v->kind, NR_REPORT_KINDS before, and what that needs. */
void contig_look(const struct buffer_part *p, struct buffer_verdict *v);
void usercopy_look(const struct buffer_part *p, struct buffer_verdict *v);
int contig_tell(const struct buffer_wrong *wrong);
int usercopy_tell(const struct buffer_wrong *wrong);
/* Told of each object that a device would reach: core/check/advise.c. NULL: nobody is. */
extern __hidden void (*contig_met)(const void *object);
/* O_DIRECT answered EINVAL: noted if this part's alignment is why. */
void contig_refused(const struct buffer_part *p, struct buffer_wrong *wrong);
/* What is done with each piece of memory of a call. */
typedef void (*buffer_part_fn)(const struct buffer_part *p, struct buffer_wrong *wrong);

/* ioctl.c: fn for each piece that the request hands on, if that is known; p->at: its argument. */
void ioctl_parts(struct buffer_part *p, unsigned int request, buffer_part_fn fn,
		 struct buffer_wrong *wrong);
/* A list of patterns names some request. */
bool ioctl_is_named(const char *pattern);


/* Where the object of b was allocated, as far as that is known. */
void buffer_allocation(struct report *r, const struct phys_buffer *b);
/* The facts of a part for a report: filled in, with the object. */
void buffer_facts(const struct buffer_part *p, const struct phys_buffer *b, struct report *r,
		  struct report_io *io);

void buffer_count(u64 *counter);
extern __hidden struct buffer_counts buffer_counted;
/* contig.calls names the call, or all; direct or all. */
bool buffers_call_is_wanted(const char *call);
bool buffers_direct_is_wanted(void);
/* The fd is open for O_DIRECT, on something that means it. */
bool buffers_fd_is_direct(int fd);
void buffers_forget_fds(void);
/* One may become O_DIRECT at any time from now on: each is asked each time. */
void buffers_distrust_fds(void);

/* --- async.c: aio, libaio, liburing ---------------------------------------- */

int async_before(struct buffer_call *c, const struct buffer_row *row);
void async_after(struct buffer_call *c, const struct buffer_row *row, long ret);
/* Requests of a ring are not seen. */
void async_tell_raw_ring(void);
/* At exit: a ring that is open and has not passed makes the verdict "unchecked". */
void async_end(void);

/* --- refused.c: requests that fail by policy -------------------------------- */

struct iocb;
struct io_event;
/* The request that c submits as its nr-th will end with -err; false: c must fail instead. */
bool refuse_iocb(const struct buffer_call *c, long nr, struct iocb *cb, int err);
/* A request is made of it: what was not seen to end did. */
void refused_submit_again(const struct iocb *cb);
/* c has submitted so many; 0: it does not submit anything. */
void refused_submitted(const struct buffer_call *c, long taken);
/* Events that a program has got, in its memory. */
void refused_events(struct io_event *events, long n);
/* The same of the i-th entry of a ring, and behind the call. */
struct io_uring_queues;
struct io_uring_entry;
bool refuse_entry(const struct buffer_call *c, const struct io_uring_queues *q, u32 i,
		  const struct io_uring_entry *e, int err);
void refused_entered(const struct buffer_call *c);

/* --- raw_calls.c: libc's syscall() -------------------------------------------- */

bool raw_is_looked_at(int nr);
/* c has the number first; it becomes the call that it stands for, then as buffers_before(). */
int raw_before(struct buffer_call *c);

/* --- fixed_files.c: files that a ring keeps ---------------------------------- */

/* Rings are known by their descriptors. Files are put to the places from `from` on. */
void fixed_files_note(int ring_fd, u32 from, const int *fds, u32 n);
/* An entry of the ring, before it is done: it may bring a file, or take one away. */
void fixed_files_entry(const void *ring, const struct io_uring_queues *q,
		       const struct io_uring_entry *e);
/* What the ring's completions tell of places that it has chosen. */
void fixed_files_learn(int ring_fd);
void fixed_files_end(int ring_fd);
bool fixed_file_is_direct(int ring_fd, u32 i);

/* --- ring_groups.c: buffers that a ring chooses from --------------------------- */

/* struct io_uring_buf[entries] at `bufs`, where the program puts buffers. */
void ring_group_begin(int ring_fd, u16 group, const void *bufs, u32 entries);
void ring_group_end(int ring_fd, u16 group);
void ring_groups_end(int ring_fd);
/* n buffers of so many bytes, one behind the other, are put in by an entry of the ring. */
void ring_group_provide(int ring_fd, u16 group, const void *at, u32 bytes, u32 n);

struct ring_choice {
	const void *at;
	size_t bytes;
	u16 number;
	bool is_new; /* not asked for before */
	bool is_there; /* it is known that it was not chosen yet */
};

/*
 * Writes up to n buffers that a request of the group may get, and returns how many.
 * direct: to a device; what was asked for without it is new then.
 */
u32 ring_group_choices(int ring_fd, u16 group, bool direct, struct ring_choice *choices, u32 n);

/* --- flight.c ---------------------------------------------------------------- */

/* The request begins; a full table forgets it. */
void flight_begin(const struct flight *f);
/* It ended, or all of the owner's (name 0 and owner given). */
void flight_end(enum flight_by by, const void *owner, u64 name);
/* Of buffers that the ring may choose no more. */
void flight_end_group(const void *ring, u16 group);
/* One in flight that shares a cache line with the memory and is of another object. */
bool flight_shares_line(const void *at, size_t bytes, u8 way, struct flight *other);
/*
 * A request of the ring is submitted, whatever it does: of those with its user_data so many
 * have not ended, itself included. What flies with it ends one completion later.
 */
u32 flight_count_ring(const void *ring, u64 user_data, u32 tail);
/* In a fork child: what flies is its parent's. */
void flight_fork_child(void);
/* From now on frees are looked at. */
void flight_watch_frees(void);

/* --- usercopy.c: usercopy.exact --------------------------------------------- */

/* True: usercopy_note() wants to be told of what is handed out. */
bool usercopy_init(void);
void usercopy_note(const void *p, size_t size);
void usercopy_forget(const void *p);
