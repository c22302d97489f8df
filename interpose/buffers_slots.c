/*
 * buffers_slots.c - calls of libaio, liburing and memcpy, which are no entries of ours,
 * so that a program which asks whether they are there is not lied to (kernel: jump
 * labels, patched in a module's code when it is loaded: kernel/jump_label.c
 * jump_label_module_notify).
 *
 * Calls are led by the jump slots of the modules, as direct.c does: those of the
 * start in the constructor. Slots that hold an address which the program may keep stay
 * as they are. Who asks dlsym or dlvsym for such a function gets ours, which goes on to it.
 *
 * What dlopen brings. The wrapper of dlopen may not see its end (deepbind.c), so it
 * leaves a mark, and the next who comes by looks: a call of dlsym, or any call that is
 * judged, an open() too. Who opens a library asks it for its functions, and who
 * means O_DIRECT opens a file first; what a library's constructor does before
 * either is not seen. A mark is good for 64 looks, since another thread's may come
 * before the library does, and a dlopen of what is there already brings nothing.
 *
 * A slot of such a library is changed only if it leads to the function that is gone
 * on to, or to the library's own stub where it needs the one that has the function: there
 * may be a second libaio, and the loader, when it binds a stub, keeps what it leads to.
 * Only with the loader's own lock, taken by nobody else and not by this thread's dlopen,
 * so nothing is being relocated meanwhile.
 *
 * What dlclose takes: a function that is not there any more is forgotten, and
 * which modules are known as well, since another may come to the same place.
 *
 * Locks: that of the loader, which is only tried. Cost: nothing when the check is
 * off; after a dlopen a walk over the slots of what is new, and 64 looks of some
 * 0.2 us.
 */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "core/check/buffers.h"
#include "core/check/calls.h"
#include "core/os/dl.h"
#include "core/os/dl_next.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "interpose/buffers.h"
#include "interpose/interpose.h"

#define LOOKS_AFTER   64u
#define MODULES_KNOWN 1024u /* slots of a table by hash; three quarters are used */

#define BITS_OF(id) ((id) / 64)
#define BIT_OF(id)  (1UL << (id) % 64)

static u64 called[(NR_BUFFERS + 63) / 64]; /* some module has a slot for it */
static u64 came_late[(NR_BUFFERS + 63) / 64]; /* its function may go by dlclose */
static u64 seen_added; /* modules added up to the last look */
u32 buffers_looks;

static const u8 led_by_slots[] = {
#define BUFFER(name, shape, way, fd, at, n)
#define BUFFER_SPELT(name, base)
#define OTHER(name, shape, way, fd, at, n) BUF_##name,
#define OTHER_SPELT(name, base)		   BUF_##name,
#include "core/check/buffers.def"
};
_Static_assert(NR_BUFFERS <= 256, "led_by_slots holds ids in bytes");

/* --- names ------------------------------------------------------------------------- */

static bool is_wanted(enum buffer_id id)
{
	return !buffer_is_copy(buffer_row(id)) || buffers_copies_are_wanted();
}

/* The call of this name that slots lead to us; NR_BUFFERS: none, or not wanted. */
static enum buffer_id id_of(const char *name)
{
	/* Most modules have hundreds of slots, and none of them is asked for. */
	if (!buffers_copies_are_wanted() && (name[0] != 'i' || name[1] != 'o') &&
	    (name[0] != 'p' || name[1] != 'i'))
		return NR_BUFFERS;
	for (unsigned int i = 0; i < ARRAY_SIZE(led_by_slots); i++) {
		enum buffer_id id = led_by_slots[i];
		const char *led = buffer_name(id);

		if (led[0] == name[0] && !__builtin_strcmp(led, name))
			return is_wanted(id) ? id : NR_BUFFERS;
	}
	return NR_BUFFERS;
}

