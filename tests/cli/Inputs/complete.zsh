# complete.zsh FOLDER LINE: what zsh offers when TAB is pressed after LINE, with the completion in
# FOLDER: a shell of its own on a terminal of its own, whose compadd writes down what it is given.
zmodload zsh/zpty
export FOLDER=$1 OFFERED=$(mktemp)
zpty shell zsh -f -i
zpty -w shell "source ${(q)0:A:h}/setup.zsh"
zpty -r shell text '*READY*'
zpty -w -n shell $2$'\t\x15exit\n'
while zpty -r shell text; do :; done
sort -u $OFFERED
rm $OFFERED
