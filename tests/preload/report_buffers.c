// flags: -ldl -fno-builtin -Wno-stringop-overflow -Wno-stringop-overread -rdynamic
/*
 * One misuse of memory at a call, named by the argument, or with a second argument
 * its twin: the same program with the mistake mended, about which nothing is said. For
 * report_kinds.sh, which compares the whole report. The file is one in the
 * current directory that takes O_DIRECT; status 77 where none does.
 */
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include "check.h"

#define BLOCK 4096

static int mended, file = -1;
static char static_bytes[2 * BLOCK];

static char *aligned(size_t size)
{
	void *p;

	CHECK(posix_memalign(&p, BLOCK, size) == 0);
	memset(p, 0, size);
	return p;
}

__attribute__((noinline)) static void store(const void *p, size_t size)
{
	CHECK(pwrite(file, p, size, 0) == (ssize_t)size);
}

/* Above the cap it is vmalloc memory. */
__attribute__((noinline)) static void vmalloc_memory(void)
{
	char *p = aligned(mended ? 65536 : 1 << 20);

	store(p, 65536);
	free(p);
}

__attribute__((noinline)) static void vector_element(void)
{
	char *a = aligned(BLOCK), *b = aligned(mended ? BLOCK : 1 << 20);
	struct iovec v[2] = { { a, BLOCK }, { b, BLOCK } };

	CHECK(pwritev(file, v, 2, 0) == 2 * BLOCK);
	free(a);
	free(b);
}

/* Some are right, and more are wrong than are named. */
__attribute__((noinline)) static void elements(void)
{
	char *a = aligned(BLOCK), *b = aligned(mended ? BLOCK : 1 << 20);
	struct iovec v[12];

	for (int i = 0; i < 12; i++)
		v[i] = (struct iovec){ i % 6 == 2 ? a : b, BLOCK };
	if (!mended)
		v[3] = (struct iovec){ static_bytes + 8, BLOCK };
	CHECK(pwritev(file, v, 12, 0) == (mended ? 12 * BLOCK : -1));
	free(a);
	free(b);
}

/* Without a device; none of it is moved. */
__attribute__((noinline)) static void message_elements(void)
{
	char *p = malloc(100), *q = malloc(100);
	size_t n = mended ? 100 : 200;
	struct iovec v[4] = { { p, 100 }, { q, n }, { q, n }, { p, n } };
	struct mmsghdr m[2] = { { .msg_hdr = { .msg_iov = v, .msg_iovlen = 2 } },
				{ .msg_hdr = { .msg_iov = v + 2, .msg_iovlen = 2 } } };
	int pair[2];

	CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
	CHECK(sendmmsg(pair[0], m, 2, 0) == 2);
}

__attribute__((noinline)) static void stack(void)
{
	char bytes[2 * BLOCK];
	char *p = mended ? aligned(BLOCK) : (char *)(((uintptr_t)bytes + BLOCK - 1) & -BLOCK);

	memset(bytes, 0, sizeof(bytes));
	store(opaque(p), BLOCK);
}

__attribute__((noinline)) static void static_data(void)
{
	char *p = (char *)(((uintptr_t)static_bytes + BLOCK - 1) & -BLOCK);

	store(mended ? aligned(BLOCK) : p, BLOCK);
}

__attribute__((noinline)) static void free_memory(void)
{
	char *p = aligned(65536);

	if (!mended)
		free(opaque(p));
	store(p, BLOCK);
}

/* Two objects that lie one behind the other, the second of which the call reaches. */
__attribute__((noinline)) static void objects(void)
{
	char *p[16], *low = NULL;

	for (int i = 0; i < 16; i++)
		p[i] = aligned(512);
	for (int i = 0; i < 16; i++)
		for (int j = 0; j < 16; j++)
			if (p[j] == p[i] + BLOCK)
				low = p[i];
	CHECK(low);
	store(low, mended ? BLOCK : 2 * BLOCK);
}

/* dma.mask=24: what a device of ISA's reaches. */
__attribute__((noinline)) static void mask(void)
{
	void *(*kmalloc)(size_t, unsigned int) =
		(void *(*)(size_t, unsigned int))dlsym(RTLD_DEFAULT, "kmemu_kmalloc");
	char *p = kmalloc(BLOCK, mended ? 0xcc1 : 0xcc0); /* GFP_DMA | GFP_KERNEL */

	memset(p, 0, BLOCK);
	store(p, BLOCK);
}

