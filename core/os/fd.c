/*
 * fd.c - questions about descriptors (no kernel counterpart: there they are
 * struct file).
 *
 * All by raw system calls that neither wait nor change anything. The alignment
 * that O_DIRECT wants is asked by statx (STATX_DIOALIGN, 6.1); a file system
 * that does not answer, or a kernel before, leaves it unknown. struct statx of
 * older headers lacks the fields, so they are read by their place.
 *
 * Locks: none. Cost: a system call each.
 */
#include "core/os/fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/os/files.h"
#include "core/os/os.h"

#define WANT_DIOALIGN 0x2000u /* STATX_DIOALIGN */
#define STATX_WORDS   64
#define AT_MEM_ALIGN  38 /* stx_dio_mem_align, in words of 4 bytes */
#define PBUF_STATUS   26 /* IORING_REGISTER_PBUF_STATUS */

int os_fd_flags(int fd)
{
	return (int)os_call(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0);
}

bool os_fd_is_disk(int fd)
{
	struct stat st;

	return !os_call(SYS_fstat, fd, (long)&st, 0, 0, 0, 0) &&
	       (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode));
}

bool os_fd_dio_align(int fd, u32 *mem, u32 *offset)
{
	u32 words[STATX_WORDS] = { 0 };

	if (os_call(SYS_statx, fd, (long)"", AT_EMPTY_PATH, WANT_DIOALIGN, (long)words, 0) ||
	    !(words[0] & WANT_DIOALIGN))
		return false;
	*mem = words[AT_MEM_ALIGN];
	*offset = words[AT_MEM_ALIGN + 1];
	return *mem && *offset;
}

long os_fd_end(int fd)
{
	struct stat st;

	return !os_call(SYS_fstat, fd, (long)&st, 0, 0, 0, 0) && S_ISREG(st.st_mode) ?
		       st.st_size :
		       -1;
}

long os_fd_offset(int fd)
{
	return os_call(SYS_lseek, fd, 0, SEEK_CUR, 0, 0, 0);
}

void os_fd_path(int fd, char *buf, size_t size)
{
	char link[32] = "/proc/self/fd/", digit[12];
	size_t n = sizeof("/proc/self/fd/") - 1, i = 0;
	unsigned int left = (unsigned int)fd;

	buf[0] = '\0';
	if (fd < 0)
		return;
	do
		digit[i++] = (char)('0' + left % 10);
	while (left /= 10);
	while (i)
		link[n++] = digit[--i];
	link[n] = '\0';
	os_file_link(link, buf, size);
}

long os_ring_group_head(int ring_fd, u16 group)
{
	u32 status[10] = { group }; /* struct io_uring_buf_status */
	long err = os_call(SYS_io_uring_register, ring_fd, PBUF_STATUS, (long)status, 1, 0, 0);

	return err < 0 ? err : (long)status[1];
}
