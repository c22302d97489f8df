// Fixture of ci_recipes.sh.
#include "list.h"

int main(void)
{
	struct list *l = list_new();
	unsigned int n;

	list_add(l, "one");
	list_add(l, "two");
	n = list_length(l);
	list_free(l);
	return n != 2;
}
