#!/bin/sh
# compile.sh DESCENT CUDA-USAGE MODEL ARCHITECTURE...: NVIDIA's NVRTC compiles the kernels of all
# entry points of a model, within the limits of registers. 77: there is no NVRTC, and scripts/test
# has not installed one.
set -eu
descent=$1 usage=$2 model=$3
shift 3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for architecture; do
    "$descent" dump "$model" --stage=cuda --device="$architecture" -o "$folder"/kernels.cu
    if ! "$usage" "$folder"/kernels.cu "$architecture" > "$folder"/log 2>&1; then
        cat "$folder"/log
        grep -q 'NVRTC was not found' "$folder"/log && ! [ -e "$VIRTUAL_ENV"/requirements.txt ] && exit 77
        exit 1
    fi
    "$descent" dump "$model" --stage=ptx --device="$architecture" -o "$folder"/ptx
    grep -q "^\.target $architecture" "$folder"/ptx
    echo "$architecture: $(grep -c registers "$folder"/log) kernels"
done
