/*
 * signal_name.h - signals by name, as options take them and `kill -l` shows them
 * (kernel: no counterpart). Header-only, since the command has need of it, too.
 */
#pragma once

#include <signal.h>
#include <string.h>

#define SIGNAL_NAME_BYTES 24
#define SIGNAL_RT_FIRST	  34 /* SIGRTMIN as programs see it: libc keeps 32 and 33 */
#define SIGNAL_MAX	  64

/* "SIGALRM", "SIGRTMIN+2", "signal 33"; buf. Any context: no locale, no lock. */
static inline const char *signal_name(int signo, char buf[SIGNAL_NAME_BYTES])
{
	const char *name = sigabbrev_np(signo);
	int n = 0;
	char *to;

	if (name) {
		strcpy(buf, "SIG");
		strcat(buf, name);
		return buf;
	}
	if (signo < SIGNAL_RT_FIRST || signo > SIGNAL_MAX) {
		strcpy(buf, "signal ");
		n = signo;
	} else if (signo < (SIGNAL_RT_FIRST + SIGNAL_MAX) / 2 + 1) {
		strcpy(buf, signo > SIGNAL_RT_FIRST ? "SIGRTMIN+" : "SIGRTMIN");
		n = signo - SIGNAL_RT_FIRST;
	} else {
		strcpy(buf, signo < SIGNAL_MAX ? "SIGRTMAX-" : "SIGRTMAX");
		n = SIGNAL_MAX - signo;
	}
	to = buf + strlen(buf);
	if (n >= 10)
		*to++ = (char)('0' + n / 10 % 10);
	if (n > 0)
		*to++ = (char)('0' + n % 10);
	*to = '\0';
	return buf;
}
