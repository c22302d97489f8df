/* SPDX-License-Identifier: MIT */
/*
 * buffers: the table and its spellings; which descriptors get a bit, and what takes all
 * bits away; which calls contig.calls means; what is counted.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

#include "core/check/buffers.h"

static int judged(enum buffer_id id, long fd, const void *at, long n)
{
	struct buffer_call c = { .id = id, .arg = { fd, (long)at, n } };

	return buffers_before(&c);
}

static unsigned long findings(void)
{
	unsigned long n = 0;

	for (int kind = 0; kind < NR_REPORT_KINDS; kind++)
		n += report_count((enum report_kind)kind);
	return n;
}

static void spellings_have_their_base(void)
{
	CU_ASSERT_STRING_EQUAL(buffer_name(BUF___pread64_chk), "__pread64_chk");
	CU_ASSERT(buffer_row(BUF___pread64_chk) == buffer_row(BUF_pread));
	CU_ASSERT(buffer_row(BUF_readv)->shape == SHAPE_VECTOR);
	CU_ASSERT(buffer_is_copy(buffer_row(BUF___memcpy_chk)));
	CU_ASSERT(!buffer_is_copy(buffer_row(BUF_io_uring_register)));
	for (int id = 0; id < NR_BUFFERS; id++) {
		const struct buffer_row *row = buffer_row((enum buffer_id)id);

		CU_ASSERT(row->shape != SHAPE_SPELT && row->base <= id);
		CU_ASSERT(row->at == ARG_NO || row->at < BUFFER_ARGS);
		CU_ASSERT(row->n == ARG_NO || row->n < BUFFER_ARGS);
	}
}

HEAP_TEST(bits_of_descriptors, "contig=count")
{
	int ends[2], null = open("/dev/null", O_WRONLY);
	volatile long far = BUFFER_FDS + 5;
	struct buffer_call opens = { .id = BUF_open, .arg = { 0, O_DIRECT } };

	OK(!buffers_skip_fd(null) && !buffers_fd_is_direct(null));
	OK(buffers_skip_fd(null));
	UNIT_EQ(buffers_before(&opens), 0);
	OK(!buffers_skip_fd(null));
	OK(!buffers_fd_is_direct(BUFFER_FDS + 5) && !buffers_skip_fd(far));
	OK(!buffers_skip_fd(-1));
	close(null);
	OK(!buffers_fd_is_direct(null) && !buffers_skip_fd(null)); /* not open: no bit */
	OK(pipe2(ends, O_DIRECT) == 0 && !buffers_fd_is_direct(ends[0])); /* packets */
}

HEAP_TEST(what_takes_bits_away, "contig=count")
{
	int null = open("/dev/null", O_WRONLY);
	struct buffer_call opens = { .id = BUF_open, .arg = { 0, O_RDWR } };
	struct buffer_call sets = { .id = BUF_fcntl, .arg = { null, F_SETFL, O_DIRECT } };
	struct buffer_call dups = { .id = BUF_dup, .arg = { null } };

	buffers_fd_is_direct(null);
	UNIT_EQ(buffers_before(&opens) | buffers_before(&dups), 0);
	OK(buffers_skip_fd(null)); /* neither can make it O_DIRECT */
	OK(buffers_before(&sets) == 0 && sets.after);
	buffers_after(&sets, 0, 0);
	OK(!buffers_skip_fd(null));
	OK(buffers_before(&dups) == 0 && dups.after); /* it is not known to be plain */
}

HEAP_TEST(calls_by_name, "contig=count contig.calls=write,send*")
{
	char *area = kmemu_vmalloc(200000);
	int null = open("/dev/null", O_RDWR);

	OK(!buffers_plain_fds); /* no call may be skipped */
	UNIT_EQ(judged(BUF_read, null, area, 100), 0);
	UNIT_EQ(findings(), 0);
	UNIT_EQ(judged(BUF___write, null, area, 100), 0);
	UNIT_EQ(judged(BUF_sendto, null, area, 100), 0);
	UNIT_EQ(report_count(REPORT_CONTIG_VMALLOC), 2);
	OK(buffers_call_is_wanted("sendmsg") && !buffers_call_is_wanted("recv"));
	OK(!buffers_direct_is_wanted());
}

/* From a pipe it copies: no device has a part in it. */
HEAP_TEST(vmsplice_from_a_pipe, "contig=fail")
{
	char *area = kmemu_vmalloc(200000);
	struct iovec v = { area, 4096 };
	int ends[2];

	OK(pipe(ends) == 0);
	UNIT_EQ(judged(BUF_vmsplice, ends[0], &v, 1), 0);
	UNIT_EQ(judged(BUF_vmsplice, ends[1], &v, 1), EIO);
}

