#!/bin/sh
# launches.sh DESCENT MODEL MOST: a training step on a GPU has MOST launches at most, one for each call
# of its host program, and updates its state where it lies: nothing is copied.
set -eu
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
"$1" dump "$2" --stage=plan --device=sm_90a --entry=train_step -o "$plan"
calls=$(grep -c '^    call @' "$plan")
kernels=$(grep -c 'func.func private @' "$plan")
launches=$(grep -c '^    gpu.launch ' "$plan")
copies=$(grep -c 'memref.copy' "$plan" || true)
echo "$2: $calls launches of $kernels kernels, $copies copies"
[ "$calls" -le "$3" ] && [ "$launches" -eq "$kernels" ] && [ "$copies" -eq 0 ]
