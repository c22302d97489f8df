/* SPDX-License-Identifier: MIT */
/*
 * kunit.h - unit tests as the kernel's KUnit has them: structures and functions
 * behind include/kunit/test.h, resource.h and device.h, by whose names kernel code
 * uses them.
 *
 * A case runs in a thread of its own. Its results are lines of KTAP on standard
 * output; the log has the rest.
 */
#ifndef KMEMU_KUNIT_H
#define KMEMU_KUNIT_H

#include <stdbool.h>
#include <stddef.h>

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KUNIT_PARAM_DESC_SIZE 128
#define KUNIT_STATUS_COMMENT_SIZE 256

enum kunit_status { KUNIT_SUCCESS, KUNIT_FAILURE, KUNIT_SKIPPED };
enum kunit_speed {
	KUNIT_SPEED_UNSET,
	KUNIT_SPEED_VERY_SLOW,
	KUNIT_SPEED_SLOW,
	KUNIT_SPEED_NORMAL,
	KUNIT_SPEED_MAX = KUNIT_SPEED_NORMAL
};
struct kunit_attributes {
	enum kunit_speed speed;
};

struct kunit;

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
	struct kunit_attributes attr;
	const char *module_name;
	enum kunit_status status; /* of the last run */
};

struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases; /* the last one has no run_case */
	struct kunit_attributes attr;
	enum kunit_status status;
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	int suite_init_err;
};

struct kunit_try_catch {
	struct kunit *test;
	int try_result; /* 0, or -errno: it did not come to its end */
#ifdef __cplusplus
	void (*try_)(void *); /* words that C++ keeps for itself */
	void (*catch_)(void *);
#else
	void (*try)(void *);
	void (*catch)(void *);
#endif
	void *context;
};

struct kunit_loc {
	int line;
	const char *file;
};

struct kunit {
	void *priv; /* the test's own */
	const char *name;
	struct kunit_try_catch try_catch;
	const void *param_value;
	int param_index;
	enum kunit_status status;
	unsigned int lock; /* guards resources */
	struct list_head resources; /* of struct kunit_resource, the newest last */
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	struct kunit_loc last_seen;
};

/* Freed by kunit_cleanup() at the test's end, the newest first. */
struct kunit_resource {
	void *data;
	const char *name;
	void (*free)(struct kunit_resource *res);
	int refcount;
	struct list_head node;
	bool should_kfree;
};

typedef int (*kunit_resource_init_t)(struct kunit_resource *res, void *context);
typedef void (*kunit_resource_free_t)(struct kunit_resource *res);
typedef bool (*kunit_resource_match_t)(struct kunit *test, struct kunit_resource *res, void *data);
typedef void(kunit_action_t)(void *ctx);

/* What a failed expectation says. */
enum kmemu_kunit_kind {
	KMEMU_KUNIT_FAIL,
	KMEMU_KUNIT_TRUE,
	KMEMU_KUNIT_FALSE,
	KMEMU_KUNIT_INT,
	KMEMU_KUNIT_PTR,
	KMEMU_KUNIT_STR,
	KMEMU_KUNIT_MEM,
	KMEMU_KUNIT_NOT_ERR
};
struct kmemu_kunit_check {
	enum kmemu_kunit_kind kind;
	bool assertion;
	const char *file;
	int line;
	const char *left_text, *op, *right_text;
	long long left, right; /* INT */
	const void *left_ptr, *right_ptr; /* PTR, STR, MEM, NOT_ERR */
	size_t size; /* MEM */
};

/* Marks the test as failed and says why; fmt may be NULL. */
void kmemu_kunit_failed(struct kunit *test, const struct kmemu_kunit_check *check, const char *fmt,
			...) __attribute__((__format__(__printf__, 3, 4)));
