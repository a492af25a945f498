#!/bin/sh
# command.sh DESCENT: train, resume and run on the emulator of a GPU; what is missing is told.
set -eu
descent=$1 model=examples/softmax.dsc
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$(dirname "$0")/../.."

train() { "$descent" train $model --quiet --device=cuda "$@"; }

# Training that goes on from a checkpoint has the bits of training in one go, in the weights too.
train --steps 60 -o "$folder"/all
train --steps 25 -o "$folder"/part --checkpoint "$folder"/checkpoint
train --steps 60 -o "$folder"/rest --resume "$folder"/checkpoint
cmp "$folder"/all "$folder"/rest

# The CPU goes on from it as well.
"$descent" train $model --quiet --steps 60 -o "$folder"/cpu --resume "$folder"/checkpoint

for device in cpu cuda; do
    "$descent" run $model -w "$folder"/all -i examples/data/digits-sample.npy --device=$device \
        -o "$folder"/$device.csv > "$folder"/out
done
paste -d, "$folder"/cpu.csv "$folder"/cuda.csv | awk -F, '
    NR > 1 { for (i = 1; i <= NF / 2; i++) {
        apart = $i - $(i + NF / 2)
        if (apart > 1e-4 || apart < -1e-4) { print $i, $(i + NF / 2); exit 1 } } }'

# fails WORDS COMMAND: exit status 1 and these words; nothing is written.
fails() {
    words=$1
    shift
    rm -f "$folder"/none
    status=0
    "$@" -o "$folder"/none > "$folder"/out 2>&1 || status=$?
    if [ $status != 1 ] || ! grep -q "$words" "$folder"/out || [ -e "$folder"/none ]; then
        cat "$folder"/out
        echo "status $status"
        exit 1
    fi
}
fails 'out of memory' env DESCENT_EMULATOR=memory=30000 "$descent" train $model --steps 1 --device=cuda
fails 'CUDA 11.8; 12.0 or newer' env DESCENT_EMULATOR=driver=11080 \
    "$descent" train $model --steps 1 --device=cuda
fails 'capability 7.0; 7.5 or newer' env DESCENT_EMULATOR=capability=70 \
    "$descent" train $model --steps 1 --device=cuda
fails 'supports CUDA 12.2 and loads no code' env DESCENT_EMULATOR=driver=12020 \
    "$descent" train $model --steps 1 --device=cuda
fails 'no GPU' env DESCENT_EMULATOR=devices=0 "$descent" train $model --steps 1 --device=cuda
fails 'names no driver' env DESCENT_CUDA_DRIVER="$folder"/no.so "$descent" train $model --steps 1 --device=cuda
fails 'DESCENT_NVRTC' env DESCENT_NVRTC="$folder"/no.so "$descent" train $model --steps 1 --device=cuda

# The launches of the GPU that is here; what each of them took.
"$descent" check $model --device=cuda > "$folder"/check
grep -q '^@train_step on sm_[0-9a]*: [0-9]* launches$' "$folder"/check
grep -Eq '^ +9 contraction_0 +[0-9]' "$folder"/check   # @eval_step has it of another entry
"$descent" dump $model --device=cuda --stage=cuda | grep -q '__global__.* train_step_batch_0('
train --steps 20 -o "$folder"/timed --profile 2> "$folder"/profile
grep -q '^@train_step, 64 rows: .* launches (the median of 18 calls)$' "$folder"/profile
[ "$(grep -c '^@eval_step, \(64\|39\) rows: ' "$folder"/profile)" = 2 ]
grep -Eq '^ +9 [a-z_0-9.]+ +[0-9.]+ +[0-9.]+% +[0-9.]+ [kMG] +[0-9.]+ [kMG]$' "$folder"/profile
train --steps 20 -o "$folder"/untimed
cmp "$folder"/timed "$folder"/untimed
if grep -n '.\{81\}' "$folder"/profile; then
    echo "wider than 80 columns"
    exit 1
fi
"$descent" run $model -w "$folder"/all -i examples/data/digits-sample.npy --device=cuda --profile \
    2>&1 > "$folder"/out | grep -q '^@predict, 10 rows: '
status=0
"$descent" train $model --steps 1 --profile -o "$folder"/none 2> "$folder"/out || status=$?
[ $status = 3 ] && grep -q 'unsupported: a profile of the CPU' "$folder"/out && ! [ -e "$folder"/none ]
