/*
 * fixed_files.c - files that a ring keeps: which of them are O_DIRECT (kernel:
 * io_uring/rsrc.c io_sqe_files_register, struct io_file_table).
 *
 * A request with IOSQE_FIXED_FILE names a place in the ring's table, and the
 * descriptor that was put there may be closed since. So what it was is asked
 * when it is registered, by liburing's functions, syscall() or an entry of the ring. Of
 * a file that the ring itself opens there the entry tells, unless the ring chooses its
 * place.
 *
 * Locks: none; a ring is registered by one thread at a time. Memory: 32 rings of
 * 1024 files; of more nothing is known. Cost: F_GETFL for each file.
 */
#include "core/check/buffers.h"
#include "core/check/key_table.h"
#include "core/os/os.h"

#define NR_RINGS 32u
#define NR_FILES 1024u
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

void fixed_file_opened(int ring_fd, u32 i, bool direct)
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

void fixed_files_end(int ring_fd)
{
	int ring = key_find(&rings, key_of(ring_fd));

	if (ring < 0)
		return;
	for (u32 i = 0; i < NR_FILES / 64; i++)
		WRITE_ONCE(files[ring].direct[i], 0);
	key_release(&rings, ring);
}
