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

# may_sudo: whether sudo lets us; at a terminal it may ask for the password.
may_sudo()
{
    command -v sudo >/dev/null || return
    if [[ -t 0 ]]; then
        sudo -v
    else
        sudo -n true 2>/dev/null
    fi
}

# apt_install PACKAGE...: as root or through sudo. An update that fails may still have been enough.
apt_install()
{
    local root=()
    is_root || root=(sudo)
    mkdir -p build
    {
        "${root[@]}" apt-get update -qq
        "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends "$@"
    } </dev/null >build/install.log 2>&1 || {
        tail -n 3 build/install.log
        fail "apt-get could not install them (build/install.log has all that it said).
Is the network there? On Ubuntu, is the archive's part 'universe' switched on?"
    }
}

# need_packages USE...: installs what is missing; where it may not, says what to install.
need_packages()
{
    local missing
    command -v dpkg-query >/dev/null ||
        fail "only Debian 12 and Ubuntu 24.04 are known here; install what these packages hold:
$(packages_missing "$@")"
    mapfile -t missing < <(packages_missing "$@")
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    is_root || may_sudo || fail "that needs root or sudo; please have it done first:
    apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    apt_install "${missing[@]}"
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
