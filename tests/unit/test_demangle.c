// SPDX-License-Identifier: MIT
/*
 * Shows that C++ names come out as programmers write them, that what is no C++
 * name or of an unknown form is left alone, that nothing is written beyond the
 * buffer, and that no input takes long or much stack.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <time.h>

#include "core/report/demangle.h"

static const struct {
	const char *mangled, *want;
} names[] = {
	{ "_Z3foov", "foo()" },
	{ "_Z3fooi", "foo(int)" },
	{ "_Z1fPKcz", "f(char const*, ...)" },
	{ "_ZN6Widget4leakEv", "Widget::leak()" },
	{ "_ZNK6Widget4sizeEv", "Widget::size() const" },
	{ "_ZNO6Widget4moveEv", "Widget::move() &&" },
	{ "_ZN6WidgetC1ERKS_", "Widget::Widget(Widget const&)" },
	{ "_ZN6WidgetD0Ev", "Widget::~Widget()" },
	{ "_ZN12_GLOBAL__N_16hiddenEv", "(anonymous namespace)::hidden()" },
	{ "_ZL6staticv", "static()" },
	{ "_Z3maxIiET_S0_S0_", "int max<int>(int, int)" },
	{ "_ZNSt6vectorIiSaIiEE9push_backERKi",
	  "std::vector<int, std::allocator<int> >::push_back(int const&)" },
	{ "_ZNSt6vectorIiSaIiEE9push_backEOi",
	  "std::vector<int, std::allocator<int> >::push_back(int&&)" },
	{ "_ZNSsC1Ev", "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::"
		       "basic_string()" },
	{ "_Z1fSs", "f(std::string)" },
	{ "_Z4emitNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
	  "emit(std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >)" },
	{ "_ZN4ListILi8ELb1EE3popEv", "List<8, true>::pop()" },
	{ "_ZN1AplERKS_", "A::operator+(A const&)" },
	{ "_ZN1AcvbEv", "A::operator bool()" },
	{ "_ZN1AnwEm", "A::operator new(unsigned long)" },
	{ "_ZdlPvm", "operator delete(void*, unsigned long)" },
	{ "_Znam", "operator new[](unsigned long)" },
	{ "_Zli3_kmy", "operator\"\" _km(unsigned long long)" },
	{ "_Z4callPFviE", "call(void (*)(int))" },
	{ "_Z4callM1AKFviE", "call(void (A::*)(int) const)" },
	{ "_Z3rowRA3_A4_i", "row(int (&) [3][4])" },
	{ "_Z4mainvENKUlvE_clEv.cold", NULL },
	{ "_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()() const" },
	{ "_ZZ3foovENUliE0_clEi", "foo()::{lambda(int)#2}::operator()(int)" },
	{ "_ZZ3foovE1n_0", "foo()::n" },
	{ "_ZN1AUt0_3fooEv", "A::{unnamed type#2}::foo()" },
	{ "_ZN1A3getB5cxx11Ev", "A::get[abi:cxx11]()" },
	{ "_Z4makeI1AJRKiPcEET_DpOT0_", "A make<A, int const&, char*>(int const&, char*&&)" },
	{ "_Z4makeI1AJEET_DpOT0_", "A make<A>()" },
	{ "_Z3fooi.part.0", "foo(int) [clone .part.0]" },
	{ "_Z3fooi.isra.0.cold", "foo(int) [clone .isra.0] [clone .cold]" },
	{ "_ZTV6Widget", "vtable for Widget" },
	{ "_ZThn8_N6Widget4leakEv", "non-virtual thunk to Widget::leak()" },
	{ "_ZGVZ3foovE1x", "guard variable for foo()::x" },
	{ "_ZlsRSoRK1A", "operator<<(std::ostream&, A const&)" },
	{ "_ZlsI1AERSoS1_RKT_", "std::ostream& operator<< <A>(std::ostream&, A const&)" },
	{ "_Z1fDnDid", "f(decltype(nullptr), char32_t, double)" },
	{ "_Z1fDv4_f", "f(float __vector(4))" },
	{ "_ZSt4moveIRiEONSt16remove_referenceIT_E4typeEOS2_",
	  "std::remove_reference<int&>::type&& std::move<int&>(int&)" },
	{ "_ZN3fooIXadL_Z3bariEEE1fEv", "foo<&(bar(int))>::f()" },
	{ "main", NULL },
	{ "", NULL },
	{ "_Z", NULL },
	{ "_Z3fo", NULL },
	{ "_Z3foovX", NULL },
	{ "_Z99999999999999999999a", NULL },
	{ "_ZN", NULL },
	{ "_ZS_", NULL },
	{ "_ZT_", NULL },
	{ "_Z1fS99999999_", NULL },
	{ "_Z1fT_", NULL },
	{ "_ZNE", NULL },
	{ "_Z1fI", NULL },
	{ "_Z1fIE", "f<>" },
};

static void names_are_readable(void)
{
	char buf[512];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		bool done = demangle(names[i].mangled, buf, sizeof(buf));

		if (done != (names[i].want != NULL) || (done && strcmp(buf, names[i].want))) {
			printf("\n%s: %s, not %s\n", names[i].mangled, done ? buf : "(left alone)",
			       names[i].want ? names[i].want : "(left alone)");
			CU_FAIL("demangle");
		}
	}
}

static void output_is_cut_at_the_buffers_end(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char whole[512], part[600];

		if (!names[i].want)
			continue;
		strcpy(whole, names[i].want);
		for (size_t size = 1; size <= strlen(whole) + 1; size++) {
			memset(part, '#', sizeof(part));
			CU_ASSERT(demangle(names[i].mangled, part, size));
			UNIT_EQ(strlen(part), size - 1);
			if (strncmp(part, whole, size - 1))
				printf("\n'%s' of '%s'\n", part, whole);
			CU_ASSERT(!strncmp(part, whole, size - 1));
			UNIT_EQ(part[size], '#');
		}
	}
	CU_ASSERT(!demangle("_Z3foov", NULL, 0));
}

/* Every name cut and with each letter changed: it ends. */
static void broken_names_end(void)
{
	static const char letters[] = "NESTIJLXDpRKZ0_9";
	char name[256], buf[256];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t n = strlen(names[i].mangled);

		for (size_t at = 0; at < n; at++) {
			strcpy(name, names[i].mangled);
			for (const char *c = letters; *c; c++) {
				name[at] = *c;
				demangle(name, buf, sizeof(buf));
			}
			name[at] = '\0';
			demangle(name, buf, sizeof(buf));
		}
	}
}

