/*
 * rules.h - options that are rules for functions: gfp.rules, context.functions.
 */
#pragma once

#include "config/value.h"
#include "core/report/funcs.h"

#define RULES_FILE_BYTES (256UL << 10)

/* One rule of the text; false: what[] says what is wrong with it. */
typedef bool (*rules_parse_fn)(struct text rule, char *what, size_t size);

/*
 * Splits the option's value, or the file that it names by @PATH, at these
 * separators and gives each rule to parse. What is wrong is named once each, and
 * counted with the bad options.
 */
void rules_read(const struct func_rules *rules, const char *value, const char *separators,
		rules_parse_fn parse);
/* func_rules_add() in words. */
bool rules_add(struct func_rules *rules, struct text pattern, u32 value, char *what, size_t size);
/*
 * The process ends: patterns that matched nothing are said, and make its verdict
 * unchecked. Only in the first process of a run, where that is known.
 */
void rules_end(const struct func_rules *rules);
