#!/bin/bash
# openssl: digests, ciphers, keys, signatures, certificates; speed's short run,
# also with two processes (its figures differ, so digits are masked).
. "$(dirname "$0")/lib.sh"
need openssl

seq 300000 >"$IN/data"
openssl genrsa -out "$IN/key.pem" 2048 2>/dev/null || fail "genrsa fails without the preload"

digests() {
	local d

	for d in md5 sha256 sha3-512 blake2b512; do
		openssl dgst -$d -r <"$IN/data" || return
	done
	openssl dgst -sha256 -sign "$IN/key.pem" "$IN/data" | openssl base64
	openssl enc -aes-256-cbc -pbkdf2 -S 0102030405060708 -pass pass:x -in "$IN/data" -out c &&
		openssl enc -d -aes-256-cbc -pbkdf2 -S 0102030405060708 -pass pass:x -in c |
		cmp - "$IN/data"
}
compare digests

keys() {
	openssl genrsa -out k.pem 1024 && openssl rsa -in k.pem -check -noout &&
		openssl genpkey -algorithm ed25519 -out e.pem &&
		openssl req -x509 -new -key "$IN/key.pem" -subj /CN=test -days 10 \
			-set_serial 7 -out cert.pem && openssl verify -CAfile cert.pem cert.pem &&
		openssl x509 -in cert.pem -noout -subject -serial -pubkey
}
compare keys

# Digits are the machine's, and with two processes so is the order of lines.
speed() {
	openssl speed -seconds 1 -bytes 4096 "$@" sha256 aes-128-cbc 2>speed.err >speed.out &&
		sed -e 's/[0-9][0-9.]*k*/N/g' -e 's/  */ /g' speed.out &&
		sed -e '/^Got:\|^Forked/d' -e 's/[0-9][0-9.]*/N/g' speed.err | sort >&2
}
compare speed
compare speed -multi 2
