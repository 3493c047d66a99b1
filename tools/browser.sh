#!/usr/bin/env bash
# Chromium and Chinese fonts for the browser tests. Installed where that is allowed (root, or sudo without a password
# on Debian); otherwise what is missing is named, and with CI=true that is an error: nothing is skipped there.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
{ command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -1)" ]; } || missing+=(fontconfig fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0

if command -v apt-get >/dev/null; then
  if [ "$(id -u)" = 0 ]; then root=(); elif sudo -n true 2>/dev/null; then root=(sudo -n); else root=(false); fi
  if [ "${root[0]:-}" != false ]; then
    echo "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    { "${root[@]}" apt-get update -qq && "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; } && exit 0
  fi
fi
echo "missing for the browser tests: ${missing[*]} (Debian: apt-get install ${missing[*]})" >&2
[ "${CI:-}" != true ]
