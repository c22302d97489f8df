/*
 * xml.h - text in XML, see xml.c.
 */
#pragma once

#include <stdio.h>

void xml_text(FILE *f, const char *text);
/* " NAME="VALUE"", quoted. */
void xml_attribute(FILE *f, const char *name, const char *value);
