#!/bin/sh
# Installs mcpzip for the user who runs this: one file, ~/.local/bin/mcpzip. Needs no root.
#
#   sh install.sh [--version X.Y.Z] [--dir DIRECTORY]
#
# MCPZIP_RELEASES_URL names another place to download from, such as a mirror of the releases.
# Everything is in functions, and the last line calls them: half a download of this does nothing.
set -eu

releases=${MCPZIP_RELEASES_URL:-@RELEASES@}
version=
dir=
work=
staged=

main() {
  read_arguments "$@"
  choose_directory
  check_place
  check_tools
  target=$(detect_target)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  work=$(mktemp -d "${TMPDIR:-/tmp}/mcpzip-install.XXXXXX" 2>/dev/null) ||
    die 1 "no folder can be made in ${TMPDIR:-/tmp}" "set TMPDIR to a folder that can be written to"
  download
  unpack
  put_in_place
  say_what_next
}

read_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --version | --dir)
        [ $# -gt 1 ] || die 2 "$1 needs a value" "sh install.sh --help"
        set_option "$1" "$2"
        shift
        ;;
      --version=* | --dir=*) set_option "${1%%=*}" "${1#*=}" ;;
      --help | -h)
        echo "usage: install.sh [--version X.Y.Z] [--dir DIRECTORY]"
        exit 0
        ;;
      *) die 2 "there is no option \"$1\"" "sh install.sh --help" ;;
    esac
    shift
  done
}

set_option() {
  [ -n "$2" ] || die 2 "$1 needs a value" "sh install.sh --help"
  case $1 in
    --version) version=${2#v} ;;
    --dir) dir=$2 ;;
  esac
  case $version in
    *[!0-9A-Za-z.+-]*) die 2 "\"$version\" is no version" "write it like 1.2.3" ;;
  esac
}

choose_directory() {
  if [ -z "$dir" ]; then
    [ -n "${HOME:-}" ] || die 2 "HOME is not set" "pass --dir DIRECTORY"
    dir=${HOME%/}/.local/bin
    if [ "$(id -u)" = 0 ] && [ -d "$HOME" ] && [ "$(owner_of "$HOME")" != 0 ]; then
      die 1 "root would leave files of its own in $HOME, which is another user's" \
        "run this as that user, or pass --dir /usr/local/bin"
    fi
  fi
  case $dir in
    /*) ;;
    *) dir=$(pwd)/$dir ;;
  esac
  # Else it would not be found on the PATH, where it is written without.
  [ "$dir" = / ] || dir=${dir%/}
}

# Before anything is downloaded: what is in the way, and who owns it.
check_place() {
  file=$dir/mcpzip
  if [ -L "$file" ]; then
    die 1 "$file is a link to $(readlink "$file"): another installation owns it" \
      "update that one, or pass --dir DIRECTORY"
  fi
  [ ! -d "$file" ] || die 1 "$file is a folder" "pass --dir DIRECTORY"
  if [ -e "$file" ] && [ "$(owner_of "$file")" != "$(id -u)" ]; then
    die 1 "$file belongs to another user" "update it as that user, or pass --dir DIRECTORY"
  fi
  mkdir -p "$dir" 2>/dev/null || die 1 "$dir cannot be made" "pass --dir DIRECTORY"
  if [ ! -w "$dir" ] || [ ! -x "$dir" ]; then
    die 1 "$dir cannot be written to" "pass --dir DIRECTORY"
  fi
}

owner_of() {
  # shellcheck disable=SC2012 # stat is not the same everywhere, and the name is not looked at.
  ls -ldn "$1" | awk '{ print $3; exit }'
}

check_tools() {
  has curl || has wget || die 1 "neither curl nor wget is there to download with" "install curl"
  has tar || die 1 "tar is not there to unpack with" "install tar"
  # bsdtar, which is the tar of macOS, unpacks xz by itself.
  if ! has xz && ! tar --version 2>/dev/null | grep -q bsdtar; then
    die 1 "xz is not there to unpack with" "install xz (on Debian and Ubuntu: xz-utils)"
  fi
  has sha256sum || has shasum || has openssl ||
    die 1 "nothing is there to compute a SHA-256 with" "install sha256sum, shasum or openssl"
  case $releases in
    https://*) protocol='=https' ;;
    http://127.0.0.1:* | http://localhost:*) protocol='=http' ;;
    *) die 1 "releases are downloaded by https only, and not from \"$releases\"" \
      "set MCPZIP_RELEASES_URL to an https address, or unset it" ;;
  esac
  releases=${releases%/}
}

detect_target() {
  system=$(uname -s)
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) machine=x64 ;;
    arm64 | aarch64) machine=arm64 ;;
    *) unknown_platform "$system" "$machine" ;;
  esac
  case $system in
    Linux)
      if is_musl; then echo "linux-$machine-musl"; else echo "linux-$machine"; fi
      ;;
    Darwin)
      # A shell under Rosetta says x86_64 on an arm64 machine.
      if [ "$(sysctl -n hw.optional.arm64 2>/dev/null || true)" = 1 ]; then machine=arm64; fi
      echo "darwin-$machine"
      ;;
    MINGW* | MSYS* | CYGWIN*)
      die 1 "this is for Linux and macOS, and this system is Windows" \
        "in PowerShell: irm $releases/latest/download/install.ps1 | iex"
      ;;
    *) unknown_platform "$system" "$machine" ;;
  esac
}

unknown_platform() {
  die 1 "there is no mcpzip for $1 on $2: only for Linux, macOS and Windows on x64 and arm64" \
    "build it from source: docs/install.md"
}

is_musl() {
  libc=$(ldd --version 2>&1 || true)
  case $libc in
    *musl*) return 0 ;;
    *GLIBC* | *GNU* | *"Free Software Foundation"*) return 1 ;;
  esac
  for loader in /lib/ld-musl-*.so.1; do
    [ ! -e "$loader" ] || return 0
  done
  return 1
}

# The checksums say which version the newest is, so that nothing changes between two downloads.
download() {
  if [ -n "$version" ]; then
    from=$releases/download/v$version
  else
    from=$releases/latest/download
  fi
  fetch "$from/SHA256SUMS" "$work/SHA256SUMS"
  line=$(grep -E "^[0-9a-f]{64} [ *]mcpzip-[0-9][0-9A-Za-z.+-]*-$target\.tar\.xz\$" "$work/SHA256SUMS" |
    while read -r hash name; do
      rest=${name#\*}
      rest=${rest#mcpzip-}
      echo "$hash ${rest%-"$target".tar.xz}"
    done | head -n 1)
  [ -n "$line" ] || die 1 "the release at $from has nothing for $target" \
    "choose another version: $releases"
  expected=${line%% *}
  version=${line#* }
  package=mcpzip-$version-$target
  fetch "$releases/download/v$version/$package.tar.xz" "$work/$package.tar.xz"
  actual=$(sha256_of "$work/$package.tar.xz")
  if [ "$actual" != "$expected" ]; then
    die 1 "$package.tar.xz is not what was released: its checksum is $actual, and not $expected" \
      "try again; if it stays so, report it and do not use the file"
  fi
}

fetch() {
  say "downloading ${2##*/}"
  if has curl; then
    status=$(curl --silent --show-error --location --proto "$protocol" --proto-redir "$protocol" \
      --connect-timeout 20 --speed-limit 1000 --speed-time 60 --retry 2 \
      --output "$2" --write-out '%{http_code}' "$1" 2>"$work/said") || download_failed "$1"
    case $status in
      200) return ;;
      404) die 1 "there is no $1 (HTTP 404)" "see which versions there are: $releases" ;;
      *) die 1 "$1 was answered with HTTP $status" "try again later" ;;
    esac
  fi
  # BusyBox has a wget, too, of which some do not live through a flag for the timeout.
  limits=''
  if wget --version 2>/dev/null | grep -q GNU; then limits='--timeout=60 --tries=3'; fi
  # shellcheck disable=SC2086 # two flags, or none
  wget -q $limits -O "$2" "$1" 2>"$work/said" || download_failed "$1"
}

