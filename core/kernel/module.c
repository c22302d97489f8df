/*
 * module.c - runs a program that is a kernel module (kernel: kernel/module/main.c
 * do_init_module(), init/main.c do_initcalls(), lib/kunit/test.c
 * kunit_module_init()).
 *
 * In order: the words of the command line are set as parameters; initcalls run by
 * level, those of one level as they were linked; when all returned 0, kunit's suites
 * run; then exit functions, last first, of modules whose init did not fail.
 *
 * Different from the kernel: a parameter that is not known is an error, not a
 * warning, since nobody but the user of the program could have meant it.
 *
 * Locks: none; one thread, before and after all others.
 */
#include <errno.h>
#include <string.h>

#include "core/init/init.h"
#include "core/kernel/debugobjects.h"
#include "core/kernel/oops.h"
#include "core/kernel/params.h"
#include "core/kernel/pending.h"
#include "core/kunit/kunit.h"
#include "core/lib/printk.h"
#include "core/os/fault.h"
#include "core/os/os.h"
#include "include/kmemu/kstrtox.h"

enum { STATUS_OK,
       STATUS_FAILED,
       STATUS_USAGE };

#define MAX_FAILED 16
#define MODULE_LEVEL 6 /* of modules and drivers */

static struct {
	const char *filter;
	bool list;
} kunit_options;

/* --- the command line ---------------------------------------------------- */

/* "kunit.NAME=VALUE"; false: it is not. */
static bool set_kunit(const char *word, int *err)
{
	static const char prefix[] = "kunit.";
	const char *value = strchr(word, '=');
	size_t n;

	if (strncmp(word, prefix, sizeof(prefix) - 1) || !value)
		return false;
	word += sizeof(prefix) - 1;
	n = (size_t)(value++ - word);
	*err = 0;
	if (parameqn("filter_glob", word, n))
		kunit_options.filter = *value ? value : NULL;
	else if (parameqn("stats_enabled", word, n))
		*err = kmemu_kstrtoint(value, 0, &kunit_stats_enabled);
	else if (parameqn("action", word, n) && !strcmp(value, "list"))
		kunit_options.list = true;
	else if (parameqn("action", word, n))
		*err = -EINVAL;
	else
		return false;
	return true;
}

/* name is without its module's, or with it and a dot. */
static bool names(const struct kernel_param *kp, const char *word, size_t n)
{
	size_t prefix = strlen(kp->module);

	if (parameqn(kp->name, word, n))
		return true;
	return prefix < n && word[prefix] == '.' && parameqn(kp->module, word, prefix) &&
	       parameqn(kp->name, word + prefix + 1, n - prefix - 1);
}

static int set_param(const struct kmemu_program *p, const char *word)
{
	const char *value = strchr(word, '=');
	size_t n = value ? (size_t)(value - word) : strlen(word);
	int err = -ENOENT;

	for (const struct kernel_param *kp = p->params; kp < p->params_end; kp++) {
		if (!names(kp, word, n))
			continue;
		err = param_set(kp, value ? value + 1 : NULL);
		if (err)
			return err == -ENOENT ? -EINVAL : err;
	}
	return err;
}

static int run_setup(const struct kmemu_program *p, char *word)
{
	int err = -ENOENT;

	for (const struct kmemu_setup *s = p->setups; s < p->setups_end; s++) {
		size_t n = strlen(s->str);

		if (!strncmp(word, s->str, n)) {
			s->fn(word + n);
			err = 0;
		}
	}
	return err;
}

/* Kernel: unknown_module_param_cb(), parse_args(). */
static void say_bad(const struct kmemu_program *p, const char *word, int err)
{
	size_t n = strcspn(word, "=");
	const char *value = word[n] ? word + n + 1 : "";
	const char *of = p->init_module ? program_invocation_short_name : "kunit";

	if (p->initcalls < p->initcalls_end)
		of = p->initcalls->module;
	if (err == -ENOSPC)
		printk("%s: `%s' too large for parameter `%.*s'", of, value, (int)n, word);
	else if (err != -ENOENT)
		printk("%s: `%s' invalid for parameter `%.*s'", of, value, (int)n, word);
	else
		printk("%s: unknown parameter '%.*s'", of, (int)n, word);
	if (err != -ENOENT)
		return;
	for (const struct kernel_param *kp = p->params; kp < p->params_end; kp++)
		printk("%s: it has %s", of, kp->name);
}

