/* SPDX-License-Identifier: MIT */
/*
 * The main of a fuzzer without libFuzzer:
 *	NAME [SECONDS [FILE...]]	runs the files, then random inputs; KMEMU_SEED=N
 *					repeats a run
 *	NAME FILE...			runs these
 *	NAME -w FILE			writes an input, to be a seed of libFuzzer's
 * The fuzzer has LLVMFuzzerTestOneInput() and random_input(), which fills buf
 * and returns its length. One whose inputs are broken copies of a whole one
 * defines FUZZ_WHOLE_INPUT before it includes this, and has three more functions.
 *
 * With libFuzzer (`make CC=clang SANITIZE=fuzzer tests`, build/fuzz) only CHECK is
 * left. `make check-long` runs those for a minute each, from tests/fuzz/seeds/NAME
 * on; what they find new stays in build/fuzz/corpus/NAME.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef MAX_INPUT
#define MAX_INPUT 8192
#endif

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #cond);       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#ifndef KMEMU_LIBFUZZER
static size_t random_input(unsigned char *buf);

#ifdef FUZZ_WHOLE_INPUT
static void make_whole_input(void); /* and checks that it is read whole */
static size_t whole_input(unsigned char *buf);
static void run_known(void); /* inputs that once were evil */
#else
static void make_whole_input(void)
{
}

static size_t whole_input(unsigned char *buf)
{
	return random_input(buf);
}

static void run_known(void)
{
}
#endif

static unsigned char fuzz_buf[MAX_INPUT];

static unsigned long fuzz_seed(void)
{
	const char *given = getenv("KMEMU_SEED");
	unsigned long seed = given ? strtoul(given, NULL, 0) : (unsigned long)time(NULL);

	srandom((unsigned int)seed);
	return seed;
}

static void run_random(time_t seconds)
{
	unsigned long seed = fuzz_seed(), runs = 0;
	time_t end = time(NULL) + seconds;

	printf("seed %lu (KMEMU_SEED=%lu repeats this run)\n", seed, seed);
	do
		LLVMFuzzerTestOneInput(fuzz_buf, random_input(fuzz_buf));
	while (++runs % 16 || time(NULL) < end);
	printf("%lu inputs\n", runs);
}

static void run_file(const char *name)
{
	FILE *f = fopen(name, "r");

	CHECK(f);
	LLVMFuzzerTestOneInput(fuzz_buf, fread(fuzz_buf, 1, sizeof(fuzz_buf), f));
	fclose(f);
}

static void write_input(const char *name)
{
	FILE *f = fopen(name, "w");
	size_t n;

	fuzz_seed();
	n = whole_input(fuzz_buf);
	CHECK(f && fwrite(fuzz_buf, 1, n, f) == n && !fclose(f));
}

int main(int argc, char **argv)
{
	char *end = "";
	long seconds = argc > 1 ? strtol(argv[1], &end, 10) : 5;
	bool random = argc < 2 || !*end;

	make_whole_input();
	if (argc == 3 && !strcmp(argv[1], "-w")) {
		write_input(argv[2]);
		return 0;
	}
	for (int i = random ? 2 : 1; i < argc; i++)
		run_file(argv[i]);
	if (random) {
		run_known();
		run_random(seconds);
	}
	return 0;
}
#endif
