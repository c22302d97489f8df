/* SPDX-License-Identifier: MIT */
/*
 * gfp: flags as words, with what is said about a word that is none; nearest:
 * which name is meant. What the printer makes of a mask is read back as the same.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "config/gfp.h"
#include "config/nearest.h"
#include "core/report/finding.h"
#include "include/kmemu/kmemu.h"

static struct gfp_error error;

/* 1: not taken. No mask is 1 of those asked for with this. */
static u32 parsed(const char *s)
{
	u32 flags = 1;

	return gfp_parse(text_of(s), &flags, &error) ? flags : 1;
}

static void kernel_names(void)
{
	UNIT_EQ(parsed("GFP_KERNEL"), 0xcc0);
	UNIT_EQ(parsed("GFP_ATOMIC"), 0x820);
	UNIT_EQ(parsed("GFP_NOWAIT"), 0x2800);
	UNIT_EQ(parsed("__GFP_ZERO"), 0x100);
	UNIT_EQ(parsed("GFP_DMA|GFP_KERNEL"), 0xcc1);
	UNIT_EQ(parsed("__GFP_DMA|__GFP_NOFAIL"), 0x8001);
	UNIT_EQ(parsed("GFP_DMA | GFP_ATOMIC"), 0x821);
	UNIT_EQ(parsed(" GFP_KERNEL_ACCOUNT\t"), 0x400cc0);
	UNIT_EQ(parsed("GFP_TRANSHUGE_LIGHT"), 0x1c20ca);
}

static void short_names(void)
{
	UNIT_EQ(parsed("kernel"), 0xcc0);
	UNIT_EQ(parsed("atomic"), 0x820);
	UNIT_EQ(parsed("nowait"), 0x2800);
	UNIT_EQ(parsed("noio"), 0xc00);
	UNIT_EQ(parsed("nofs"), 0xc40);
	UNIT_EQ(parsed("user"), 0x100cc0);
	UNIT_EQ(parsed("dma32|kernel"), 0xcc4);
	UNIT_EQ(parsed("dma"), KMEMU_GFP_DMA);
	UNIT_EQ(parsed("kernel|zero|nofail|noretry"), 0xcc0 | 0x100 | 0x8000 | 0x10000);
	UNIT_EQ(parsed("direct_reclaim"), 0x400);
}

static void auto_is_ours(void)
{
	UNIT_EQ(parsed("auto"), (GFP_AUTO | 0xcc0));
	UNIT_EQ(parsed("auto|dma"), (GFP_AUTO | 0xcc1));
	for (unsigned int i = 0; i < nr_gfp_names; i++)
		CU_ASSERT(!(gfp_names[i].mask & GFP_AUTO) && gfp_names[i].mask);
}

static void expressions(void)
{
	UNIT_EQ(parsed("GFP_KERNEL & ~__GFP_FS"), KMEMU_GFP_NOFS);
	UNIT_EQ(parsed("GFP_KERNEL&~(__GFP_FS|__GFP_IO)"), KMEMU_GFP_NOIO);
	UNIT_EQ(parsed("(GFP_KERNEL | __GFP_NOWARN) & ~__GFP_DIRECT_RECLAIM"), 0x28c0);
	UNIT_EQ(parsed("zero|kernel&~reclaim"), 0x1c0);
	UNIT_EQ(parsed("((kernel))"), 0xcc0);
	UNIT_EQ(parsed("~~kernel"), 0xcc0);
	UNIT_EQ(parsed("user & kernel"), 0xcc0);
	UNIT_EQ(parsed("auto & ~__GFP_FS"), (GFP_AUTO | 0xc40));
	UNIT_EQ(parsed("~auto") & GFP_AUTO, 0);
	UNIT_EQ(parsed("~__GFP_FS") & (GFP_AUTO | KMEMU___GFP_FS), 0);
}

static bool refused(const char *s, const char *word, const char *nearest)
{
	char text[160], want[160] = "a name of flags is missing";

	if (parsed(s) != 1)
		return false;
	gfp_error_text(&error, text, sizeof(text));
	if (*nearest)
		snprintf(want, sizeof(want), "'%s' is no flag, did you mean %s?", word, nearest);
	else if (*word)
		snprintf(want, sizeof(want), "'%s' is no flag", word);
	if (!strcmp(text, want))
		return true;
	printf("\n'%s', not '%s'\n", text, want);
	return false;
}

static bool refused_as(const char *s, const char *want)
{
	char text[160];

	if (parsed(s) != 1)
		return false;
	gfp_error_text(&error, text, sizeof(text));
	if (!strcmp(text, want))
		return true;
	printf("\n'%s', not '%s'\n", text, want);
	return false;
}

