/*
 * event.c - a finding as a line of JSON. docs/events.md has the fields; what is
 * said about a frame is enough to look its line up on another machine.
 *
 * Locks: the caller's, for the buffer. No allocation.
 */
#include "core/report/finding.h"

#include "core/os/dl.h"
#include "core/report/json.h"

#define NAME_BYTES 256

static void put_build_id(struct json *j, const struct symbol *sym)
{
	static const char digit[] = "0123456789abcdef";
	char hex[2 * BUILD_ID_BYTES_MAX + 1];
	unsigned int i;

	for (i = 0; i < sym->build_id_bytes; i++) {
		hex[2 * i] = digit[sym->build_id[i] >> 4];
		hex[2 * i + 1] = digit[sym->build_id[i] & 15];
	}
	hex[2 * i] = '\0';
	json_str(j, "build_id", hex);
}

void event_frame(struct json *j, const char *key, unsigned long pc, bool named)
{
	char name[NAME_BYTES];
	struct symbol sym;

	json_object(j, key);
	json_hex(j, "pc", pc);
	if (symbol_lookup(pc, &sym, name, named ? sizeof(name) : 0)) {
		json_str(j, "function", sym.name);
		if (sym.name) {
			json_u64(j, "offset", sym.offset);
			json_u64(j, "size", sym.size);
		}
		json_str(j, "module", sym.module);
		json_str(j, "path", sym.path);
		json_hex(j, "module_offset", sym.module_offset);
		put_build_id(j, &sym);
	}
	if (os_dl_is_own_code((const void *)pc))
		json_bool(j, "own", true);
	json_close(j, '}');
}

static void put_stack(struct json *j, const char *name, const unsigned long *entries,
		      unsigned int nr)
{
	json_array(j, name);
	for (unsigned int i = 0; i < nr; i++)
		event_frame(j, NULL, entries[i], true);
	json_close(j, ']');
}

static void put_depot(struct json *j, const char *name, u32 handle)
{
	const unsigned long *entries;
	unsigned int nr = finding_stack(handle, &entries);

	put_stack(j, name, entries, nr);
}

static void put_stacks(struct json *j, const struct finding *f)
{
	json_object(j, "stacks");
	put_stack(j, "here", f->here.entries, f->here.nr);
	put_depot(j, "allocated", f->r.allocated);
	if (f->r.first_from_site)
		put_depot(j, "first_from_site", f->r.first_from_site);
	put_depot(j, "freed", f->r.freed);
	json_close(j, '}');
}

static void put_task(struct json *j, const struct report_task *task)
{
	json_u64(j, "pid", (u64)task->pid);
	json_u64(j, "tid", (u64)task->tid);
	json_str(j, "comm", task->comm);
	json_u64(j, "cpu", task->cpu);
	json_u64(j, "uid", task->uid);
	json_u64(j, "time_us", task->time_us);
	json_bool(j, "irq", task->irq);
}

static void put_facts(struct json *j, const struct report *r)
{
	char gfp[256];

	json_str(j, "func", r->func);
	json_hex(j, "address", (uintptr_t)r->addr);
	json_u64(j, "size", r->size);
	json_str(j, "cache", r->cache);
	json_hex(j, "object", (uintptr_t)r->object);
	json_u64(j, "object_size", r->object_size);
	gfp_print(gfp, sizeof(gfp), r->gfp);
	json_str(j, "gfp", gfp);
	json_u64(j, "order", r->order);
}

static void put_raise(struct json *j, const struct raise *why)
{
	static const char *const kinds[NR_RAISE_KINDS] = {
		[RAISE_HARDIRQ] = "hardirq",	 [RAISE_SOFTIRQ] = "softirq",
		[RAISE_NMI] = "nmi",		 [RAISE_SPIN] = "spin_lock",
		[RAISE_RAW_SPIN] = "raw_spin_lock", [RAISE_MUTEX] = "mutex",
		[RAISE_RWLOCK] = "rwlock",	 [RAISE_PREEMPT] = "preempt",
		[RAISE_BH] = "bh",		 [RAISE_IRQS_OFF] = "irqs_off",
		[RAISE_RCU] = "rcu",		 [RAISE_NON_BLOCK] = "non_block",
		[RAISE_FUNCTION] = "function",	 [RAISE_SCHED] = "sched",
		[RAISE_SIGMASK] = "sigmask",	 [RAISE_SLEEP_MUTEX] = "mutex",
		[RAISE_RWSEM] = "rwsem",	 [RAISE_MAP] = "lockdep_map",
		[RAISE_SRCU] = "srcu",		 [RAISE_RCU_BH] = "rcu_bh",
		[RAISE_RCU_SCHED] = "rcu_sched",
	};

	json_str(j, "raised_by", kinds[why->kind]);
	json_u64(j, "signal", why->signo);
	json_hex(j, "what", (uintptr_t)why->what);
	if (why->pc)
		event_frame(j, "raised_at", (unsigned long)why->pc, true);
}

