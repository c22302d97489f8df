/* launch.h - starts a program, stands behind it, and tells how it ended. */
#pragma once

#include "cmd/cmd.h"

struct launched {
	int pid; /* 0: it could not be started */
	int error; /* errno of fork or exec */
	int status; /* exit status, or EXIT_SIGNAL + signal */
	int signal; /* that ended it; 0: none */
	bool dumped_core;
};

/* In envp, it gets the program's pid in place of the zeros. */
#define LAUNCH_FIRST_NAME "KMEMU_FIRST"
#define LAUNCH_FIRST_ROOM "0000000000"

/* path is what is executed, argv[0] its name for itself. Returns when it has ended. */
struct launched launch(const char *path, char **argv, char **envp);
