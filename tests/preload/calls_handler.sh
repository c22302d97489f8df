#!/bin/sh
# Libc calls in a signal handler: a finding where POSIX does not allow it, with
# context.calls=rt each; none outside of it.
. "$SRCDIR/lib.sh"

run() { # WORD CALLS
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn context.calls=$2" \
		"$TESTDIR/calls_handler" "$1"
}

found() { # WORD CALLS
	run "$1" "$2"
	lines 1 "$TMP/err" "^$1\(\) may sleep, in the handler of SIGUSR1 \(hardirq\): it "
	lines 1 "$TMP/err" "."
}

silent() { # WORD CALLS
	run "$1" "$2"
	lines 0 "$TMP/err" "."
}

found printf kernel
found nanosleep kernel
found localtime kernel
found gmtime kernel
found dlsym kernel
found dlvsym kernel
found getpwnam kernel # and not what libc loads to answer it
for word in write sleep stat fork sem_post; do
	silent $word kernel
done
# What a handler may do it may do whatever it interrupts, but not with a spinlock that it took.
silent 'in spin' kernel
run spin kernel
lines 1 "$TMP/err" '^write\(\) may sleep, with spinlock 0x[0-9a-f]+ held: it waits until there is room'
lines 1 "$TMP/err" .
found printf rt
found write rt
found sleep rt
found stat rt
silent sem_post rt
silent nanosleep off

run thread kernel
lines 1 "$TMP/err" '^pthread_create\(\) may sleep, in the handler of SIGUSR1'
lines 1 "$TMP/err" '^pthread_join\(\) may sleep, in the handler of SIGUSR1'
lines 2 "$TMP/err" .
# Whatever the policy, the thread ends.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context.blocking=fail" \
	"$TESTDIR/calls_handler" exits
lines 1 "$TMP/err" '^pthread_exit\(\) may sleep, in the handler of SIGUSR2 .*: it ends the thread'
lines 1 "$TMP/err" .

# exit() is the program's call, what the library does at the end is none; it ends all the same.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=strict report=line" "$TESTDIR/calls_handler" exit
lines 1 "$TMP/err" '^exit\(\) may sleep, in the handler of SIGUSR1 \(hardirq\): it runs what is registered'
lines 1 "$TMP/err" ' may sleep'
lines 1 "$TMP/err" 'verdict: findings=1'
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit context.blocking=off" \
	"$TESTDIR/calls_handler" exit
lines 1 "$TMP/err" 'verdict: clean'

# In full it is the kernel's text.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn report=full" \
	"$TESTDIR/calls_handler" printf
lines 1 "$TMP/err" 'BUG: sleeping function called from invalid context at '
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn report=full" \
	"$TESTDIR/calls_handler" nanosleep
lines 1 "$TMP/err" 'BUG: scheduling while atomic: calls_handler/[0-9]+/0x00010000'

# A try-lock never sleeps: what is wrong with it in an interrupt is that a mutex has an owner.
run trylock kernel
for call in trylock unlock; do
	lines 1 "$TMP/err" "^pthread_mutex_$call\(\) is not for interrupts, in the handler of SIGUSR1 \(hardirq\): it needs an owner, and an interrupt is nobody$"
done
lines 2 "$TMP/err" .
# Slow but not asleep, and no interrupt's question.
run trylock rt
lines 1 "$TMP/err" '^pthread_mutex_unlock\(\) may take long, in the handler of SIGUSR1 \(hardirq\): it enters the kernel$'
lines 1 "$TMP/err" .
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn report=full" \
	"$TESTDIR/calls_handler" trylock
lines 0 "$TMP/err" 'sleep'
lines 2 "$TMP/err" 'WARNING: CPU: '
lines 2 "$TMP/err" '\] pthread_mutex_(try|un)lock\(\) is not for interrupts'

# Nothing is judged without contexts.
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/calls_handler" printf
quiet "$TESTDIR/calls_handler" printf
done_ok