static void put_lock(struct json *j, const struct report_context *c)
{
	if (!c->lock)
		return;
	json_object(j, "lock");
	json_hex(j, "address", (uintptr_t)c->lock);
	json_u64(j, "owner", (u64)c->owner);
	json_u64(j, "other_signal", c->other_signo);
	json_bool(j, "in_handler", c->in_handler);
	put_depot(j, "other", c->other);
	json_close(j, '}');
}

/* docs/events.md: context. */
static void put_context(struct json *j, const struct report_context *c)
{
	if (!c)
		return;
	json_object(j, "context");
	json_hex(j, "preempt_count", c->preempt_count);
	json_bool(j, "irqs_disabled", c->irqs_disabled);
	json_u64(j, "non_block", c->non_block);
	json_u64(j, "rcu_depth", c->rcu_depth);
	put_raise(j, &c->why);
	json_str(j, "call", c->call);
	json_str(j, "mend", c->mend);
	put_lock(j, c);
	json_close(j, '}');
}

/* docs/events.md: io.wrong. */
static void put_elements(struct json *j, const struct report_io *io)
{
	const struct report_elements *wrong = io->wrong;

	if (!wrong || (io->segments < 2 && io->messages < 2 && wrong->nr < 2))
		return;
	json_array(j, "wrong");
	for (unsigned int i = 0; i < min(wrong->nr, (unsigned int)REPORT_ELEMENTS); i++) {
		const struct report_element *e = &wrong->element[i];

		json_object(j, NULL);
		if (io->messages > 1)
			json_u64(j, io->unit, e->message);
		json_u64(j, "element", e->nr);
		json_hex(j, "address", (uintptr_t)e->addr);
		json_u64(j, "size", e->size);
		json_str(j, "kind", report_kinds[e->kind].slug);
		json_str(j, "owner", e->owner);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_u64(j, "wrong_elements", wrong->nr);
}

/* docs/events.md: io. */
static void put_io(struct json *j, const struct report_io *io)
{
	if (!io)
		return;
	json_object(j, "io");
	if (io->fd >= 0)
		json_u64(j, "fd", (u64)io->fd);
	json_str(j, "file", io->file && io->file[0] ? io->file : NULL);
	json_bool(j, "to_memory", io->to_memory);
	json_u64(j, "element", io->segment);
	json_u64(j, "elements", io->segments);
	if (io->messages > 1) {
		bool requests = io->unit[0] == 'r';

		json_u64(j, io->unit, io->message);
		json_u64(j, requests ? "requests" : "messages", io->messages);
	}
	put_elements(j, io);
	json_str(j, "owner", io->owner);
	json_u64(j, "runs", io->nr_runs);
	json_array(j, "first_runs");
	for (size_t i = 0; i < min(io->nr_runs, (size_t)REPORT_RUNS); i++) {
		json_object(j, NULL);
		json_hex(j, "phys", io->run[i].phys);
		json_u64(j, "bytes", io->run[i].bytes);
		json_close(j, '}');
	}
	json_close(j, ']');
	if (io->machine.known) {
		json_u64(j, "machine_runs", io->machine.runs);
		json_u64(j, "machine_absent", io->machine.pages - io->machine.present);
		json_bool(j, "machine_agrees", io->machine.agrees);
	}
	json_str(j, "mend", io->mend);
	put_depot(j, "submitted", io->other_stack);
	json_close(j, '}');
}

/* docs/events.md: dma. */
static void put_dma(struct json *j, const struct report_dma *d)
{
	if (!d)
		return;
	json_object(j, "dma");
	json_str(j, "driver", d->driver);
	json_str(j, "device", d->device);
	json_hex(j, "device_address", d->dev_addr);
	json_u64(j, "size", d->size);
	json_str(j, "mapped_as", d->type);
	json_str(j, "mapped_with", d->dir);
	json_str(j, "owner", d->owner);
	json_str(j, "mend", d->mend);
	put_depot(j, "mapped", d->mapped);
	if (d->entries > 1) {
		json_u64(j, "entry", (u64)d->entry);
		json_u64(j, "entries", (u64)d->entries);
	}
	json_close(j, '}');
}

void finding_event(const struct finding *f, const char *text, char *buf, size_t size)
{
	static const char *const policies[] = { "off", "count", "warn", "fail", "panic" };
	const struct report_kind_row *row = &report_kinds[f->r.kind];
	char message[512];
	struct json j;

	report_text(&f->r, message, sizeof(message));
	json_init(&j, buf, size);
	json_str(&j, "event", "finding");
	put_task(&j, &f->r.task);
	json_str(&j, "kind", row->slug);
	json_str(&j, "check", report_checks[row->check].name);
	json_str(&j, "policy", policies[f->policy]);
	json_str(&j, "id", f->id);
	json_u64(&j, "site", f->site);
	json_str(&j, "message", message);
	put_facts(&j, &f->r);
	put_context(&j, f->r.context);
	put_io(&j, f->r.io);
	put_dma(&j, f->r.dma);
	put_stacks(&j, f);
	json_str(&j, "text", text);
	json_event(&j);
}
