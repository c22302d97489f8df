/*
 * check_texts.c - what `kmemu explain` and the manual say of each check and kind of
 * finding: in the archive alone, as config/option_texts.c.
 */
#include "core/report/report.h"

const char *const report_check_kernel[NR_REPORT_CHECKS] = {
#define CHECK(name_, policy_, kernel_, help_) [CHECK_##name_] = kernel_,
#include "core/check/checks.def"
};

const char *const report_kind_help[NR_REPORT_KINDS] = {
#define KIND(id, slug_, check_, each_, fail_, help_) [REPORT_##id] = help_,
#include "core/check/checks.def"
};