/* All of them, as os_object_slots() wants them. */
static u64 led_names(void)
{
	u64 set = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(led_by_slots); i++)
		if (is_wanted((enum buffer_id)led_by_slots[i]))
			set |= os_slot_set_of(buffer_name(led_by_slots[i]));
	return set;
}

static bool is_called(enum buffer_id id)
{
	return called[BITS_OF(id)] & BIT_OF(id);
}

/* --- modules that are done with ---------------------------------------------------- */

static const void *known[MODULES_KNOWN]; /* by their dynamic sections; under the loader's lock */
static u32 nr_known;

/* False: it is new, and known from now on if `note`. */
static bool is_known(const struct os_object *o, bool note)
{
	u32 i = (u32)((u64)o->dynamic / 16 * 0x9e3779b97f4a7c15UL >> 54);

	for (; known[i % MODULES_KNOWN]; i++)
		if (known[i % MODULES_KNOWN] == o->dynamic)
			return true;
	if (note && nr_known < MODULES_KNOWN / 4 * 3) {
		known[i % MODULES_KNOWN] = o->dynamic;
		nr_known++;
	}
	return false;
}

/* --- the modules of the start ------------------------------------------------------ */

/* First which names are called at all, by one walk of each module. */
static void note_slot(const struct os_object *o, const char *name, const struct os_slot *slot,
		      void *any)
{
	enum buffer_id id = id_of(name);

	(void)o;
	(void)slot;
	if (id == NR_BUFFERS)
		return;
	called[BITS_OF(id)] |= BIT_OF(id);
	*(bool *)any = true;
}

/* One that calls none, as most, is done with. */
static void note_object(const struct os_object *o, void *set)
{
	bool any = false;

	if (is_known(o, false))
		return;
	if (!os_dl_is_ours((void *)o->start))
		os_object_slots(o, *(const u64 *)set, note_slot, &any);
	if (!any)
		is_known(o, true);
}

/* libc stays; another library that has the function while o needs it. */
static bool stays_for(const struct os_object *o, enum buffer_id id)
{
	const char *file;
	struct os_object has;

	if (buffer_is_copy(buffer_row(id)))
		return true;
	if (!os_object_find((uintptr_t)buffers_real[id], &has) || !has.name)
		return false;
	file = strrchr(has.name, '/');
	return os_object_needs(o, file ? file + 1 : has.name);
}

/* late: only where the slot leads to what we go on to. */
static bool may_lead(const struct os_object *o, const struct os_slot *slot, enum buffer_id id,
		     bool late)
{
	uintptr_t to = __atomic_load_n(slot->at, __ATOMIC_RELAXED);

	if (!slot->is_call)
		return false;
	return !late || to == (uintptr_t)buffers_real[id] ||
	       (to >= o->start && to < o->end && stays_for(o, id));
}

/* Then, when these are looked up, their slots are set. */
static void lead(const struct os_object *o, const char *name, const struct os_slot *slot,
		 void *late)
{
	enum buffer_id id = id_of(name);
	struct os_slot led = *slot;

	if (id == NR_BUFFERS || !buffers_real[id] || !may_lead(o, slot, id, late != NULL))
		return;
	led.to = (uintptr_t)buffers_led(id);
	os_slot_set(&led);
}

static void lead_object(const struct os_object *o, void *set)
{
	if (!os_dl_is_ours((void *)o->start))
		os_object_slots(o, *(const u64 *)set, lead, NULL);
}

/* Only what some module needs: of a name that nobody has dlsym makes words on the heap. */
static bool find_called(void)
{
	bool any = false;

	for (unsigned int i = 0; i < ARRAY_SIZE(led_by_slots); i++) {
		enum buffer_id id = led_by_slots[i];

		if (!is_called(id))
			continue;
		buffers_real[id] = (buffer_fn)os_dlsym_default(buffer_name(id));
		any = true;
	}
	return any;
}

