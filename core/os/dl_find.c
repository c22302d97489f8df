/*
 * dl_find.c - which loaded object an address lies in, without a lock (kernel:
 * module_address_lookup, under RCU).
 *
 * glibc 2.35 has _dl_find_object: lock-free, made for unwinders, safe in signal
 * handlers and while another thread is in dlopen. It is found by dlsym, so that
 * the object still loads on glibc 2.34. dl_iterate_phdr is no way: it takes
 * the loader's lock, and a handler, or a thread that holds one of our locks,
 * would wait for a dlopen that waits for our malloc.
 *
 * For a program whose segments have gaps it answers with the bounds of one
 * segment, so the start is not where the ELF header is; the base is right.
 *
 * Without it a list of objects is read by dl_iterate_phdr at start and after
 * dlopen and dlclose, where taking the lock is fine. A slot of the list is free
 * when its start is 0. Readers take no lock: they may see a slot between two
 * objects, and whoever uses the answer has to check what it points to anyway.
 * More objects than slots: those are not found.
 *
 * os_readable() asks the kernel by a call that fails in one way for memory that
 * cannot be read (EFAULT) and in another for an argument that is wrong on
 * purpose (EINVAL, the mask is read first): rt_sigprocmask, as Abseil does.
 * Sandboxes permit it, unlike process_vm_readv, and it takes a fourth of the
 * time. An emulator that looks at the other argument first would call all
 * memory readable: page 0 is asked once, and os_read_safe() is used then.
 *
 * Locks: the loader's, in os_dl_find_init() and _refresh(). Cost: os_dl_find()
 * some 20 ns, os_readable() some 100 ns.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#include "core/os/dl_find.h"
#include "core/os/filter.h"
#include "core/os/os.h"

#define MAX_LISTED 1024

/* struct dl_find_object of <dlfcn.h>, which glibc before 2.35 does not have. */
struct find_result {
	unsigned long long flags;
	void *map_start, *map_end;
	struct link_map *link_map;
	void *eh_frame;
	unsigned long long reserved[9]; /* and what other processors have between */
};

typedef int (*find_object_t)(void *addr, struct find_result *result);

static find_object_t find_object;
static struct os_dl_object *listed; /* MAX_LISTED, mapped when first needed */
static bool by_list, done;

/* --- the list --- */

static bool is_same(const struct os_dl_object *a, const struct os_dl_object *b)
{
	return a->start == b->start && a->end == b->end && a->base == b->base &&
	       a->eh_frame_hdr == b->eh_frame_hdr;
}

static void slot_write(struct os_dl_object *slot, const struct os_dl_object *o)
{
	__atomic_store_n(&slot->start, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&slot->end, o->end, __ATOMIC_RELEASE);
	__atomic_store_n(&slot->base, o->base, __ATOMIC_RELEASE);
	__atomic_store_n(&slot->eh_frame_hdr, o->eh_frame_hdr, __ATOMIC_RELEASE);
	__atomic_store_n(&slot->start, o->start, __ATOMIC_RELEASE);
}

static bool slot_read(const struct os_dl_object *slot, struct os_dl_object *o)
{
	o->start = __atomic_load_n(&slot->start, __ATOMIC_ACQUIRE);
	o->end = __atomic_load_n(&slot->end, __ATOMIC_ACQUIRE);
	o->base = __atomic_load_n(&slot->base, __ATOMIC_ACQUIRE);
	o->eh_frame_hdr = __atomic_load_n(&slot->eh_frame_hdr, __ATOMIC_ACQUIRE);
	return o->start && o->start == READ_ONCE(slot->start);
}

/* The slot of this object, else a free one, else NULL. */
static struct os_dl_object *slot_for(const struct os_dl_object *o)
{
	struct os_dl_object *free_slot = NULL;

	for (int i = 0; i < MAX_LISTED; i++) {
		if (is_same(&listed[i], o))
			return &listed[i];
		if (!free_slot && !listed[i].start)
			free_slot = &listed[i];
	}
	return free_slot;
}

static void describe(const struct dl_phdr_info *info, struct os_dl_object *o)
{
	*o = (struct os_dl_object){ .start = UINTPTR_MAX, .base = info->dlpi_addr };
	for (unsigned int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type == PT_LOAD) {
			o->start = min(o->start, ALIGN_DOWN(at, PAGE_SIZE));
			o->end = max(o->end, at + ph->p_memsz);
		} else if (ph->p_type == PT_GNU_EH_FRAME) {
			o->eh_frame_hdr = at;
		}
	}
}

