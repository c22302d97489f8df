/*
 * dlclose.c - a library goes, and addresses in it lose their names and their
 * unwinding rules. A report may still show them: a block that a plugin
 * allocated is freed twice after the plugin is gone. So, when a check is
 * armed, what is loaded is noted before (core/report/symbols.c keeps names of
 * closed modules), and cached rules are void after, in any case: another
 * library may come to the same place (core/report/unwind.c), and for the same
 * reason rules for functions are resolved anew. The kernel does
 * the same for modules (kallsyms, delayed free of module memory).
 *
 * Nothing is held across the real dlclose: it runs destructors, which may call
 * anything. Unlike dlopen it does not care who calls it. A handle that closes
 * nothing, since others have it open, costs the note all the same.
 *
 * Cost: armed, or with rules for functions, a look at each loaded object; else
 * some stores.
 */
#include <dlfcn.h>
#include <errno.h>

#include "core/check/advise.h"
#include "core/check/lock.h"
#include "core/os/os.h"
#include "core/report/call_site.h"
#include "core/report/funcs.h"
#include "core/report/run.h"
#include "core/report/symbols.h"
#include "core/report/unwind.h"
#include "interpose/buffers.h"
#include "interpose/interpose.h"

/* Behind the entries of calls.def. */
OURS(dlclose);

static int (*real_dlclose)(void *);

void dlclose_resolve(void)
{
	real_dlclose = (int (*)(void *))os_dlsym_next("dlclose");
}

int dlclose(void *handle)
{
	int saved = errno, ret;

	if (!real_dlclose)
		dlclose_resolve();
	if (run_is_armed())
		symbols_note_modules();
	errno = saved;
	ret = real_dlclose(handle);
	unwind_forget();
	call_site_forget();
	funcs_refresh();
	advise_forget();
	lock_class_dlclose();
	buffers_dlclose();
	return ret;
}