/* A line, or lines, of KTAP, behind "    # NAME: " when name is given. */
void kmemu_kunit_log(const char *name, const char *fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));
/* Ends the calling thread; the case has failed, unless it is marked as skipped. */
void kmemu_kunit_try_catch_throw(struct kunit_try_catch *try_catch) __attribute__((__noreturn__));
void kmemu_kunit_try_catch_run(struct kunit_try_catch *try_catch, void *context);
/* The test whose case the calling thread runs, or NULL. */
struct kunit *kmemu_kunit_current_test(void);
void kmemu_kunit_fail_current_test(const char *file, int line, const char *fmt, ...)
	__attribute__((__format__(__printf__, 3, 4)));
/* Above 0 while suites run, and then the table is filled in. */
extern int kmemu_kunit_running;
struct kunit_hooks_table {
	void (*fail_current_test)(const char *file, int line, const char *fmt, ...)
		__attribute__((__format__(__printf__, 3, 4)));
	void *(*get_static_stub_address)(struct kunit *test, void *real_fn_addr);
};
extern struct kunit_hooks_table kmemu_kunit_hooks;

/* 0, or -errno; then res is released. */
int kmemu_kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res, void *data);
int kmemu_kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
				   kunit_resource_free_t free, struct kunit_resource *res,
				   const char *name, void *data);
/* In kmalloc memory; with get the caller has a reference. NULL: init or memory failed. */
struct kunit_resource *kmemu_kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
						  kunit_resource_free_t free, unsigned int gfp,
						  void *context, bool get);
void kmemu_kunit_get_resource(struct kunit_resource *res);
void kmemu_kunit_put_resource(struct kunit_resource *res);
/* The newest that matches, with a reference; NULL: none. */
struct kunit_resource *kmemu_kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
						 void *match_data);
bool kmemu_kunit_name_match(struct kunit *test, struct kunit_resource *res, void *match_name);
int kmemu_kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match,
				 void *match_data);
void kmemu_kunit_remove_resource(struct kunit *test, struct kunit_resource *res);
int kmemu_kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx);
int kmemu_kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *ctx);
void kmemu_kunit_remove_action(struct kunit *test, kunit_action_t *action, void *ctx);
void kmemu_kunit_release_action(struct kunit *test, kunit_action_t *action, void *ctx);

void kmemu_kunit_cleanup(struct kunit *test);
void kmemu_kunit_init_test(struct kunit *test, const char *name);

void *kmemu_kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, unsigned int gfp);
void kmemu_kunit_kfree(struct kunit *test, const void *p);

/*
 * vm_mmap() that ends with the test: the address, -errno in it, or 0 without memory.
 * May sleep.
 */
struct file;
unsigned long kmemu_kunit_vm_mmap(struct kunit *test, struct file *file, unsigned long addr,
				  unsigned long len, unsigned long prot, unsigned long flag,
				  unsigned long offset);

/*
 * Devices on a bus of their own, unregistered when the test ends; an error is in the
 * pointer. May sleep. unregister: earlier, with the driver if it was made for the device.
 */
struct device;
struct device_driver;
struct device_driver *kmemu_kunit_driver_create(struct kunit *test, const char *name);
struct device *kmemu_kunit_device_register(struct kunit *test, const char *name);
struct device *kmemu_kunit_device_register_with_driver(struct kunit *test, const char *name,
						       const struct device_driver *drv);
void kmemu_kunit_device_unregister(struct kunit *test, struct device *dev);

/* A call of real goes to replacement while the test runs. */
void kmemu_kunit_activate_static_stub(struct kunit *test, void *real, void *replacement);
void kmemu_kunit_deactivate_static_stub(struct kunit *test, void *real);
void *kmemu_kunit_static_stub(struct kunit *test, void *real);

/*
 * Runs suites as the kernel does when a module with them is loaded. filter is
 * SUITE or SUITE.CASE with * and ?, NULL for all. Returns how many suites failed,
 * -errno when there is nothing to run. list: their names only.
 */
int kmemu_kunit_run_suites(struct kunit_suite *const *suites, size_t n, const char *filter,
			   bool list);
/* The same of one of several, without what comes before all of them. 0. */
int kmemu_kunit_run_tests(struct kunit_suite *suite);
enum kunit_status kmemu_kunit_suite_has_succeeded(struct kunit_suite *suite);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_KUNIT_H */