static int list_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct os_dl_object o, *slot;
	u64 *seen = arg;

	(void)size;
	describe(info, &o);
	slot = o.start < o.end ? slot_for(&o) : NULL;
	if (!slot)
		return 0;
	if (!slot->start)
		slot_write(slot, &o);
	seen[(slot - listed) / 64] |= 1ULL << (slot - listed) % 64;
	return 0;
}

static void read_list(void)
{
	static const struct os_dl_object none;
	u64 seen[MAX_LISTED / 64] = { 0 };

	if (!listed)
		listed = os_map_any(PAGE_ALIGN(MAX_LISTED * sizeof(*listed)));
	if (!listed)
		return;
	dl_iterate_phdr(list_object, seen);
	for (int i = 0; i < MAX_LISTED; i++)
		if (listed[i].start && !(seen[i / 64] >> i % 64 & 1))
			slot_write(&listed[i], &none);
}

static bool find_in_list(uintptr_t addr, struct os_dl_object *object)
{
	for (int i = 0; listed && i < MAX_LISTED; i++)
		if (slot_read(&listed[i], object) && addr >= object->start && addr < object->end)
			return true;
	return false;
}

/* --- both --- */

static bool busy;

/* One at a time: the second one's news is in the loader, and comes next time. */
void os_dl_find_refresh(void)
{
	if (!READ_ONCE(by_list) || __atomic_exchange_n(&busy, true, __ATOMIC_ACQUIRE))
		return;
	read_list();
	__atomic_store_n(&busy, false, __ATOMIC_RELEASE);
}

void os_dl_find_init(void)
{
	if (__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		return;
	find_object = (find_object_t)os_dlsym_default("_dl_find_object");
	WRITE_ONCE(by_list, !find_object);
	os_dl_find_refresh();
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);
}

void os_dl_find_by_list(bool list)
{
	os_dl_find_init();
	WRITE_ONCE(by_list, list || !find_object);
	os_dl_find_refresh();
}

bool os_dl_find(uintptr_t addr, struct os_dl_object *object)
{
	struct find_result result;

	if (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
		return false;
	if (READ_ONCE(by_list))
		return find_in_list(addr, object);
	if (find_object((void *)addr, &result))
		return false;
	object->start = (uintptr_t)result.map_start;
	object->end = (uintptr_t)result.map_end;
	object->base = result.link_map ? result.link_map->l_addr : 0;
	object->eh_frame_hdr = (uintptr_t)result.eh_frame;
	return true;
}

struct os_program os_dl_program(void)
{
	return (struct os_program){ getauxval(AT_PHDR), getauxval(AT_PHNUM) };
}

/* --- memory --- */

static long ask_kernel(const void *p)
{
	return os_call(SYS_rt_sigprocmask, ~0L, (long)p, 0, 8, 0, 0);
}

/* Valgrind's word for the question (valgrind.h); on a processor nothing happens. */
bool os_is_valgrind(void)
{
	unsigned long is = 0;
#if defined(__x86_64__)
	volatile unsigned long question[6] = { 0x1001 };

	__asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\t"
			 "rolq $61, %%rdi\n\trolq $51, %%rdi\n\t"
			 "xchgq %%rbx, %%rbx"
			 : "+d"(is)
			 : "a"(question)
			 : "cc", "memory");
#endif
	return is != 0;
}

/*
 * Valgrind's memcheck tells of each address that a system call may not read as of the
 * program's mistake, but for those that process_vm_readv copies from.
 */
static u32 way_to_ask(void)
{
	return !os_is_valgrind() && ask_kernel((void *)8) == -EFAULT ? 1 : 2;
}

bool os_readable(const void *p)
{
	static u32 way; /* 0 not known, 1 by the signal mask, 2 by a copy */
	unsigned long copy;

	if (!os_filter_kills(SYS_rt_sigprocmask)) {
		if (!READ_ONCE(way))
			WRITE_ONCE(way, way_to_ask());
		if (READ_ONCE(way) == 1)
			return ask_kernel(p) == -EINVAL;
	}
	return !os_filter_kills(SYS_process_vm_readv) && os_read_safe(&copy, p, sizeof(copy));
}
