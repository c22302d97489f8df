/*
 * mmzone.h - pages that a driver has added to what is managed, or taken away: mmzone.c has
 * the theory.
 */
#pragma once

/* Less than 0: taken away. */
long managed_pages_added(void);
