#!/usr/bin/env bash
# Builds the published jars twice, in two copies of what is committed, and compares them byte by byte. Prints their sizes;
# that together they take 1.5 MiB at most is a goal that is not reached yet, and only said.
#
#   scripts/check-reproducible.sh
set -euo pipefail
cd "$(dirname "$0")/.."

most=$((3 * 512 * 1024))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

published=$(grep -o '<module>nspawn-[a-z]*' pom.xml | cut -d'>' -f2 | grep -v -e benchmarks -e bom)
for copy in one two; do
    mkdir "$work/$copy"
    git archive HEAD | tar -x -C "$work/$copy"
    (cd "$work/$copy" && mvn -q -B -Dmaven.test.skip -Dspotless.check.skip \
        -pl "$(paste -sd, <<< "$published")" package)
done

sum=0
for module in $published; do
    for jar in "$work/one/$module"/target/*.jar; do
        cmp "$jar" "$work/two/${jar#"$work/one/"}" || { echo "FAILED: ${jar##*/} differs between two builds" && exit 1; }
        bytes=$(stat -c %s "$jar")
        sum=$((sum + bytes))
        printf '%9d  %s\n' "$bytes" "${jar##*/}"
    done
done
printf '%9d  together; the goal is %d at most\n' "$sum" "$most"
echo "ok: built twice, the same bytes"
