// flags: -std=c++17 -O0
/*
 * Class 9: the new_handler loop: operator new calls the handler until it
 * throws; the handler frees memory first. Sizes that nobody can have give
 * bad_alloc or bad_array_new_length, never a crash.
 */
#include <new>
#include <vector>
#include "check.h"

static std::vector<void *> reserve;
static int handled;

static void give_back()
{
	handled++;
	if (reserve.empty())
		throw std::bad_alloc();
	free(reserve.back());
	reserve.pop_back();
}

static bool refuses(std::size_t size)
{
	try {
		::operator delete(opaque(::operator new(size)));
	} catch (const std::bad_alloc &) {
		return true;
	}
	return false;
}

int main()
{
	volatile std::size_t many = (std::size_t)1 << 60;
	bool caught = false;

	for (int i = 0; i < 3; i++)
		reserve.push_back(malloc(100000));
	std::set_new_handler(give_back);
	CHECK(refuses((std::size_t)PTRDIFF_MAX - 100));
	CHECK(handled == 4);
	std::set_new_handler(nullptr);
	CHECK(::operator new(many * 16 - 50, std::nothrow) == nullptr);
	CHECK(refuses(SIZE_MAX));
	try {
		int *p = new int[many];
		delete[] p;
	} catch (const std::bad_alloc &) {
		caught = true;
	}
	CHECK(caught);
	::operator delete(::operator new(10));
	return 0;
}
