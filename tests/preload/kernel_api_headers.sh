#!/bin/sh
# run: timeout=180
# Each header of include/linux compiles alone, in C and in C++, by gcc and by clang,
# without a warning; libc's headers before and after them find what they need; and
# the library itself is not compiled with them.
. "$SRCDIR/lib.sh"
libc='errno.h limits.h fcntl.h sys/stat.h unistd.h sys/socket.h sys/sysinfo.h sched.h sys/types.h'
headers=$(cd include && echo linux/*.h linux/*/*.h asm/*.h kmemu/*.h)

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
ours=$(cd include && echo linux/*.h linux/*/*.h)
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

for h in $headers; do
	includes $h $h >"$TMP/one.c"
	cp "$TMP/one.c" "$TMP/one.cc"
	try gcc -c "$TMP/one.c" -o "$TMP/one.o"
	! have g++ || try g++ -c "$TMP/one.cc" -o "$TMP/one.o"
done

# What the compiler read for the library, as it wrote it down.
grep -lE '(^| )include/(linux|asm)/' "$BUILDDIR"/obj/core/*/*.d "$BUILDDIR"/obj/interpose/*.d \
	"$BUILDDIR"/obj/cmd/*.d >"$TMP/bad" && fail "compiled with include/linux: $(head -n 3 "$TMP/bad")"
[ -s "$BUILDDIR/obj/core/os/linux.d" ] || fail "nothing is known of what the library was compiled with"
done_ok
