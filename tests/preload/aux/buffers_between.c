/* SPDX-License-Identifier: MIT */
/* A library that stands before libaio and goes on to it, as tracers do. For buffers_async.sh. */
#include <dlfcn.h>
#include <libaio.h>
#include <stdio.h>

int io_submit(io_context_t ctx, long nr, struct iocb *list[])
{
	__typeof__(io_submit) *behind = (__typeof__(io_submit) *)dlsym(RTLD_NEXT, "io_submit");

	puts("between");
	return behind(ctx, nr, list);
}