download_failed() {
  die 1 "$1 could not be downloaded$(sed -n '1s/^/: /p' "$work/said")" \
    "check the network, or the version; behind a proxy, set https_proxy"
}

sha256_of() {
  if has sha256sum; then
    sha256sum "$1"
  elif has shasum; then
    shasum -a 256 "$1"
  else
    openssl dgst -sha256 -r "$1"
  fi | awk '{ print $1; exit }'
}

unpack() {
  tar -xJf "$work/$package.tar.xz" -C "$work" 2>"$work/said" ||
    die 1 "$package.tar.xz could not be unpacked$(sed -n '1s/^/: /p' "$work/said")" \
      "check the space in ${TMPDIR:-/tmp}, and that tar can unpack xz"
  [ -f "$work/$package/mcpzip" ] || die 1 "there is no mcpzip in $package.tar.xz" "report it"
}

# Tried where it is to be, then renamed: who starts mcpzip meanwhile gets the old or the new one, whole.
put_in_place() {
  staged=$(mktemp "$dir/.mcpzip.XXXXXX") || die 1 "$dir cannot be written to" "pass --dir DIRECTORY"
  cp "$work/$package/mcpzip" "$staged" 2>"$work/said" ||
    die 1 "$dir could not be written to$(sed -n '1s/^/: /p' "$work/said")" "make room there"
  chmod 755 "$staged"
  said=$("$staged" --version 2>&1) || said="it did not start: $said"
  if [ "$said" != "$version" ]; then
    die 1 "this mcpzip does not run here ($said)" "$(hint_for_start)"
  fi
  mv -f "$staged" "$file"
  staged=
  say "mcpzip $version is in $file"
}

hint_for_start() {
  case $target in
    *-musl) echo "it needs the C++ library: apk add libstdc++" ;;
    *) echo "build it from source: docs/install.md" ;;
  esac
}

say_what_next() {
  case :${PATH:-}: in
    *":$dir:"*) ;;
    *)
      say "$dir is not on your PATH yet; add this to your shell's profile:"
      say "  export PATH=\"$dir:\$PATH\""
      return
      ;;
  esac
  found=$(command -v mcpzip || true)
  if [ "$found" != "$file" ] && [ -n "$found" ]; then
    say "\"mcpzip\" still means $found, which comes before it on the PATH"
  fi
  say "next: mcpzip init"
}

has() {
  command -v "$1" >/dev/null 2>&1
}

say() {
  printf '%s\n' "$1"
}

# die EXIT-CODE WHAT-HAPPENED WHAT-TO-DO
die() {
  red='' plain=''
  if [ -t 2 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    red=$(printf '\033[31m') plain=$(printf '\033[39m')
  fi
  printf '%smcpzip: %s%s\n  fix   %s\n' "$red" "$2" "$plain" "$3" >&2
  exit "$1"
}

clean_up() {
  [ -z "$staged" ] || rm -f "$staged"
  [ -z "$work" ] || rm -rf "$work"
}

main "$@"
