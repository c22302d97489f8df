// flags: -std=c++17 -O0 -fsized-deallocation
/*
 * Class 9: every replaceable form of operator new, each against every form of
 * operator delete that fits it, and delete against malloc's memory as careless
 * programs do it.
 */
#include <new>
#include "check.h"

static const std::align_val_t al{ 256 };

static void put(void *p, std::size_t size)
{
	CHECK(p);
	memset(p, 0x11, size);
}

static void plain_forms(std::size_t size)
{
	void *p[8];

	for (int i = 0; i < 8; i++) {
		switch (i & 3) {
		case 0: p[i] = ::operator new(size); break;
		case 1: p[i] = ::operator new[](size); break;
		case 2: p[i] = ::operator new(size, std::nothrow); break;
		default: p[i] = ::operator new[](size, std::nothrow); break;
		}
		put(p[i], size);
	}
	::operator delete(p[0]);
	::operator delete[](p[1]);
	::operator delete(p[2], std::nothrow);
	::operator delete[](p[3], std::nothrow);
	::operator delete(p[4], size);
	::operator delete[](p[5], size);
	free(opaque(p[6]));
	::operator delete[](p[7]);
	::operator delete(opaque(malloc(size)));
}

static void aligned_forms(std::size_t size)
{
	void *p[6];

	for (int i = 0; i < 6; i++) {
		switch (i & 3) {
		case 0: p[i] = ::operator new(size, al); break;
		case 1: p[i] = ::operator new[](size, al); break;
		case 2: p[i] = ::operator new(size, al, std::nothrow); break;
		default: p[i] = ::operator new[](size, al, std::nothrow); break;
		}
		put(p[i], size);
		CHECK((uintptr_t)p[i] % 256 == 0);
	}
	::operator delete(p[0], al);
	::operator delete[](p[1], al);
	::operator delete(p[2], al, std::nothrow);
	::operator delete[](p[3], al, std::nothrow);
	::operator delete(p[4], size, al);
	::operator delete[](p[5], size, al);
}

int main()
{
	for (std::size_t size = 0; size < 600000; size = size * 2 + 1) {
		plain_forms(size);
		aligned_forms(size);
	}
	return 0;
}
