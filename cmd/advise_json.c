/*
 * advise_json.c - the advice for programs: one JSON object, docs/advice.md has
 * its members. What is not known is null, never left out.
 */
#include "cmd/advise.h"

#include <stdlib.h>

static json_t *text_or_null(const char *s)
{
	return s ? json_text(s) : json_null();
}

static json_t *number(u64 n)
{
	return json_integer((json_int_t)n);
}

static void set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *contexts_of(const struct advise_site *s)
{
	static const char *const names[] = { "task", "atomic", "softirq", "hardirq" };
	json_t *list = new_array();

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (s->contexts >> i & 1)
			json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *advice_of(const struct advice *a)
{
	json_t *o = new_object();

	set(o, "severity", json_string(advice_severity_names[a->severity]));
	set(o, "function", json_string(a->function));
	set(o, "flags", json_string(a->flags));
	set(o, "beforehand", json_boolean(a->beforehand));
	set(o, "elsewhere", text_or_null(a->elsewhere));
	set(o, "saves", number(a->saves));
	set(o, "reason", json_string(a->reason));
	return o;
}

static void set_place(json_t *o, const struct site *site)
{
	static const char *const keys[] = { "function", "file", "line", "module", "path",
					    "build_id", "module_offset" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		json_t *value = json_object_get(site->frame, keys[i]);

		set(o, keys[i], value ? json_incref(value) : json_null());
	}
}

bool advise_is_zeroed(const struct advise_site *s)
{
	return s->how & (1U << ALLOC_CALLOC | 1U << ALLOC_CALLOC_ARRAY | 1U << ALLOC_KZALLOC |
			 1U << ALLOC_KVZALLOC | 1U << ALLOC_VZALLOC);
}

static json_t *site_of(const struct site *site)
{
	const struct advise_site *s = &site->s;
	char *by = advise_contexts(s);
	json_t *o = new_object();

	set_place(o, site);
	set(o, "now", json_text(advise_now(site)));
	set(o, "calls", number(s->calls));
	set(o, "bytes", number(s->bytes));
	set(o, "size_least", number(site->facts.least));
	set(o, "size_most", number(site->facts.most));
	set(o, "alive_most", number(s->alive));
	set(o, "alive_bytes_most", number(s->alive_bytes));
	set(o, "above_cap", number(s->large));
	set(o, "zeroed", json_boolean(advise_is_zeroed(s)));
	set(o, "contexts", contexts_of(s));
	set(o, "contexts_text", json_text(by));
	set(o, "no_sleep_calls", number(s->blocked));
	set(o, "no_sleep_size_most", number(s->blocked_most));
	set(o, "dma", site->facts.dma == DMA_NOT_LOOKED_AT ?
			      json_null() :
			      json_boolean(site->facts.dma == DMA_YES));
	set(o, "runtime", json_boolean(site->runtime));
	set(o, "advice", advice_of(&site->advice));
	free(by);
	return o;
}

static json_t *unchecked_list(const struct gathered *g)
{
	json_t *list = new_array();

	for (size_t i = 0; i < g->nr_unchecked; i++) {
		char *text = unchecked_text(&g->unchecked[i]);

		json_array_append_new(list, json_text(text));
		free(text);
	}
	return list;
}

void advise_write_json(FILE *f, const struct run_config *c, const struct gathered *g,
		       const struct sites *all, size_t n, int status)
{
	json_t *o = new_object(), *program = new_array(), *sites = new_array();

	for (char **arg = c->argv; *arg; arg++)
		json_array_append_new(program, json_text(*arg));
	for (size_t i = 0; i < n; i++)
		json_array_append_new(sites, site_of(&all->site[i]));
	set(o, "kmemu_advice", json_integer(1));
	set(o, "program", program);
	set(o, "status", json_integer(status));
	set(o, "cap", number(all->cap));
	set(o, "programs", number(all->programs));
	set(o, "lost_calls", number(all->lost));
	set(o, "unchecked", unchecked_list(g));
	set(o, "nr_sites", number(all->nr));
	set(o, "sites", sites);
	json_dumpf(o, f, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	fputc('\n', f);
	json_decref(o);
}
