/*
 * ring_groups.c - buffers that a ring chooses from (kernel: io_uring/kbuf.c
 * io_register_pbuf_ring, io_ring_buffers_peek, io_provide_buffers).
 *
 * A request with IOSQE_BUFFER_SELECT has no memory of its own: when its data is there, the
 * kernel takes a buffer of the group that it names. Buffers come to a group
 *
 *	by memory	struct io_uring_buf[] and a tail, which the program writes
 *			(io_uring_register_buf_ring); no call passes then
 *	by an entry	IORING_OP_PROVIDE_BUFFERS, of which four are remembered
 *
 * So at each request that names the group its buffers are looked at, those that came
 * since the last time; once more when the first request to a device comes. Which of
 * them were chosen already, and are the program's again, the kernel tells since 6.8
 * (IORING_REGISTER_PBUF_STATUS); before, what came since the last time is taken to be there.
 *
 * Not seen: memory that the kernel allocates for such a ring (IOU_PBUF_RING_MMAP), and what
 * is put in while a multishot request waits, until another request names the group.
 *
 * Locks: none; a ring is used by one thread at a time. Memory: 32 groups; of more nothing
 * is known. Cost: two system calls for a request, and one for 16 buffers that came.
 */
#include "core/check/buffers.h"
#include "core/check/key_table.h"
#include "core/os/fd.h"
#include "core/os/os.h"

#define NR_GROUPS   32u
#define NR_PROVIDED 4u
#define ENTRIES_MAX 32768u
#define AT_ONCE	    16u

/* include/uapi/linux/io_uring.h: struct io_uring_buf; the first one's last word is the tail. */
struct buf {
	u64 addr;
	u32 len;
	u16 bid, tail;
};

struct provided {
	const char *at;
	u32 bytes, n;
	bool is_new[2];
};

static struct group {
	const struct buf *bufs; /* NULL: by entries */
	u32 entries; /* a power of two */
	u16 seen[2]; /* tail, when a request asked; [1]: one to a device */
	u32 nr_provided; /* so far; the last NR_PROVIDED are kept */
	struct provided provided[NR_PROVIDED];
} groups[NR_GROUPS];
static u64 keys[NR_GROUPS];
static struct key_table table = { keys, NR_GROUPS, 0 };

/* --- the table ----------------------------------------------------------------- */

static u64 key_of(int ring_fd, u16 group)
{
	return ((u64)(u32)ring_fd + 1) << 16 | group;
}

static struct group *find(u64 key)
{
	int i = key_find(&table, key);

	return i < 0 ? NULL : &groups[i];
}

static struct group *find_or_take(u64 key)
{
	int i = key_find_or_take(&table, key);

	return i < 0 ? NULL : &groups[i];
}

static void end_group(int i)
{
	groups[i] = (struct group){ .bufs = NULL };
	key_release(&table, i);
}

void ring_group_begin(int ring_fd, u16 group, const void *bufs, u32 entries)
{
	struct group *g;

	ring_group_end(ring_fd, group);
	if (ring_fd < 0 || !bufs || !entries || entries & (entries - 1) || entries > ENTRIES_MAX)
		return;
	g = find_or_take(key_of(ring_fd, group));
	if (g) {
		g->bufs = bufs;
		g->entries = entries;
	}
}

void ring_group_end(int ring_fd, u16 group)
{
	int i = key_find(&table, key_of(ring_fd, group));

	if (i >= 0)
		end_group(i);
}

void ring_groups_end(int ring_fd)
{
	for (u32 i = 0; i < READ_ONCE(table.used); i++)
		if (READ_ONCE(keys[i]) >> 16 == (u64)(u32)ring_fd + 1)
			end_group((int)i);
}

void ring_group_provide(int ring_fd, u16 group, const void *at, u32 bytes, u32 n)
{
	struct group *g = ring_fd < 0 ? NULL : find_or_take(key_of(ring_fd, group));

	if (g && !g->bufs)
		g->provided[g->nr_provided++ % NR_PROVIDED] =
			(struct provided){ at, bytes, n, { true, true } };
}

/* --- what there is to choose ----------------------------------------------------- */

static u32 provided_choices(struct group *g, bool direct, struct ring_choice *choices, u32 n)
{
	u32 nr = 0;

	for (u32 i = 0; i < min(g->nr_provided, NR_PROVIDED); i++) {
		struct provided *p = &g->provided[i];

		for (u32 j = 0; p->is_new[direct] && j < p->n && nr < n; j++)
			choices[nr++] = (struct ring_choice){ .at = p->at + (size_t)j * p->bytes,
							      .bytes = p->bytes, .is_new = true };
		p->is_new[0] = false;
		p->is_new[1] &= !direct;
	}
	return nr;
}

/* False: they cannot be read. */
static bool read_bufs(const struct group *g, u16 from, struct buf *bufs, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		u32 at = (u16)(from + i) & (g->entries - 1);

		/* Those that lie together, by one call. */
		u32 row = min(n - i, g->entries - at);

		if (!os_read_safe(&bufs[i], &g->bufs[at], row * sizeof(*bufs)))
			return false;
		i += row - 1;
	}
	return true;
}

/* Those of [from, tail), of which those before `seen` are not new. */
static u32 ring_choices(const struct group *g, u16 from, u16 seen, u16 tail, bool is_there,
			struct ring_choice *choices, u32 n)
{
	struct buf bufs[AT_ONCE];
	u32 nr = 0;

	n = min(n, (u32)(u16)(tail - from));
	for (u32 i = 0; i < n; i++) {
		if (i % AT_ONCE == 0 &&
		    !read_bufs(g, (u16)(from + i), bufs, min(n - i, AT_ONCE)))
			return nr;
		choices[nr++] = (struct ring_choice){
			.at = (const void *)bufs[i % AT_ONCE].addr,
			.bytes = bufs[i % AT_ONCE].len,
			.number = bufs[i % AT_ONCE].bid,
			.is_new = (u16)(tail - (u16)(from + i)) <= (u16)(tail - seen),
			.is_there = is_there,
		};
	}
	return nr;
}

u32 ring_group_choices(int ring_fd, u16 group, bool direct, struct ring_choice *choices, u32 n)
{
	struct group *g = find(key_of(ring_fd, group));
	u16 from, seen, tail;
	long head;
	u32 nr;

	if (!g || !g->bufs)
		return g ? provided_choices(g, direct, choices, n) : 0;
	if (!os_read_safe(&tail, &g->bufs[0].tail, sizeof(tail)))
		return 0;
	head = os_ring_group_head(ring_fd, group);
	seen = g->seen[direct];
	from = head >= 0 ? (u16)head : seen;
	if ((u16)(tail - from) > g->entries)
		return 0; /* no ring any more */
	if ((u16)(tail - from) > n && (u16)(tail - seen) < (u16)(tail - from))
		from = seen;
	nr = ring_choices(g, from, seen, tail, head >= 0, choices, n);
	g->seen[0] = (u16)(from + nr);
	if (direct)
		g->seen[1] = g->seen[0];
	return nr;
}
