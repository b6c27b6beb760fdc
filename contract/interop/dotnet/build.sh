#!/usr/bin/env bash
# Generates C# stubs from a WSDL with the .NET Framework's tool and compiles the client with them:
#   build.sh WSDL_URL DIRECTORY
# Debian: mono-devel, mono-mcs.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$2"
wsdl -nologo -n:Seqr -out:"$2/Stubs.cs" "$1" > "$2/wsdl.log" || { cat "$2/wsdl.log"; exit 1; }
mcs -nologo -langversion:latest -warn:0 -out:"$2/client.exe" \
  -r:System.Web.Services -r:System.Xml "$2/Stubs.cs" "$here"/*.cs