HEAP_TEST(vmsplice_is_direct, "contig=fail")
{
	char *area = kmemu_vmalloc(200000), *p = kmemu_kmalloc(4096, KMEMU_GFP_KERNEL);
	struct iovec v[3] = { { p, 4096 }, { area, 4096 }, { area, 4096 } };

	UNIT_EQ(judged(BUF_vmsplice, 1, v, 1), 0);
	UNIT_EQ(judged(BUF_vmsplice, 1, v, 3), EIO);
	UNIT_EQ(findings(), 1); /* one call is one */
	UNIT_EQ(judged(BUF_vmsplice, 1, (void *)8, 3), 0); /* no vector: the kernel's EFAULT */
	UNIT_EQ(judged(BUF_vmsplice, 1, v, 1L << 40), 0);
}

HEAP_TEST(what_is_counted, "usercopy=count")
{
	char *p = kmemu_kmalloc(100, KMEMU_GFP_KERNEL);
	struct buffer_counts counts;

	judged(BUF_read, 0, p, 100);
	judged(BUF_write, 0, p, 200);
	buffer_counts_read(&counts);
	UNIT_EQ(counts.copies, 2);
	UNIT_EQ(counts.direct + counts.async + counts.registered, 0);
	UNIT_EQ(report_count(REPORT_USERCOPY), 1);
}

static struct report_elements seen;

static void keep_elements(const struct buffer_part *p, struct buffer_wrong *wrong)
{
	buffer_look(p, wrong);
	seen = wrong->elements;
}

/* Each element that is wrong is named, and counted when there are too many for that. */
HEAP_TEST(elements_that_are_wrong, "contig=fail usercopy=fail")
{
	char *area = kmemu_vmalloc(200000), *p = kmemu_kmalloc(64, KMEMU_GFP_KERNEL);
	struct iovec v[12] = { { p, 64 }, { area, 4096 }, { p, 64 }, { p, 65 } };
	struct buffer_part part = { .call = "SG_IO", .fd = -1, .copies = true, .direct = true };
	struct buffer_wrong wrong = { .elements.nr = 0 };
	u8 sg[88] = { 'S' };

	*(u16 *)(sg + 10) = 4; /* of a vector */
	*(u64 *)(sg + 16) = (u64)v;
	part.at = sg;
	ioctl_parts(&part, 0x2285, keep_elements, &wrong);
	UNIT_EQ(seen.nr, 2);
	UNIT_EQ(seen.element[0].nr, 1);
	UNIT_EQ(seen.element[0].kind, REPORT_CONTIG_VMALLOC);
	OK(seen.element[0].addr == area && seen.element[0].size == 4096);
	UNIT_EQ(seen.element[1].nr, 3);
	UNIT_EQ(seen.element[1].kind, REPORT_USERCOPY);
	OK(seen.element[1].object == p && seen.element[1].object_size == 64);
	for (int i = 0; i < 12; i++)
		v[i] = (struct iovec){ area, 4096 };
	UNIT_EQ(judged(BUF_vmsplice, 1, v, 12), EIO);
	UNIT_EQ(report_count(REPORT_CONTIG_VMALLOC), 1);
	*(u16 *)(sg + 10) = 12;
	wrong.elements.nr = 0;
	part.at = sg;
	ioctl_parts(&part, 0x2285, keep_elements, &wrong);
	UNIT_EQ(seen.nr, 12);
	UNIT_EQ(seen.element[REPORT_ELEMENTS - 1].nr, REPORT_ELEMENTS - 1);
	UNIT_EQ(wrong.first.nr, 0);
}

/* No device has a part in it, whatever contig.calls says. */
HEAP_TEST(copies_are_no_devices, "contig=fail contig.calls=all usercopy=fail usercopy.calls=all")
{
	char *area = kmemu_vmalloc(200000);
	struct buffer_call copy = { .id = BUF_memcpy,
				    .arg = { (long)area, (long)area + 4096, 4096 } };
	struct buffer_counts counts;

	UNIT_EQ(buffers_before(&copy), 0);
	UNIT_EQ(findings(), 0);
	UNIT_EQ(judged(BUF_read, 0, area, 4096), EIO);
	buffer_counts_read(&counts);
	UNIT_EQ(counts.others, 1);
	UNIT_EQ(counts.copies, 2);
}

UNIT_MAIN("buffers", UNIT_TEST(spellings_have_their_base), UNIT_TEST(bits_of_descriptors),
	  UNIT_TEST(what_takes_bits_away), UNIT_TEST(calls_by_name), UNIT_TEST(vmsplice_is_direct),
	  UNIT_TEST(vmsplice_from_a_pipe),
	  UNIT_TEST(what_is_counted), UNIT_TEST(elements_that_are_wrong),
	  UNIT_TEST(copies_are_no_devices));
