/*
 * assert.c - what a failed expectation says (kernel: lib/kunit/assert.c and
 * kunit_fail() of test.c). The words and their places are the kernel's, since
 * tools read them.
 *
 * A value is told beside its text unless the text is the value itself: a number
 * that is written as one, a string in quotation marks.
 *
 * Locks: none; the text is built on the stack and written by one write.
 */
#include <string.h>

#include "core/kunit/kunit.h"
#include "core/lib/vsprintf.h"
#include "core/os/os.h"
#include "include/kmemu/printk.h"

#define TEXT_BYTES 8192
#define MAX_ERRNO 4095

#define INDENT "    "
#define INDENT2 "        "

struct text {
	char buf[TEXT_BYTES];
	size_t n;
};

static void __printf(2, 3) add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->n += (size_t)kmemu_vscnprintf_k(t->buf + t->n, sizeof(t->buf) - t->n, fmt, ap);
	va_end(ap);
}

static void write_out(const struct text *t)
{
	os_write(1, t->buf, t->n);
}

static void end_line(struct text *t)
{
	if (t->n + 1 >= sizeof(t->buf))
		t->n = sizeof(t->buf) - 2;
	if (!t->n || t->buf[t->n - 1] != '\n')
		t->buf[t->n++] = '\n';
}

void kunit_print(const char *fmt, ...)
{
	struct text t;
	va_list ap;

	va_start(ap, fmt);
	t.n = (size_t)kmemu_vscnprintf_k(t.buf, sizeof(t.buf), fmt, ap);
	va_end(ap);
	write_out(&t);
}

void kunit_vlog(const char *name, const char *fmt, va_list ap)
{
	struct text t;

	t.n = 0;
	if (name)
		add(&t, INDENT "# %s: ", name);
	t.n += (size_t)kmemu_vscnprintf_k(t.buf + t.n, sizeof(t.buf) - t.n, fmt, ap);
	end_line(&t);
	write_out(&t);
}

KMEMU_EXPORT void kmemu_kunit_log(const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kunit_vlog(name, fmt, ap);
	va_end(ap);
}

/* --- values -------------------------------------------------------------- */

static bool is_literal(const char *text, long long value)
{
	char number[24];

	kmemu_scnprintf(number, sizeof(number), "%lld", value);
	return !strcmp(text, number);
}

static bool is_str_literal(const char *text, const char *value)
{
	size_t len = strlen(text);

	return len >= 2 && text[0] == '"' && text[len - 1] == '"' &&
	       !strncmp(text + 1, value, len - 2);
}

static void add_expected(struct text *t, const struct kmemu_kunit_check *c)
{
	add(t, INDENT "Expected %s %s %s, but\n", c->left_text, c->op, c->right_text);
}

static void add_int(struct text *t, const struct kmemu_kunit_check *c)
{
	add_expected(t, c);
	if (!is_literal(c->left_text, c->left))
		add(t, INDENT2 "%s == %lld (0x%llx)\n", c->left_text, c->left,
		    (unsigned long long)c->left);
	if (!is_literal(c->right_text, c->right))
		add(t, INDENT2 "%s == %lld (0x%llx)", c->right_text, c->right,
		    (unsigned long long)c->right);
}

static void add_ptr(struct text *t, const struct kmemu_kunit_check *c)
{
	add_expected(t, c);
	add(t, INDENT2 "%s == %px\n", c->left_text, c->left_ptr);
	add(t, INDENT2 "%s == %px", c->right_text, c->right_ptr);
}

static void add_str(struct text *t, const struct kmemu_kunit_check *c)
{
	const char *left = c->left_ptr ? c->left_ptr : "(null)";
	const char *right = c->right_ptr ? c->right_ptr : "(null)";

	add_expected(t, c);
	if (!is_str_literal(c->left_text, left))
		add(t, INDENT2 "%s == \"%s\"\n", c->left_text, left);
	if (!is_str_literal(c->right_text, right))
		add(t, INDENT2 "%s == \"%s\"", c->right_text, right);
}

