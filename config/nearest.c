/*
 * nearest.c - which of the known names was meant by a word that is none. The
 * kernel says only that a parameter is unknown; our users write options by
 * hand.
 *
 * Two edits are taken for a slip, one in a short name. Upper and lower case
 * are the same letter, and so are '-', '.' and '_'.
 *
 * Locks: none; called at start. Cost: some microseconds for a word that is bad.
 */
#include "config/nearest.h"

static char letter(char c)
{
	if (c == '.' || c == '-')
		return '_';
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_same_letter(char a, char b)
{
	return letter(a) == letter(b);
}

/*
 * Edits from a to b: a letter more, less or different, or two exchanged
 * (optimal string alignment). d[0] is the row being filled, d[1] the one before
 * it, d[2] the one before that.
 */
static unsigned int edit_distance(struct text a, struct text b)
{
	u8 d[3][NEAREST_MAX + 1];

	for (size_t j = 0; j <= b.n; j++)
		d[0][j] = (u8)j;
	for (size_t i = 1; i <= a.n; i++) {
		__builtin_memcpy(d[2], d[1], sizeof(d[1]));
		__builtin_memcpy(d[1], d[0], sizeof(d[0]));
		d[0][0] = (u8)i;
		for (size_t j = 1; j <= b.n; j++) {
			bool same = is_same_letter(a.s[i - 1], b.s[j - 1]);
			u8 best = (u8)(d[1][j - 1] + !same);

			best = min(best, (u8)(d[1][j] + 1));
			best = min(best, (u8)(d[0][j - 1] + 1));
			if (i > 1 && j > 1 && is_same_letter(a.s[i - 1], b.s[j - 2]) &&
			    is_same_letter(a.s[i - 2], b.s[j - 1]))
				best = min(best, (u8)(d[2][j - 2] + 1));
			d[0][j] = best;
		}
	}
	return d[0][b.n];
}

void nearest_begin(struct nearest *n, struct text word)
{
	*n = (struct nearest){ .word = word, .least = word.n <= 4 ? 2 : 3, .best = -1 };
}

/* Each letter more is an edit at least. */
static bool may_be_nearer(const struct nearest *n, size_t length)
{
	size_t more = max(n->word.n, length) - min(n->word.n, length);

	return n->word.n >= 3 && n->word.n <= NEAREST_MAX && length <= NEAREST_MAX &&
	       more < n->least;
}

void nearest_offer(struct nearest *n, struct text name)
{
	unsigned int d;

	if (may_be_nearer(n, name.n)) {
		d = edit_distance(n->word, name);
		if (d < n->least) {
			n->least = d;
			n->best = (int)n->nr;
		}
	}
	n->nr++;
}
