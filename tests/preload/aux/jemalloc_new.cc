/* Class 8: C++ whose operators are jemalloc's. With an argument it frees what is nobody's. */
#include <cstdlib>
#include <map>
#include <string>
#include <sys/resource.h>
#include <thread>

struct alignas(64) line {
	char c[192];
};

/* Before main, and maybe before anybody else's call of malloc. */
static line *first = new line;
static std::map<int, std::string> early;
static int filled = (early[1] = "a string that is no short one, by far", early.clear(), 1);

static void work()
{
	for (int i = 0; i < 1000; i++) {
		line *l = new line, *many = new line[i % 10 + 1];

		delete l;
		delete[] many;
	}
	for (int i = 0; i < 300000; i++) {
		volatile char *p = new char[1024];

		p[0] = 1;
		delete[] p;
	}
}

int main(int argc, char **)
{
	std::map<std::string, std::string> m;
	std::thread a(work), b(work), c(work);
	static char mine[64];
	struct rusage usage;

	for (int i = 0; i < 10000; i++)
		m["a key that is no short string " + std::to_string(i)] = std::string(100, 'x');
	delete first;
	a.join();
	b.join();
	c.join();
	getrusage(RUSAGE_SELF, &usage);
	if (usage.ru_maxrss > 200 * 1024)
		return 1;
	if (argc > 1 && filled)
		free(mine + 16);
	return 0;
}
