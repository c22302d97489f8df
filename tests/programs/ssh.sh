#!/bin/bash
# OpenSSH's tools as far as they run without a network: -V, the resolved
# configuration, keys; sshd -T where it is installed (it re-executes itself).
. "$(dirname "$0")/lib.sh"
need ssh ssh-keygen

compare ssh -V
compare ssh -F /dev/null -G host.example.org
ssh-keygen -q -t ed25519 -N '' -C test -f "$IN/key"
keys() {
	ssh-keygen -y -f "$IN/key" && ssh-keygen -l -f "$IN/key.pub" &&
		ssh-keygen -q -t rsa -b 1024 -N pass -f new && ssh-keygen -y -P pass -f new >/dev/null &&
		echo "a message" | ssh-keygen -Y sign -n file -f "$IN/key" 2>/dev/null
}
compare keys
if command -v sshd >/dev/null; then
	printf 'HostKey %s\n' "$IN/key" >"$IN/sshd_config"
	set -- "$(command -v sshd)" -T -f "$IN/sshd_config" -C user=root,host=a,addr=127.0.0.1
	# It wants a user sshd and /run/sshd; a machine may have it and not them.
	if "$@" >/dev/null 2>&1; then
		compare "$@"
	fi
fi
