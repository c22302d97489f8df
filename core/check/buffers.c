/*
 * buffers.c - calls that hand memory to the kernel or to a device (kernel:
 * dma_map_single() and its like in drivers, block/bio.c bio_iov_iter_get_pages,
 * check_object_size() in copy_from_user and copy_to_user).
 *
 * buffers.def has the calls. Two questions are asked of the memory of each:
 *
 *	contig		could a device reach it? (contig.c) Asked where one would:
 *			contig.calls=direct are descriptors opened O_DIRECT, buffers
 *			that a ring keeps (io_uring_register), vmsplice to a pipe, and the ioctls of
 *			ioctl.def; all, or names, are any descriptor
 *	usercopy	does the length stay in its object? (usercopy.c) Asked at every
 *			call: in the kernel each copy from or to user space is looked at
 *
 * One call is one finding: that of the first of its elements that is wrong, which names
 * the others.
 *
 * O_DIRECT. The kernel has the flag in struct file; here a descriptor is asked by
 * F_GETFL when it is first met, and one that has not the flag gets a bit in
 * buffers_plain[], so that its next calls are a few instructions. Nothing needs to
 * be known of close: a bit lies only if an O_DIRECT file comes to that number, and
 * whatever can bring one (open with O_DIRECT, F_SETFL, dup of such, descriptors
 * received in a message, pidfd_getfd) clears all bits. A request of a ring's brings
 * one later, at a time that nobody sees: from then on there are no bits. While a
 * number is not open it gets no bit.
 * A descriptor without a bit is asked each time, so what is reported was confirmed.
 * A pipe's O_DIRECT means packets, so it must be a file or a block device.
 *
 * Refused by policy, a call fails as its driver's would: usercopy -EFAULT, contig
 * -EIO.
 *
 * Different from the kernel: its usercopy check is of kernel memory. The program
 * is taken for a kernel here, so what read() writes to is "overwrite", what
 * write() reads "exposure".
 *
 * Locks: none. Memory: 8 KiB of bits. Cost: nothing when off, no call is led
 * here then; contig alone 9 instructions a call on a descriptor that is not
 * O_DIRECT; usercopy some 60 ns.
 */
#include "core/check/buffers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "core/lib/printk.h"
#include "core/mm/slab.h"
#include "core/os/fd.h"
#include "core/os/os.h"
#include "core/report/suppress.h"

#define VECTOR_MAX 1024u /* UIO_MAXIOV */
#define AT_ONCE	   16u

bool buffers_armed;
u32 buffers_plain_fds;
u64 buffers_plain[BUFFER_FDS / 64];
struct buffer_counts buffer_counted;
static u32 fds_generation;
static u32 plain_words; /* of buffers_plain, those that may hold a bit; never less again */
static bool distrusted; /* no descriptor gets a bit any more */
static bool calls_all, calls_direct;
static u64 calls_named[(NR_BUFFERS + 63) / 64];

/* --- the table ------------------------------------------------------------ */

#define ARG_OF_NO ARG_NO
#define ARG_OF_0  0
#define ARG_OF_1  1
#define ARG_OF_2  2
#define ARG_OF_3  3
#define ARG_OF_4  4

