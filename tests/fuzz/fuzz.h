/* SPDX-License-Identifier: MIT */
/*
 * The main of a fuzzer without libFuzzer: NAME [SECONDS] runs random inputs
 * (KMEMU_SEED=N repeats a run), NAME FILE... runs these. The fuzzer has
 * LLVMFuzzerTestOneInput() and random_input(), which fills buf and returns its
 * length. With libFuzzer (KMEMU_LIBFUZZER) only CHECK is left.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_INPUT 8192

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

static unsigned char fuzz_buf[MAX_INPUT];

static void run_random(time_t seconds)
{
	const char *given = getenv("KMEMU_SEED");
	unsigned long seed = given ? strtoul(given, NULL, 0) : (unsigned long)time(NULL);
	time_t end = time(NULL) + seconds;
	unsigned long runs = 0;

	printf("seed %lu (KMEMU_SEED=%lu repeats this run)\n", seed, seed);
	srandom((unsigned int)seed);
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

int main(int argc, char **argv)
{
	char *end = "";
	long seconds = argc > 1 ? strtol(argv[1], &end, 10) : 5;

	if (argc < 2 || !*end) {
		run_random(seconds);
		return 0;
	}
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	return 0;
}
#endif
