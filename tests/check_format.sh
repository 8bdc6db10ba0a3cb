#!/usr/bin/env bash
# Are all C++ files as clang-format-19 would write them? `--fix` writes them so.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(find libfib libbgp daemon cli tests -name '*.[ch]pp')
if [[ ${1:-} == --fix ]]; then
  clang-format-19 -i "${files[@]}"
else
  clang-format-19 --dry-run --Werror "${files[@]}"
fi
