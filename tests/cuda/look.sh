#!/bin/sh
# look.sh DESCENT: what the command shows of a GPU's code, with NVIDIA's own NVRTC and nvdisasm. 77:
# they are not there, and scripts/test has not installed them.
set -eu
descent=$1 model=examples/softmax.dsc
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$(dirname "$0")/../.."

status=0
"$descent" dump $model --stage=sass --device=sm_90a -o "$folder"/sass 2> "$folder"/log || status=$?
if [ $status != 0 ]; then
    cat "$folder"/log
    [ -e "$VIRTUAL_ENV"/requirements.txt ] || exit 77
    exit 1
fi
grep -q '^\.text\.train_step_contraction_0:' "$folder"/sass
grep -q 'EXIT' "$folder"/sass

# Every launch with the numbers of the assembler, in 80 columns.
"$descent" check $model --device=sm_90a > "$folder"/check
grep -q '^@train_step on sm_90a: [0-9]* launches$' "$folder"/check
grep -Eq '^ +9 [a-z_0-9.]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9.]+ KB +0 +[0-9]+% ' "$folder"/check
grep -q '^ std ' "$folder"/check # what initializes the weights is the library's
grep -q '^line: of the model (std: in the library)' "$folder"/check
if grep -n '.\{81\}' "$folder"/check; then
    echo "wider than 80 columns"
    exit 1
fi
"$descent" check $model --device=sm_90a --json="$folder"/check.json
grep -Eq '"kernel":"train_step_[a-z_0-9]*","grid":\[[0-9]+,1,1\],"block":\[[0-9]+,1,1\],"moved":[0-9]+,"operations":[0-9]+,"registers":[0-9]+,' \
    "$folder"/check.json
DESCENT_NVRTC="$folder"/none "$descent" check $model --device=sm_90a > "$folder"/check 2> "$folder"/log
grep -Eq '^ +9 [a-z_0-9.]+ +[0-9]+ +[0-9]+ +- +- +- +- ' "$folder"/check
grep -q 'warning: registers, shared memory and occupancy are not known: .*DESCENT_NVRTC' "$folder"/log

# refused STATUS WORDS COMMAND
refused() {
    wanted=$1 words=$2
    shift 2
    status=0
    "$@" > "$folder"/out 2>&1 || status=$?
    if [ $status != "$wanted" ] || ! grep -q "$words" "$folder"/out; then
        cat "$folder"/out
        echo "status $status"
        exit 1
    fi
}
refused 1 'nvdisasm was not found.*pip install nvidia-cuda-nvdisasm' \
    env DESCENT_NVDISASM="$folder"/none "$descent" dump $model --stage=sass
printf '#!/bin/sh\necho no such code >&2\nexit 5\n' > "$folder"/broken
chmod +x "$folder"/broken
refused 1 'broken does not read the code: no such code' \
    env DESCENT_NVDISASM="$folder"/broken "$descent" dump $model --stage=sass
