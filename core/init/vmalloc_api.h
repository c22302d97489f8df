/* SPDX-License-Identifier: MIT */
/*
 * vmalloc_api.h - what vfree() must know of areas that are more than vmalloc's.
 */
#pragma once

#include "core/os/compiler.h"

/*
 * Before p is freed: gives back what find_vm_area() made of it. True: it was
 * vmap's, and is unmapped now.
 */
bool vfree_mapped(const void *p);
