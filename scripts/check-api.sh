#!/usr/bin/env bash
# Compares what the published modules export with the last tag (vX.Y.Z), and fails where a program that was compiled, or
# compiles, against the tag would not against this. Each difference is in target/japicmp/ of its module.
#
#   scripts/check-api.sh             fails at an incompatible change
#   scripts/check-api.sh --report    only says what has changed: for one that is meant, and that CHANGELOG.md names
set -euo pipefail
cd "$(dirname "$0")/.."

breaks=true
case ${1:-} in
    "") ;;
    --report) breaks=false ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2 ;;
esac
say() { printf 'api: %s\n' "$*"; }

if ! tag=$(git describe --tags --abbrev=0 --match 'v[0-9]*' 2> /dev/null); then
    say "there is no tag vX.Y.Z yet, and so nothing to compare with"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly() {
    "$@" > "$work/log" 2>&1 || { tail -40 "$work/log"; return 1; }
}
published() {
    grep -o '<module>nspawn-[a-z]*' "$1/pom.xml" | cut -d'>' -f2 | grep -v -e benchmarks -e bom
}

mkdir "$work/old" "$work/jars"
git archive "$tag" | tar -x -C "$work/old"
say "building $tag"
(cd "$work/old" && quietly mvn -B -T 2 -Dmaven.test.skip -Dspotless.check.skip -pl "$(published . | paste -sd,)" package) ||
    { say "FAILED: could not build $tag"; exit 1; }
modules=()
for module in $(published .); do
    if [ -d "$work/old/$module/target" ]; then
        find "$work/old/$module/target" -maxdepth 1 -name "$module-*.jar" -exec cp {} "$work/jars/$module.jar" \;
        modules+=("$module")
    else
        say "$module is not in $tag"
    fi
done

say "comparing with $tag"
rm -rf "${modules[@]/%//target/japicmp}"
status=0
mvn -B -T 2 -Papi-check "-Dapi.old=$work/jars" "-Dapi.breaks=$breaks" -Dmaven.test.skip -Dspotless.check.skip --fail-at-end \
    -pl "$(IFS=, && echo "${modules[*]}")" -am verify > "$work/log" 2>&1 || status=$?
for module in "${modules[@]}"; do
    diff=$module/target/japicmp/exported-api.diff
    [ ! -f "$diff" ] || grep -q '^No changes' "$diff" || sed -e '1s/.*/\n'"$module:/" -e '$a\' "$diff"
done
if [ "$status" -ne 0 ]; then
    grep '^\[ERROR\] Failed.*:cmp ' "$work/log" | sed 's/^.*on project /\n/; s/ -> \[Help.*//' ||
        { tail -40 "$work/log"; say "FAILED: could not build"; exit 1; }
    say "FAILED: not compatible with $tag"
    exit 1
fi
say "ok: compared with $tag"
