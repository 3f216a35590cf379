#!/usr/bin/env bash
# Proposes a formula to the Homebrew tap. Does nothing when the tap has that formula already, so that a
# release that failed later can be run again.
#
#   TAP=OWNER/homebrew-tap GH_TOKEN=… bash scripts/publish/tap-pull-request.sh TAG FORMULA
#
# TAP_URL names another place to clone from.
set -euo pipefail

if [ $# -ne 2 ] || [ -z "${TAP:-}" ]; then
  echo "usage: TAP=OWNER/NAME tap-pull-request.sh TAG FORMULA" >&2
  exit 2
fi
if [ -z "${GH_TOKEN:-}" ]; then
  echo "there is no GH_TOKEN: put a token for $TAP into HOMEBREW_TAP_TOKEN (docs/releasing.md)" >&2
  exit 1
fi
tag=$1 formula=$(realpath "$2")
branch=mcpzip-${tag#v}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The token reaches git by gh, and so no command line and no file.
gh auth setup-git
git clone --quiet --depth 1 "${TAP_URL:-https://github.com/$TAP.git}" "$work/tap"
cd "$work/tap"
if ! git rev-parse --quiet --verify HEAD >/dev/null; then
  echo "$TAP is empty: a pull request needs a branch to go to, so give it a first commit" >&2
  exit 1
fi

mkdir -p Formula
cp "$formula" Formula/mcpzip.rb
git add Formula/mcpzip.rb
if git diff --cached --quiet; then
  echo "$TAP has this formula already"
  exit 0
fi
git switch --quiet --create "$branch"
git -c user.name="mcpzip release" -c user.email="noreply@github.com" \
  commit --quiet --message "mcpzip ${tag#v}"
# An earlier try may have left its branch.
git push --quiet --force origin "$branch"
if [ -n "$(gh pr list --repo "$TAP" --head "$branch" --json number --jq '.[].number')" ]; then
  echo "$TAP has a pull request for ${tag#v} already; it is brought up to date"
  exit 0
fi
gh pr create --repo "$TAP" --head "$branch" --title "mcpzip ${tag#v}" \
  --body "Made by the release of $tag, from its checksums."
