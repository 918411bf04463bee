#!/usr/bin/env bash
# Installs what some tests need and npm does not bring, on Debian and Ubuntu, as root or with sudo. What is there stays.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
apt() {
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}
missing() { ! command -v "$1" > /dev/null; }

java_major() { java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1; }
if missing java || [ "$(java_major)" -lt 17 ]; then apt default-jre-headless; fi
if missing zsh; then apt zsh; fi
if missing chromium; then apt chromium; fi
if missing aws; then apt awscli; fi
# Debian installs moto without what its CloudFormation needs.
if missing moto_server; then apt python3-moto python3-docker python3-flask-cors python3-openapi-spec-validator python3-yaml; fi
# Debian has no cfn-lint.
if missing cfn-lint; then
  if missing pipx; then apt pipx; fi
  pipx install cfn-lint==1.51.0
fi

# AWS ships DynamoDB Local's jar in an npm package whose own dependencies are not needed: it is unpacked, not installed.
version=2.9.30
home=node_modules/.cache/dynamodb-local/$version
if [ ! -d "$home" ]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  npm pack "amplify-dynamodb-simulator@$version" --silent --pack-destination "$scratch" > /dev/null
  tar -xzf "$scratch"/*.tgz -C "$scratch"
  mkdir -p "$(dirname "$home")"
  rm -rf "$home"
  mv "$scratch/package/emulator" "$home"
fi
