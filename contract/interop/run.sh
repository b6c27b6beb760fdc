#!/usr/bin/env bash
# Runs client stacks against a platform of their own and prints stacks × scenarios:
#   contract/interop/run.sh               all of them
#   contract/interop/run.sh suds php      some of them
# As root on Debian it installs what they need. "npm ci" must have run.
set -euo pipefail
cd "$(dirname "$0")/../.."
export SEQR_INTEROP="$*" SEQR_INTEROP_INSTALL=yes PATH="$PWD/node_modules/.bin:$PATH"
exec node --import ./server/src/node-version.js --test --test-reporter=spec \
  --test-global-setup=server/test/setup.ts server/test/interop.test.ts
