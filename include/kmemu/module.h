/* SPDX-License-Identifier: MIT */
/*
 * module.h - what a program that is a kernel module leaves in its sections, and
 * main() of libkmemu.a reads: init and exit functions, parameters, words of the
 * command line. For include/linux/init.h and moduleparam.h, which have the names
 * that kernel code uses.
 *
 *	kmemu_initcalls	struct kmemu_initcall	module_init, module_exit, *_initcall
 *	kmemu_params	struct kernel_param	module_param and its kin
 *	kmemu_setups	struct kmemu_setup	__setup, early_param
 *	kmemu_suites	struct kunit_suite *	kunit_test_suites
 */
#ifndef KMEMU_MODULE_H
#define KMEMU_MODULE_H

#ifdef __cplusplus
extern "C" {
#endif

/* One of init and exit is set. Modules have level 6. */
struct kmemu_initcall {
	int (*init)(void);
	void (*exit)(void);
	const char *module;
	int level;
};

/* fn gets what follows str; answers 1 when it took it (early_param: 0). */
struct kmemu_setup {
	const char *str;
	int (*fn)(char *rest);
};

/* Kernel: include/linux/moduleparam.h. */
struct kernel_param;

struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *val, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp); /* 4096 bytes; the length */
	void (*free)(void *arg);
};

struct kparam_string {
	unsigned int maxlen;
	char *string;
};

struct kparam_array {
	unsigned int max, elemsize;
	unsigned int *num;
	const struct kernel_param_ops *ops;
	void *elem;
};

struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	unsigned short perm;
	signed char level;
	unsigned char flags;
	const char *module; /* KBUILD_MODNAME; "" for what is of no module */
	union {
		void *arg;
		const struct kparam_string *str;
		const struct kparam_array *arr;
	};
};

/*
 * A value that is no value of the type is -EINVAL, one that does not fit -ERANGE
 * (strings: -ENOSPC). bool alone may come without a value, which is 1.
 */
#define KMEMU_PARAM_TYPES(X) \
	X(byte) X(short) X(ushort) X(int) X(uint) X(long) X(ulong) X(ullong) X(hexint) \
	X(charp) X(bool) X(bool_enable_only) X(invbool) X(bint) X(string)
#define KMEMU_PARAM_OPS(type)                                                       \
	extern const struct kernel_param_ops kmemu_param_ops_##type;                \
	int kmemu_param_set_##type(const char *val, const struct kernel_param *kp); \
	int kmemu_param_get_##type(char *buffer, const struct kernel_param *kp);
KMEMU_PARAM_TYPES(KMEMU_PARAM_OPS)
#undef KMEMU_PARAM_OPS
extern const struct kernel_param_ops kmemu_param_ops_array;
/*
 * Sets the words of args, which is changed, as the parameters of these levels; NULL, or the
 * last error as a pointer, or what is behind "--". unknown: for words that are no parameter.
 */
char *kmemu_parse_args(const char *doing, char *args, const struct kernel_param *params,
		       unsigned int num, short min_level, short max_level, void *arg,
		       int (*unknown)(char *param, char *val, const char *doing, void *arg));
int kmemu_param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int min,
				unsigned int max);

/*
 * Runs what the program's sections hold: parameters from the command line
 * (name=value, module.name=value, kunit.filter_glob=GLOB), initcalls by level,
 * init_module, kunit's suites, cleanup_module, exit functions last first. Answers the
 * exit status: 0 when every init returned 0 and no test failed, 1 when not, 2 for a
 * parameter that is not known or not valid. main() of libkmemu.a is this call and
 * nothing else.
 */
struct kunit_suite;
struct kmemu_program {
	const struct kmemu_initcall *initcalls, *initcalls_end;
	const struct kernel_param *params, *params_end;
	const struct kmemu_setup *setups, *setups_end;
	struct kunit_suite *const *suites, *const *suites_end;
	int (*init_module)(void); /* of a module without module_init(), or NULL */
	void (*cleanup_module)(void);
};
/* The words of the process's own command line, 2047 bytes of them at most; it stays. */
char *kmemu_command_line(void);
/* addr lies in code of the program or a library. Any context but a signal handler. */
int kmemu_kernel_text_address(unsigned long addr);
int kmemu_run_program(const struct kmemu_program *program, int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_MODULE_H */
