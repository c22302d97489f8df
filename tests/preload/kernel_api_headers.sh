#!/bin/sh
# run: timeout=600 x86_64
# Each header of include/linux and include/kunit compiles alone, in C by gcc and by
# clang and in C++, without a warning; libc's headers before and after them find what they need; and
# the library itself is not compiled with them.
. "$SRCDIR/lib.sh"
libc='errno.h limits.h fcntl.h sys/stat.h unistd.h sys/socket.h sys/sysinfo.h sched.h sys/types.h
	stdio.h string.h time.h signal.h pthread.h stdint.h sys/ioctl.h sys/prctl.h netinet/in.h'
headers=$(cd include && echo linux/*.h linux/*/*.h kunit/*.h asm/*.h kmemu/*.h)

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

	spin_lock_irqsave(&lock, flags);
	kfree(kmalloc(10, GFP_ATOMIC));
	kvfree(kvcalloc(1UL << 40, 1UL << 40, GFP_ATOMIC));
	spin_unlock_irqrestore(&lock, flags);
	if (sysinfo(&info) || stat("/", &st) || !S_ISDIR(st.st_mode) || sizeof(sa) < 16)
		return 1;
	if (!IS_ERR(ERR_PTR(-EINVAL)) || PTR_ERR(ERR_PTR(-ENOTSUPP)) != -524 || ERANGE != 34)
		return 2;
	if (PATH_MAX != 4096 || O_CLOEXEC == 0 || AF_INET != 2 || wide + 1 || IS_ERR(&wide))
		return 3;
	return in_interrupt() || irqs_disabled() ? 4 : 0;
}
C
}
ours=$(cd include && echo linux/*.h linux/*/*.h kunit/*.h)
{ includes $ours; includes $libc; body; } >"$TMP/ours_first.c"
{ includes $libc; includes $ours; body; } >"$TMP/libc_first.c"
{ includes $libc; includes $ours; includes $libc; body; } >"$TMP/both.c"

try() {
	"$@" -Wall -Wextra -Werror -Iinclude 2>"$TMP/cc" || fail "$*: $(head -n 3 "$TMP/cc")"
}
for f in ours_first libc_first both; do
	cp "$TMP/$f.c" "$TMP/$f.cc"
	for cc in "gcc -std=gnu89 -O2" "gcc -std=c11 -D_GNU_SOURCE" "clang -O2" "clang -std=gnu2x" \
		"g++ -O2 -std=c++11" "g++ -std=gnu++20" "clang++ -std=c++17"; do
		have "${cc%% *}" || continue
		c=c
		case $cc in *++\ *) c=cc ;; esac
		try $cc "$TMP/$f.$c" -o "$TMP/t" "$BUILDDIR/libkmemu.a" -pthread
		[ ! -x "$TMP/t" ] || quiet env KMEMU_CONTEXT=warn "$TMP/t"
		rm -f "$TMP/t"
	done
done

# alone HEADER: its complaints in a file of its own.
cat >"$TMP/alone" <<'SH'
out=$TMP/$(echo "$1" | tr / _)
for cc in "gcc -x c" "clang -x c" "g++ -x c++"; do
	command -v "${cc%% *}" >/dev/null || continue
	printf '#include <%s>\n#include <%s>\n' "$1" "$1" |
		$cc -Wall -Wextra -Werror -Iinclude -fsyntax-only - 2>"$out" ||
		{ echo "$cc: $1: $(head -n 3 "$out")"; break; }
done
SH
export TMP
for h in $headers; do echo "$h"; done | xargs -n 1 -P 2 sh "$TMP/alone" >"$TMP/alone.out"
[ ! -s "$TMP/alone.out" ] || fail "$(head -n 12 "$TMP/alone.out")"

# What the compiler read for the library, as it wrote it down.
grep -lE '(^| )include/(linux|asm)/' "$BUILDDIR"/obj/core/*/*.d "$BUILDDIR"/obj/interpose/*.d \
	"$BUILDDIR"/obj/cmd/*.d >"$TMP/bad" && fail "compiled with include/linux: $(head -n 3 "$TMP/bad")"
[ -s "$BUILDDIR/obj/core/os/linux.d" ] || fail "nothing is known of what the library was compiled with"
done_ok
