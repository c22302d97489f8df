/*
 * params.c - values of module parameters (kernel: kernel/params.c): the types by
 * name, arrays of them, strings that are copied.
 *
 * A number is read by kstrto*, so "0x10", "010" and "16" are 16, and trailing text
 * is an error. charp points into a copy that lives as long as the program. get
 * writes the value and a newline, as a file of sysfs has it.
 *
 * Locks: none; parameters are set before init runs.
 */
#include "core/kernel/params.h"

#include <errno.h>
#include <string.h>

#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/kstrtox.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/printk.h"

#define PAGE_BYTES 4096
#define OPS_NOARG  1

static char dash_as_underscore(char c)
{
	return c == '-' ? '_' : c;
}

bool parameqn(const char *a, const char *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!a[i] || dash_as_underscore(a[i]) != dash_as_underscore(b[i]))
			return false;
	return !a[i];
}

#define NUMBER(name, type, format, strtox)                                                      \
	KMEMU_EXPORT int kmemu_param_set_##name(const char *val, const struct kernel_param *kp) \
	{                                                                                       \
		return strtox(val, 0, kp->arg);                                                 \
	}                                                                                       \
	KMEMU_EXPORT int kmemu_param_get_##name(char *buffer, const struct kernel_param *kp)    \
	{                                                                                       \
		return kmemu_scnprintf_k(buffer, PAGE_BYTES, format "\n", *(type *)kp->arg);    \
	}                                                                                       \
	KMEMU_EXPORT const struct kernel_param_ops kmemu_param_ops_##name = {                   \
		.set = kmemu_param_set_##name,                                                  \
		.get = kmemu_param_get_##name,                                                  \
	}

NUMBER(byte, unsigned char, "%hhu", kmemu_kstrtou8);
NUMBER(short, short, "%hi", kmemu_kstrtos16);
NUMBER(ushort, unsigned short, "%hu", kmemu_kstrtou16);
NUMBER(int, int, "%i", kmemu_kstrtoint);
NUMBER(uint, unsigned int, "%u", kmemu_kstrtouint);
NUMBER(long, long, "%li", kmemu_kstrtol);
NUMBER(ulong, unsigned long, "%lu", kmemu_kstrtoul);
NUMBER(ullong, unsigned long long, "%llu", kmemu_kstrtoull);
NUMBER(hexint, unsigned int, "%#08x", kmemu_kstrtouint);

KMEMU_EXPORT int kmemu_param_set_uint_minmax(const char *val, const struct kernel_param *kp,
					     unsigned int min, unsigned int max)
{
	unsigned int num;
	int err = val ? kmemu_kstrtouint(val, 0, &num) : -EINVAL;

	if (err)
		return err;
	if (num < min || num > max)
		return -EINVAL;
	*(unsigned int *)kp->arg = num;
	return 0;
}

/* --- strings ------------------------------------------------------------- */

#define CHARP_MAX 1024

KMEMU_EXPORT int kmemu_param_set_charp(const char *val, const struct kernel_param *kp)
{
	size_t n = strlen(val);
	char *copy;

	if (n > CHARP_MAX)
		return -ENOSPC;
	copy = kmemu_kmalloc(n + 1, KMEMU_GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, val, n + 1);
	*(char **)kp->arg = copy;
	return 0;
}

KMEMU_EXPORT int kmemu_param_get_charp(char *buffer, const struct kernel_param *kp)
{
	return kmemu_scnprintf(buffer, PAGE_BYTES, "%s\n", *(char **)kp->arg);
}

KMEMU_EXPORT int kmemu_param_set_string(const char *val, const struct kernel_param *kp)
{
	const struct kparam_string *s = kp->str;

	if (strlen(val) + 1 > s->maxlen)
		return -ENOSPC;
	memcpy(s->string, val, strlen(val) + 1);
	return 0;
}

KMEMU_EXPORT int kmemu_param_get_string(char *buffer, const struct kernel_param *kp)
{
	return kmemu_scnprintf(buffer, PAGE_BYTES, "%s\n", kp->str->string);
}

/* --- bool ---------------------------------------------------------------- */

KMEMU_EXPORT int kmemu_param_set_bool(const char *val, const struct kernel_param *kp)
{
	return kmemu_kstrtobool(val ? val : "1", kp->arg);
}

KMEMU_EXPORT int kmemu_param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return kmemu_scnprintf(buffer, PAGE_BYTES, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}

/* Once true, it stays. */
KMEMU_EXPORT int kmemu_param_set_bool_enable_only(const char *val, const struct kernel_param *kp)
{
	bool now = false;
	int err = kmemu_kstrtobool(val ? val : "1", &now);

	if (err)
		return err;
	if (!now && *(bool *)kp->arg)
		return -EROFS;
	*(bool *)kp->arg |= now;
	return 0;
}

KMEMU_EXPORT int kmemu_param_get_bool_enable_only(char *buffer, const struct kernel_param *kp)
{
	return kmemu_param_get_bool(buffer, kp);
}

