/*
 * ioctl.c - the memory that an ioctl hands to a device, where that is known
 * (kernel: block/bsg-lib.c, drivers/scsi/sg.c sg_io, drivers/nvme/host/ioctl.c
 * nvme_map_user_request, media's vb2_dma_sg_get_userptr, drm's userptr objects,
 * vfio_iommu_type1's vfio_dma_do_map, usbfs, spidev).
 *
 * ioctl.def has the requests by their names, which contig.calls may name as well:
 *
 *	device	a driver maps just this memory, O_DIRECT or not; so would one that runs
 *		here and is given the structure. Judged with contig.calls=direct
 *	copied	the core copies it unless told otherwise (i2c): judged when named
 *	mapped	pages are pinned for long; nothing is copied, so the length is no matter
 *		of usercopy
 *
 * Of others, with contig.calls=ioctl, the argument itself is judged, whose length and
 * direction the number tells (_IOC_SIZE, _IOC_DIR), if it is made so.
 *
 * The structures are the kernel's interface to programs; they are read by their
 * places, since headers for them need not be installed. tests/unit/test_ioctl.c
 * compares with those that are.
 *
 * Locks: none. Cost: a look through the table, and a copy of the structure for those
 * requests.
 */
#include "core/check/buffers.h"
#include "core/os/os.h"
#include "core/report/suppress.h"

#define ELEMENTS_MAX 512u

enum {
	READ_SG,
	READ_NVME,
	READ_NVME_VECTOR,
	READ_NVME_USER,
	READ_MMC,
	READ_PACKET,
	READ_V4L2,
	READ_USERPTR,
	READ_VFIO,
	READ_IOMMUFD,
	READ_URB,
	READ_USB_BULK,
	READ_USB_CONTROL,
	READ_SPI,
	READ_I2C,
};
enum { HOW_DEVICE, HOW_MAPPED, HOW_COPIED };

/* One request, on its way to the judge. */
struct hand {
	struct buffer_part *p;
	buffer_part_fn fn;
	struct buffer_wrong *wrong;
	const void *arg;
};

static const struct ioctl_row {
	char name[32];
	u32 request;
	u8 reader, how;
} rows[] = {
#define REQUEST(name, number, reader, how) { #name, number, READ_##reader, HOW_##how },
#include "core/check/ioctl.def"
};

/* --- one piece, or several --------------------------------------------------------- */

static void give(const struct hand *h, u64 at, u64 bytes, u8 way)
{
	if (!at)
		return;
	h->p->at = (const void *)at;
	h->p->bytes = bytes;
	h->p->way = way ? way : WAY_BOTH;
	h->fn(h->p, h->wrong);
}

/* Element i of an array, as many bytes as asked for. False: that was the last. */
static bool element(const struct hand *h, u64 array, u32 i, u32 n, size_t step, void *to)
{
	if (i >= min(n, ELEMENTS_MAX))
		return false;
	h->p->nr = i;
	h->p->of = n;
	return os_read_safe(to, (const char *)array + i * step, step);
}

static void give_vector(const struct hand *h, u64 array, u32 n, u8 way)
{
	u64 v[2];

	for (u32 i = 0; element(h, array, i, n, sizeof(v), v); i++)
		give(h, v[0], v[1], way);
}

/* In a structure, from its start. */
static u32 word_at(const u8 *s, size_t offset)
{
	return *(const u32 *)(s + offset);
}

static u64 long_at(const u8 *s, size_t offset)
{
	return *(const u64 *)(s + offset);
}

/* --- SCSI, NVMe, MMC ------------------------------------------------------------------ */

/* struct sg_io_hdr: 'S', direction -2 to the device, -3 from it. */
static void sg_v3(const struct hand *h, const u8 *s)
{
	int direction = (int)word_at(s, 4);
	u8 way = direction == -2 ? WAY_OUT : direction == -3 ? WAY_IN : WAY_BOTH;
	u16 vector = *(const u16 *)(s + 10);

	vector ? give_vector(h, long_at(s, 16), vector, way) :
			give(h, long_at(s, 16), word_at(s, 12), way);
}

/* struct sg_io_v4: 'Q', one piece or vector in each direction. */
static void sg_v4(const struct hand *h, const u8 *s)
{
	u32 out_vector = word_at(s, 56), in_vector = word_at(s, 64);

	out_vector ? give_vector(h, long_at(s, 72), out_vector, WAY_OUT) :
		     give(h, long_at(s, 72), word_at(s, 60), WAY_OUT);
	in_vector ? give_vector(h, long_at(s, 80), in_vector, WAY_IN) :
			   give(h, long_at(s, 80), word_at(s, 68), WAY_IN);
}

