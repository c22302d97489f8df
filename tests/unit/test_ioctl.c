/* SPDX-License-Identifier: MIT */
/*
 * ioctl: the memory of each request of ioctl.def, filled in by the kernel's own
 * headers, of numbers that tell it, and which of them are judged.
 */
#include "tests/unit/heap.h"

#include <linux/bsg.h>
#include <linux/cdrom.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <linux/major.h>
#include <linux/mmc/ioctl.h>
#include <linux/nvme_ioctl.h>
#include <linux/spi/spidev.h>
#include <linux/usbdevice_fs.h>
#include <linux/vfio.h>
#include <linux/videodev2.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "core/check/buffers.h"

static char bytes[512], more[512];
static struct buffer_part part[4];
static unsigned int nr_parts;

static struct buffer_wrong nothing;

static void note(const struct buffer_part *p, struct buffer_wrong *wrong)
{
	(void)wrong;
	if (nr_parts < ARRAY_SIZE(part))
		part[nr_parts++] = *p;
}

static void read_request(unsigned int request, const void *arg)
{
	struct buffer_part p = { .call = "ioctl", .at = arg, .copies = true, .of = 1 };

	nr_parts = 0;
	ioctl_parts(&p, request, note, &nothing);
}

static bool has(unsigned int i, const void *at, size_t n, u8 way)
{
	return i < nr_parts && part[i].at == at && part[i].bytes == n && part[i].way == way &&
	       part[i].direct;
}

static bool one(unsigned int request, const void *arg, size_t n, u8 way)
{
	read_request(request, arg);
	return nr_parts == 1 && has(0, bytes, n, way);
}

HEAP_TEST(scsi, "contig=count")
{
	struct iovec v[2] = { { bytes, 100 }, { more, 50 } };
	struct sg_io_hdr hdr = { .interface_id = 'S', .dxfer_direction = SG_DXFER_FROM_DEV,
				 .dxferp = bytes, .dxfer_len = 512 };
	struct sg_io_v4 v4 = { .guard = 'Q', .dout_xferp = (u64)bytes, .dout_xfer_len = 8,
			       .din_xferp = (u64)more, .din_xfer_len = 512 };

	OK(one(SG_IO, &hdr, 512, WAY_IN));
	OK(!strcmp(part[0].call, "SG_IO"));
	hdr.dxfer_direction = SG_DXFER_TO_DEV;
	OK(one(SG_IO, &hdr, 512, WAY_OUT));
	hdr.iovec_count = 2;
	hdr.dxferp = v;
	read_request(SG_IO, &hdr);
	OK(nr_parts == 2 && has(0, bytes, 100, WAY_OUT) && has(1, more, 50, WAY_OUT));
	OK(part[1].nr == 1 && part[1].of == 2);
	read_request(SG_IO, &v4);
	OK(nr_parts == 2 && has(0, bytes, 8, WAY_OUT) && has(1, more, 512, WAY_IN));
	read_request(SG_IO, (void *)8);
	OK(!nr_parts);
}

HEAP_TEST(disks, "contig=count")
{
	struct iovec v[2] = { { bytes, 100 }, { more, 50 } };
	struct nvme_passthru_cmd cmd = { .opcode = 2, .addr = (u64)bytes, .data_len = 512 };
	struct nvme_passthru_cmd64 cmd64 = { .opcode = 1, .addr = (u64)bytes, .data_len = 12 };
	struct nvme_user_io io = { .opcode = 1, .nblocks = 0, .addr = (u64)bytes };
	struct mmc_ioc_cmd mmc = { .write_flag = 1, .blksz = 256, .blocks = 2,
				   .data_ptr = (u64)bytes };
	struct cdrom_generic_command cd = { .buffer = (void *)bytes, .buflen = 12,
					    .data_direction = CGC_DATA_READ };

	OK(one(NVME_IOCTL_ADMIN_CMD, &cmd, 512, WAY_IN));
	OK(one(NVME_IOCTL_IO_CMD, &cmd, 512, WAY_IN));
	OK(one(NVME_IOCTL_ADMIN64_CMD, &cmd64, 12, WAY_OUT));
	OK(one(NVME_IOCTL_IO64_CMD, &cmd64, 12, WAY_OUT));
	OK(one(NVME_IOCTL_SUBMIT_IO, &io, 512, WAY_OUT));
	OK(one(MMC_IOC_CMD, &mmc, 512, WAY_OUT));
	OK(one(CDROM_SEND_PACKET, &cd, 12, WAY_IN));
#ifdef NVME_IOCTL_IO64_CMD_VEC
	cmd64.addr = (u64)v;
	cmd64.data_len = 2;
	read_request(NVME_IOCTL_IO64_CMD_VEC, &cmd64);
	OK(nr_parts == 2 && has(0, bytes, 100, WAY_OUT) && has(1, more, 50, WAY_OUT));
#endif
}

