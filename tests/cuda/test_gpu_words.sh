#!/bin/sh
# test_gpu_words.sh: scripts/test-gpu refuses wrong words before it builds or runs anything.
set -eu
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
refused() {
    words=$1 status=0
    shift
    said=$(OUT=$folder timeout 20 scripts/test-gpu "$@" 2>&1) || status=$?
    if [ $status != 1 ] || ! echo "$said" | grep -q -- "$words"; then
        echo "$*: status $status: $said"
        exit 1
    fi
}
refused 'there is no option --nope' --nope
refused 'there is no part bogus' --only=ops,bogus
refused 'names no part' --only=
refused 'a number of seconds' --limit=soon
refused 'a number of seconds' --limit=0
refused 'not a folder of --pack' --prebuilt=/nonexistent
refused 'not a build with tests' --emulator=/nonexistent
refused '--pack= names no folder' --pack=
refused '--pack=/dev/null: no folder can be made there' --pack=/dev/null
refused '--prebuilt= names no folder' --prebuilt=
refused '--emulator= names no folder' --emulator=
# Of what a command says, the error, not the note behind it.
mkdir "$folder/pack"
printf '#!/bin/sh\necho error: no driver\necho note: a hint\nexit 1\n' >"$folder/pack/descent"
chmod +x "$folder/pack/descent"
refused 'error: no driver' --prebuilt="$folder/pack"