static void bad_words_are_named(void)
{
	CU_ASSERT(refused("GFP_KERNLE", "GFP_KERNLE", "GFP_KERNEL"));
	CU_ASSERT(refused("GFP_DMA|__GFP_ZER0", "__GFP_ZER0", "__GFP_ZERO"));
	CU_ASSERT(refused("atomc", "atomc", "atomic"));
	CU_ASSERT(refused("aut", "aut", "auto"));
	CU_ASSERT(refused("banana", "banana", ""));
	CU_ASSERT(refused("gfp_kernel", "gfp_kernel", "GFP_KERNEL"));
	CU_ASSERT(refused("KERNEL", "KERNEL", "GFP_KERNEL"));
	CU_ASSERT(refused("dma|__gfp_zero", "__gfp_zero", "__GFP_ZERO"));
	CU_ASSERT(refused("GFP_", "GFP_", ""));
	CU_ASSERT(refused("0xcc0", "0xcc0", ""));
	CU_ASSERT(refused_as("kernel atomic", "'kernel atomic' is no flag: | joins them"));
	CU_ASSERT(refused_as("kernel + dma", "'kernel + dma' is no flag: | joins them"));
}

static void missing_words(void)
{
	CU_ASSERT(refused("", "", ""));
	CU_ASSERT(refused("|", "", ""));
	CU_ASSERT(refused("kernel|", "", ""));
	CU_ASSERT(refused("|kernel", "", ""));
	CU_ASSERT(refused("kernel||dma", "", ""));
	CU_ASSERT(refused("  ", "", ""));
	CU_ASSERT(refused("kernel & ", "", ""));
	CU_ASSERT(refused("~", "", ""));
	CU_ASSERT(refused("()", "", ""));
}

static void wrong_expressions(void)
{
	char deep[200];

	CU_ASSERT(refused_as("(kernel|dma", "'kernel|dma' lacks a ) behind it"));
	CU_ASSERT(refused_as("(kernel", "'kernel' lacks a ) behind it"));
	CU_ASSERT(refused_as("kernel)|dma", "')|dma' has no ( before it"));
	CU_ASSERT(refused_as("kernel ~dma", "'~dma' needs | or & before it"));
	CU_ASSERT(refused_as("kernel(dma)", "'(dma)' needs | or & before it"));
	CU_ASSERT(refused("kernel & ~karnel", "karnel", "kernel"));
	CU_ASSERT(refused_as("kernel & ~kernel", "'kernel & ~kernel' leaves no flag"));
	CU_ASSERT(refused_as("((((((((((((((((((kernel))))))))))))))))))",
			     "'((kernel))))))))))))))))))' is too deep in parentheses"));
	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	UNIT_EQ(parsed(deep), 1);
}

/* A mistake leaves what was there, and nobody has to be told. */
static void nothing_is_changed(void)
{
	u32 flags = 77;

	CU_ASSERT(!gfp_parse(text_of("kernel|x"), &flags, NULL));
	UNIT_EQ(flags, 77);
}

static void long_words(void)
{
	char s[4096];

	memset(s, 'G', sizeof(s) - 1);
	s[sizeof(s) - 1] = '\0';
	UNIT_EQ(parsed(s), 1);
	UNIT_EQ(error.nearest[0], 0);
	UNIT_EQ(error.word.n, sizeof(s) - 1);
}

/* Every mask that has names for all its bits, printed and read. */
static void printed_and_read(void)
{
	char text[512];

	for (unsigned int i = 0; i < nr_gfp_names; i++) {
		for (unsigned int j = 0; j < nr_gfp_names; j++) {
			u32 mask = gfp_names[i].mask | gfp_names[j].mask;

			gfp_print(text, sizeof(text), mask);
			UNIT_EQ(parsed(text), mask == 1 ? 1 : mask);
		}
	}
}

static int nearest_of(const char *word)
{
	struct nearest n;

	nearest_begin(&n, text_of(word));
	nearest_offer(&n, text_of("kmalloc_max"));
	nearest_offer(&n, text_of("mem"));
	nearest_offer(&n, text_of("a name that is longer than any word can be here"));
	nearest_offer(&n, text_of("large"));
	return n.best;
}

static void nearest_names(void)
{
	UNIT_EQ(nearest_of("kmaloc_max"), 0);
	UNIT_EQ(nearest_of("KMALLOC-MXA"), 0);
	UNIT_EQ(nearest_of("kmalloc_mAxes"), 0);
	UNIT_EQ(nearest_of("men"), 1);
	UNIT_EQ(nearest_of("me"), -1);
	UNIT_EQ(nearest_of("lagre"), 3);
	UNIT_EQ(nearest_of("small"), -1);
	UNIT_EQ(nearest_of(""), -1);
}

UNIT_MAIN("gfp",
	  UNIT_TEST(kernel_names),
	  UNIT_TEST(short_names),
	  UNIT_TEST(auto_is_ours),
	  UNIT_TEST(expressions),
	  UNIT_TEST(wrong_expressions),
	  UNIT_TEST(bad_words_are_named),
	  UNIT_TEST(missing_words),
	  UNIT_TEST(nothing_is_changed),
	  UNIT_TEST(long_words),
	  UNIT_TEST(printed_and_read),
	  UNIT_TEST(nearest_names));
