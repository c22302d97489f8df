/*
 * functions.c - functions that run in a context by the user's word:
 *
 *	context.functions=hardirq:rx_handler,softirq:tick*,atomic:libfoo.so!worker
 *
 * The kernel knows where it enters an interrupt (irq_enter, local_bh_disable);
 * code that will become a handler there is still an ordinary function in the
 * program, and nobody says irq_enter around it. So while one of these functions
 * is on the stack, the thread counts as in that context.
 *
 * Rules are separated by commas outside of brackets (a C++ name with parameters
 * has some); @FILE is a file of them. Patterns: core/report/funcs.h.
 *
 * Locks: none. Cost: nothing when the list is empty; else some 100 instructions
 * for each frame of a walk.
 */
#include "core/check/functions.h"

#include "config/nearest.h"
#include "config/options.h"
#include "core/lib/vsprintf.h"
#include "core/report/rules.h"

static struct func_rules rules = { .option = "context.functions" };
bool context_functions_on;

static const char *const kinds[NR_CONTEXT_FUNCTIONS] = {
	[CONTEXT_FUNCTION_HARDIRQ] = "hardirq",
	[CONTEXT_FUNCTION_SOFTIRQ] = "softirq",
	[CONTEXT_FUNCTION_ATOMIC] = "atomic",
};

static void explain_kind(struct text word, char *what, size_t size)
{
	struct nearest n;

	nearest_begin(&n, word);
	for (int i = 1; i < NR_CONTEXT_FUNCTIONS; i++)
		nearest_offer(&n, text_of(kinds[i]));
	if (n.best >= 0)
		kmemu_scnprintf(what, size, "did you mean %s:?", kinds[n.best + 1]);
	else
		kmemu_scnprintf(what, size, "hardirq:, softirq: or atomic: is expected before it");
}

/* CONTEXT:PATTERN */
static bool add_rule(struct text rule, char *what, size_t size)
{
	struct text word = { rule.s, 0 };
	u32 kind = 1;

	while (word.n < rule.n && word.s[word.n] != ':')
		word.n++;
	while (kind < NR_CONTEXT_FUNCTIONS && !text_is(word, kinds[kind]))
		kind++;
	if (word.n == rule.n || kind == NR_CONTEXT_FUNCTIONS) {
		explain_kind(word, what, size);
		return false;
	}
	return rules_add(&rules, text_skip(rule, word.n + 1), kind, what, size);
}

void context_functions_init(void)
{
	if (!kmemu_opts.context_functions[0])
		return;
	rules_read(&rules, kmemu_opts.context_functions, add_rule);
	context_functions_on = rules.nr > 0;
}

enum context_function context_function_of(unsigned long pc)
{
	u32 kind;

	if (!context_functions_on || !func_rules_find(&rules, pc, &kind))
		return CONTEXT_FUNCTION_NONE;
	return (enum context_function)kind;
}

enum context_function context_function_of_now(unsigned long pc)
{
	u32 kind;

	if (!context_functions_on || !func_rules_find_now(&rules, pc, &kind))
		return CONTEXT_FUNCTION_NONE;
	return (enum context_function)kind;
}
