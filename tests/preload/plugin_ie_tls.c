// flags: -ftls-model=initial-exec
/* Class 16: a library with some initial-exec TLS; loaded many times under other names. */
static __thread char space[40];

char *ie_tls(void)
{
	return space;
}
