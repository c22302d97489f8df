// flags: -std=c++17
/*
 * Class 19: static objects, atexit functions and C destructors still allocate
 * and free during exit, after our own destructor may have run.
 */
#include <string>
#include <vector>
#include "check.h"

struct late {
	std::vector<std::string> text;
	late()
	    : text(100, std::string(500, 'l'))
	{
	}
	~late()
	{
		for (auto &t : text)
			CHECK(t.size() == 500);
		text.resize(3000, std::string(100, 'm'));
		text.clear();
		text.shrink_to_fit();
	}
};

static late global_object;
static char *kept;

static void at_exit()
{
	kept = static_cast<char *>(realloc(kept, 300000));
	CHECK(kept && kept[0] == 'k');
}

__attribute__((destructor(101))) static void very_last()
{
	CHECK(kept[0] == 'k');
	free(kept);
	free(opaque(malloc(100000)));
}

int main()
{
	kept = strdup("kept");
	CHECK(atexit(at_exit) == 0);
	return 0;
}
