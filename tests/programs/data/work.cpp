// Fixture of cxx.sh and compilers.sh.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <future>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

static volatile size_t huge = size_t(1) << 60;

static void expect(bool ok, const char *what)
{
	if (ok)
		return;
	std::printf("FAILED: %s\n", what);
	std::exit(1);
}

static void too_much()
{
	try {
		int *p = new int[huge];
		std::printf("got 2^60 ints at %p\n", static_cast<void *>(p));
		std::exit(1);
	} catch (const std::bad_alloc &e) {
		std::printf("caught %s\n", e.what());
	}
	char *volatile none = new (std::nothrow) char[huge]; /* or gcc 14 leaves it out */
	expect(!none, "nothrow gives null");
	try {
		std::vector<double> v;
		v.reserve(huge / 16);
		std::puts("reserved 2^60 bytes");
	} catch (const std::bad_alloc &) {
		std::puts("caught in reserve");
	}
	try {
		(void)::operator new(huge, std::align_val_t(256));
		std::puts("aligned 2^60 bytes");
	} catch (const std::bad_alloc &) {
		std::puts("caught aligned");
	}
}

static int handler_calls;

static void handler()
{
	if (++handler_calls == 3)
		std::set_new_handler(nullptr);
}

static void new_handler()
{
	std::set_new_handler(handler);
	try {
		delete[] new char[huge];
	} catch (const std::bad_alloc &) {
		std::printf("new_handler called %d times\n", handler_calls);
	}
}

static void *filled(void *p, size_t n, size_t align)
{
	expect(p && reinterpret_cast<uintptr_t>(p) % align == 0, "alignment");
	std::memset(p, 0x5a, n);
	return p;
}

// Each form of new, released by each form of delete that the standard allows.
static void operators()
{
	const size_t sizes[] = { 1, 8, 24, 100, 512, 4000, 9000, 131072, 131073, 3000000 };
	const std::align_val_t big[] = { std::align_val_t(32), std::align_val_t(64),
					 std::align_val_t(4096) };

	for (size_t n : sizes) {
		::operator delete(filled(::operator new(n), n, 16));
		::operator delete(filled(::operator new(n), n, 16), n);
		::operator delete(filled(::operator new(n, std::nothrow), n, 16), std::nothrow);
		::operator delete(filled(::operator new(n, std::nothrow), n, 16));
		::operator delete[](filled(::operator new[](n), n, 16));
		::operator delete[](filled(::operator new[](n), n, 16), n);
		::operator delete[](filled(::operator new[](n, std::nothrow), n, 16),
				    std::nothrow);
		for (std::align_val_t a : big) {
			size_t al = static_cast<size_t>(a);

			::operator delete(filled(::operator new(n, a), n, al), a);
			::operator delete(filled(::operator new(n, a), n, al), n, a);
			::operator delete(filled(::operator new(n, a, std::nothrow), n, al), a,
					  std::nothrow);
			::operator delete[](filled(::operator new[](n, a), n, al), a);
			::operator delete[](filled(::operator new[](n, a), n, al), n, a);
			::operator delete[](filled(::operator new[](n, a, std::nothrow), n, al),
					    a, std::nothrow);
		}
	}
	::operator delete(nullptr);
	::operator delete[](nullptr, size_t(5));
	std::puts("operators done");
}

struct node {
	virtual ~node() {}
	virtual long sum() const { return 1; }
};

struct alignas(128) wide : node {
	char data[300];
	std::unique_ptr<node> left, right;
	explicit wide(int depth)
	{
		std::memset(data, depth, sizeof(data));
		if (depth) {
			left = std::make_unique<wide>(depth - 1);
			right = std::make_unique<wide>(depth - 1);
		}
	}
	long sum() const override
	{
		expect(reinterpret_cast<uintptr_t>(this) % 128 == 0, "alignas(128)");
		return data[7] + (left ? left->sum() + right->sum() : 0);
	}
};

static void containers()
{
	std::map<std::string, std::vector<int>> m;
	std::unordered_map<int, std::shared_ptr<std::string>> u;
	std::multiset<long, std::greater<>> s;
	std::list<std::string> l;
	unsigned x = 1;

	for (int i = 0; i < 50000; i++) {
		x = x * 1664525 + 1013904223;
		m["key" + std::to_string(x >> 20)].push_back(i);
		u[x >> 18] = std::make_shared<std::string>(x >> 24, 'x');
		s.insert(x >> 8);
		if (s.size() > 1000)
			s.erase(std::prev(s.end()));
		l.emplace_back(std::to_string(x));
	}
	l.sort();
	l.unique();
	size_t n = 0;
	for (auto &e : u)
		n += e.second->size();
	std::printf("%zu %zu %zu %zu %ld %s\n", m.size(), u.size(), n, l.size(), *s.begin(),
		    l.front().c_str());

	std::ostringstream o;
	for (auto &e : m)
		o << e.first << ':' << e.second.size() << ' ';
	std::string text = o.str();
	std::regex re("key([0-9]+):([0-9]+)");
	long total = 0;
	for (std::sregex_iterator it(text.begin(), text.end(), re), end; it != end; ++it)
		total += std::stol((*it)[1]) * std::stol((*it)[2]);
	std::cout << total << " by regex\n" << std::flush;
}

static void threads()
{
	std::vector<std::future<size_t>> f;

	for (int t = 0; t < 4; t++)
		f.push_back(std::async(std::launch::async, [t] {
			std::vector<std::string> v;
			for (int i = 0; i < 20000; i++)
				v.push_back(std::string(i * (t + 1) % 400, 'a' + t));
			std::sort(v.begin(), v.end());
			if (t == 3)
				throw std::runtime_error("from a thread");
			return v[10000].size();
		}));
	for (auto &one : f) {
		try {
			std::cout << one.get() << '\n';
		} catch (const std::exception &e) {
			std::cout << "caught " << e.what() << '\n';
		}
	}
}

int main()
{
	too_much();
	new_handler();
	operators();
	std::cout << wide(9).sum() << " from the tree\n";
	containers();
	threads();
	return 0;
}
