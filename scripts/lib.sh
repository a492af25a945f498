# What scripts/quickstart and scripts/test share. Sourced by bash in the root of the repository.
set -euo pipefail

fail()
{
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

say()
{
    printf '\n== %s\n' "$*"
}

# packages_missing USE...: the packages of scripts/packages for these uses that are not installed.
packages_missing()
{
    local use package
    while read -r use package; do
        [[ " $* " == *" $use "* ]] || continue
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            printf '%s\n' "$package"
    done < <(grep -E '^[a-z]+ ' scripts/packages)
}

is_root()
{
    ((EUID == 0))
}

# need_packages USE...: installs what is missing; where it may not, says what to install.
need_packages()
{
    local missing root=()
    command -v dpkg-query >/dev/null ||
        fail "only Debian 12 and Ubuntu 24.04 are known here; install what these packages hold:
$(packages_missing "$@")"
    mapfile -t missing < <(packages_missing "$@")
    ((${#missing[@]})) || return 0
    if ! is_root; then
        sudo -n true 2>/dev/null || fail "these packages are missing; please install them first:
    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
        root=(sudo -n)
    fi
    say "installing ${missing[*]}"
    mkdir -p build
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends "${missing[@]}" </dev/null >build/install.log 2>&1 || {
        cat build/install.log
        fail "apt-get could not install them"
    }
}

# build PRESET [CMAKE OPTION...]: configures and builds build/PRESET.
build()
{
    local preset=$1
    shift
    say "building $preset (the first time this takes about a minute)"
    mkdir -p build
    cmake --preset "$preset" "$@" >build/"$preset".log || {
        cat build/"$preset".log
        fail "cmake could not configure build/$preset"
    }
    cmake --build --preset "$preset" -- --quiet || fail "build/$preset does not compile"
}
