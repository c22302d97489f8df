# bash completion for kmemu. Needs nothing but bash; `make install` puts it
# where bash-completion finds it, else: source it.
# SPDX-License-Identifier: MIT

# Words that begin like the current one become COMPREPLY.
_kmemu_words() {
	local IFS=$' \t\n'
	# shellcheck disable=SC2207
	COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_kmemu_files() {
	local IFS=$'\n'
	# shellcheck disable=SC2207
	COMPREPLY=($(compgen -f -- "$1"))
	compopt -o filenames 2>/dev/null
}

# Options of a command as its --help tells them.
_kmemu_flags() {
	"$1" "$2" --help 2>/dev/null | grep -oE -- '(^|[ ,[])--[a-z-]+=?' | tr -d ' ,[' | sort -u
}

_kmemu_programs() {
	local IFS=$'\n'
	# shellcheck disable=SC2207
	COMPREPLY=($(compgen -c -- "$1") $(compgen -f -- "$1"))
	compopt -o filenames 2>/dev/null
}

# The words that an option takes, nothing where it takes a number or a text.
_kmemu_words_of() {
	"$kmemu" options "$1" 2>/dev/null | sed -n 's/^ *expected  *\([a-z|, ]* or [a-z|]*\)$/\1/p' |
		sed 's/, / /g; s/ or / /'
}

# The value of --NAME=, or of a word NAME= behind -o.
_kmemu_value() {
	local name=$1 value=$2
	case $name in
	--profile) _kmemu_words "plain audit strict" "$value" ;;
	--follow) _kmemu_words "yes no" "$value" ;;
	--sort) _kmemu_words "severity bytes calls alive size place" "$value" ;;
	--module | --function | --through | --min-calls | --limit) ;;
	--options | -o)
		_kmemu_words "$("$kmemu" options --names 2>/dev/null | sed 's/$/=/')" "$value"
		compopt -o nospace 2>/dev/null
		;;
	--pid | -p) _kmemu_words "$(ps -eo pid= 2>/dev/null)" "$value" ;;
	-*) _kmemu_files "$value" ;;
	*)
		_kmemu_words "$(_kmemu_words_of "$name")" "$value"
		[ ${#COMPREPLY[@]} -ne 0 ] || _kmemu_files "$value"
		;;
	esac
}

# The program that kmemu runs, and its arguments, complete as without kmemu.
_kmemu_after_program() {
	local i=$1
	if [ "$i" -eq "$COMP_CWORD" ]; then
		_kmemu_programs "${COMP_WORDS[i]}"
	elif declare -F _command_offset >/dev/null; then
		_command_offset "$i"
	else
		_kmemu_files "${COMP_WORDS[COMP_CWORD]}"
	fi
}

# Index of the first word that is no option of `kmemu run` or advise, from $1 on.
_kmemu_program_index() {
	local i=$1
	while [ "$i" -lt "$COMP_CWORD" ]; do
		case ${COMP_WORDS[i]} in
		--)
			echo $((i + 1))
			return
			;;
		-o)
			i=$((i + 1))
			[ "${COMP_WORDS[i + 1]}" != = ] || i=$((i + 2))
			;;
		-*) [ "${COMP_WORDS[i + 1]}" != = ] || i=$((i + 2)) ;;
		*) break ;;
		esac
		i=$((i + 1))
	done
	echo "$i"
}

_kmemu() {
	local kmemu=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} command=run first=1 index
	local prev=${COMP_WORDS[COMP_CWORD - 1]}
	local commands="run advise show top options explain decode kunit selftest"

	COMPREPLY=()
	case " $commands " in
	*" ${COMP_WORDS[1]} "*) [ "$COMP_CWORD" -eq 1 ] || command=${COMP_WORDS[1]} first=2 ;;
	esac
	# bash splits --name=value at the '='.
	if [ "$cur" = = ]; then
		_kmemu_value "$prev" ""
		return
	elif [ "$prev" = = ] && [ "$COMP_CWORD" -ge 3 ]; then
		_kmemu_value "${COMP_WORDS[COMP_CWORD - 2]}" "$cur"
		return
	elif [ "$command$prev" = advise-o ]; then
		_kmemu_files "$cur"
		return
	fi
	case $command:$prev in
	run:-o | show:-[pc] | show:--pid | show:--core | top:-[pc] | top:--pid | top:--core | \
		decode:-m | decode:--module | decode:--sysroot)
		_kmemu_value "$prev" "$cur"
		return
		;;
	esac
	if [ "$command" = run ] || [ "$command" = advise ]; then
		index=$(_kmemu_program_index "$first")
		if [ "$COMP_CWORD" -gt "$index" ] || { [ "$COMP_CWORD" -eq "$index" ] && [ "${cur#-}" = "$cur" ]; }; then
			_kmemu_after_program "$index"
			[ "$COMP_CWORD" -ne 1 ] ||
				COMPREPLY+=($(compgen -W "$commands" -- "$cur"))
			return
		fi
	fi
	case $cur in
	-*)
		_kmemu_words "$(_kmemu_flags "$kmemu" "$command")" "$cur"
		[[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
		return
		;;
	esac
	case $command in
	options) _kmemu_words "$("$kmemu" options --names 2>/dev/null)" "$cur" ;;
	explain) _kmemu_words "$("$kmemu" explain 2>/dev/null | cut -d' ' -f1)" "$cur" ;;
	show) _kmemu_words "slabinfo vmallocinfo buddyinfo pagetypeinfo extfrag_index unusable_index zoneinfo meminfo allocinfo" "$cur" ;;
	top) _kmemu_words "$(ps -eo pid= 2>/dev/null)" "$cur" ;;
	*) _kmemu_files "$cur" ;;
	esac
}

complete -F _kmemu kmemu
