/* SPDX-License-Identifier: MIT */
/* ioctl: the memory of SG_IO, of NVMe's pass-through, and of numbers that tell it. */
#include "tests/unit/heap.h"

#include <linux/fs.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>

#include "core/check/buffers.h"

static char bytes[512];

HEAP_TEST(scsi, "contig=count")
{
	struct sg_io_hdr hdr = { .interface_id = 'S', .dxfer_direction = SG_DXFER_FROM_DEV,
				 .dxferp = bytes, .dxfer_len = 512 };
	struct buffer_part p = { .at = &hdr };

	OK(ioctl_part(&p, SG_IO) && p.direct && p.at == bytes && p.bytes == 512);
	UNIT_EQ(p.way, WAY_IN);
	p.at = &hdr;
	hdr.dxfer_direction = SG_DXFER_TO_DEV;
	OK(ioctl_part(&p, SG_IO) && p.way == WAY_OUT);
	p.at = &hdr;
	hdr.iovec_count = 1;
	OK(!ioctl_part(&p, SG_IO));
	p.at = (void *)8;
	OK(!ioctl_part(&p, SG_IO));
}

HEAP_TEST(nvme, "contig=count")
{
	struct {
		u8 opcode, flags;
		u16 rsvd1;
		u32 nsid, cdw2, cdw3;
		u64 metadata, addr;
		u32 metadata_len, data_len, cdw[6], timeout_ms, result;
	} cmd = { .opcode = 2, .addr = (u64)bytes, .data_len = 512 };
	struct buffer_part p = { .at = &cmd };

	OK(ioctl_part(&p, _IOWR('N', 0x43, cmd)) && p.at == bytes && p.bytes == 512);
	UNIT_EQ(p.way, WAY_IN);
}

HEAP_TEST(numbers_that_tell, "contig=count")
{
	struct buffer_part p = { .at = bytes, .direct = true, .copies = true };

	OK(ioctl_part(&p, _IOR('x', 1, char[100])) && p.bytes == 100 && p.way == WAY_IN);
	OK(!p.copies);
	OK(!ioctl_part(&p, 0x5401)); /* TCGETS */
	p.direct = false;
	OK(!ioctl_part(&p, _IOR('x', 1, char[100])));
}

UNIT_MAIN("ioctl", UNIT_TEST(scsi), UNIT_TEST(nvme), UNIT_TEST(numbers_that_tell));
