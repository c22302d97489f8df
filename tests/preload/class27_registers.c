// flags: -lm -Wl,-z,lazy -fno-builtin
/*
 * Class 27: registers live over a first, lazily bound call and over malloc and
 * free: eight vector arguments arrive; rounding mode, x87 control word and the
 * callee-saved registers are what they were, on hits and on slow paths.
 */
#include <fenv.h>
#include <math.h>
#include "check.h"

static double sum(double a, double b, double c, double d, double e, double f, double g, double h)
{
	void *p = opaque(malloc(100));
	double s = a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;

	free(p);
	return s;
}

#ifdef __x86_64__
/* Calls function(arg) with known values in all callee-saved registers. */
static void *keeps_registers(void *function, void *arg, int *kept)
{
	void *result;

	__asm__ volatile(
		"push %%rbp\n\tpush %%rbx\n\t"
		"mov %%rsp, %%r15\n\tand $-16, %%rsp\n\tpush %%r15\n\tpush %%r15\n\t"
		"mov $0x1111, %%rbx\n\tmov $0x2222, %%rbp\n\tmov $0x3333, %%r12\n\t"
		"mov $0x4444, %%r13\n\tmov $0x5555, %%r14\n\tmov $0x6666, %%r15\n\t"
		"call *%%rax\n\t"
		"xor %%ecx, %%ecx\n\t"
		"cmp $0x1111, %%rbx\n\tsetne %%dl\n\tor %%dl, %%cl\n\t"
		"cmp $0x2222, %%rbp\n\tsetne %%dl\n\tor %%dl, %%cl\n\t"
		"cmp $0x3333, %%r12\n\tsetne %%dl\n\tor %%dl, %%cl\n\t"
		"cmp $0x4444, %%r13\n\tsetne %%dl\n\tor %%dl, %%cl\n\t"
		"cmp $0x5555, %%r14\n\tsetne %%dl\n\tor %%dl, %%cl\n\t"
		"cmp $0x6666, %%r15\n\tsetne %%dl\n\tor %%dl, %%cl\n\t"
		"pop %%r15\n\tpop %%r15\n\tmov %%r15, %%rsp\n\tpop %%rbx\n\tpop %%rbp\n\t"
		: "=a"(result), "=c"(*kept), "+D"(arg)
		: "a"(function)
		: "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
		  "memory", "cc",
		  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
	*kept = !*kept;
	return result;
}
#else
static void *keeps_registers(void *function, void *arg, int *kept)
{
	*kept = 1;
	return ((void *(*)(void *))function)(arg);
}
#endif

int main(void)
{
	static void *block[2000];
	int kept;

	CHECK(fesetround(FE_UPWARD) == 0);
	for (uintptr_t i = 0; i < 2000; i++) {
		block[i] = keeps_registers((void *)malloc, (void *)(i % 90 ? i : i * 200), &kept);
		CHECK(kept && block[i] && fegetround() == FE_UPWARD);
	}
	for (int i = 0; i < 2000; i++) {
		keeps_registers((void *)free, block[i], &kept);
		CHECK(kept && fegetround() == FE_UPWARD);
	}
	CHECK(fesetround(FE_TONEAREST) == 0);
	CHECK(sum(1, 2, 3, 4, 5, 6, 7, 8) == 204);
	CHECK(hypot(3, 4) == 5);
	return 0;
}
