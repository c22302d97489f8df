/* SPDX-License-Identifier: MIT */
/*
 * fuzz_options: whatever the environment holds, options_init() ends, stays in
 * bounds, takes only values that its table allows, and says the same twice.
 * The input is split at zero bytes: first the config file, then KMEMU_OPTIONS,
 * then further entries of the environment.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/options.h"
#include "config/value.h"
#include "tests/fuzz/fuzz.h"

#define MAX_ENTRIES 16

static char config_variable[64];

/* A file that has no name any more; our own log goes to /dev/null. */
static int config_fd(void)
{
	static int fd = -1;
	char name[] = "/tmp/kmemu-fuzz-XXXXXX";

	if (fd < 0) {
		fd = mkstemp(name);
		unlink(name);
		snprintf(config_variable, sizeof(config_variable), "KMEMU_CONFIG=/proc/self/fd/%d",
			 fd);
		CHECK(fd >= 0);
	}
	return fd;
}

/* These are kept in the store, which may be full. */
static bool is_text(const struct option_row *row)
{
	return row->type >= OPTION_STRING;
}

/* What is in force can be written, and read again. */
static void check_values(void)
{
	static struct kmemu_options copy;
	static char value[VALUE_STORE_BYTES], again[VALUE_STORE_BYTES];

	for (unsigned int i = 0; i < nr_option_rows; i++) {
		const struct option_row *row = &option_rows[i];
		int n = option_value(row, value, sizeof(value));

		CHECK((size_t)n == strlen(value));
		if (n == 0)
			continue;
		CHECK(value_is_valid(row, text_of(value)));
		CHECK(is_text(row) || value_parse(row, text_of(value), &copy));
		CHECK(is_text(row) || value_print(row, &copy, again, sizeof(again)) == n);
		CHECK(is_text(row) || !strcmp(value, again));
		CHECK(row->mark != OPTION_NOT_BUILT || !strcmp(value, row->def));
	}
}

static void check_same(char *const *envp)
{
	struct options_status before = options_status;
	u64 mem = kmemu_opts.mem, cap = kmemu_opts.kmalloc_max;

	options_init(envp);
	CHECK(before.bad == options_status.bad && before.not_built == options_status.not_built);
	CHECK(!strcmp(before.first_bad, options_status.first_bad));
	CHECK(mem == kmemu_opts.mem && cap == kmemu_opts.kmalloc_max);
	CHECK(cap >= 8 << 10 && cap <= 4 << 20 && (cap & (cap - 1)) == 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static char options[MAX_INPUT + 64], entries[MAX_INPUT + 1];
	static char log[] = "KMEMU_LOG=/dev/null";
	char *envp[MAX_ENTRIES + 4] = { NULL };
	int n = 0, fd = config_fd();
	size_t at;

	size = size < MAX_INPUT ? size : MAX_INPUT;
	memcpy(entries, data, size);
	entries[size] = '\0';
	at = strlen(entries);
	CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, entries, at, 0) == (ssize_t)at);
	envp[n++] = config_variable;
	at += at < size;
	snprintf(options, sizeof(options), "KMEMU_OPTIONS=%s", entries + at);
	envp[n++] = options;
	for (at += strlen(entries + at) + 1; at < size && n < MAX_ENTRIES;
	     at += strlen(entries + at) + 1)
		envp[n++] = entries + at;
	envp[n++] = log; /* last: no file of this machine is written */
	options_init(envp);
	check_same(envp);
	check_values();
	return 0;
}

#ifndef KMEMU_LIBFUZZER
static const char *const scraps[] = {
	"=", " ", "\"", "\n", "#", "\t", ",", "|", "0", "1", "64M", "128K", "K", "-1", "on", "warn",
	"fail", "order:", "0x", "%p", "%", "/tmp", "99999999999", "KMEMU_", "\377", "\033", ""
};

static size_t put(unsigned char *buf, size_t n, const char *s, size_t len)
{
	if (n + len > MAX_INPUT)
		return n;
	memcpy(buf + n, s, len);
	return n + len;
}

/* A scrap, a name of the table or its variable, now and then a wild byte. */
static size_t put_random(unsigned char *buf, size_t n)
{
	const struct option_row *row = &option_rows[(unsigned int)random() % nr_option_rows];
	const char *scrap = scraps[(unsigned long)random() % ARRAY_SIZE(scraps)];
	char variable[64], byte = (char)random();

	switch (random() % 8) {
	case 0:
	case 1:
		return put(buf, n, row->name, strlen(row->name));
	case 2:
		option_variable(row, variable, sizeof(variable));
		return put(buf, n, variable, strlen(variable));
	case 3:
		return put(buf, n, row->def, strlen(row->def));
	case 4:
		return put(buf, n, random() % 4 ? "=" : &byte, 1);
	case 5:
		return random() % 4 ? n : put(buf, n, "", 1); /* next entry */
	default:
		return put(buf, n, scrap, strlen(scrap));
	}
}

static size_t random_input(unsigned char *buf)
{
	size_t n = 0;

	for (long i = random() % 400; i >= 0; i--)
		n = put_random(buf, n);
	return n;
}
#endif