__attribute__((noinline)) static void misaligned(void)
{
	char *p = aligned(2 * BLOCK);

	CHECK(pwrite(file, mended ? p : p + 8, BLOCK, 0) == (mended ? BLOCK : -1));
	CHECK(mended || errno == EINVAL);
}

/* A pipe that nobody writes to: what reads from it is in flight. */
static int ends[2];

static void begin(struct aiocb *cb, void *p, size_t size)
{
	memset(cb, 0, sizeof(*cb));
	cb->aio_fildes = ends[0];
	cb->aio_buf = p;
	cb->aio_nbytes = size;
	CHECK(aio_read(cb) == 0);
}

static void end(struct aiocb *cb)
{
	const struct aiocb *list[] = { cb };

	while (aio_error(cb) == EINPROGRESS)
		aio_suspend(list, 1, NULL);
	aio_return(cb);
}

/* Two objects of 32 bytes in one line. */
__attribute__((noinline)) static void cache_line(void)
{
	struct aiocb a, b;
	char *p[16], *q = NULL;

	for (int i = 0; i < 16; i++)
		p[i] = malloc(mended ? 64 : 32);
	for (int i = 1; i < 16; i++)
		if ((uintptr_t)p[i] / 64 == (uintptr_t)p[0] / 64)
			q = p[i];
	CHECK(pipe(ends) == 0);
	CHECK(mended || q);
	begin(&a, p[0], 32);
	begin(&b, mended ? p[1] : q, 32);
	close(ends[1]);
	end(&a);
	end(&b);
}

__attribute__((noinline)) static void in_flight(void)
{
	char *p = malloc(100);
	struct aiocb cb;

	CHECK(pipe(ends) == 0);
	begin(&cb, p, 100);
	if (!mended)
		free(opaque(p));
	close(ends[1]);
	end(&cb);
	if (mended)
		free(p);
}

__attribute__((noinline)) static void overwrite(void)
{
	int zero = open("/dev/zero", O_RDONLY);
	char *p = malloc(200); /* so that what is overwritten is ours */

	p = realloc(p, 50);
	CHECK(read(zero, p, mended ? 50 : 100) > 0);
}

__attribute__((noinline)) static void exposure(void)
{
	int null = open("/dev/null", O_WRONLY);
	char *p = malloc(50);

	CHECK(write(null, p, mended ? 50 : 100) > 0);
}

static const struct {
	const char *name;
	void (*run)(void);
	int direct;
} cases[] = {
	{ "contig-vmalloc", vmalloc_memory, 1 },
	{ "contig-vector", vector_element, 1 },
	{ "contig-elements", elements, 1 },
	{ "usercopy-messages", message_elements, 0 },
	{ "contig-stack", stack, 1 },
	{ "contig-static", static_data, 1 },
	{ "contig-free", free_memory, 1 },
	{ "contig-objects", objects, 1 },
	{ "contig-mask", mask, 1 },
	{ "direct-misaligned", misaligned, 1 },
	{ "contig-cacheline", cache_line, 0 },
	{ "in-flight", in_flight, 0 },
	{ "usercopy-overwrite", overwrite, 0 },
	{ "usercopy-exposure", exposure, 0 },
};

/* Seen by nobody; libc's syscall() is. The call's answer, or -errno. */
static long read_byte(const void *to)
{
#ifdef __x86_64__
	register long offset __asm__("r10") = 0;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(SYS_pread64), "D"((long)file), "S"(to), "d"(1L), "r"(offset)
			 : "rcx", "r11", "memory");
	return ret;
#else
	return syscall(SYS_pread64, file, to, 1, 0);
#endif
}

/* Not where O_DIRECT is not known, or takes everything. */
static void open_direct(void)
{
	file = open("direct.tmp", O_RDWR | O_CREAT | O_DIRECT, 0600);
	unlink("direct.tmp");
	if (file < 0 || fcntl(file, F_SETFL, 0) || pwrite(file, static_bytes, 2 * BLOCK, 0) < 0)
		exit(77);
	if (read_byte(static_bytes + 1) != 1 || fcntl(file, F_SETFL, O_DIRECT) ||
	    read_byte(static_bytes + 1) >= 0)
		exit(77);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 0;
	mended = argc > 2;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(argv[1], cases[i].name))
			continue;
		if (cases[i].direct)
			open_direct();
		cases[i].run();
		printf("went on\n");
		return 0;
	}
	fprintf(stderr, "no case %s\n", argv[1]);
	return 2;
}
