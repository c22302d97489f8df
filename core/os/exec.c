/*
 * exec.c - a program's file, looked at before it is run (kernel: fs/exec.c,
 * fs/binfmt_elf.c, security/commoncap.c). The kernel decides by the same facts
 * a moment later; a file that is changed in between is judged by what it was.
 *
 * os_exec_is_secure() mirrors bprm_fill_uid() and cap_bprm_creds_from_file():
 * a set-user-ID or set-group-ID bit that gives other ids than the real ones,
 * or capabilities on the file for a user that is not root. A mount with nosuid
 * and PR_SET_NO_NEW_PRIVS, which switch both off, are not asked for: such a
 * program is said to be out of reach though it is not.
 *
 * Locks: none. Cost: a system call each.
 */
#include "core/os/exec.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

int os_ppid(void)
{
	return (int)os_call(SYS_getppid, 0, 0, 0, 0, 0, 0);
}

ssize_t os_readlink(const char *path, char *buf, size_t size)
{
	long n = os_call(SYS_readlinkat, AT_FDCWD, (long)path, (long)buf, (long)(size - 1), 0, 0);

	buf[n < 0 ? 0 : n] = '\0';
	return n;
}

int os_exec_open(int dirfd, const char *path)
{
	return (int)os_call(SYS_openat, dirfd, (long)path,
			    O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0, 0, 0);
}

int os_exec_stat(int fd, struct os_exec_file *file)
{
	struct stat st;
	long err = os_call(SYS_newfstatat, fd, (long)"", (long)&st, AT_EMPTY_PATH, 0, 0);

	if (err)
		return (int)err;
	file->mode = st.st_mode;
	file->uid = st.st_uid;
	file->gid = st.st_gid;
	file->has_capabilities =
		os_call(SYS_fgetxattr, fd, (long)"security.capability", 0, 0, 0, 0) > 0;
	return 0;
}

ssize_t os_pread(int fd, void *buf, size_t n, u64 offset)
{
	return os_call(SYS_pread64, fd, (long)buf, (long)n, (long)offset, 0, 0);
}

bool os_may_execute(const char *path)
{
	return !os_call(SYS_faccessat, AT_FDCWD, (long)path, X_OK, 0, 0, 0);
}

static u32 id(long nr)
{
	return (u32)os_call(nr, 0, 0, 0, 0, 0, 0);
}

bool os_exec_is_secure(const struct os_exec_file *file)
{
	u32 uid = id(SYS_getuid), gid = id(SYS_getgid);
	u32 new_uid = file->mode & S_ISUID ? file->uid : id(SYS_geteuid);
	bool sets_gid = (file->mode & S_ISGID) && (file->mode & S_IXGRP);
	u32 new_gid = sets_gid ? file->gid : id(SYS_getegid);

	return new_uid != uid || new_gid != gid || (file->has_capabilities && uid != 0);
}

u16 os_elf_machine(void)
{
	return __ehdr_start.e_machine;
}

int os_exec_self(char *const *argv, char *const *envp)
{
	static char exe[4096];
	ssize_t n = os_readlink("/proc/self/exe", exe, sizeof(exe));

	if (n <= 0 || !getauxval(AT_BASE))
		return -ENOENT;
	return (int)os_call(SYS_execve, (long)exe, (long)argv, (long)envp, 0, 0, 0);
}
