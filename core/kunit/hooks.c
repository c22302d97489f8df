/*
 * hooks.c - what lib/kunit/hooks.c has, and no more: a program may bring that file
 * instead, and test.c fills in that one's table.
 */
#include "core/os/compiler.h"
#include "include/kmemu/kunit.h"

KMEMU_EXPORT int kmemu_kunit_running;
KMEMU_EXPORT struct kunit_hooks_table kmemu_kunit_hooks;