void buffers_lead_slots(void)
{
	u64 set = led_names();
	int saved = errno;

	os_objects_each(note_object, &set);
	if (find_called())
		os_objects_each(lead_object, &set);
	os_objects_added(&seen_added);
	errno = saved;
}

/* --- modules that come later --------------------------------------------------------- */

static void lead_late(const struct os_object *o, void *set)
{
	if (!is_known(o, true))
		os_object_slots(o, *(const u64 *)set, lead, set);
}

struct wanted {
	const char *name;
	void *found;
};

static void look_for(const struct os_object *o, void *arg)
{
	struct wanted *w = arg;

	if (!w->found && o->dynamic && !os_dl_is_ours((void *)o->start))
		w->found = os_dl_function(o->bias, o->dynamic, w->name);
}

/* A library that dlopen brought need not be where dlsym(RTLD_DEFAULT) looks. */
static void find_late(enum buffer_id id)
{
	struct wanted w = { buffer_name(id), NULL };

	if (buffer_is_copy(buffer_row(id)))
		w.found = os_dlsym_default(w.name);
	else
		os_objects_each(look_for, &w);
	if (w.found) {
		came_late[BITS_OF(id)] |= BIT_OF(id);
		buffers_real[id] = (buffer_fn)w.found;
	}
}

static void lead_what_came(void)
{
	u64 set = led_names();

	os_objects_each(note_object, &set);
	for (unsigned int i = 0; i < ARRAY_SIZE(led_by_slots); i++)
		if (is_called(led_by_slots[i]) && !buffers_real[led_by_slots[i]])
			find_late((enum buffer_id)led_by_slots[i]);
	os_objects_each(lead_late, &set);
}

/* --- and such as go ------------------------------------------------------------------ */

static u32 went; /* since the last look a library was closed */

struct range {
	uintptr_t at;
	bool is_there;
};

static void look_whether_there(const struct os_object *o, void *arg)
{
	struct range *r = arg;

	r->is_there |= r->at >= o->start && r->at < o->end;
}

static void forget_what_went(void)
{
	__builtin_memset(known, 0, sizeof(known));
	nr_known = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(led_by_slots); i++) {
		enum buffer_id id = led_by_slots[i];
		struct range r = { (uintptr_t)buffers_real[id], false };

		if (came_late[BITS_OF(id)] & BIT_OF(id) && r.at &&
		    os_objects_each(look_whether_there, &r) && !r.is_there)
			buffers_real[id] = NULL;
	}
}

void __buffers_look(void)
{
	int saved = errno;
	u64 added;

	if (!os_loader_trylock_outside())
		return;
	if (os_objects_added(&added)) {
		if (__atomic_exchange_n(&went, 0, __ATOMIC_RELAXED))
			forget_what_went();
		if (added != seen_added) {
			lead_what_came();
			seen_added = added;
		} else if (READ_ONCE(buffers_looks)) {
			WRITE_ONCE(buffers_looks, buffers_looks - 1);
		}
	}
	os_loader_unlock();
	errno = saved;
}

/* --- dlopen, dlsym and dlclose ---------------------------------------------------------- */

void buffers_dlopen(void)
{
	if (buffers_armed)
		WRITE_ONCE(buffers_looks, LOOKS_AFTER);
}

/* Behind the real one. Another thread may have the loader now: then it is done later. */
void buffers_dlclose(void)
{
	if (!buffers_armed)
		return;
	WRITE_ONCE(went, 1);
	WRITE_ONCE(buffers_looks, LOOKS_AFTER);
	__buffers_look();
}

typedef void *(*dlsym_fn)(void *, const char *);
typedef void *(*dlvsym_fn)(void *, const char *, const char *);

static dlsym_fn real_dlsym;
static dlvsym_fn real_dlvsym;

/*
 * Without a word to the loader: what it asks of dlsym would come back here. Brought by
 * dlopen ourselves, nothing is behind us.
 */
