// flags: -std=c++17 -pthread
/*
 * Class 18: thread_local objects whose destructors free and allocate, and
 * blocks of a dead thread freed by another one.
 */
#include <memory>
#include <string>
#include <thread>
#include <vector>
#include "check.h"

struct keeper {
	std::vector<std::string> text;
	~keeper()
	{
		text.emplace_back(3000, 'd');
		text.clear();
		delete[] static_cast<char *>(opaque(new char[200000]));
	}
};

static thread_local keeper kept;

int main()
{
	for (int round = 0; round < 50; round++) {
		std::vector<std::unique_ptr<std::string>> left(100);
		std::thread thread([&left, round] {
			for (auto &p : left) {
				p = std::make_unique<std::string>(100 + round * 50, 'x');
				kept.text.push_back(*p);
			}
		});
		thread.join();
		for (auto &p : left)
			CHECK(p->size() == 100u + round * 50u && p->back() == 'x');
	}
	return 0;
}
