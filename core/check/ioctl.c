/*
 * ioctl.c - the memory that an ioctl hands to a device, where that is known
 * (kernel: drivers/scsi/sg.c and block/scsi_ioctl's sg_io, drivers/nvme/host/ioctl.c
 * nvme_map_user_request).
 *
 *	SG_IO			struct sg_io_hdr: dxferp, dxfer_len, without a vector
 *	NVME_IOCTL_ADMIN_CMD,	struct nvme_passthru_cmd: addr, data_len
 *	NVME_IOCTL_IO_CMD
 *	others			with contig.calls=ioctl: the argument itself, whose length and
 *				direction the number tells (_IOC_SIZE, _IOC_DIR), if it is made so
 *
 * The first are pass-through: a driver maps just this memory, O_DIRECT or not.
 * The structures are the kernel's interface; they are read by their places, since
 * headers for them need not be installed.
 *
 * Locks: none. Cost: a copy of the structure, for those requests.
 */
#include "core/check/buffers.h"
#include "core/os/os.h"

#define SG_IO		     0x2285u
#define NVME_IOCTL_ADMIN_CMD 0xc0484e41u
#define NVME_IOCTL_IO_CMD    0xc0484e43u

struct sg_io_hdr {
	int interface_id, dxfer_direction; /* 'S'; -2: to the device, -3: from it */
	u8 cmd_len, mx_sb_len;
	u16 iovec_count;
	u32 dxfer_len;
	void *dxferp;
};

struct nvme_passthru_cmd {
	u8 opcode, flags; /* opcode & 1: to the device, & 2: from it */
	u16 rsvd1;
	u32 nsid, cdw2, cdw3;
	u64 metadata, addr;
	u32 metadata_len, data_len;
};

static bool pass_through(struct buffer_part *p, const void *at, size_t bytes, u8 way)
{
	p->direct = kmemu_opts.contig > POLICY_OFF;
	p->at = at;
	p->bytes = bytes;
	p->way = way ? way : WAY_BOTH;
	return true;
}

static bool sg_io(struct buffer_part *p)
{
	struct sg_io_hdr hdr;
	u8 way;

	if (!os_read_safe(&hdr, p->at, sizeof(hdr)) || hdr.interface_id != 'S' || hdr.iovec_count)
		return false;
	way = hdr.dxfer_direction == -2 ? WAY_OUT : hdr.dxfer_direction == -3 ? WAY_IN : WAY_BOTH;
	return pass_through(p, hdr.dxferp, hdr.dxfer_len, way);
}

static bool nvme(struct buffer_part *p)
{
	struct nvme_passthru_cmd cmd;

	if (!os_read_safe(&cmd, p->at, sizeof(cmd)))
		return false;
	return pass_through(p, (const void *)cmd.addr, cmd.data_len,
			    (u8)((cmd.opcode & 1 ? WAY_OUT : 0) | (cmd.opcode & 2 ? WAY_IN : 0)));
}

/* include/uapi/asm-generic/ioctl.h: direction, size, type and number. */
static bool encoded(struct buffer_part *p, unsigned int request)
{
	unsigned int dir = request >> 30, bytes = request >> 16 & 0x3fff;

	if (!dir || !bytes || !p->direct)
		return false;
	p->copies = false; /* the size is what a driver's author wrote, not what is copied */
	p->bytes = bytes;
	p->way = (u8)((dir & 1 ? WAY_OUT : 0) | (dir & 2 ? WAY_IN : 0));
	return true;
}

bool ioctl_part(struct buffer_part *p, unsigned int request)
{
	switch (request) {
	case SG_IO:
		return sg_io(p);
	case NVME_IOCTL_ADMIN_CMD:
	case NVME_IOCTL_IO_CMD:
		return nvme(p);
	default:
		return encoded(p, request);
	}
}
