#!/bin/sh
# compile.sh DESCENT DESCENT-CUDA MODEL ARCHITECTURE...: NVIDIA's NVRTC compiles the kernels of all
# entry points of a model, within the limits of registers. 77: there is no NVRTC, and scripts/test
# has not installed one.
set -eu
descent=$1 cuda=$2 model=$3
shift 3
graph=$(mktemp)
trap 'rm -f "$graph" "$graph".log "$graph".ptx' EXIT
"$descent" dump "$model" --stage=graph -o "$graph"
for architecture; do
    if ! "$cuda" "$graph" --target="$architecture" --compile > "$graph".log 2>&1; then
        cat "$graph".log
        grep -q 'NVRTC was not found' "$graph".log && ! [ -e "$VIRTUAL_ENV"/requirements.txt ] && exit 77
        exit 1
    fi
    "$descent" dump "$model" --stage=ptx --device="$architecture" -o "$graph".ptx
    grep -q "^\.target $architecture" "$graph".ptx
    echo "$architecture: $(grep -c registers "$graph".log) kernels"
done