static void add_not_null(struct text *t, const char *what)
{
	add(t, INDENT "Expected %s is not null, but is\n", what);
}

/* Bytes that differ stand in <>. */
static void add_bytes(struct text *t, const char *what, const u8 *mine, const u8 *other, size_t n)
{
	add(t, INDENT2 "%s ==\n" INDENT2, what);
	for (size_t i = 0; i < n; i++) {
		if (i && i % 16 == 0)
			add(t, "\n" INDENT2);
		add(t, mine[i] != other[i] ? "<%02x>" : " %02x ", mine[i]);
	}
}

static void add_mem(struct text *t, const struct kmemu_kunit_check *c)
{
	if (!c->left_ptr || !c->right_ptr) {
		add_not_null(t, c->left_ptr ? c->right_text : c->left_text);
		return;
	}
	add_expected(t, c);
	add_bytes(t, c->left_text, c->left_ptr, c->right_ptr, c->size);
	add(t, "\n");
	add_bytes(t, c->right_text, c->right_ptr, c->left_ptr, c->size);
}

static void add_not_err(struct text *t, const struct kmemu_kunit_check *c)
{
	long err = (long)(uintptr_t)c->left_ptr;

	if (!c->left_ptr)
		add_not_null(t, c->left_text);
	else if ((unsigned long)err >= (unsigned long)-MAX_ERRNO)
		add(t, INDENT "Expected %s is not error, but is: %ld\n", c->left_text, err);
}

static void add_check(struct text *t, const struct kmemu_kunit_check *c)
{
	switch (c->kind) {
	case KMEMU_KUNIT_TRUE:
		add(t, INDENT "Expected %s to be true, but is false\n", c->left_text);
		break;
	case KMEMU_KUNIT_FALSE:
		add(t, INDENT "Expected %s to be false, but is true\n", c->left_text);
		break;
	case KMEMU_KUNIT_INT:
		add_int(t, c);
		break;
	case KMEMU_KUNIT_PTR:
		add_ptr(t, c);
		break;
	case KMEMU_KUNIT_STR:
		add_str(t, c);
		break;
	case KMEMU_KUNIT_MEM:
		add_mem(t, c);
		break;
	case KMEMU_KUNIT_NOT_ERR:
		add_not_err(t, c);
		break;
	case KMEMU_KUNIT_FAIL:
		break;
	}
}

static void __printf(3, 0) fail(struct kunit *test, const struct kmemu_kunit_check *c,
				const char *fmt, va_list ap)
{
	struct text t;

	WRITE_ONCE(test->status, KUNIT_FAILURE);
	t.n = 0;
	add(&t, INDENT "# %s: %s FAILED at %s:%d\n", test->name,
	    c->assertion ? "ASSERTION" : "EXPECTATION", c->file, c->line);
	add_check(&t, c);
	if (fmt && c->kind != KMEMU_KUNIT_FAIL)
		add(&t, "\n");
	if (fmt)
		t.n += (size_t)kmemu_vscnprintf_k(t.buf + t.n, sizeof(t.buf) - t.n, fmt, ap);
	end_line(&t);
	write_out(&t);
}

KMEMU_EXPORT void kmemu_kunit_failed(struct kunit *test, const struct kmemu_kunit_check *check,
				     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fail(test, check, fmt, ap);
	va_end(ap);
}

KMEMU_EXPORT void kmemu_kunit_fail_current_test(const char *file, int line, const char *fmt, ...)
{
	struct kunit *test = kmemu_kunit_current_test();
	struct text t;
	va_list ap;

	if (!test)
		return;
	WRITE_ONCE(test->status, KUNIT_FAILURE);
	t.n = 0;
	add(&t, INDENT "# %s: %s:%d: ", test->name, file, line);
	va_start(ap, fmt);
	t.n += (size_t)kmemu_vscnprintf_k(t.buf + t.n, sizeof(t.buf) - t.n, fmt, ap);
	va_end(ap);
	end_line(&t);
	write_out(&t);
}
