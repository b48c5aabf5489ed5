#!/usr/bin/env bash
# Builds what the example needs, then trains a spam filter on real mails: examples/src/main/java/org/graft4j/examples/SpamFilter.java
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -q -ntp -pl examples -am -DskipTests package
exec examples/target/examples/bin/spam-filter examples/data/spam examples/target/spam-adapter
