# complete.bash FILE WORD...: what the completion in FILE offers for the last WORD after `descent`.
source "$1"
shift
COMP_WORDS=(descent "$@")
COMP_CWORD=$#
_descent
printf '%s\n' "${COMPREPLY[@]}"
