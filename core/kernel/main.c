/*
 * main.c - the main of a program that is a kernel module (kernel: what
 * init_module(2) and delete_module(2) do). It is in libkmemu.a only, and the linker
 * takes it only when nobody else has a main.
 *
 * The bounds of the sections come from the linker; a section that the program does
 * not have is empty.
 */
#include "include/kmemu/module.h"

#define SECTION(type, name)                                                       \
	extern type __start_##name[] __attribute__((weak, visibility("hidden"))); \
	extern type __stop_##name[] __attribute__((weak, visibility("hidden")))

SECTION(const struct kmemu_initcall, kmemu_initcalls);
SECTION(const struct kernel_param, kmemu_params);
SECTION(const struct kmemu_setup, kmemu_setups);
SECTION(struct kunit_suite *const, kmemu_suites);

/* The names in the program; libc has functions of the kernel's names. */
int kmemu_init_module(void) __attribute__((weak));
void kmemu_cleanup_module(void) __attribute__((weak));

int main(int argc, char **argv)
{
	const struct kmemu_program program = {
		.initcalls = __start_kmemu_initcalls,
		.initcalls_end = __stop_kmemu_initcalls,
		.params = __start_kmemu_params,
		.params_end = __stop_kmemu_params,
		.setups = __start_kmemu_setups,
		.setups_end = __stop_kmemu_setups,
		.suites = __start_kmemu_suites,
		.suites_end = __stop_kmemu_suites,
		.init_module = kmemu_init_module,
		.cleanup_module = kmemu_cleanup_module,
	};

	return kmemu_run_program(&program, argc, argv);
}
