// flags: -fno-builtin -Wno-stringop-overflow -Wno-stringop-overread
/*
 * Lengths that leave their object, by many calls; what they answer is printed. For
 * buffers_policy.sh.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "check.h"

static char from[4096];
static int overwrites;

static void say(const char *name, long ret)
{
	printf("%s %ld %s\n", name, ret, ret < 0 ? strerror(errno) : "");
}

static void system_calls(size_t size, size_t length)
{
	int null = open("/dev/null", O_WRONLY), pair[2];
	char *p = malloc(size), *large = malloc(100000), *area = malloc(200000);
	struct iovec v[2] = { { from, 10 }, { p, length } };
	struct msghdr msg = { .msg_iov = v, .msg_iovlen = 2 };

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	say("write", write(null, p, length));
	say("writev", writev(null, v, 2));
	say("send", send(pair[0], p, length, 0));
	say("sendmsg", sendmsg(pair[0], &msg, 0));
	say("large", write(null, large, 100000 + 40 * (length - size)));
	say("area", write(null, area, 200000 + 200 * (length - size)));
	say("inside", write(null, p + size / 2, length - size / 2));
	say("nothing", write(null, p, 0));
	say("foreign", write(null, from, sizeof(from)));
}

static void copies(size_t size, size_t length)
{
	char *p = malloc(size), *q = malloc(4096);

	memset(q, 1, 4096);
	q[length - 1] = 0;
	memset(from, 2, sizeof(from));
	memcpy(from, p, length);
	say("memcpy", from[0] == 2);
	memmove(from, p, length);
	say("memmove", 0);
	if (!overwrites)
		return;
	memset(p, 3, length);
	say("memset", q[0]);
	strcpy(p, q);
	say("strcpy", p[0]);
}

/* A string of so many bytes in an object of 64; of 64 it ends in the next object. */
static void strings(size_t size, size_t length)
{
	char *p[16], *s = NULL;

	for (int i = 0; i < 16; i++)
		p[i] = malloc(size);
	for (int i = 0; i < 256; i++)
		if (p[i % 16] == p[i / 16] + 64)
			s = p[i / 16];
	CHECK(s);
	s[64] = 0;
	memset(s, 'x', length);
	if (length < 64)
		s[length] = 0;
	strcpy(from, s);
	stpcpy(from, s);
	say("strings", strlen(from));
}

/* Both sides are of `size` bytes. */
static void both(size_t size, size_t length)
{
	char *p = malloc(size), *q = malloc(size);

	memcpy(p, q, length);
	say("both", 0);
}

/* A string of `length` bytes, by all that write one to an object of `size`. */
static void appends(size_t size, size_t length)
{
	char *p = malloc(size), *q = malloc(4096), *unended = malloc(size);

	memset(q, 'x', length);
	q[length] = 0;
	p[0] = 'y';
	p[1] = 0;
	strcat(p, q);
	p[1] = 0;
	strncat(p, q, length + 1);
	p[1] = 0;
	stpncpy(p, q, length);
	explicit_bzero(p, length);
	say("appends", p[0]);
	/* What is read of it ends with the string, or with n. */
	memset(unended, 'z', size);
	strncpy(from, unended, size);
	strncpy(from, unended, size + size / 2);
	p[0] = 0;
	strncat(p, unended, 3);
	say("unended", from[0]);
}

/* To a pipe, and from it. */
static void spliced(size_t size, size_t length)
{
	struct iovec v = { malloc(size), length };
	int ends[2];

	CHECK(pipe(ends) == 0);
	say("to", vmsplice(ends[1], &v, 1, 0));
	say("from", vmsplice(ends[0], &v, 1, 0));
}

static void wraps(size_t size, size_t length)
{
	say("write", write(open("/dev/null", O_WRONLY), malloc(size), length));
}

int main(int argc, char **argv)
{
	CHECK(argc > 3);
	overwrites = argc > 4; /* where it is not done */
	(!strcmp(argv[1], "copies")  ? copies :
	 !strcmp(argv[1], "strings") ? strings :
	 !strcmp(argv[1], "both")    ? both :
	 !strcmp(argv[1], "appends") ? appends :
	 !strcmp(argv[1], "spliced") ? spliced :
	 !strcmp(argv[1], "wraps")   ? wraps :
				      system_calls)(strtoul(argv[2], NULL, 0),
							      strtoul(argv[3], NULL, 0));
	return 0;
}
