#!/bin/sh
# run: timeout=600 x86_64
# Each header of include/linux and include/kunit compiles alone without a warning; all of
# them by gcc, clang and in C++, in order and in reverse; libc's headers before and after
# them find what they need; and the library itself is not compiled with them.
# --long: each alone by clang and in C++, too, and more standards.
. "$SRCDIR/lib.sh"
long=
[ "${KMEMU_STRESS_SECONDS:-15}" -lt 60 ] || long=y
libc='errno.h limits.h fcntl.h sys/stat.h unistd.h sys/socket.h sys/sysinfo.h sched.h sys/types.h
	stdio.h string.h time.h signal.h pthread.h stdint.h sys/ioctl.h sys/prctl.h sys/uio.h netinet/in.h'
ours=$(cd include && echo linux/*.h linux/*/*.h kunit/*.h)
headers=$(cd include && echo $ours asm/*.h kmemu/*.h)

includes() {
	for h; do echo "#include <$h>"; done
}
body() {
	cat <<'C'
static DEFINE_SPINLOCK(lock);
int main(void)
{
	unsigned long flags;
	struct sysinfo info;
	struct stat st;
	struct sockaddr sa;
	u64 wide = ~0ULL;
	struct iovec iov = { &wide, sizeof(wide) };

	spin_lock_irqsave(&lock, flags);
	kfree(kmalloc(10, GFP_ATOMIC));
	kvfree(kvcalloc(1UL << 40, 1UL << 40, GFP_ATOMIC));
	spin_unlock_irqrestore(&lock, flags);
	if (sysinfo(&info) || stat("/", &st) || !S_ISDIR(st.st_mode) || sizeof(sa) < 16)
		return 1;
	if (!IS_ERR(ERR_PTR(-EINVAL)) || PTR_ERR(ERR_PTR(-ENOTSUPP)) != -524 || ERANGE != 34)
		return 2;
	if (writev(-1, &iov, 1) != -1 || UIO_MAXIOV != 1024)
		return 5;
	if (PATH_MAX != 4096 || O_CLOEXEC == 0 || AF_INET != 2 || wide + 1 || IS_ERR(&wide))
		return 3;
	return in_interrupt() || irqs_disabled() ? 4 : 0;
}
C
}
{ includes $ours; includes $libc; body; } >"$TMP/ours_first.c"
{ includes $libc; includes $ours; body; } >"$TMP/libc_first.c"
{ includes $libc; includes $ours; includes $libc; body; } >"$TMP/both.c"
includes $ours | tac >"$TMP/reverse.c"

# try COMPILER...: two at once; what it says is looked at in the end.
n=0
try() {
	n=$((n + 1))
	{ "$@" -Wall -Wextra -Werror -Iinclude 2>"$TMP/cc$n" ||
		echo "$*: $(grep -m 3 -E 'error|warning' "$TMP/cc$n")" >"$TMP/bad$n"; } &
	[ $((n % 2)) -ne 0 ] || wait
}
# of_language COMPILER FILE: the file by the name that the compiler wants.
of_language() {
	case $1 in
	*++\ *) cp "$TMP/$2.c" "$TMP/$2.cc" && echo "$TMP/$2.cc" ;;
	*) echo "$TMP/$2.c" ;;
	esac
}

compilers='gcc -std=gnu89 -O2
clang -std=gnu2x
g++ -std=c++11
clang++ -std=c++17'
[ -z "$long" ] || compilers="$compilers
gcc -std=c11 -D_GNU_SOURCE
clang -O2
g++ -std=gnu++20 -O2"
while read -r cc; do
	have "${cc%% *}" || continue
	for f in ours_first libc_first both reverse; do
		try $cc "$(of_language "$cc" $f)" -fsyntax-only
	done
	try $cc "$(of_language "$cc" both)" -o "$TMP/t.${cc%% *}" "$BUILDDIR/libkmemu.a" -pthread
done <<CC
$compilers
CC

# One call of the compiler for many headers: file N says the N-th twice.
mkdir "$TMP/alone"
for h in $headers; do
	includes "$h" "$h" >"$TMP/alone/$(echo "$h" | tr / _).c"
done
for cc in "gcc -x c" ${long:+"clang -x c"} ${long:+"g++ -x c++"}; do
	have "${cc%% *}" || continue
	try $cc -fsyntax-only "$TMP"/alone/[a-k]*.c "$TMP"/alone/linux_[a-l]*.c
	try $cc -fsyntax-only "$TMP"/alone/linux_[m-z]*.c
done
wait
cat "$TMP"/bad* >"$TMP/bad" 2>/dev/null && fail "$(head -n 12 "$TMP/bad")"
for t in "$TMP"/t.*; do
	quiet env KMEMU_CONTEXT=warn "$t"
done

# What the compiler read for the library, as it wrote it down.
grep -lE '(^| )include/(linux|asm)/' "$BUILDDIR"/obj/core/*/*.d "$BUILDDIR"/obj/interpose/*.d \
	"$BUILDDIR"/obj/cmd/*.d >"$TMP/bad" && fail "compiled with include/linux: $(head -n 3 "$TMP/bad")"
[ -s "$BUILDDIR/obj/core/os/linux.d" ] || fail "nothing is known of what the library was compiled with"
done_ok
