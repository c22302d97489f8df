/*
 * fixed_files.c - files that a ring keeps: which of them are O_DIRECT (kernel:
 * io_uring/rsrc.c io_sqe_files_register, struct io_file_table).
 *
 * A request with IOSQE_FIXED_FILE names a place in the ring's table, and the
 * descriptor that was put there may be closed since. So what it was is asked
 * when it is registered, by liburing's functions, syscall() or an entry of the ring. Of
 * a file that the ring itself opens there the entry tells.
 *
 * Where the ring chooses the place (IORING_FILE_INDEX_ALLOC) the completion has it. The program
 * knows it no earlier, so it is looked for when the next entries are submitted. It is the
 * request's if no other with the same user_data completed since; else it stays unknown.
 * A place that is chosen was empty, and whoever emptied it was seen, so this is asked for
 * files opened O_DIRECT alone.
 *
 * Locks: none; a ring is registered by one thread at a time. Memory: 32 rings of
 * 1024 files, 32 requests whose places are not known yet; of more nothing is known. Cost:
 * F_GETFL for each file.
 */
#include <fcntl.h>
#include <sys/socket.h>

#include "core/check/buffers.h"
#include "core/check/key_table.h"
#include "core/check/rings.h"
#include "core/os/os.h"

#define NR_RINGS 32u
#define NR_FILES 1024u
#define NR_AWAITED 32u
#define GIVEN_MAX 64u /* files of one request */
#define SKIP	 (-2) /* IORING_REGISTER_FILES_SKIP: what is there stays */

static struct ring_files {
	u64 direct[NR_FILES / 64];
} files[NR_RINGS];
static u64 keys[NR_RINGS];
static struct key_table rings = { keys, NR_RINGS, 0 };

/* -1, no ring, has 0. */
static u64 key_of(int ring_fd)
{
	return (u32)ring_fd + 1u;
}

static struct ring_files *find(int ring_fd)
{
	int i = key_find(&rings, key_of(ring_fd));

	return i < 0 ? NULL : &files[i];
}

static struct ring_files *find_or_take(int ring_fd)
{
	int i = key_find_or_take(&rings, key_of(ring_fd));

	return i < 0 ? NULL : &files[i];
}

