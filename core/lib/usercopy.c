/*
 * usercopy.c - copies from and to memory that may not be there (kernel:
 * lib/usercopy.c, strncpy_from_user.c, strnlen_user.c). The kernel copies and
 * mends the fault; here the system is asked to copy (process_vm_readv on ourselves,
 * which answers instead of faulting). A copy that cannot be made whole is made up
 * to the first page, of either side, that is not there.
 *
 * Where the system refuses the call itself (a sandbox), bytes are copied without a
 * net: what is not there then is a SIGSEGV.
 */
#include "core/lib/usercopy.h"

#include <errno.h>

#include "core/os/compiler.h"
#include "core/os/os.h"
#include "include/kmemu/lib.h"

#define PAGE 4096ul

static bool copy(void *to, const void *from, unsigned long n)
{
	int error = os_copy_safe(to, from, n);

	if (error && error != -EFAULT) {
		__builtin_memcpy(to, from, n);
		error = 0;
	}
	return !error;
}

/* As many bytes as stay in one page on both sides. */
static unsigned long piece(const void *to, const void *from, unsigned long n)
{
	unsigned long room = min(PAGE - (unsigned long)to % PAGE,
				 PAGE - (unsigned long)from % PAGE);

	return min(n, room);
}

bool (*user_fault_in)(const void *p, bool write);

/* Of one page on both sides. */
static bool copy_piece(void *to, const void *from, unsigned long n)
{
	bool (*in)(const void *p, bool write) = READ_ONCE(user_fault_in);

	if (copy(to, from, n))
		return true;
	if (!in || (!in(from, false) && !in(to, true)))
		return false;
	/* Both may have been missing. */
	return copy(to, from, n) || (in(to, true) && copy(to, from, n));
}

KMEMU_EXPORT unsigned long kmemu_copy_user(void *to, const void *from, unsigned long n)
{
	if (!n || copy(to, from, n))
		return 0;
	while (n) {
		unsigned long bytes = piece(to, from, n);

		if (!copy_piece(to, from, bytes))
			break;
		to = (char *)to + bytes;
		from = (const char *)from + bytes;
		n -= bytes;
	}
	return n;
}

KMEMU_EXPORT unsigned long kmemu_clear_user(void *to, unsigned long n)
{
	static const char zeroes[256];

	while (n) {
		unsigned long bytes = min(n, sizeof(zeroes));
		unsigned long left = kmemu_copy_user(to, zeroes, bytes);

		to = (char *)to + bytes;
		n -= bytes - left;
		if (left)
			break;
	}
	return n;
}

/* The next bytes of a string, never beyond a page's end; 0: they are not there. */
static unsigned long peek(char *buf, unsigned long size, const char *src)
{
	unsigned long bytes = min(size, PAGE - (unsigned long)src % PAGE);

	return copy_piece(buf, src, bytes) ? bytes : 0;
}

KMEMU_EXPORT long kmemu_strncpy_from_user(char *dst, const char *src, long count)
{
	long done = 0;

	while (done < count) {
		char buf[256];
		unsigned long n = peek(buf, min((unsigned long)(count - done), sizeof(buf)),
				       src + done);

		if (!n)
			return -EFAULT;
		for (unsigned long i = 0; i < n; i++, done++) {
			dst[done] = buf[i];
			if (!buf[i])
				return done;
		}
	}
	return done;
}

KMEMU_EXPORT long kmemu_strnlen_user(const char *str, long n)
{
	long len = 0;

	while (len < n) {
		char buf[256];
		unsigned long got = peek(buf, min((unsigned long)(n - len), sizeof(buf)),
					 str + len);

		if (!got)
			return 0;
		for (unsigned long i = 0; i < got; i++, len++)
			if (!buf[i])
				return len + 1;
	}
	return n + 1;
}
