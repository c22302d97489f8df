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
 * Splits the option's value, or the file that it names by @PATH, at commas,
 * semicolons and line ends and gives each rule to parse. What is wrong is named once each, and
 * counted with the bad options.
 */
void rules_read(const struct func_rules *rules, const char *value, rules_parse_fn parse);
/* func_rules_add() in words. */
bool rules_add(struct func_rules *rules, struct text pattern, u32 value, char *what, size_t size);
/* "gfp.rules: 'x' matches no function"; the length. */
int rules_unmatched_text(const struct func_rules *rules, const struct func_rule *rule, char *buf,
			 size_t size);
/*
 * The process ends: patterns that matched nothing are said, and make its verdict
 * unchecked. Where events are written, they are in its end event instead, and who
 * gathers them knows which name matched in no process at all.
 */
void rules_end(void);

#define RULES_UNMATCHED "unmatched-name"
#define RULES_UNMATCHED_DETAIL "the rule has no effect"
#define RULES_UNMATCHED_REMEDY "see the symbols by `nm -C FILE`; stripped functions have no name"
