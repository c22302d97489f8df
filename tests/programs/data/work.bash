# Fixture of bash.sh: exercises the shell's own allocator use.
declare -A count
words=()
for i in {1..3000}; do
	w="w$((i * 7919 % 613))"
	words+=("$w")
	count[$w]=$((${count[$w]:-0} + 1))
done
echo "${#words[@]} words, ${#count[@]} different"
for w in "${!count[@]}"; do echo "$w ${count[$w]}"; done | sort | md5sum

long=
for i in {1..2000}; do long+="piece $i;"; done
echo "${#long} ${long//piece/part}" | md5sum
IFS=';' read -ra pieces <<<"$long"
echo "${#pieces[@]} ${pieces[1999]}"

sub() { (cd / && echo "in $(pwd)"; (echo deeper "$BASH_SUBSHELL")); }
sub
seq 1 2000 | while read -r n; do echo $((n * n)); done | tail -n 2
mapfile -t lines < <(seq 1 5000 | rev)
printf '%s\n' "${lines[@]:4990:5}"

coproc CAT { cat; }
echo "through a coprocess" >&"${CAT[1]}"
read -r line <&"${CAT[0]}"
echo "$line"
exec {CAT[1]}>&-
wait

trap 'echo "got USR1"' USR1
kill -USR1 $$
for i in 1 2 3 4; do (sleep 0.01; exit $i) & pids+=($!); done
for p in "${pids[@]}"; do wait "$p"; echo "status $?"; done

cat <<END | tr a-z A-Z
here ${words[0]} $(echo nested $(echo twice))
END
printf -v padded '%-30s|' "$line"
echo "$padded" "${padded^^}" "${padded: -5}"
[[ "abc-123" =~ ^([a-z]+)-([0-9]+)$ ]] && echo "${BASH_REMATCH[@]}"
eval 'f() { local x=("$@"); echo "${x[*]@Q}"; }'
f "a b" "c'd" $'e\nf'
declare -p pieces | md5sum
trap 'echo bye' EXIT
exit 0
