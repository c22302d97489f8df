/*
 * Class 4: blocks that libc allocates for its caller come from the same heap
 * as free's: strdup, getline, open_memstream, asprintf, getcwd, realpath,
 * scandir, getdelim, wcsdup; each is resized and freed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <wchar.h>
#include "check.h"

static void grow_and_free(void *p)
{
	CHECK(p);
	p = realloc(p, 5000);
	CHECK(p);
	memset(p, 1, 5000);
	free(p);
}

static void streams(void)
{
	char *text = NULL, *line = NULL;
	size_t size = 0, room = 0;
	FILE *f = open_memstream(&text, &size);

	CHECK(f);
	for (int i = 0; i < 20000; i++)
		fprintf(f, "line %d\n", i);
	CHECK(fclose(f) == 0 && size > 100000 && strlen(text) == size);
	f = fmemopen(text, size, "r");
	CHECK(f && getline(&line, &room, f) == 7 && !strcmp(line, "line 0\n"));
	CHECK(getdelim(&line, &room, '\0', f) > 100000);
	fclose(f);
	grow_and_free(text);
	grow_and_free(line);
}

int main(void)
{
	struct dirent **names;
	char *p;
	int n;

	grow_and_free(strdup("text"));
	grow_and_free(strndup("text", 2));
	grow_and_free(wcsdup(L"wide"));
	CHECK(asprintf(&p, "%0300d", 7) == 300);
	grow_and_free(p);
	CHECK(asprintf(&p, "%0300000d", 7) == 300000);
	free(p);
	grow_and_free(getcwd(NULL, 0));
	grow_and_free(realpath("/", NULL));
	grow_and_free(canonicalize_file_name("/"));
	n = scandir("/", &names, NULL, alphasort);
	CHECK(n > 0);
	while (n--)
		free(names[n]);
	grow_and_free(names);
	streams();
	return 0;
}