static void set(struct ring_files *r, u32 i, bool direct)
{
	if (direct)
		__atomic_fetch_or(&r->direct[i / 64], 1UL << i % 64, __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(&r->direct[i / 64], ~(1UL << i % 64), __ATOMIC_RELAXED);
}

void fixed_files_note(int ring_fd, u32 from, const int *fds, u32 n)
{
	struct ring_files *r = find(ring_fd);
	int fd;

	for (u32 i = 0; ring_fd >= 0 && i < min(n, NR_FILES) && from + i < NR_FILES; i++) {
		bool direct;

		if (!os_read_safe(&fd, fds + i, sizeof(fd)))
			return;
		if (fd == SKIP)
			continue;
		direct = fd >= 0 && buffers_fd_is_direct(fd);
		if (direct && !r)
			r = find_or_take(ring_fd);
		if (r)
			set(r, from + i, direct);
	}
}

static void opened_at(int ring_fd, u32 i, bool direct)
{
	struct ring_files *r = direct ? find_or_take(ring_fd) : find(ring_fd);

	if (r && i < NR_FILES)
		set(r, i, direct);
}

bool fixed_file_is_direct(int ring_fd, u32 i)
{
	const struct ring_files *r = find(ring_fd);

	return r && i < NR_FILES && READ_ONCE(r->direct[i / 64]) >> i % 64 & 1;
}

/* --- places that the ring chooses --- */

enum { FREE, TAKEN, LIVE };

static struct awaited {
	u32 state;
	int ring_fd;
	const void *ring;
	u64 user_data;
	u32 tail; /* of the ring's completions when it was submitted */
	const int *places; /* where the ring writes them; NULL: the result is the one */
	u64 direct; /* which of them: a bit each */
} awaited[NR_AWAITED];
static u32 nr_awaited;

static void await(const struct awaited *a)
{
	for (u32 i = 0; i < NR_AWAITED; i++) {
		u32 state = FREE;

		if (!__atomic_compare_exchange_n(&awaited[i].state, &state, TAKEN, false,
						 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			continue;
		awaited[i].ring_fd = a->ring_fd;
		awaited[i].ring = a->ring;
		awaited[i].user_data = a->user_data;
		awaited[i].tail = a->tail;
		awaited[i].places = a->places;
		awaited[i].direct = a->direct;
		__atomic_fetch_add(&nr_awaited, 1, __ATOMIC_RELAXED);
		__atomic_store_n(&awaited[i].state, LIVE, __ATOMIC_RELEASE);
		return;
	}
}

static void await_no_more(struct awaited *a)
{
	__atomic_fetch_sub(&nr_awaited, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&a->state, FREE, __ATOMIC_RELEASE);
}

static void note_places(const struct awaited *a, int res)
{
	int place = res;

	for (u32 i = 0; a->places && i < min((u32)res, GIVEN_MAX); i++)
		if (a->direct >> i & 1 && os_read_safe(&place, a->places + i, sizeof(place)))
			opened_at(a->ring_fd, (u32)place, true);
	if (!a->places)
		opened_at(a->ring_fd, (u32)place, true);
}

void fixed_files_learn(int ring_fd)
{
	for (u32 i = 0; READ_ONCE(nr_awaited) && i < NR_AWAITED; i++) {
		struct awaited *a = &awaited[i];
		int nr, res;

		if (__atomic_load_n(&a->state, __ATOMIC_ACQUIRE) != LIVE || a->ring_fd != ring_fd)
			continue;
		nr = ring_results(a->ring, a->user_data, a->tail, &res);
		if (nr == 1 && res >= 0)
			note_places(a, res);
		if (nr)
			await_no_more(a);
	}
}

/* --- entries of a ring --- */

static bool opens_direct(const struct io_uring_entry *e)
{
	u64 flags = e->rw_flags;

	if (e->opcode == RING_OPENAT2 && !os_read_safe(&flags, (const void *)e->off, sizeof(flags)))
		return false;
	return flags & O_DIRECT;
}

static void note_open(struct awaited *a, const struct io_uring_entry *e)
{
	bool direct = opens_direct(e);

	if (e->file_index == RING_PLACE_CHOSEN && direct) {
		a->direct = 1;
		await(a);
	} else if (e->file_index && e->file_index != RING_PLACE_CHOSEN) {
		opened_at(a->ring_fd, e->file_index - 1, direct);
	} else if (!e->file_index && direct) {
		buffers_distrust_fds();
	}
}

static void note_given(struct awaited *a, const struct io_uring_entry *e)
{
	const int *fds = (const int *)e->addr;
	int fd;

	if ((u32)e->off != RING_PLACE_CHOSEN) {
		fixed_files_note(a->ring_fd, (u32)e->off, fds, e->len);
		return;
	}
	for (u32 i = 0; i < min(e->len, GIVEN_MAX); i++)
		if (os_read_safe(&fd, fds + i, sizeof(fd)) && fd >= 0 && buffers_fd_is_direct(fd))
			a->direct |= 1UL << i;
	a->places = fds;
	if (a->direct)
		await(a);
}

static bool may_bring_files(const struct io_uring_entry *e)
{
	struct msghdr msg;

	return os_read_safe(&msg, (const void *)e->addr, sizeof(msg)) && msg.msg_controllen > 0;
}

void fixed_files_entry(const void *ring, const struct io_uring_queues *q,
		       const struct io_uring_entry *e)
{
	struct awaited a = { .ring_fd = q->ring_fd, .ring = ring, .user_data = e->user_data };

	switch (e->opcode) {
	case RING_OPENAT:
	case RING_OPENAT2:
		a.tail = ring_tail(q);
		note_open(&a, e);
		break;
	case RING_ACCEPT:
	case RING_SOCKET:
	case RING_CLOSE:
		if (e->file_index && e->file_index != RING_PLACE_CHOSEN)
			opened_at(a.ring_fd, e->file_index - 1, false);
		break;
	case RING_FILES_UPDATE:
		a.tail = ring_tail(q);
		note_given(&a, e);
		break;
	case RING_RECVMSG:
		if (may_bring_files(e))
			buffers_distrust_fds();
		break;
	case RING_FIXED_FD_INSTALL:
		if (fixed_file_is_direct(a.ring_fd, (u32)e->fd))
			buffers_distrust_fds();
		break;
	default:
		break;
	}
}

/* --- the end of a ring --- */

void fixed_files_end(int ring_fd)
{
	int ring = key_find(&rings, key_of(ring_fd));

	for (u32 i = 0; READ_ONCE(nr_awaited) && i < NR_AWAITED; i++)
		if (__atomic_load_n(&awaited[i].state, __ATOMIC_ACQUIRE) == LIVE &&
		    awaited[i].ring_fd == ring_fd)
			await_no_more(&awaited[i]);
	if (ring < 0)
		return;
	for (u32 i = 0; i < NR_FILES / 64; i++)
		WRITE_ONCE(files[ring].direct[i], 0);
	key_release(&rings, ring);
}