KMEMU_EXPORT int kmemu_param_set_invbool(const char *val, const struct kernel_param *kp)
{
	bool value = false;
	int err = kmemu_kstrtobool(val ? val : "1", &value);

	if (!err)
		*(bool *)kp->arg = !value;
	return err;
}

KMEMU_EXPORT int kmemu_param_get_invbool(char *buffer, const struct kernel_param *kp)
{
	return kmemu_scnprintf(buffer, PAGE_BYTES, "%c\n", *(bool *)kp->arg ? 'N' : 'Y');
}

KMEMU_EXPORT int kmemu_param_set_bint(const char *val, const struct kernel_param *kp)
{
	bool value = false;
	int err = kmemu_kstrtobool(val ? val : "1", &value);

	if (!err)
		*(int *)kp->arg = value;
	return err;
}

KMEMU_EXPORT int kmemu_param_get_bint(char *buffer, const struct kernel_param *kp)
{
	return kmemu_param_get_int(buffer, kp);
}

#define OPS(name, how)                                                        \
	KMEMU_EXPORT const struct kernel_param_ops kmemu_param_ops_##name = { \
		.flags = how,                                                 \
		.set = kmemu_param_set_##name,                                \
		.get = kmemu_param_get_##name,                                \
	}

OPS(charp, 0);
OPS(string, 0);
OPS(bool, OPS_NOARG);
OPS(bool_enable_only, OPS_NOARG);
OPS(invbool, 0);
OPS(bint, OPS_NOARG);

/* --- arrays -------------------------------------------------------------- */

/* Values between commas; fewer than there are elements may come. */
static int array_set(const char *val, const struct kernel_param *kp)
{
	const struct kparam_array *arr = kp->arr;
	struct kernel_param elem = *kp;
	unsigned int n = 0, *num = arr->num ? arr->num : &n;
	char one[CHARP_MAX];

	*num = 0;
	for (;; val++) {
		size_t len = strcspn(val, ",");
		int err;

		if (*num == arr->max)
			printk("%s: can only take %u arguments", kp->name, arr->max);
		if (*num == arr->max || len >= sizeof(one))
			return -EINVAL;
		memcpy(one, val, len);
		one[len] = '\0';
		elem.arg = (char *)arr->elem + (size_t)arr->elemsize * *num;
		err = arr->ops->set(one, &elem);
		if (err)
			return err;
		++*num;
		val += len;
		if (!*val)
			return 0;
	}
}

static int array_get(char *buffer, const struct kernel_param *kp)
{
	const struct kparam_array *arr = kp->arr;
	struct kernel_param elem = *kp;
	unsigned int n = arr->num ? *arr->num : arr->max;
	int off = 0;

	for (unsigned int i = 0; i < n; i++) {
		int len;

		if (i)
			buffer[off - 1] = ',';
		elem.arg = (char *)arr->elem + (size_t)arr->elemsize * i;
		len = arr->ops->get(buffer + off, &elem);
		if (len < 0)
			return len;
		off += len;
	}
	buffer[off] = '\0';
	return off;
}

KMEMU_EXPORT const struct kernel_param_ops kmemu_param_ops_array = {
	.set = array_set,
	.get = array_get,
};

int param_set(const struct kernel_param *kp, const char *val)
{
	if (!val && !(kp->ops->flags & OPS_NOARG))
		return -EINVAL;
	return kp->ops->set ? kp->ops->set(val, kp) : -EINVAL;
}

/* --- a line of them ------------------------------------------------------ */

static bool is_word(const char *param, const char *name)
{
	size_t n = strlen(param);

	return n == strlen(name) && parameqn(param, name, n);
}

/* What is of another level is none of the caller's business, and no error. */
static int parse_one(char *param, char *val, const struct kernel_param *params,
		     unsigned int num, short min_level, short max_level)
{
	for (unsigned int i = 0; i < num; i++) {
		if (!is_word(param, params[i].name))
			continue;
		if (params[i].level < min_level || params[i].level > max_level)
			return 0;
		return param_set(&params[i], val);
	}
	return -ENOENT;
}

static void say_wrong(const char *doing, const char *param, const char *val, int err)
{
	if (err == -ENOENT)
		kmemu_printk("\0013%s: Unknown parameter `%s'\n", doing, param);
	else
		kmemu_printk("\0013%s: `%s' %s for parameter `%s'\n", doing, val ? val : "",
			     err == -ENOSPC ? "too large" : "invalid", param);
}

KMEMU_EXPORT char *kmemu_parse_args(const char *doing, char *args,
				    const struct kernel_param *params, unsigned int num,
				    short min_level, short max_level, void *arg,
				    int (*unknown)(char *param, char *val, const char *doing,
						   void *arg))
{
	char *param, *val, *result = NULL;

	args = kmemu_skip_spaces(args);
	while (*args) {
		int err;

		args = kmemu_next_arg(args, &param, &val);
		if (!val && !strcmp(param, "--"))
			return result ? result : args;
		err = parse_one(param, val, params, num, min_level, max_level);
		if (err == -ENOENT && unknown)
			err = unknown(param, val, doing, arg);
		if (!err)
			continue;
		say_wrong(doing, param, val, err);
		result = (char *)(long)err;
	}
	return result;
}
