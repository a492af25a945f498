#!/bin/sh
# narrow.sh DESCENT: six steps of bf16 with tensor maps among the parameters of kernels: each of the two
# sets of inputs is launched kernel by kernel, captured, and launched as a graph. Losses as on the CPU.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
loss() {
    "$1" train tests/cuda/Inputs/narrow.dsc --data-root=examples --device="$2" --steps=6 --json \
        -o "$folder/$2.safetensors" | sed -n 's/^{"epoch".*"loss":\([0-9.]*\),.*/\1/p'
}
export DESCENT_EMULATOR=sms=1,checked=1,order=random
"$1" dump tests/cuda/Inputs/narrow.dsc --stage=cuda --device=cuda 2>/dev/null |
    grep -q 'const __grid_constant__ TensorMap'
echo "$(loss "$1" cpu) $(loss "$1" cuda)" | awk '
    { print; d = $1 - $2; exit !(NF == 2 && $1 > 0 && d < 1e-5 && d > -1e-5) }'
