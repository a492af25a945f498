#!/bin/sh
# alone.sh DESCENT: a command that was built without LLVM trains and runs on the emulator of a GPU, and
# does all else that takes no machine code of a CPU; what does take it is told.
set -eu
descent=$1 model=examples/softmax.dsc
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$(dirname "$0")/../.."

# It can be carried to another machine.
libraries=$(ldd "$descent" | grep -v -e linux-vdso -e ld-linux -e libm.so -e libc.so || true)
if [ -n "$libraries" ]; then
    echo "it needs more than libc and libm: $libraries"
    exit 1
fi

train() { "$descent" train $model --quiet --device=cuda "$@"; }
train --epochs 3 -o "$folder"/all --json="$folder"/log
train --steps 25 -o "$folder"/part --checkpoint "$folder"/checkpoint
train --epochs 3 -o "$folder"/rest --resume "$folder"/checkpoint
cmp "$folder"/all "$folder"/rest
tail -n 1 "$folder"/log
grep -q '"accuracy":0.9[0-9]' "$folder"/log

for how in device=cuda backend=ref; do
    "$descent" run $model -w "$folder"/all -i examples/data/digits-sample.npy --$how \
        -o "$folder"/$how.csv > "$folder"/out
done
paste -d, "$folder"/device=cuda.csv "$folder"/backend=ref.csv | awk -F, '
    NR > 1 { for (i = 1; i <= NF / 2; i++) {
        apart = $i - $(i + NF / 2)
        if (apart > 1e-4 || apart < -1e-4) { print $i, $(i + NF / 2); exit 1 } } }'

# Data that the model computes.
"$descent" train examples/sine.dsc --quiet --device=cuda --steps 2 -o "$folder"/sine

# What needs no machine code.
"$descent" check $model > "$folder"/check
for stage in graph grad simplified fused kernels plan cuda; do
    "$descent" dump $model --stage=$stage -o "$folder"/stage
done
"$descent" build $model -w "$folder"/all -o "$folder"/model.c
"${CC:-cc}" -c -Wall -Werror "$folder"/model.c -o "$folder"/model.o

# refused COMMAND: exit status 3, and what to do instead; nothing is written.
refused() {
    rm -f "$folder"/none
    status=0
    "$@" -o "$folder"/none > "$folder"/out 2>&1 || status=$?
    if [ $status != 3 ] || ! grep -q 'unsupported: .* without LLVM: use --device=cuda' "$folder"/out ||
        [ -e "$folder"/none ]; then
        cat "$folder"/out
        echo "status $status"
        exit 1
    fi
}
refused "$descent" train $model --steps 1
refused "$descent" run $model -w "$folder"/all -i examples/data/digits-sample.npy --format=npy
refused "$descent" dump $model --stage=llvm
refused "$descent" dump $model --stage=asm
refused "$descent" build $model -w "$folder"/all
refused "$descent" build $model --train
