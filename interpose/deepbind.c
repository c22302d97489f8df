/*
 * deepbind.c - libraries opened with RTLD_DEEPBIND. Their symbols are looked up
 * in themselves and what they need first: malloc and free become libc's, while
 * libc's strdup or getline, which such a library calls, hand out blocks of
 * ours. free() of one by libc would crash; no preloaded allocator is safe from
 * it. Taking the flag away would change what all other symbols mean, and some
 * libraries need it. So the flag stays, and before the first such dlopen libc's
 * symbol table is made to lead to the malloc family that the process uses
 * (core/os/dl.c says how).
 *
 * dlopen must not see another caller: RUNPATH and $ORIGIN are those of the
 * object that calls, told by the return address. The wrapper ends in a jump to
 * the real dlopen, with the caller's return address on the stack - the compiler
 * does that for a call with equal arguments in last place, and
 * tests/preload shows that it still does.
 *
 * A library loaded in another namespace (dlmopen) has a libc of its own and is
 * left alone.
 *
 * Cost: a test of one bit a dlopen; about 50 KiB once there is such a library.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

#include "core/os/dl.h"
#include "core/os/os.h"
#include "interpose/buffers.h"
#include "interpose/interpose.h"

/* Behind the entries of calls.def. */
OURS(dlopen);

typedef void *(*dlopen_fn)(const char *, int);

static dlopen_fn real_dlopen;

static const char *const family[] = {
	"malloc",	  "free",	   "calloc",
	"realloc",	  "reallocarray",  "memalign",
	"aligned_alloc",  "posix_memalign", "valloc",
	"pvalloc",	  "cfree",	   "malloc_usable_size",
	"free_sized",	  "free_aligned_sized", "malloc_trim",
	"malloc_stats",	  "malloc_info",   "mallinfo",
	"mallinfo2",	  "mallopt",
};

void deepbind_resolve(void)
{
	real_dlopen = (dlopen_fn)os_dlsym_next("dlopen");
}

/* To what the rest of the process uses, be it ours or the program's own. */
static __noinline __cold void redirect_family(void)
{
	const struct os_module *libc = os_dl_libc();
	size_t i;

	if (!libc)
		return;
	/* The real ones must be known before their names lead elsewhere. */
	foreign_init();
	for (i = 0; i < ARRAY_SIZE(family); i++) {
		void *to = os_dlsym_default(family[i]);

		if (to)
			os_module_redirect(libc, family[i], to);
	}
}

static dlopen_fn before_dlopen(int mode)
{
	int saved = errno;

	if (!real_dlopen)
		deepbind_resolve();
	if (mode & RTLD_DEEPBIND)
		redirect_family();
	buffers_dlopen();
	errno = saved;
	return real_dlopen;
}

void *dlopen(const char *file, int mode)
{
	return before_dlopen(mode)(file, mode);
}
