# What complete.zsh has its shell do first.
fpath=($FOLDER $fpath)
autoload -U compinit && compinit -u -D
LISTMAX=10000           # it never asks whether to show them
compadd() {
    if [[ " ${@[1,(i)(-|--)]} " != *\ -[ODA]\ * ]]; then   # no question of zsh's own functions
        local -a matches
        builtin compadd -A matches "$@"
        print -rl -- $matches >>$OFFERED
    fi
    builtin compadd "$@"
}
zle-line-init() { print READY }
zle -N zle-line-init
