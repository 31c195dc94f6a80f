#!/usr/bin/env bash
# Builds what a release consists of twice, from two copies of what is committed, on all processors and on one, and
# compares it byte by byte: of each module the jar, its sources, its Javadoc and its bill of materials. Nothing is signed,
# installed or published. Prints the sizes of the jars, and fails when together they take more than is allowed.
#
#   scripts/check-reproducible.sh
#
# JAVA_HOME chooses the JDK.
set -euo pipefail
cd "$(dirname "$0")/.."

# The goal is 1.5 MiB. What was reached is less than this, and must get no worse.
most=$((2080 * 1024))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}

modules=$(grep -o '<module>nspawn-[a-z]*' pom.xml | cut -d'>' -f2 | grep -v -e benchmarks -e bom)
threads=1C
for copy in one two; do
    mkdir "$work/$copy"
    git archive HEAD | tar -x -C "$work/$copy"
    (cd "$work/$copy" && mvn -B -T "$threads" -Prelease -Dmaven.test.skip -Dspotless.check.skip \
        -pl "$(paste -sd, <<< "$modules")" package) > "$work/log" 2>&1 || { tail -40 "$work/log"; fail "could not build"; }
    threads=1
done

sum=0
for module in $modules; do
    jar=$(cd "$work/one/$module/target" && ls "$module"-*-sources.jar)
    name=${jar%-sources.jar}
    for file in "$name.jar" "$jar" "$name-javadoc.jar" "$name-cyclonedx.json" "$name-cyclonedx.xml"; do
        [ -f "$work/one/$module/target/$file" ] || fail "there is no $file"
        cmp "$work/one/$module/target/$file" "$work/two/$module/target/$file" || fail "$file differs between two builds"
    done
    bytes=$(stat -c %s "$work/one/$module/target/$name.jar")
    sum=$((sum + bytes))
    printf '%9d  %s\n' "$bytes" "$name.jar"
done
printf '%9d  together, of %d at most\n' "$sum" "$most"
[ "$sum" -le "$most" ] || fail "the jars have become too large"
echo "ok: built twice, the same bytes"
