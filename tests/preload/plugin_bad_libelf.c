/*
 * Loaded as libelf.so.1 by the symbolizer: it has a finding of its own, inside
 * of the report that wants names, and is no libelf. For report_trouble.c.
 */
void report_inside(void) __attribute__((weak));

__attribute__((constructor)) static void misuse(void)
{
	if (report_inside)
		report_inside();
}
