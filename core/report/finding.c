/*
 * finding.c - completes a report: where it happened (call_site.c), and which
 * finding it is.
 *
 * Identity. A finding is its kind and the report.dedup innermost frames from
 * the call site on; in an interrupt (a signal handler, a handler of kernel code) the
 * frames that it interrupted do not count, since they are anywhere. For the id each
 * frame is the module's name, its build-id and the offset in it, so that two runs,
 * with other addresses, have the same one, and two builds do not. FNV-1a over these
 * bytes; changing what goes in changes all ids of all users.
 *
 * Locks: none; no allocation. Names are looked up without loading anything in
 * line mode, see report.c.
 */
#include "core/report/finding.h"

#include "core/lib/stackdepot.h"
#include "core/lib/vsprintf.h"
#include "core/os/dl.h"
#include "core/os/os.h"
#include "core/report/call_site.h"

#define FNV_START 0xcbf29ce484222325UL
#define OWN_FRAMES 8 /* more are kept where ours come before the program's */
#define FNV_PRIME 0x100000001b3UL

static u64 hash_bytes(u64 hash, const void *data, size_t n)
{
	const u8 *byte = data;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ byte[i]) * FNV_PRIME;
	return hash;
}

static u64 hash_string(u64 hash, const char *s)
{
	return hash_bytes(hash, s, __builtin_strlen(s) + 1);
}

/*
 * What called us by a jump is the site, though the stack does not tell. Our frames behind it
 * go: a function of the API that breaks a rule several times is one finding.
 */
static void add_jumped(struct stacktrace *st)
{
	unsigned long pc = call_site_jumped();
	unsigned int ours = 0;

	if (!pc)
		return;
	while (ours < st->nr && os_dl_is_own_code((const void *)st->entries[ours]))
		ours++;
	if (!ours)
		return;
	st->entries[0] = pc;
	st->nr = (u16)(st->nr - (ours - 1));
	st->nr_irq = (u16)(st->nr_irq > ours ? st->nr_irq - (ours - 1) : min(st->nr_irq, 1));
	__builtin_memmove(st->entries + 1, st->entries + ours,
			  (st->nr - 1U) * sizeof(st->entries[0]));
}

void finding_begin(struct finding *f, const struct report *r, enum kmemu_policy policy)
{
	bool inside = os_dl_is_own_code(r->caller);

	f->r = *r;
	f->policy = policy;
	f->site = 0;
	f->bytes = NULL;
	stacktrace_save(&f->here, kmemu_opts.stack_depth + (inside ? OWN_FRAMES : 0),
			r->caller);
	if (inside)
		add_jumped(&f->here);
	f->r.here = &f->here;
}

void finding_complete(struct finding *f)
{
	struct report_task *task = &f->r.task;

	task->cpu = os_task_cpu();
	task->uid = os_task_uid();
	task->pid = os_pid();
	task->tid = (int)os_tid();
	task->time_us = os_monotonic_ns() / 1000;
	task->irq = f->here.nr_irq > 0;
	os_task_comm(task->comm);
}

u64 finding_stack_key(const struct finding *f)
{
	u64 hash = hash_bytes(FNV_START, &f->r.kind, sizeof(f->r.kind));

	return hash_bytes(hash, f->here.entries, f->here.nr * sizeof(f->here.entries[0]));
}

static u64 hash_frame(u64 hash, unsigned long pc)
{
	struct symbol sym;

	if (!symbol_lookup(pc, &sym, NULL, 0))
		return hash_bytes(hash, &pc, sizeof(pc));
	hash = hash_string(hash, sym.module);
	hash = hash_bytes(hash, sym.build_id, sym.build_id_bytes);
	return hash_bytes(hash, &sym.module_offset, sizeof(sym.module_offset));
}

void finding_identify(struct finding *f)
{
	const char *slug = report_kinds[f->r.kind].slug;
	unsigned int end;

	f->site = call_site_of(&f->here);
	f->here.nr = (u16)min(f->site + kmemu_opts.stack_depth, (unsigned int)f->here.nr);
	f->here.nr_irq = min(f->here.nr_irq, f->here.nr);
	end = f->site < f->here.nr_irq ? f->here.nr_irq : f->here.nr;
	end = min(f->site + max(kmemu_opts.report_dedup, 1U), end);
	f->hash = hash_string(FNV_START, slug);
	for (unsigned int i = f->site; i < end; i++)
		f->hash = hash_frame(f->hash, f->here.entries[i]);
	kmemu_scnprintf(f->id, sizeof(f->id), "%s-%016llx", slug, (unsigned long long)f->hash);
}

unsigned int finding_stack(u32 handle, const unsigned long **entries)
{
	*entries = NULL;
	return handle ? stack_depot_fetch(handle, entries) : 0;
}

void finding_copy_object(struct finding *f, u8 *to)
{
	const u8 *object = f->r.object;
	size_t n = min(f->r.object_size, (size_t)(FINDING_DUMP_BYTES - FINDING_B4_BYTES));

	if (!f->r.slab.page || !object || !os_read_safe(to + FINDING_B4_BYTES, object, n))
		return;
	if (!os_read_safe(to, object - FINDING_B4_BYTES, FINDING_B4_BYTES))
		__builtin_memset(to, 0, FINDING_B4_BYTES);
	f->bytes = to;
}
