/*
 * read_write.h - what read_write.c has for those who open files.
 */
#pragma once

#include "include/kmemu/fs.h"

/* Of a read or write of the file, as its f_flags say (kernel: iocb_flags()). */
int file_iocb_flags(const struct file *file);
