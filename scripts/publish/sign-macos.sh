#!/usr/bin/env bash
# Signs executables for macOS ad hoc, with Apple's own tool, and has it check them. What a cross build has
# signed is not always true (docs/releasing.md), and macOS kills a program whose signature is false.
#
#   bash scripts/publish/sign-macos.sh EXECUTABLE…
set -euo pipefail

if [ $# -eq 0 ]; then
  echo "usage: sign-macos.sh EXECUTABLE…" >&2
  exit 2
fi

for executable in "$@"; do
  chmod +x "$executable"
  # One that is not signed at all is fine, too; what is wrong with it is found below.
  codesign --remove-signature "$executable" || true
  codesign --force --sign - --identifier mcpzip "$executable"
  codesign --verify --strict --verbose=2 "$executable"
done
