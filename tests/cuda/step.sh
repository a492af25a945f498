#!/bin/sh
# step.sh DESCENT DESCENT-DIFF MODEL: a training step on the emulator of a GPU gives what the
# reference evaluator gives. Values are positive, as second moments are.
set -eu
graph=$(mktemp)
trap 'rm -f "$graph"' EXIT
"$1" dump "$3" --stage=grad -o "$graph"
"$2" "$graph" --cuda --only=train --low=0.01 --high=0.5 --scale=1e-4
