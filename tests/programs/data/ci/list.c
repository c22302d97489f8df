// Fixture of ci_recipes.sh: a list whose list_free() frees its first item twice.
#include <stdlib.h>
#include <string.h>
#include "list.h"

struct item {
	struct item *next;
	char *text;
};

struct list {
	struct item *first;
};

struct list *list_new(void)
{
	return calloc(1, sizeof(struct list));
}

void list_add(struct list *l, const char *text)
{
	struct item *i = malloc(sizeof(*i));

	i->next = l->first;
	i->text = strdup(text);
	l->first = i;
}

unsigned int list_length(const struct list *l)
{
	unsigned int n = 0;

	for (const struct item *i = l->first; i; i = i->next)
		n++;
	return n;
}

void list_free(struct list *l)
{
	struct item *i = l->first;

	while (i) {
		struct item *next = i->next;

		free(i->text);
		free(i);
		i = next;
	}
	free(l->first);
	free(l);
}