static void read_sg(const struct hand *h)
{
	u64 s[11];
	u32 which;

	if (!os_read_safe(&which, h->arg, sizeof(which)))
		return;
	if (which == 'S' && os_read_safe(s, h->arg, 24))
		sg_v3(h, (const u8 *)s);
	else if (which == 'Q' && os_read_safe(s, h->arg, 88))
		sg_v4(h, (const u8 *)s);
}

/* struct nvme_passthru_cmd and _cmd64: opcode & 1 to the device, & 2 from it. */
static void read_nvme(const struct hand *h, bool vector)
{
	u64 s[5];
	u8 opcode;

	if (!os_read_safe(s, h->arg, sizeof(s)))
		return;
	opcode = *(const u8 *)s & 3;
	opcode = (u8)((opcode & 1 ? WAY_OUT : 0) | (opcode & 2 ? WAY_IN : 0));
	vector ? give_vector(h, s[3], word_at((const u8 *)s, 36), opcode) :
			give(h, s[3], word_at((const u8 *)s, 36), opcode);
}

/* struct nvme_user_io: blocks, counted from 0, of 512 bytes at the least. */
static void read_nvme_user(const struct hand *h)
{
	u64 s[3];

	if (!os_read_safe(s, h->arg, sizeof(s)))
		return;
	give(h, s[2], (*(const u16 *)((const u8 *)s + 4) + 1ul) * 512,
		    *(const u8 *)s & 1 ? WAY_OUT : WAY_IN);
}

/* struct mmc_ioc_cmd */
static void read_mmc(const struct hand *h)
{
	u64 s[9];
	const u8 *b = (const u8 *)s;

	if (!os_read_safe(s, h->arg, sizeof(s)))
		return;
	give(h, s[8], (u64)word_at(b, 36) * word_at(b, 40),
		    word_at(b, 0) ? WAY_OUT : WAY_IN);
}

/* struct cdrom_generic_command */
static void read_packet(const struct hand *h)
{
	u64 s[6];
	const u8 *b = (const u8 *)s;

	if (!os_read_safe(s, h->arg, sizeof(s)))
		return;
	give(h, s[2], word_at(b, 24), b[40] == 1 ? WAY_OUT : b[40] == 2 ? WAY_IN : WAY_BOTH);
}

/* --- buffers that a device keeps ------------------------------------------------------- */

#define V4L2_MEMORY_USERPTR 2

/* enum v4l2_buf_type: those that a device writes to. */
static u8 v4l2_way(u32 type)
{
	return type == 1 || type == 9 || type == 4 || type == 6 || type == 11 || type == 13 ?
		       WAY_IN :
		       WAY_OUT;
}

/* struct v4l2_buffer; of multi-planar ones (9, 10) struct v4l2_plane []. */
static void read_v4l2(const struct hand *h)
{
	u64 s[11], plane[8];
	const u8 *b = (const u8 *)s;
	u32 type;

	if (!os_read_safe(s, h->arg, sizeof(s)) || word_at(b, 60) != V4L2_MEMORY_USERPTR)
		return;
	type = word_at(b, 4);
	if (type != 9 && type != 10) {
		give(h, s[8], word_at(b, 72), v4l2_way(type));
		return;
	}
	for (u32 i = 0; element(h, s[8], i, word_at(b, 72), sizeof(plane), plane); i++)
		give(h, plane[1], plane[0] >> 32, v4l2_way(type));
}

/* struct drm_i915_gem_userptr, drm_amdgpu_gem_userptr, drm_radeon_gem_userptr */
static void read_userptr(const struct hand *h)
{
	u64 s[2];

	if (os_read_safe(s, h->arg, sizeof(s)))
		give(h, s[0], s[1], WAY_BOTH);
}

/* struct vfio_iommu_type1_dma_map: flags 1 the device reads, 2 it writes. */
static void read_vfio(const struct hand *h)
{
	u64 s[4];
	u32 flags;

	if (!os_read_safe(s, h->arg, sizeof(s)))
		return;
	flags = (u32)(s[0] >> 32);
	give(h, s[1], s[3], (u8)((flags & 1 ? WAY_OUT : 0) | (flags & 2 ? WAY_IN : 0)));
}

/* struct iommu_ioas_map: flags 2 the device writes, 4 it reads. */
static void read_iommufd(const struct hand *h)
{
	u64 s[4];
	u32 flags;

	if (!os_read_safe(s, h->arg, sizeof(s)))
		return;
	flags = (u32)(s[0] >> 32);
	give(h, s[2], s[3], (u8)((flags & 4 ? WAY_OUT : 0) | (flags & 2 ? WAY_IN : 0)));
}

