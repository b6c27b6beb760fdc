#!/usr/bin/env bash
# Generates Java stubs from a WSDL and compiles the client with them:
#   build.sh WSDL_URL DIRECTORY
# Debian: openjdk-17-jdk-headless, jaxws.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$2"
# Programs that live for seconds only: no second compiler, no parallel collector.
export WSIMPORT_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
wsimport -quiet -Xnocompile -s "$2" -d "$2" "$1"
javac -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -nowarn -proc:none \
  -cp "$2:/usr/share/java/jaxws-rt.jar" -sourcepath "$2" -d "$2" "$here"/*.java
