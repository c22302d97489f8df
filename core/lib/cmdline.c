/*
 * cmdline.c - words of a kernel command line (kernel: lib/cmdline.c): "1,3-5,8",
 * "name=\"a value\"".
 */
#include "core/lib/ctype.h"
#include "core/lib/string.h"
#include "core/os/compiler.h"
#include "include/kmemu/kstrtox.h"
#include "include/kmemu/lib.h"

/*
 * 0: no number; 1: one; 2: one and a comma, which is behind us; 3: one and a
 * hyphen, at which we stand.
 */
KMEMU_EXPORT int kmemu_get_option(char **str, int *pint)
{
	char *start = *str, *digits;
	bool negative;
	int value;

	if (!start || !*start)
		return 0;
	negative = *start == '-';
	digits = start + negative;
	value = (int)kmemu_simple_strtoull(digits, str, 0);
	if (pint)
		*pint = negative ? -value : value;
	if (*str == digits)
		return 0;
	if (**str == ',') {
		++*str;
		return 2;
	}
	return **str == '-' ? 3 : 1;
}

static int number(const char *s)
{
	return *s == '-' ? -(int)kmemu_simple_strtoull(s + 1, NULL, 0) :
			   (int)kmemu_simple_strtoull(s, NULL, 0);
}

/*
 * ints[0] is how many there are; with nints 0 none is stored. A hyphen stands for
 * what lies between: first and what follows it are stored here, the last is the next
 * number that is read. One that goes down ends the list, and counts for nothing.
 */
KMEMU_EXPORT char *kmemu_get_options(const char *str, int nints, int *ints)
{
	char *at = (char *)str;
	int count = 0, found;

	do {
		int first, last;

		found = kmemu_get_option(&at, &first);
		if (!found)
			break;
		if (nints)
			ints[count + 1] = first;
		last = first + 1;
		if (found == 3) {
			at++;
			last = number(at);
			if (last < first)
				break;
		}
		for (int i = 1; i < last - first && count + 1 + i < nints; i++)
			ints[count + 1 + i] = first + i;
		count += last - first;
	} while (found != 1 && (!nints || count + 1 < nints));
	ints[0] = count;
	return at;
}

KMEMU_EXPORT bool kmemu_parse_option_str(const char *str, const char *option)
{
	while (*str) {
		size_t n = str_has_prefix(str, option);

		if (n && (!str[n] || str[n] == ','))
			return true;
		while (*str && *str != ',')
			str++;
		if (*str == ',')
			str++;
	}
	return false;
}

/* The end of the word, and where its '=' is (0: none). */
static size_t word_end(const char *args, bool quoted, size_t *equals)
{
	size_t i;

	*equals = 0;
	for (i = 0; args[i] && (quoted || !kernel_isspace(args[i])); i++) {
		if (!*equals && args[i] == '=')
			*equals = i;
		if (args[i] == '"')
			quoted = !quoted;
	}
	return i;
}

KMEMU_EXPORT char *kmemu_next_arg(char *args, char **param, char **val)
{
	bool quoted = *args == '"';
	size_t end, equals;
	char *next;

	args += quoted;
	end = word_end(args, quoted, &equals);
	*param = args;
	*val = NULL;
	if (equals) {
		args[equals] = '\0';
		*val = args + equals + 1;
		if (**val == '"') {
			++*val;
			if (args[end - 1] == '"')
				args[end - 1] = '\0';
		}
	}
	if (quoted && end && args[end - 1] == '"')
		args[end - 1] = '\0';
	next = args + end;
	if (*next)
		*next++ = '\0';
	return kmemu_skip_spaces(next);
}
