/*
 * argv_split.c - a text in words (kernel: lib/argv_split.c).
 *
 * The words lie in one copy of the text, which the entry before the first one points to;
 * argv_free() frees both.
 */
#include <string.h>

#include "core/kernel/alloc.h"
#include "include/kmemu/lib.h"

/* Kernel: isspace(), without that of 0xa0. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Where the next word begins, its end in *end; NULL: there is none. */
static char *next_word(char *s, char **end)
{
	while (is_space(*s))
		s++;
	*end = s;
	while (**end && !is_space(**end))
		++*end;
	return *s ? s : NULL;
}

static size_t count_words(char *s)
{
	size_t n = 0;
	char *end;

	for (; next_word(s, &end); s = end)
		n++;
	return n;
}

KMEMU_EXPORT char **kmemu_argv_split(unsigned int flags, const char *str, int *argc)
{
	size_t size = strlen(str) + 1, n, i = 0;
	char *copy = kmalloc_for(size, flags, "argv_split", CALLER), *word, *end, **argv;

	if (!copy)
		return NULL;
	memcpy(copy, str, size);
	n = count_words(copy);
	argv = kmalloc_for((n + 2) * sizeof(*argv), flags, "argv_split", CALLER);
	if (!argv) {
		kfree_for(copy, CALLER);
		return NULL;
	}
	*argv++ = copy;
	for (char *s = copy; (word = next_word(s, &end)); s = end) {
		argv[i++] = word;
		if (*end)
			*end++ = '\0';
	}
	argv[i] = NULL;
	if (argc)
		*argc = (int)n;
	return argv;
}

KMEMU_EXPORT void kmemu_argv_free(char **argv)
{
	argv--;
	kfree_for(argv[0], CALLER);
	kfree_for(argv, CALLER);
}
