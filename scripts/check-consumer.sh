#!/usr/bin/env bash
# Tries the published modules as a stranger's Maven project would use them, which knows only the BOM: on the class path
# and on the module path, on each JDK given, with JUnit 5 and 6; then its main program with native access denied, and
# with it allowed by the flag that each refusal names.
#
#   scripts/check-consumer.sh JDK-HOME...
#
# What is built here is installed into a local repository below target/, which begins as a copy (by hard links) of this
# user's, so that the latter never holds an artifact of this project.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || set -- "${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}"

target=$PWD/target/consumer
rm -rf "$target" consumer/target
mkdir -p "$target"
say() { printf 'consumer: %s\n' "$*"; }
fail() {
    say "FAILED: $*"
    exit 1
}
# Runs a command quietly; when it fails, the end of what it said.
quietly() {
    "$@" > "$target/log" 2>&1 || { tail -40 "$target/log"; return 1; }
}

cp -al "$HOME/.m2/repository" "$target/local" 2> /dev/null || cp -a "$HOME/.m2/repository" "$target/local" 2> /dev/null ||
    mkdir -p "$target/local"
rm -rf "$target/local/io/nspawn"

published=$(grep -o '<module>nspawn-[a-z]*' pom.xml | cut -d'>' -f2 | grep -v benchmarks | paste -sd,)
quietly mvn -B -T 2 -Dmaven.test.skip -Dspotless.check.skip "-Dmaven.repo.local=$target/local" -pl ".,$published" install ||
    fail "could not build"

consumer() {
    JAVA_HOME=$home mvn -B -f consumer/pom.xml "-Dmaven.repo.local=$target/local" "$@"
}

# What Main prints of the part $1, run with the rest of the arguments.
line() {
    local part=$1
    shift
    "$home/bin/java" -Dorg.slf4j.simpleLogger.defaultLogLevel=off "$@" 2> "$target/log" | grep "^$part: " ||
        { tail -40 "$target/log"; fail "no word of $part"; }
}

# Native access denied: each part must name the flag; with that flag it must work.
native_access() {
    local where=$1 flag=$2 part denied allowed named
    shift 2
    for part in btrfs netlink bus; do
        denied=$(line "$part" --illegal-native-access=deny "$@")
        named=$(grep -o -- '--enable-native-access=[A-Za-z.-]*' <<< "$denied") ||
            fail "JDK $version, $where, native access denied: $denied"
        # One part may need less than all of them do.
        case ,${flag#*=}, in
            *,"${named#*=}",*) ;;
            *) fail "JDK $version, $where: $named is not among $flag" ;;
        esac
        # There may be no system bus here. What counts is that the native part is not to blame.
        allowed=$(line "$part" --illegal-native-access=deny "$flag" "$@")
        case $allowed in
            *native-access*) fail "JDK $version, $where, $flag: $allowed" ;;
        esac
        [ "$part" = bus ] || [ "$allowed" = "$part: works" ] || fail "JDK $version, $where, $flag: $allowed"
    done
    say "ok: JDK $version, $where: what is denied names $flag, which helps"
}

for home; do
    version=$("$home/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
    for junit in 5.14.4 6.0.1; do
        for path in true false; do
            what="JDK $version, JUnit $junit, module path $path"
            consumer "-Djunit.version=$junit" "-Dmodule-path=$path" clean test > "$target/log" 2>&1 ||
                { tail -40 "$target/log"; fail "$what"; }
            grep -q 'Tests run: [1-9]' "$target/log" || fail "$what: no test was run"
            say "ok: $what"
        done
    done
    quietly consumer -DskipTests clean package dependency:copy-dependencies -DincludeScope=runtime || fail "package"
    jar=consumer/target/deployer-1.jar lib=consumer/target/dependency
    for part in btrfs netlink; do
        [ "$(line "$part" -cp "$jar:$lib/*" com.example.deployer.Main)" = "$part: works" ] || fail "JDK $version: $part"
    done
    say "ok: JDK $version, no flag given"
    if "$home/bin/java" --help 2>&1 | grep -q -- --illegal-native-access; then
        native_access "class path" --enable-native-access=ALL-UNNAMED -cp "$jar:$lib/*" com.example.deployer.Main
        native_access "module path" --enable-native-access=org.jnrproject.jffi,org.newsclub.net.unix \
            -p "$jar:$lib" -m com.example.deployer/com.example.deployer.Main
    fi
done
