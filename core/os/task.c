/*
 * task.c - the calling thread as a report names it.
 *
 * The kernel has `current`; a thread asks: prctl for its name (no descriptor
 * as for /proc/thread-self/comm), getcpu, geteuid. By system calls and not by
 * libc's functions, which may be interposed or set errno.
 *
 * Where a call fails (a seccomp filter) the answer is "" or 0: reports come
 * nevertheless.
 */
#include "core/os/task.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/os/os.h"

void os_task_comm(char comm[TASK_COMM_LEN])
{
	comm[0] = '\0';
	os_call(SYS_prctl, PR_GET_NAME, (long)comm, 0, 0, 0, 0);
	comm[TASK_COMM_LEN - 1] = '\0';
}

unsigned int os_task_cpu(void)
{
	unsigned int cpu = 0;

	os_call(SYS_getcpu, (long)&cpu, 0, 0, 0, 0, 0);
	return cpu;
}

unsigned int os_task_uid(void)
{
	return (unsigned int)os_call(SYS_geteuid, 0, 0, 0, 0, 0, 0);
}

bool os_is_stream(int fd)
{
	struct stat st;

	if (os_call(SYS_fstat, fd, (long)&st, 0, 0, 0, 0))
		return false;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || S_ISCHR(st.st_mode);
}
