#!/bin/sh
# run: timeout=300
# jiffies as a variable: by gcc and clang, however it is reached, on libkmemu.a and
# libkmemu.so, in a plug-in, and beside sanitizers. Who does not read it has no thread.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
source=$SRCDIR/kernel_api_jiffies.c
include=$SRCDIR/../../include
a=$BUILDDIR/libkmemu.a
so="$BUILDDIR/libkmemu.so -Wl,-rpath,$BUILDDIR"

build() {
	cc=$1 name=$2
	shift 2
	# shellcheck disable=SC2068
	$cc -g -Wall -Wextra -Werror -I"$include" $@ -o "$TMP/$name" -pthread 2>"$TMP/cc" ||
		fail "$cc $*: $(head -n 3 "$TMP/cc")"
}
quiet "$TESTDIR/kernel_api_jiffies"
for cc in gcc clang; do
	have $cc || continue
	for flags in -O0 -O2 "-O2 -fno-pie -no-pie" "-O2 -fPIE -pie"; do
		build $cc one "$flags" "$source" "$a"
		quiet env KMEMU_CONTEXT=warn "$TMP/one"
		build $cc one "$flags" "$source" "$so"
		quiet env KMEMU_CONTEXT=warn "$TMP/one"
		expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit verdict=1" "$TMP/one"
		verdict clean
	done
	build $cc tsan -O1 -fsanitize=thread "$source" "$a"
	build $cc asan -O1 -fsanitize=address "$source" "$a"
	quiet "$TMP/asan"
done

# It only includes the header, and its functions and macros read the clock.
cat >"$TMP/no.c" <<'C'
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#ifdef PLUGIN
#include <dlfcn.h>
#endif

static int threads(void)
{
	char line[100];
	int n = 0;
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "Threads: %d", &n);
	if (f)
		fclose(f);
	return n;
}

int main(void)
{
	if (schedule_timeout_uninterruptible(1) || !get_jiffies_64() || time_is_after_jiffies(0UL))
		return 1;
	if (round_jiffies_relative(2) > HZ || threads() != 1)
		return 2;
#ifdef PLUGIN
	{
		void *plugin = dlopen(PLUGIN, RTLD_NOW);
		int (*wait)(void) = (int (*)(void))(plugin ? dlsym(plugin, "wait_for_it") : NULL);

		if (!wait || wait() || threads() != 2)
			return 3;
	}
#endif
	return 0;
}
C
cat >"$TMP/plugin.c" <<'C'
#include <linux/jiffies.h>

int wait_for_it(void);

int wait_for_it(void)
{
	unsigned long end = jiffies + 2;

	while (time_before(jiffies, end))
		;
	return time_before((unsigned long)get_jiffies_64(), end);
}
C
build gcc no -O1 "$TMP/no.c" "$a"
quiet "$TMP/no"
build gcc no -O1 "$TMP/no.c" "$so"
quiet "$TMP/no"
build gcc plugin.so -O1 -fPIC -shared "$TMP/plugin.c" "$so"
build gcc no -O1 -DPLUGIN="\"$TMP/plugin.so\"" "$TMP/no.c" "$so"
quiet "$TMP/no"

# No one ends with it: neither by the last thread's end nor by main's.
cat >"$TMP/end.c" <<'C'
#include <linux/jiffies.h>
#include <pthread.h>

int main(int argc, char **argv)
{
	unsigned long end = jiffies + 1;

	(void)argv;
	while (time_before(jiffies, end))
		;
	if (argc > 1)
		pthread_exit(NULL);
	return 0;
}
C
build gcc end -O1 "$TMP/end.c" "$a"
quiet "$TMP/end"
quiet "$TMP/end" last

# C++, where the name is a member and a variable as well.
cat >"$TMP/cxx.cc" <<'C'
#include <linux/jiffies.h>

struct sample { unsigned long jiffies; };

int main()
{
	sample s = { jiffies + 1 };

	while (time_before(jiffies, s.jiffies))
		;
	return 0;
}
C
for cc in g++ clang++; do
	have $cc || continue
	build $cc cxx -O1 "$TMP/cxx.cc" "$a"
	quiet "$TMP/cxx"
done
done_ok