static u64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000 + (u64)ts.tv_nsec / 1000000;
}

/* Substitutions that double the text each time; packs of packs that print nothing. */
static void short_names_with_endless_texts_end(void)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
	static char name[4000], buf[1 << 16];
	u64 start = now_ms();
	size_t n = 0;

	n += (size_t)sprintf(name, "_Z1f1AI1BS0_E");
	for (int i = 0; i < 30; i++)
		n += (size_t)sprintf(name + n, "1AIS%c_S%c_E", digits[i], digits[i]);
	demangle(name, buf, sizeof(buf));
	n = (size_t)sprintf(name, "_Z1f");
	memset(name + n, 'P', 3000);
	strcpy(name + n + 3000, "i");
	demangle(name, buf, sizeof(buf));
	memset(name + n, 'I', 3000);
	demangle(name, buf, sizeof(buf));
	n = (size_t)sprintf(name, "_Z1fI");
	memset(name + n, 'J', 1500);
	memset(name + n + 1500, 'E', 1501);
	strcpy(name + n + 3001, "vv");
	demangle(name, buf, sizeof(buf));
	CU_ASSERT(now_ms() - start < 2000);
}

#ifdef KMEMU_SANITIZE
#define SMALL_STACK (2UL << 20) /* the sanitizers want that much for themselves */
#else
#define SMALL_STACK 24576UL /* libc takes some 8 KiB of it */
#endif

static void *on_small_stack(void *arg)
{
	static char name[4000];
	char buf[128];

	(void)arg;
	memset(name, 'P', sizeof(name) - 1);
	memcpy(name, "_Z1f", 4);
	name[sizeof(name) - 2] = 'i';
	demangle(name, buf, sizeof(buf));
	return (void *)(long)demangle("_ZN6Widget4leakEv", buf, sizeof(buf));
}

static void a_small_stack_is_enough(void)
{
	static char stack[SMALL_STACK] __attribute__((aligned(4096)));
	pthread_attr_t attr;
	pthread_t thread;
	void *done = NULL;

	pthread_attr_init(&attr);
	CU_ASSERT_EQUAL_FATAL(pthread_attr_setstack(&attr, stack, sizeof(stack)), 0);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, &attr, on_small_stack, NULL), 0);
	pthread_join(thread, &done);
	CU_ASSERT_PTR_NOT_NULL(done);
}

UNIT_MAIN("demangle",
	  UNIT_TEST(names_are_readable),
	  UNIT_TEST(output_is_cut_at_the_buffers_end),
	  UNIT_TEST(broken_names_end),
	  UNIT_TEST(short_names_with_endless_texts_end),
	  UNIT_TEST(a_small_stack_is_enough));
