/*
 * buffers_symbols.c - functions that are asked of the loader by name: dlsym and dlvsym
 * (no kernel counterpart).
 *
 * When a check of buffers is on, who asks for
 *
 *	a function of libaio, liburing, or memcpy and its like, gets ours, which goes on
 *			to it, if it is the one that the jump slots lead to, too
 *	a call that is an entry, of libc's own handle or by a version, where ours is
 *			not found, gets the entry, if it is what the entry goes on to
 *
 * So what an interposer has before such a function stays before it: the answer is
 * another function then, and is given as it is.
 *
 * RTLD_NEXT means what lies behind the caller, whom the loader knows by the return
 * address. It can't be asked in its name, so the loader's list is walked from the caller
 * on: ours is given only if the first object behind it that defines the name is the one
 * that we go on to. The list has the order of the search for what the program was
 * started with, and for what one dlopen brought; where another object is meant, the answer
 * of the loader stands.
 *
 * Our own questions come here as well, since dlsym is this file's in the whole process;
 * they, and all when no check is on, are handed on by a jump, with their caller.
 *
 * Locks: that of the loader's list, which is only tried. Cost: off, a jump; else a
 * comparison of the name with the table's.
 */
#include <dlfcn.h>
#include <errno.h>

#include "core/check/buffers.h"
#include "core/os/dl.h"
#include "core/os/dl_next.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "interpose/buffers.h"
#include "interpose/interpose.h"

typedef void *(*dlsym_fn)(void *, const char *);
typedef void *(*dlvsym_fn)(void *, const char *, const char *);

static dlsym_fn real_dlsym;
static dlvsym_fn real_dlvsym;

/* Libc's own: what dl_next.c asks of dlsym would come back here. */
static dlsym_fn behind_dlsym(void)
{
	if (unlikely(!READ_ONCE(real_dlsym)))
		WRITE_ONCE(real_dlsym, (dlsym_fn)os_dl_libc_function("dlsym"));
	return real_dlsym;
}

static dlvsym_fn behind_dlvsym(void)
{
	if (unlikely(!READ_ONCE(real_dlvsym)))
		WRITE_ONCE(real_dlvsym, (dlvsym_fn)os_dl_libc_function("dlvsym"));
	return real_dlvsym;
}

/* The call of this name that is an entry of calls.def; NR_BUFFERS: none. */
static enum buffer_id entry_id(const char *name)
{
	for (int id = 0; id < NR_BUFFERS; id++) {
		const char *entry = buffer_name((enum buffer_id)id);

		if (entry[0] == name[0] && !buffers_led((enum buffer_id)id) &&
		    !__builtin_strcmp(entry, name))
			return (enum buffer_id)id;
	}
	return NR_BUFFERS;
}

/* --- what is ours of it -------------------------------------------------------------- */

struct own {
	const char *name;
	void *entry;
};

static void look_for_own(const struct os_object *o, void *arg)
{
	struct own *own = arg;

	if (o->dynamic && os_dl_is_ours((void *)o->start))
		own->entry = os_dl_function(o->bias, o->dynamic, own->name);
}

/* real: what the loader answers. NULL: that is right. */
static void *entry_before(const char *name, const void *real)
{
	struct own own = { name, NULL };

	if (entry_id(name) == NR_BUFFERS || real != os_dl_next(name))
		return NULL;
	os_objects_each(look_for_own, &own);
	return own.entry;
}

static void *ours_before(const char *name, void *real)
{
	enum buffer_id id = buffers_slot_id(name);

	if (!real)
		return NULL;
	if (id == NR_BUFFERS)
		return entry_before(name, real);
	buffers_adopt(id, real);
	return real == (void *)buffers_real[id] ? buffers_led(id) : NULL;
}

/* --- RTLD_NEXT ------------------------------------------------------------------------- */

struct next {
	uintptr_t caller, real;
	const char *name;
	bool passed; /* the caller's object was met */
	bool found; /* and one behind it that has the name */
	bool is_real; /* which is the one of `real` */
};

static void look_behind(const struct os_object *o, void *arg)
{
	struct next *n = arg;

	if (n->found)
		return;
	if (n->passed && o->dynamic && !os_dl_is_ours((void *)o->start) && !os_object_is_vdso(o) &&
	    os_dl_may_define(o->bias, o->dynamic, n->name)) {
		n->found = true;
		n->is_real = n->real >= o->start && n->real < o->end;
	}
	n->passed |= n->caller >= o->start && n->caller < o->end;
}

static void *ours_behind(const char *name, const char *version, const void *caller)
{
	enum buffer_id id = buffers_slot_id(name);
	struct next n = { .caller = (uintptr_t)caller, .name = name };
	void *real = version ? behind_dlvsym()(RTLD_NEXT, name, version) : NULL;

	if (id == NR_BUFFERS) /* without a version the loader finds our entry */
		return real ? entry_before(name, real) : NULL;
	if (!buffers_real[id]) {
		void *first = os_dlsym_default(name);

		if (first)
			buffers_adopt(id, first);
	}
	n.real = (uintptr_t)buffers_real[id];
	if (version && n.real != (uintptr_t)real)
		return NULL;
	return n.real && os_objects_each(look_behind, &n) && n.is_real ? buffers_led(id) : NULL;
}

/* --- dlsym and dlvsym --------------------------------------------------------------------- */

/* NULL: the real one is asked. version: NULL for dlsym. */
static __noinline void *asked(void *handle, const char *name, const char *version,
			      const void *caller)
{
	if (os_dl_is_ours(caller) || !name)
		return NULL;
	buffers_look();
	if (buffers_slot_id(name) == NR_BUFFERS && entry_id(name) == NR_BUFFERS)
		return NULL;
	if (handle == RTLD_NEXT)
		return ours_behind(name, version, caller);
	return ours_before(name, version ? behind_dlvsym()(handle, name, version) :
					   behind_dlsym()(handle, name));
}

/*
 * The real ones tell their caller by the return address: they are jumped to, as
 * deepbind.c does.
 */
KMEMU_EXPORT void *dlsym(void *handle, const char *name)
{
	void *ours = buffers_armed ? asked(handle, name, NULL, __builtin_return_address(0)) : NULL;

	return ours ? ours : behind_dlsym()(handle, name);
}

KMEMU_EXPORT void *dlvsym(void *handle, const char *name, const char *version)
{
	void *ours = buffers_armed ? asked(handle, name, version, __builtin_return_address(0)) :
				     NULL;

	return ours ? ours : behind_dlvsym()(handle, name, version);
}
