/*
 * For usercopy_area.sh: calls on a malloc of 200,000 bytes, which is a vmalloc area of 49
 * pages. "N": reads N bytes into it. "freed": after it was freed. "other N": the
 * area was freed, and one of as many pages by another size came. "resized FROM TO N": a block
 * that realloc made of another size.
 */
#include <fcntl.h>

#include "check.h"

int main(int argc, char **argv)
{
	int fd = open("/dev/zero", O_RDONLY);
	char *p = opaque(malloc(200000));
	const char *word = argc > 1 ? argv[1] : "0";
	size_t bytes = strtoul(argv[argc - 1], NULL, 10);

	CHECK(fd >= 0 && p);
	if (strcmp(word, "freed") == 0) {
		free(p);
		bytes = 50;
	} else if (strcmp(word, "other") == 0) {
		free(p);
		p = opaque(malloc(200500));
		CHECK(p);
		p = opaque(realloc(p, 200600));
		CHECK(p);
	} else if (strcmp(word, "resized") == 0) {
		p = opaque(malloc(strtoul(argv[2], NULL, 10)));
		p = opaque(realloc(p, strtoul(argv[3], NULL, 10)));
		CHECK(p);
	}
	printf("%zd\n", read(fd, p, bytes));
	return 0;
}
