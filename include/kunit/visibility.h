/* SPDX-License-Identifier: MIT */
/* <kunit/visibility.h> of Linux 6.12, with CONFIG_KUNIT. */
#ifndef _KUNIT_VISIBILITY_H
#define _KUNIT_VISIBILITY_H

#include <linux/export.h>

#define VISIBLE_IF_KUNIT
#define EXPORT_SYMBOL_IF_KUNIT(symbol) EXPORT_SYMBOL_NS(symbol, EXPORTED_FOR_KUNIT_TESTING)

#endif /* _KUNIT_VISIBILITY_H */
