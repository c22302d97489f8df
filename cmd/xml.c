/*
 * xml.c - text in XML, for JUnit files. Characters that XML cannot have (controls,
 * bytes that are no UTF-8) become '?'.
 */
#include "cmd/xml.h"

#include <string.h>

/* Bytes of the UTF-8 character at s that XML may have; 0: none. */
static int xml_character(const unsigned char *s)
{
	int n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 :
		s[0] < 0xf5 ? 4 : 0;

	if (n == 1)
		return s[0] >= 0x20 || s[0] == '\t' || s[0] == '\n' ? 1 : 0;
	for (int i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
	    (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe) || (s[0] == 0xf0 && s[1] < 0x90) ||
	    (s[0] == 0xf4 && s[1] >= 0x90))
		return 0;
	return n;
}

/* In an attribute a line's end has to be escaped, too. */
static void xml_put(FILE *f, const char *text, const char *escaped)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s) {
		int n = xml_character(s);

		if (n == 0)
			fputc('?', f);
		else if (strchr(escaped, *s))
			fprintf(f, "&#%d;", *s);
		else
			fwrite(s, 1, (size_t)n, f);
		s += n ? n : 1;
	}
}

void xml_text(FILE *f, const char *text)
{
	xml_put(f, text, "&<>");
}

void xml_attribute(FILE *f, const char *name, const char *value)
{
	fprintf(f, " %s=\"", name);
	xml_put(f, value, "&<>\"\n\t");
	fputc('"', f);
}