static const struct buffer_row rows[NR_BUFFERS] = {
#define BUFFER(name, shape, way, fd, at, n) \
	{ BUF_##name, SHAPE_##shape, WAY_##way, ARG_OF_##fd, ARG_OF_##at, ARG_OF_##n },
#define BUFFER_SPELT(name, base) { BUF_##base, SHAPE_SPELT, 0, 0, 0, 0 },
#include "core/check/buffers.def"
};

/* All names, one behind the other: places in it need no relocation. */
static const struct buffer_names {
#define BUFFER(name, shape, way, fd, at, n) char at_##name[sizeof(#name)];
#define BUFFER_SPELT(name, base)	    char at_##name[sizeof(#name)];
#include "core/check/buffers.def"
} names = {
#define BUFFER(name, shape, way, fd, at, n) #name,
#define BUFFER_SPELT(name, base)	    #name,
#include "core/check/buffers.def"
};

static const u16 name_at[NR_BUFFERS] = {
#define BUFFER(name, shape, way, fd, at, n) offsetof(struct buffer_names, at_##name),
#define BUFFER_SPELT(name, base)	    offsetof(struct buffer_names, at_##name),
#include "core/check/buffers.def"
};

const struct buffer_row *buffer_row(enum buffer_id id)
{
	return &rows[rows[id].base];
}

const char *buffer_name(enum buffer_id id)
{
	return (const char *)&names + name_at[id];
}

bool buffer_is_copy(const struct buffer_row *row)
{
	return row->shape >= SHAPE_COPY;
}

/* --- what was judged ------------------------------------------------------ */

void buffer_count(u64 *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

void buffer_counts_read(struct buffer_counts *counts)
{
	counts->direct = READ_ONCE(buffer_counted.direct);
	counts->async = READ_ONCE(buffer_counted.async);
	counts->registered = READ_ONCE(buffer_counted.registered);
	counts->others = READ_ONCE(buffer_counted.others);
	counts->foreign = READ_ONCE(buffer_counted.foreign);
	counts->copies = READ_ONCE(buffer_counted.copies);
}

/* --- descriptors ----------------------------------------------------------- */

void buffers_forget_fds(void)
{
	__atomic_fetch_add(&fds_generation, 1, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < READ_ONCE(plain_words); i++)
		if (READ_ONCE(buffers_plain[i]))
			__atomic_store_n(&buffers_plain[i], 0, __ATOMIC_RELAXED);
}

void buffers_distrust_fds(void)
{
	__atomic_store_n(&distrusted, true, __ATOMIC_SEQ_CST);
	buffers_forget_fds();
}

static bool is_plain(int fd)
{
	u32 n = (u32)fd;

	return n < BUFFER_FDS && READ_ONCE(buffers_plain[n / 64]) >> n % 64 & 1;
}

/* Unless something that could make it O_DIRECT came between question and answer. */
static void note_plain(int fd, u32 generation)
{
	u32 words = READ_ONCE(plain_words);
	u64 bit = 1UL << (u32)fd % 64;

	if ((u32)fd >= BUFFER_FDS || __atomic_load_n(&distrusted, __ATOMIC_SEQ_CST))
		return;
	while ((u32)fd / 64 >= words &&
	       !__atomic_compare_exchange_n(&plain_words, &words, (u32)fd / 64 + 1, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	__atomic_fetch_or(&buffers_plain[(u32)fd / 64], bit, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&fds_generation, __ATOMIC_SEQ_CST) != generation)
		__atomic_fetch_and(&buffers_plain[(u32)fd / 64], ~bit, __ATOMIC_SEQ_CST);
}

bool buffers_fd_is_direct(int fd)
{
	u32 generation = __atomic_load_n(&fds_generation, __ATOMIC_SEQ_CST);
	int flags;

	if (is_plain(fd))
		return false;
	flags = os_fd_flags(fd);
	if (flags >= 0 && flags & O_DIRECT && os_fd_is_disk(fd))
		return true;
	if (flags >= 0)
		note_plain(fd, generation);
	return false;
}

/* --- which calls ----------------------------------------------------------- */

static bool is_named(enum buffer_id base)
{
	return calls_named[base / 64] >> base % 64 & 1;
}

bool buffers_call_is_wanted(const char *call)
{
	return calls_all || glob_match_list(kmemu_opts.contig_calls, call);
}

bool buffers_direct_is_wanted(void)
{
	return calls_direct;
}

static bool is_call_or_word(const char *word, size_t n)
{
	char name[64];

	if (n >= sizeof(name))
		return false;
	__builtin_memcpy(name, word, n);
	name[n] = '\0';
	if (!__builtin_strcmp(name, "direct") || !__builtin_strcmp(name, "all") ||
	    ioctl_is_named(name))
		return true;
	for (int id = 0; id < NR_BUFFERS; id++)
		if (rows[id].base == id && !buffer_is_copy(&rows[id]) &&
		    glob_match_list(name, buffer_name((enum buffer_id)id)))
			return true;
	return false;
}

static void complain_of_words(const char *list)
{
	while (*list) {
		size_t n = __builtin_strcspn(list, ",");

		if (n && !is_call_or_word(list, n)) {
			options_count_bad("contig.calls");
			printk("kmemu: contig.calls: '%.*s' is no call that is looked at; "
			       "direct, all and names such as read or SG_IO are",
			       (int)min(n, (size_t)60), list);
		}
		list += n + (list[n] == ',');
	}
}

static void read_calls(const char *list)
{
	calls_all = glob_match_list(list, "all");
	calls_direct = calls_all || glob_match_list(list, "direct");
	for (int id = 0; id < NR_BUFFERS; id++)
		if (rows[id].base == id && glob_match_list(list, buffer_name((enum buffer_id)id)))
			calls_named[id / 64] |= 1UL << id % 64;
	complain_of_words(list);
}

static bool some_call_is_named(void)
{
	u64 any = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(calls_named); i++)
		any |= calls_named[i];
	return any;
}

void __buffers_init(void)
{
	buffers_armed = true;
	read_calls(kmemu_opts.contig_calls);
	if (!kmemu_opts.usercopy && !calls_all && !some_call_is_named())
		buffers_plain_fds = BUFFER_FDS;
}

bool buffers_copies_are_wanted(void)
{
	return kmemu_opts.usercopy && kmemu_opts.usercopy_calls == USERCOPY_ALL;
}

void buffers_start(void)
{
	phys_init();
	if (usercopy_init())
		flight_watch_frees();
}

/* --- the judge --------------------------------------------------------------- */

void buffer_note(const struct buffer_part *p, const struct buffer_verdict *v,
		 struct buffer_wrong *wrong)
{
	unsigned int nr = wrong->elements.nr++;

	if (!nr) {
		wrong->first = *p;
		wrong->verdict = *v;
	}
	if (nr < REPORT_ELEMENTS)
		wrong->elements.element[nr] = (struct report_element){
			.kind = v->kind, .message = p->message, .nr = p->nr, .of = p->of,
			.addr = p->at, .size = p->bytes, .owner = phys_kind_name(v->b.kind),
			.cache = v->b.cache ? v->b.cache->name : NULL, .object = v->b.object,
			.object_size = v->b.object_size
		};
}

void buffer_look(const struct buffer_part *p, struct buffer_wrong *wrong)
{
	struct buffer_verdict v;

	if (!p->bytes)
		return;
	v.kind = NR_REPORT_KINDS;
	if (p->copies)
		usercopy_look(p, &v);
	if (v.kind == NR_REPORT_KINDS && p->direct)
		contig_look(p, &v);
	if (v.kind != NR_REPORT_KINDS)
		buffer_note(p, &v, wrong);
}

int buffer_tell(const struct buffer_wrong *wrong, bool *told)
{
	if (!wrong->elements.nr)
		return 0;
	*told = true;
	return wrong->verdict.kind == REPORT_USERCOPY ? usercopy_tell(wrong) : contig_tell(wrong);
}

/* Of a pipe: vmsplice() copies from it. Kernel: vmsplice_type(). */
static bool may_only_read(int fd)
{
	int flags = os_fd_flags(fd);

	return flags >= 0 && (flags & O_ACCMODE) == O_RDONLY;
}

/* What is true of all elements of a call. */
static void begin_part(struct buffer_part *p, struct buffer_call *c, const struct buffer_row *row)
{
	*p = (struct buffer_part){ .call = buffer_name((enum buffer_id)row->base),
				   .caller = c->caller,
				   .fd = row->fd == ARG_NO ? -1 : (int)c->arg[row->fd],
				   .way = row->way,
				   .odirect = c->direct,
				   .of = 1 };
	p->copies = kmemu_opts.usercopy && row->shape != SHAPE_PAGES;
	if (buffer_is_copy(row))
		return; /* no device has a part in it */
	p->direct = kmemu_opts.contig && (c->direct || calls_all ||
					  is_named((enum buffer_id)row->base));
	if (row->base == BUF_vmsplice && !may_only_read(p->fd))
		p->direct = kmemu_opts.contig && (p->direct || calls_direct);
	else if (row->base == BUF_vmsplice)
		p->way = WAY_IN;
}

/* pread and its like tell where in the file; read goes on where it was. */
static void note_offset(struct buffer_part *p, const struct buffer_call *c, enum buffer_id base)
{
	if (!c->direct)
		return;
	switch (base) {
	case BUF_pread:
	case BUF_pwrite:
	case BUF_preadv:
	case BUF_pwritev:
		p->offset = c->arg[3];
		break;
	case BUF_preadv2:
	case BUF_pwritev2:
		p->offset = c->arg[3] == -1 ? os_fd_offset(p->fd) : c->arg[3];
		break;
	default:
		p->offset = os_fd_offset(p->fd);
		break;
	}
	p->has_offset = p->offset >= 0 &&
			(base != BUF_pwritev2 || !(c->arg[4] & RW_FLAGS_OF_PLACE));
}

static void each_element(struct buffer_part *p, const struct iovec *vec, size_t n,
			 buffer_part_fn fn, struct buffer_wrong *wrong)
{
	struct iovec some[AT_ONCE];

	p->of = (unsigned int)n;
	for (size_t i = 0; i < n && n <= VECTOR_MAX; i++) {
		if (i % AT_ONCE == 0 &&
		    !os_read_safe(some, vec + i, min(n - i, (size_t)AT_ONCE) * sizeof(*vec)))
			return; /* the kernel says EFAULT */
		p->nr = (unsigned int)i;
		p->at = some[i % AT_ONCE].iov_base;
		p->bytes = some[i % AT_ONCE].iov_len;
		fn(p, wrong);
		p->offset += (long)p->bytes;
	}
}

static void each_of_message(struct buffer_part *p, const struct msghdr *from, buffer_part_fn fn,
			    struct buffer_wrong *wrong)
{
	struct msghdr msg;

	if (os_read_safe(&msg, from, sizeof(msg)))
		each_element(p, msg.msg_iov, msg.msg_iovlen, fn, wrong);
}

static void each_of_messages(struct buffer_part *p, const struct mmsghdr *msgs, unsigned int n,
			     buffer_part_fn fn, struct buffer_wrong *wrong)
{
	p->messages = n;
	p->unit = "message";
	for (unsigned int i = 0; i < min(n, VECTOR_MAX); i++) {
		p->message = i;
		each_of_message(p, &msgs[i].msg_hdr, fn, wrong);
	}
}

/* Memory to memory: the one is written to, the other read. */
static void each_of_copy(struct buffer_part *p, const struct buffer_call *c, size_t from_bytes,
			 buffer_part_fn fn, struct buffer_wrong *wrong)
{
	p->at = (const void *)c->arg[0];
	p->way = WAY_IN;
	fn(p, wrong);
	p->at = (const void *)c->arg[1];
	p->bytes = from_bytes;
	p->way = WAY_OUT;
	p->nr = 1;
	p->of = REPORT_OF_SOURCE;
	fn(p, wrong);
}

/* Of strings n is the most that is taken of one, which strncpy() fills up to. */
static void each_of_string(struct buffer_part *p, const struct buffer_call *c,
			   const struct buffer_row *row, buffer_part_fn fn,
			   struct buffer_wrong *wrong)
{
	size_t n = row->n == ARG_NO ? SIZE_MAX / 2 : p->bytes;
	size_t from = strnlen((const char *)c->arg[1], n);

	if (row->shape == SHAPE_APPEND)
		p->bytes = __builtin_strlen((const char *)c->arg[0]) + from + 1;
	else if (row->n == ARG_NO)
		p->bytes = from + 1;
	each_of_copy(p, c, min(from + 1, n), fn, wrong);
}

static void __each_part(struct buffer_part *p, struct buffer_call *c,
			const struct buffer_row *row, buffer_part_fn fn,
			struct buffer_wrong *wrong)
{
	const void *at = row->at == ARG_NO ? NULL : (const void *)c->arg[row->at];
	size_t n = row->n == ARG_NO ? 0 : (size_t)c->arg[row->n];

	begin_part(p, c, row);
	note_offset(p, c, (enum buffer_id)row->base);
	p->at = at;
	p->bytes = n;
	switch ((enum buffer_shape)row->shape) {
	case SHAPE_VECTOR:
		each_element(p, at, row->base == BUF_vmsplice ? n : (size_t)(int)n, fn, wrong);
		return;
	case SHAPE_MESSAGE:
		each_of_message(p, at, fn, wrong);
		return;
	case SHAPE_MESSAGES:
		each_of_messages(p, at, (unsigned int)n, fn, wrong);
		return;
	case SHAPE_COPY:
		each_of_copy(p, c, n, fn, wrong);
		return;
	case SHAPE_STRING:
	case SHAPE_APPEND:
		each_of_string(p, c, row, fn, wrong);
		return;
	case SHAPE_IOCTL:
		ioctl_parts(p, (unsigned int)n, fn, wrong);
		return;
	default:
		break;
	}
	fn(p, wrong);
}

/* Calls fn for each piece of memory of the call, and tells of those that are wrong. */
static int each_part(struct buffer_call *c, const struct buffer_row *row, buffer_part_fn fn)
{
	struct buffer_wrong wrong;
	struct buffer_part p;

	wrong.elements.nr = 0;
	__each_part(&p, c, row, fn, &wrong);
	c->device = p.direct;
	return buffer_tell(&wrong, &c->told);
}

/* --- before and behind -------------------------------------------------------- */

static int judge_memory(struct buffer_call *c, const struct buffer_row *row)
{
	int err;

	if (row->fd != ARG_NO && row->shape != SHAPE_IOCTL && kmemu_opts.contig && calls_direct)
		c->direct = buffers_fd_is_direct((int)c->arg[row->fd]);
	if (c->direct) {
		buffer_count(&buffer_counted.direct);
		c->after = true; /* O_DIRECT may refuse it */
	}
	if (kmemu_opts.usercopy)
		buffer_count(&buffer_counted.copies);
	err = each_part(c, row, buffer_look);
	if (c->device && !c->direct)
		buffer_count(&buffer_counted.others);
	return err;
}

/* A message may bring descriptors; of several the first tells whether they can. */
static int judge_message(struct buffer_call *c, const struct buffer_row *row)
{
	struct msghdr msg;

	if (row->way == WAY_IN && kmemu_opts.contig &&
	    os_read_safe(&msg, (const void *)c->arg[1], sizeof(msg)))
		c->after = msg.msg_controllen > 0;
	return judge_memory(c, row);
}

static void before_dup(struct buffer_call *c)
{
	if (is_plain((int)c->arg[0]))
		return;
	buffers_forget_fds();
	c->after = true; /* dup2 replaces one that is open until then */
}

static void before_fcntl(struct buffer_call *c)
{
	int cmd = (int)c->arg[1];

	if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC)
		before_dup(c);
	else if (cmd == F_SETFL && c->arg[2] & O_DIRECT)
		c->after = true;
}

int buffers_before(struct buffer_call *c)
{
	const struct buffer_row *row = buffer_row(c->id);

	switch ((enum buffer_shape)row->shape) {
	case SHAPE_MESSAGE:
	case SHAPE_MESSAGES:
		return judge_message(c, row);
	case SHAPE_OPENS:
		if (c->arg[row->at] & O_DIRECT)
			buffers_forget_fds();
		return 0;
	case SHAPE_DUPS:
		before_dup(c);
		return 0;
	case SHAPE_BRINGS:
		c->after = true;
		return 0;
	case SHAPE_FCNTL:
		before_fcntl(c);
		return 0;
	case SHAPE_AIO:
	case SHAPE_AIO_LIST:
	case SHAPE_AIO_DONE:
	case SHAPE_SUBMIT:
	case SHAPE_EVENTS:
	case SHAPE_AIO_END:
	case SHAPE_RING_MADE:
	case SHAPE_RING_MAPPED:
	case SHAPE_RING_ENTERED:
	case SHAPE_RING:
	case SHAPE_RING_BEGIN:
	case SHAPE_RING_END:
	case SHAPE_REGISTERED:
	case SHAPE_FILES:
	case SHAPE_FILES_END:
	case SHAPE_GROUP:
	case SHAPE_GROUP_MADE:
	case SHAPE_GROUP_END:
	case SHAPE_REGISTER:
		return async_before(c, row);
	default:
		return judge_memory(c, row);
	}
}

void buffers_after(struct buffer_call *c, long ret, int err)
{
	const struct buffer_row *row = buffer_row(c->id);

	switch ((enum buffer_shape)row->shape) {
	case SHAPE_OPENS:
	case SHAPE_DUPS:
	case SHAPE_BRINGS:
	case SHAPE_FCNTL:
	case SHAPE_MESSAGE:
	case SHAPE_MESSAGES:
		buffers_forget_fds();
		break;
	case SHAPE_BYTES:
	case SHAPE_VECTOR:
		if ((int)ret == -1 && err == EINVAL && c->direct && !c->told)
			each_part(c, row, contig_refused);
		break;
	default:
		async_after(c, row, ret);
		break;
	}
}