static int parse_args(const struct kmemu_program *p, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int err;

		if (!set_kunit(argv[i], &err)) {
			err = set_param(p, argv[i]);
			if (err == -ENOENT)
				err = run_setup(p, argv[i]);
		}
		if (err) {
			say_bad(p, argv[i], err);
			return err;
		}
	}
	return 0;
}

/* --- init and exit ------------------------------------------------------- */

struct failed {
	const char *module[MAX_FAILED];
	unsigned int nr;
};

static void add_failed(struct failed *failed, const char *module, int err)
{
	printk("%s: init returned %d (%s)", module, err,
	       err < 0 && strerrorname_np(-err) ? strerrorname_np(-err) : "not an error");
	if (failed->nr < MAX_FAILED)
		failed->module[failed->nr++] = module;
}

static void init_level(const struct kmemu_program *p, int level, struct failed *failed)
{
	for (const struct kmemu_initcall *c = p->initcalls; c < p->initcalls_end; c++) {
		int err;

		if (!c->init || c->level != level)
			continue;
		err = c->init();
		if (err)
			add_failed(failed, c->module, err);
	}
}

static bool has_failed(const struct failed *failed, const char *module)
{
	for (unsigned int i = 0; i < failed->nr; i++)
		if (!strcmp(failed->module[i], module))
			return true;
	return false;
}

/* Both are plain functions: the program is one module, and has one of each. */
static bool run_init_module(const struct kmemu_program *p, struct failed *failed)
{
	int err = p->init_module ? p->init_module() : 0;

	if (err)
		add_failed(failed, program_invocation_short_name, err);
	return !err;
}

static void run_exits(const struct kmemu_program *p, const struct failed *failed)
{
	for (const struct kmemu_initcall *c = p->initcalls_end; c > p->initcalls;) {
		c--;
		if (c->exit && !has_failed(failed, c->module))
			c->exit();
	}
}

/* Whose mistake it is when something of a module's goes on behind its end. */
static const void *exit_of(const struct kmemu_program *p, const struct failed *failed)
{
	for (const struct kmemu_initcall *c = p->initcalls; c < p->initcalls_end; c++)
		if (c->exit && !has_failed(failed, c->module))
			return (const char *)c->exit + 1;
	if (p->initcalls == p->initcalls_end)
		return p->cleanup_module ? (const char *)p->cleanup_module + 1 : NULL;
	return (const char *)p->initcalls->init + 1;
}

static int run_suites(const struct kmemu_program *p)
{
	int failed;

	if (p->suites == p->suites_end)
		return STATUS_OK;
	failed = kmemu_kunit_run_suites(p->suites, (size_t)(p->suites_end - p->suites),
					kunit_options.filter, kunit_options.list);
	if (failed < 0)
		printk("kunit: no suite or case matches %s", kunit_options.filter);
	return failed < 0 ? STATUS_USAGE : failed ? STATUS_FAILED :
						    STATUS_OK;
}

KMEMU_EXPORT int kmemu_run_program(const struct kmemu_program *p, int argc, char **argv)
{
	struct failed failed = { .nr = 0 };
	bool has_module = false;
	int status;

	kmemu_init();
	if (p->initcalls == p->initcalls_end && p->suites == p->suites_end && !p->init_module) {
		printk("kmemu: the program has no module_init and no suite of tests");
		return STATUS_USAGE;
	}
	if (parse_args(p, argc, argv))
		return STATUS_USAGE;
	oops_init();
	os_fault_stack(os_map_any(OS_FAULT_STACK_BYTES)); /* for good */
	for (int level = 0; level <= 7 && !kunit_options.list; level++) {
		init_level(p, level, &failed);
		if (level == MODULE_LEVEL)
			has_module = run_init_module(p, &failed);
	}
	status = failed.nr ? STATUS_FAILED : run_suites(p);
	if (has_module && p->cleanup_module)
		p->cleanup_module();
	if (!kunit_options.list) {
		run_exits(p, &failed);
		rcu_wait_for_frees(); /* what is wrong with them is told before the end */
		debug_check_module_freed(exit_of(p, &failed));
	}
	return status;
}
