/*
 * advise_read.c - the table of call sites of a run: made before it, read after
 * it (core/check/advise.c has the theory).
 *
 * The file gets its blocks at once: a process that stored into a hole on a full
 * disk would die of SIGBUS.
 *
 * Programs could write to it what they liked, so every number is looked at.
 * Entries of the same build and offset are one site, whatever path the file had.
 */
#include "cmd/advise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/lines.h"

void advise_make_table(int fd, const char *path)
{
	struct advise_table *t;
	int error = posix_fallocate(fd, 0, sizeof(*t));

	if (error)
		die("no room for the call sites of the run: %s: %s", path, strerror(error));
	t = mmap(NULL, sizeof(*t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (t == MAP_FAILED)
		die("%s cannot be mapped: %m", path);
	t->version = ADVISE_VERSION;
	t->magic = ADVISE_MAGIC;
	munmap(t, sizeof(*t));
	close(fd);
}

void advise_dress(const struct advise_config *a, struct environment *env, const char *table)
{
	environment_set(env, "KMEMU_ADVISE", table);
	if (a->through)
		environment_set(env, "KMEMU_ADVISE_THROUGH", a->through);
}

/* --- places -------------------------------------------------------------- */

/* NULL: it is none. */
static const struct advise_module *module_of(const struct advise_table *t, u64 place)
{
	u64 n = place >> ADVISE_OFFSET_BITS;

	return n && n <= ADVISE_MODULES && t->modules[n - 1].id ? &t->modules[n - 1] : NULL;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static json_t *new_frame(const struct advise_module *m, u64 place)
{
	u64 offset = place & ((1UL << ADVISE_OFFSET_BITS) - 1);
	unsigned int n = min(m->build_id_bytes, (unsigned int)sizeof(m->build_id));
	char id[2 * sizeof(m->build_id) + 1] = "", hex[32];
	char path[ADVISE_PATH_BYTES + 1];
	json_t *frame = new_object();

	if (m->generated)
		return frame;
	for (unsigned int i = 0; i < n; i++)
		sprintf(id + 2 * i, "%02x", m->build_id[i]);
	snprintf(path, sizeof(path), "%.*s", ADVISE_PATH_BYTES, m->path);
	snprintf(hex, sizeof(hex), "0x%lx", (unsigned long)offset);
	json_object_set_new(frame, "module", json_text(base_name(path)));
	json_object_set_new(frame, "path", json_text(path));
	json_object_set_new(frame, "build_id", json_string(id));
	json_object_set_new(frame, "module_offset", json_string(hex));
	return frame;
}

/* --- sites --------------------------------------------------------------- */

/* Where a build-id is, the path says nothing. */
static int compare_places(const void *x, const void *y)
{
	const struct site *a = x, *b = y;
	const char *id = member_string(a->frame, "build_id", "");
	int order = strcmp(id, member_string(b->frame, "build_id", ""));

	if (!order && !*id)
		order = strcmp(member_string(a->frame, "path", ""),
			       member_string(b->frame, "path", ""));
	if (!order)
		order = strcmp(member_string(a->frame, "module_offset", ""),
			       member_string(b->frame, "module_offset", ""));
	return order;
}

static void add_site(struct site *to, const struct site *from)
{
	struct advise_site *a = &to->s;
	const struct advise_site *b = &from->s;

	a->calls += b->calls;
	a->bytes += b->bytes;
	a->large += b->large;
	a->blocked += b->blocked;
	a->least_inverted = max(a->least_inverted, b->least_inverted);
	a->most = max(a->most, b->most);
	a->alive = max(a->alive, b->alive);
	a->alive_bytes = max(a->alive_bytes, b->alive_bytes);
	a->blocked_most = max(a->blocked_most, b->blocked_most);
	a->hardirq_signals |= b->hardirq_signals;
	a->softirq_signals |= b->softirq_signals;
	a->contexts |= b->contexts;
	a->raised |= b->raised;
	a->dma |= b->dma;
	a->how |= b->how;
}

static void merge(struct sites *all)
{
	size_t kept = 0;

	qsort(all->site, all->nr, sizeof(*all->site), compare_places);
	for (size_t i = 0; i < all->nr; i++) {
		if (kept && compare_places(&all->site[kept - 1], &all->site[i]) == 0)
			add_site(&all->site[kept - 1], &all->site[i]);
		else
			all->site[kept++] = all->site[i];
	}
	all->nr = kept;
}

static void take_site(struct sites *all, const struct advise_table *t, const struct advise_site *s)
{
	const struct advise_module *m = module_of(t, s->place), *of = module_of(t, s->callee);
	struct site *site;

	if (!m || !s->calls || !s->contexts || !(s->how & ((1U << NR_ALLOC_HOWS) - 1)))
		return;
	site = &all->site[all->nr++];
	*site = (struct site){ .frame = new_frame(m, s->place), .s = *s, .runtime = m->runtime };
	if (of)
		site->callee = new_frame(of, s->callee);
	site->module = member_string(site->frame, "module", "generated code");
}

/* --- what they should be --------------------------------------------------- */

/* libc's second names: __strdup, _IO_puts. Not __cxa_allocate_exception. */
static const char *public_name(const char *name)
{
	if (strncmp(name, "_IO_", 4) == 0)
		return name + 4;
	return strncmp(name, "__", 2) == 0 && strncmp(name, "__cxa_", 6) != 0 ? name + 2 : name;
}

/* Characters at c that end no name: of "operator<<", "operator()", "(anonymous namespace)". */
static size_t literal(const char *name, const char *c)
{
	static const char anonymous[] = "(anonymous namespace)";

	if (strncmp(c, anonymous, sizeof(anonymous) - 1) == 0)
		return sizeof(anonymous) - 1;
	if (c - name < 8 || strncmp(c - 8, "operator", 8) != 0)
		return 0;
	return strncmp(c, "()", 2) == 0 ? 2 : strspn(c, "<>=-");
}

/* "std::string::append" of "std::string::append(char const*) [clone .x]". */
static char *short_name(const char *name)
{
	char *to = xstrdup(name), *end = to;
	int depth = 0;

	for (const char *c = name; *c && (depth || literal(name, c) || (*c != '(' && *c != '@'));) {
		size_t n = depth ? 0 : literal(name, c);

		memmove(end, c, n);
		end += n;
		c += n;
		if (n)
			continue;
		depth += *c == '<';
		if (!depth)
			*end++ = *c;
		depth -= *c == '>' && depth;
		c++;
	}
	*end = '\0';
	return to;
}

/* To be freed; NULL: not known. */
static char *function_of(json_t *frame)
{
	const char *name;

	if (!frame)
		return NULL;
	lines_add_to_frame(frame);
	name = member_string(frame, "function", NULL);
	return name ? short_name(name) : NULL;
}

static void judge(struct site *site, u64 cap, bool sees_dma)
{
	site->name = function_of(site->frame);
	site->callee_name = function_of(site->callee);
	site->facts = (struct advice_facts){
		.calls = site->s.calls,
		.least = ~site->s.least_inverted,
		.most = site->s.most,
		.alive = site->s.alive,
		.blocked = site->s.blocked,
		.blocked_most = site->s.blocked_most,
		.cap = cap,
		.contexts = site->s.contexts,
		.how = site->s.how,
		.callee = site->callee_name ? public_name(site->callee_name) : NULL,
		.dma = !sees_dma ? DMA_NOT_LOOKED_AT : site->s.dma ? DMA_YES : DMA_NO,
	};
	advice_make(&site->facts, &site->advice);
}

void advise_read(struct sites *all, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct advise_table *t = MAP_FAILED;
	u32 nr;

	if (fd >= 0)
		t = mmap(NULL, sizeof(*t), PROT_READ, MAP_SHARED, fd, 0);
	if (t == MAP_FAILED)
		die("%s: the call sites of the run cannot be read: %m", path);
	close(fd);
	nr = min(t->nr_sites, ADVISE_SITES);
	*all = (struct sites){ .cap = t->cap, .lost = t->lost, .programs = t->processes,
				.sees_dma = t->sees_dma != 0 };
	all->site = xmalloc((nr + 1) * sizeof(*all->site));
	for (u32 i = 0; i < nr; i++)
		take_site(all, t, &t->sites[i]);
	munmap((void *)t, sizeof(*t));
	merge(all);
	for (size_t i = 0; i < all->nr; i++)
		judge(&all->site[i], all->cap, all->sees_dma);
}
