#!/usr/bin/env bash
# Publishes the files of a folder as the release of a tag. It stays a draft until the last file is there.
# A tag with a dash (v1.2.3-rc.1) is a pre-release, which nobody gets as the latest. Run again, it does nothing when
# these files are published already, and never replaces others: somebody may have downloaded them.
#
#   GH_TOKEN=… bash scripts/publish/github-release.sh TAG FOLDER NOTES
set -euo pipefail

if [ $# -ne 3 ]; then
  echo "usage: github-release.sh TAG FOLDER NOTES" >&2
  exit 2
fi
tag=$1 folder=$2 notes=$3

# What is published is what the checksums are of: every file, and no other.
listed=$(sed 's/^[0-9a-f]* [ *]//' "$folder/SHA256SUMS" | sort)
there=$(find "$folder" -maxdepth 1 -type f ! -name SHA256SUMS -exec basename {} \; | sort)
if [ "$listed" != "$there" ]; then
  printf 'SHA256SUMS and %s do not agree:\n%s\n' "$folder" \
    "$(diff <(echo "$listed") <(echo "$there") || true)" >&2
  exit 1
fi
(cd "$folder" && shasum -a 256 --check --quiet SHA256SUMS) >&2

case $(gh release view "$tag" --json isDraft --jq .isDraft 2>/dev/null || true) in
  # What an earlier try left that was cut off.
  true) gh release delete "$tag" --yes ;;
  false)
    published=$(gh release download "$tag" --pattern SHA256SUMS --output -)
    if [ "$published" = "$(cat "$folder/SHA256SUMS")" ]; then
      echo "$tag is published already, with these files"
      exit 0
    fi
    echo "$tag is published already, with other files: make a release with a new version" >&2
    exit 1
    ;;
esac

files=("$folder/SHA256SUMS")
while IFS= read -r name; do
  files+=("$folder/$name")
done <<<"$there"

kind=(--latest)
case $tag in
  *-*) kind=(--prerelease) ;;
esac

gh release create "$tag" --verify-tag --title "mcpzip ${tag#v}" --notes-file "$notes" \
  "${kind[@]}" "${files[@]}"