static void *behind(void **real, const char *name)
{
	void *fn = __atomic_load_n(real, __ATOMIC_RELAXED);

	if (likely(fn))
		return fn;
	fn = os_dl_next(name);
	if (!fn)
		fn = os_module_symbol(os_dl_libc(), name);
	__atomic_store_n(real, fn, __ATOMIC_RELAXED);
	return fn;
}

static dlsym_fn behind_dlsym(void)
{
	return (dlsym_fn)behind((void **)&real_dlsym, "dlsym");
}

static dlvsym_fn behind_dlvsym(void)
{
	return (dlvsym_fn)behind((void **)&real_dlvsym, "dlvsym");
}

/* What is asked for; version NULL: dlsym() asks. */
struct question {
	void *handle;
	const char *name, *version;
	const void *caller;
};

static void *answer(const struct question *q, void *handle)
{
	return q->version ? behind_dlvsym()(handle, q->name, q->version) :
			    behind_dlsym()(handle, q->name);
}

struct order {
	uintptr_t first, then;
	bool has_first, is_so;
};

static void look_for_order(const struct os_object *o, void *arg)
{
	struct order *order = arg;

	order->is_so |= order->has_first && o->start == order->then;
	order->has_first |= o->start == order->first;
}

/*
 * RTLD_NEXT tells by the return address whom it comes behind, so it can't be asked from
 * here. Of the program, and of a library that needs the one that has the function, it is
 * known: the first of all, if that comes behind them. An interposer, which has the function
 * itself, is that first one; it gets what is behind it.
 */
static void *answer_next(const struct question *q)
{
	void *found = answer(q, RTLD_DEFAULT);
	struct os_object from, has;
	struct order order = { 0 };
	const char *file;

	if (!found || !os_object_find((uintptr_t)q->caller, &from) ||
	    !os_object_find((uintptr_t)found, &has) || !has.name)
		return NULL;
	file = strrchr(has.name, '/');
	if (from.name && from.name[0] && !os_object_needs(&from, file ? file + 1 : has.name))
		return NULL;
	order.first = from.start;
	order.then = has.start;
	return os_objects_each(look_for_order, &order) && order.is_so ? found : NULL;
}

/* NULL: the real one is asked. */
static __noinline void *asked(const struct question *q)
{
	enum buffer_id id;
	void *real;

	if (os_dl_is_ours(q->caller))
		return NULL;
	buffers_look();
	id = q->name ? id_of(q->name) : NR_BUFFERS;
	if (id == NR_BUFFERS)
		return NULL;
	real = q->handle == RTLD_NEXT ? answer_next(q) : answer(q, q->handle);
	if (real && !buffers_real[id]) {
		came_late[BITS_OF(id)] |= BIT_OF(id);
		buffers_real[id] = (buffer_fn)real;
	}
	return real && real == (void *)buffers_real[id] ? buffers_led(id) : NULL;
}

/* Not what the library itself asks for. */
static bool may_ask(enum call_id id, const void *caller)
{
	return likely(context_is_task()) || os_dl_is_ours(caller) ||
	       call_may_sleep(id, caller, NULL);
}

/*
 * The real ones tell their caller by the return address: they are jumped to, as
 * deepbind.c does.
 */
KMEMU_EXPORT void *dlsym(void *handle, const char *name)
{
	const void *caller = __builtin_return_address(0);
	void *led = NULL;

	if (!may_ask(ID_dlsym, caller))
		return NULL;
	if (buffers_armed)
		led = asked(&(struct question){ handle, name, NULL, caller });
	return led ? led : behind_dlsym()(handle, name);
}

KMEMU_EXPORT void *dlvsym(void *handle, const char *name, const char *version)
{
	const void *caller = __builtin_return_address(0);
	void *led = NULL;

	if (!may_ask(ID_dlvsym, caller))
		return NULL;
	if (buffers_armed)
		led = asked(&(struct question){ handle, name, version, caller });
	return led ? led : behind_dlvsym()(handle, name, version);
}