HEAP_TEST(kept_by_a_device, "contig=count")
{
	struct {
		u64 ptr, size;
		u32 flags, handle;
	} drm = { (u64)bytes, 512, 0, 0 };
	struct {
		u32 size, flags, id, reserved;
		u64 va, length, iova;
	} ioas = { .size = sizeof(ioas), .flags = 4, .va = (u64)bytes, .length = 512 };
	struct vfio_iommu_type1_dma_map map = { .argsz = sizeof(map), .vaddr = (u64)bytes,
						.flags = VFIO_DMA_MAP_FLAG_READ, .size = 512 };
	struct v4l2_plane planes[2] = { { .length = 10, .m.userptr = (u64)bytes },
					{ .length = 20, .m.userptr = (u64)more } };
	struct v4l2_buffer b = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .length = 512,
				 .memory = V4L2_MEMORY_USERPTR, .m.userptr = (u64)bytes };

	OK(one(VFIO_IOMMU_MAP_DMA, &map, 512, WAY_OUT));
	OK(!part[0].copies);
	OK(one(_IO(';', 0x85), &ioas, 512, WAY_OUT));
	OK(one(_IOWR('d', 0x40 + 0x33, drm), &drm, 512, WAY_BOTH));
	OK(one(_IOWR('d', 0x40 + 0x11, drm), &drm, 512, WAY_BOTH));
	OK(one(_IOWR('d', 0x40 + 0x2d, drm), &drm, 512, WAY_BOTH));
	OK(one(VIDIOC_QBUF, &b, 512, WAY_IN));
	b.memory = V4L2_MEMORY_MMAP;
	read_request(VIDIOC_QBUF, &b);
	OK(!nr_parts);
	b = (struct v4l2_buffer){ .type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE, .length = 2,
				  .memory = V4L2_MEMORY_USERPTR, .m.planes = planes };
	read_request(VIDIOC_QBUF, &b);
	OK(nr_parts == 2 && has(0, bytes, 10, WAY_OUT) && has(1, more, 20, WAY_OUT));
}

HEAP_TEST(buses, "contig=count")
{
	struct usbdevfs_urb urb = { .endpoint = 0x81, .buffer = bytes, .buffer_length = 512 };
	struct usbdevfs_bulktransfer bulk = { .ep = 1, .len = 13, .data = bytes };
	struct usbdevfs_ctrltransfer ctrl = { .bRequestType = 0x80, .wLength = 8, .data = bytes };
	struct spi_ioc_transfer spi[2] = { { .tx_buf = (u64)bytes, .len = 4 },
					   { .rx_buf = (u64)more, .len = 9 } };

	OK(one(USBDEVFS_SUBMITURB, &urb, 512, WAY_IN));
	OK(one(USBDEVFS_BULK, &bulk, 13, WAY_OUT));
	OK(one(USBDEVFS_CONTROL, &ctrl, 8, WAY_IN));
	OK(one(SPI_IOC_MESSAGE(1), spi, 4, WAY_OUT));
	read_request(SPI_IOC_MESSAGE(2), spi);
	OK(nr_parts == 2 && has(0, bytes, 4, WAY_OUT) && has(1, more, 9, WAY_IN));
}

static void i2c(bool judged)
{
	struct i2c_msg msg[2] = { { .addr = 1, .len = 3, .buf = (void *)bytes },
				  { .flags = I2C_M_RD, .len = 70, .buf = (void *)more } };
	struct i2c_rdwr_ioctl_data data = { msg, 2 };

	read_request(I2C_RDWR, &data);
	OK(nr_parts == 2 && part[1].at == more && part[1].bytes == 70 && part[1].way == WAY_IN);
	OK(part[0].way == WAY_OUT && part[0].direct == judged && part[0].copies);
}

HEAP_TEST(copied_by_the_core, "contig=count")
{
	i2c(false);
}

HEAP_TEST(by_name, "contig=count contig.calls=I2C_*")
{
	struct sg_io_hdr hdr = { .interface_id = 'S', .dxferp = bytes, .dxfer_len = 512 };

	i2c(true);
	read_request(SG_IO, &hdr);
	OK(nr_parts == 1 && !part[0].direct);
}

HEAP_TEST(numbers_that_tell, "contig=count")
{
	struct buffer_part p = { .at = bytes, .direct = true, .copies = true };

	nr_parts = 0;
	ioctl_parts(&p, _IOR('x', 1, char[100]), note, &nothing);
	OK(has(0, bytes, 100, WAY_IN) && !part[0].copies);
	nr_parts = 0;
	ioctl_parts(&p, 0x5401, note, &nothing); /* TCGETS */
	OK(!nr_parts);
	p.direct = false;
	ioctl_parts(&p, _IOR('x', 1, char[100]), note, &nothing);
	OK(!nr_parts);
}

UNIT_MAIN("ioctl",
	  UNIT_TEST(scsi),
	  UNIT_TEST(disks),
	  UNIT_TEST(kept_by_a_device),
	  UNIT_TEST(buses),
	  UNIT_TEST(copied_by_the_core),
	  UNIT_TEST(by_name),
	  UNIT_TEST(numbers_that_tell));
