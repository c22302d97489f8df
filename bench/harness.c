// SPDX-License-Identifier: MIT
/*
 * kmemu-bench: one workload, one process, one line of figures.
 *
 *	kmemu-bench [--scale PERCENT] WORKLOAD
 *	kmemu-bench --list
 *
 * The program is ordinary C on malloc and free; the allocator under test comes
 * in by LD_PRELOAD. bench/run starts it once per allocator, workload and round.
 *
 * What is measured. Wall and processor time between clock_go() and clock_stop()
 * only; setting up, looking at memory and tearing down are outside. Everything
 * that the harness itself needs comes from mmap and is resident before the base
 * is taken, so neither time nor memory of the allocator is mixed with ours.
 *
 * The rule on memory (issue "How fast, how small"): resident <= base + live
 * bytes rounded up by kmalloc_size_roundup + 10 % + 512 KiB. It needs resident
 * and live bytes of the same moment, which no sampling from outside gives, so
 * workloads stop their clock and call snapshot(). The moment that exceeds the
 * rule most is printed: rss_kib, live_kib, rounded_kib and over_kib (negative:
 * within the rule). Rss comes from smaps_rollup, which walks the page tables;
 * statm is off by the kernel's per-CPU batches. hwm_kib is VmHWM, the peak
 * between snapshots included.
 *
 * The line: workload=NAME ops=N wall_ns=N cpu_ns=N ns_per_op=F base_kib=N
 * rss_kib=N live_kib=N rounded_kib=N over_kib=N hwm_kib=N own_kib=N faults=N
 * [notes]; own_kib is what of hwm_kib the harness's own arrays take.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench/harness.h"

#define PAGE_BYTES 4096UL
#define CAP_BYTES (128UL << 10)
#define SLACK_BYTES (512LL << 10)

struct moment {
	int64_t rss, live, rounded, over;	/* bytes */
};

static struct {
	uint64_t scale_percent;
	uint64_t ops, wall_ns, cpu_ns;
	uint64_t own_bytes;			/* the harness's own arrays */
	uint64_t wall_start_ns, cpu_start_ns;
	int64_t base;				/* bytes */
	uint64_t base_faults;
	struct moment worst;
	int has_moment;
	char notes[512];
} run = { .scale_percent = 100 };

void die(const char *what)
{
	perror(what);
	exit(2);
}

void *xmalloc_failed(size_t size)
{
	fprintf(stderr, "kmemu-bench: malloc(%zu) returned NULL\n", size);
	exit(2);
}

uint64_t scaled(uint64_t ops)
{
	uint64_t n = ops * run.scale_percent / 100;

	return n ? n : 1;
}

void *arena(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED)
		die("kmemu-bench: mmap for the harness's own arrays");
	run.own_bytes += (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
	return p;
}

uint64_t own_bytes(void)
{
	return run.own_bytes;
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

void clock_go(void)
{
	run.cpu_start_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	run.wall_start_ns = now_ns(CLOCK_MONOTONIC);
}

void clock_stop(void)
{
	run.wall_ns += now_ns(CLOCK_MONOTONIC) - run.wall_start_ns;
	run.cpu_ns += now_ns(CLOCK_PROCESS_CPUTIME_ID) - run.cpu_start_ns;
}

void count_ops(uint64_t ops)
{
	run.ops += ops;
}

/* Reads "KEY: N kB" of a file in /proc/self without stdio, which allocates. */
static uint64_t proc_bytes(const char *path, const char *key)
{
	char text[4096], *at;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		die(path);
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	at = strstr(text, key);
	if (!at)
		die(key);
	return strtoull(at + strlen(key), NULL, 10) << 10;
}

uint64_t resident_bytes(void)
{
	return proc_bytes("/proc/self/smaps_rollup", "\nRss:");
}

static uint64_t minor_faults(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return ru.ru_minflt;
}

void take_base(void)
{
	run.base = resident_bytes();
	run.base_faults = minor_faults();
}

size_t size_roundup(size_t size)
{
	size_t r = 8;

	if (size > CAP_BYTES)
		return (size + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
	if (size > 64 && size <= 96)
		return 96;
	if (size > 128 && size <= 192)
		return 192;
	while (r < size)
		r <<= 1;
	return r;
}

void snapshot_bytes(uint64_t live, uint64_t rounded)
{
	struct moment m = { .live = live, .rounded = rounded };

	m.rss = resident_bytes();
	m.over = m.rss - run.base - m.rounded - m.rounded / 10 - SLACK_BYTES;
	if (!run.has_moment || m.over > run.worst.over)
		run.worst = m;
	run.has_moment = 1;
}

void snapshot(const struct block *blocks, size_t nr)
{
	uint64_t live = 0, rounded = 0;
	size_t i;

	for (i = 0; i < nr; i++) {
		if (!blocks[i].ptr)
			continue;
		live += blocks[i].size;
		rounded += size_roundup(blocks[i].size);
	}
	snapshot_bytes(live, rounded);
}

void note(const char *key, double value)
{
	size_t used = strlen(run.notes);

	snprintf(run.notes + used, sizeof(run.notes) - used, " %s=%.6g", key,
		 value);
}

static long long kib(int64_t bytes)
{
	return bytes / 1024;
}

static void print_line(const struct workload *w)
{
	uint64_t faults = minor_faults() - run.base_faults;
	uint64_t hwm = proc_bytes("/proc/self/status", "\nVmHWM:");

	printf("workload=%s ops=%llu wall_ns=%llu cpu_ns=%llu ns_per_op=%.3f ",
	       w->name, (unsigned long long)run.ops,
	       (unsigned long long)run.wall_ns, (unsigned long long)run.cpu_ns,
	       run.ops ? (double)run.wall_ns / run.ops : 0.0);
	printf("base_kib=%lld rss_kib=%lld live_kib=%lld rounded_kib=%lld ",
	       kib(run.base), kib(run.worst.rss), kib(run.worst.live),
	       kib(run.worst.rounded));
	printf("over_kib=%lld hwm_kib=%lld own_kib=%lld faults=%llu%s\n",
	       kib(run.worst.over), kib(hwm), kib(run.own_bytes),
	       (unsigned long long)faults, run.notes);
}

static const struct workload *const tables[] = {
	single_workloads, threads_workloads, process_workloads,
};

static void list_workloads(void)
{
	const struct workload *w;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (w = tables[i]; w->name; w++)
			printf("%s\t%s\n", w->name, w->what);
}

static const struct workload *find_workload(const char *name)
{
	const struct workload *w;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (w = tables[i]; w->name; w++)
			if (!strcmp(w->name, name))
				return w;
	return NULL;
}

static int usage(void)
{
	fputs("usage: kmemu-bench [--scale PERCENT] WORKLOAD | --list\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const struct workload *w;
	int arg = 1;

	if (argc == 2 && !strcmp(argv[1], "--list")) {
		list_workloads();
		return 0;
	}
	if (argc == 4 && !strcmp(argv[1], "--scale")) {
		run.scale_percent = strtoull(argv[2], NULL, 10);
		arg = 3;
	}
	if (argc != arg + 1 || !run.scale_percent)
		return usage();
	w = find_workload(argv[arg]);
	if (!w) {
		fprintf(stderr, "kmemu-bench: no workload '%s'; --list names "
			"them\n", argv[arg]);
		return 2;
	}
	w->run(w);
	print_line(w);
	return 0;
}