/* --- USB, SPI, I2C ------------------------------------------------------------------------- */

#define USB_DIR_IN 0x80

/* struct usbdevfs_urb */
static void read_urb(const struct hand *h)
{
	u64 s[4];
	const u8 *b = (const u8 *)s;

	if (os_read_safe(s, h->arg, sizeof(s)))
		give(h, s[2], word_at(b, 24), b[1] & USB_DIR_IN ? WAY_IN : WAY_OUT);
}

/* struct usbdevfs_bulktransfer, usbdevfs_ctrltransfer */
static void read_usb(const struct hand *h, bool control)
{
	u64 s[3];
	const u8 *b = (const u8 *)s;

	if (!os_read_safe(s, h->arg, sizeof(s)))
		return;
	give(h, s[2], control ? *(const u16 *)(b + 6) : word_at(b, 4),
		    b[0] & USB_DIR_IN ? WAY_IN : WAY_OUT);
}

/* struct spi_ioc_transfer [], as many as the number's size has. */
static void read_spi(const struct hand *h, u32 n)
{
	u64 s[4];

	for (u32 i = 0; element(h, (u64)h->arg, i, n, sizeof(s), s); i++) {
		give(h, s[0], (u32)s[2], WAY_OUT);
		give(h, s[1], (u32)s[2], WAY_IN);
	}
}

/* struct i2c_rdwr_ioctl_data, struct i2c_msg []; flags 1: read. */
static void read_i2c(const struct hand *h)
{
	u64 s[2], msg[2];

	if (!os_read_safe(s, h->arg, sizeof(s)))
		return;
	for (u32 i = 0; element(h, s[0], i, (u32)s[1], sizeof(msg), msg); i++)
		give(h, msg[1], msg[0] >> 32 & 0xffff, msg[0] >> 16 & 1 ? WAY_IN : WAY_OUT);
}

/* --- which ---------------------------------------------------------------------------------- */

static void read_request(const struct hand *h, const struct ioctl_row *row, u32 request)
{
	switch (row->reader) {
	case READ_SG:
		read_sg(h);
		break;
	case READ_NVME:
	case READ_NVME_VECTOR:
		read_nvme(h, row->reader == READ_NVME_VECTOR);
		break;
	case READ_NVME_USER:
		read_nvme_user(h);
		break;
	case READ_MMC:
		read_mmc(h);
		break;
	case READ_PACKET:
		read_packet(h);
		break;
	case READ_V4L2:
		read_v4l2(h);
		break;
	case READ_USERPTR:
		read_userptr(h);
		break;
	case READ_VFIO:
		read_vfio(h);
		break;
	case READ_IOMMUFD:
		read_iommufd(h);
		break;
	case READ_URB:
		read_urb(h);
		break;
	case READ_USB_BULK:
	case READ_USB_CONTROL:
		read_usb(h, row->reader == READ_USB_CONTROL);
		break;
	case READ_SPI:
		read_spi(h, (request >> 16 & 0x3fff) / 32);
		break;
	default:
		read_i2c(h);
		break;
	}
}

/* include/uapi/asm-generic/ioctl.h: direction, size, type and number. */
static void encoded(const struct hand *h, u32 request)
{
	u32 dir = request >> 30, bytes = request >> 16 & 0x3fff;

	if (!dir || !bytes || !h->p->direct)
		return;
	h->p->copies = false; /* the size is what a driver's author wrote, not what is copied */
	give(h, (u64)h->arg, bytes, (u8)((dir & 1 ? WAY_OUT : 0) | (dir & 2 ? WAY_IN : 0)));
}

/* The size of SPI_IOC_MESSAGE(n) is that of n transfers. */
static bool is_request(const struct ioctl_row *row, u32 request)
{
	return row->request == (row->reader == READ_SPI ? request & 0xc000ffff : request);
}

bool ioctl_is_named(const char *pattern)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (glob_match_list(pattern, rows[i].name))
			return true;
	return false;
}

void ioctl_parts(struct buffer_part *p, unsigned int request, buffer_part_fn fn,
		 struct buffer_wrong *wrong)
{
	struct hand h = { p, fn, wrong, p->at };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct ioctl_row *row = &rows[i];

		if (!is_request(row, request))
			continue;
		p->call = row->name;
		p->copies &= row->how != HOW_MAPPED;
		if (kmemu_opts.contig && (buffers_call_is_wanted(row->name) ||
					  (row->how != HOW_COPIED && buffers_direct_is_wanted())))
			p->direct = true;
		read_request(&h, row, request);
		return;
	}
	encoded(&h, request);
}
