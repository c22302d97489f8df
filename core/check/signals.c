/*
 * signals.c - the signals that context.hardirq and its kin name: SIGALRM, ALRM,
 * 14, RTMIN+2, all (kernel: no counterpart; its interrupts have no names).
 *
 * A word that is no signal is named once and makes the verdict "unchecked"; where
 * no other is left, the default stands.
 * libc's sigabbrev_np() is a table: no locale, no lock, no allocation.
 */
#include "core/check/context.h"
#include "core/lib/printk.h"
#include "core/lib/signal_name.h"

#define WORD_BYTES 32

static int number_of(const char *word)
{
	int n = 0;

	if (!*word)
		return -1;
	for (; *word >= '0' && *word <= '9' && n <= SIGNAL_MAX; word++)
		n = 10 * n + *word - '0';
	return *word ? -1 : n;
}

/* "RTMIN+2", "RTMAX-1" behind "SIG"; -1: it is none. */
static int rt_number(const char *word)
{
	int base = strncmp(word, "RTMIN", 5) ? SIGNAL_MAX : SIGNAL_RT_FIRST;
	int sign = base == SIGNAL_RT_FIRST ? 1 : -1, n = 0;

	if (strncmp(word, "RTMIN", 5) && strncmp(word, "RTMAX", 5))
		return -1;
	word += 5;
	if (*word) {
		if (*word != (sign > 0 ? '+' : '-'))
			return -1;
		n = number_of(word + 1);
	}
	return n < 0 ? -1 : base + sign * n;
}

static int signal_of(const char *word)
{
	int n = number_of(word);

	if (!strncmp(word, "SIG", 3))
		word += 3;
	if (n < 0)
		n = rt_number(word);
	for (int i = 1; n < 0 && i < SIGNAL_RT_FIRST; i++)
		if (sigabbrev_np(i) && !strcmp(sigabbrev_np(i), word))
			n = i;
	return n >= 1 && n <= SIGNAL_MAX ? n : -1;
}

static u64 bits_of(const char *word, const char *option)
{
	int n = signal_of(word);

	if (n > 0)
		return 1UL << (n - 1);
	if (!option)
		return 0;
	printk("kmemu: %s: no signal is named '%s'; expected names as SIGALRM, numbers, or all\n",
	       option, word);
	options_count_bad(option);
	return 0;
}

static u64 read_list(const char *list, const char *option, bool *all)
{
	u64 bits = 0;

	*all = false;
	while (*list) {
		char word[WORD_BYTES];
		size_t n = 0;

		for (; *list && *list != ','; list++)
			if (n < sizeof(word) - 1)
				word[n++] = *list;
		list += *list == ',';
		word[n] = '\0';
		if (!strcmp(word, "all"))
			*all = true;
		else if (n)
			bits |= bits_of(word, option);
	}
	return bits;
}

u64 context_signals(const char *option, const char *list, bool *all)
{
	u64 bits = read_list(list, option, all);

	if (!bits && !*all)
		bits = read_list(option_find(option)->def, NULL, all);
	return bits;
}
