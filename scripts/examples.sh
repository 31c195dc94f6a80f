# Builds the examples where that is needed, and says how they are run: java, options, class_path. To be sourced from the
# root of the project; bash.

build_examples() {
    if [ ! -f examples/target/demo.built ] ||
        [ -n "$(find pom.xml .mvn ./*/pom.xml ./*/src -newer examples/target/demo.built -print -quit)" ]; then
        printf '%s: building\n' "${0##*/}" >&2
        # What an example prints may be a file to be kept.
        mvn -q -Dmaven.test.skip -Dspotless.check.skip package >&2
        touch examples/target/demo.built
    fi
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    options=(-Dorg.slf4j.simpleLogger.defaultLogLevel=warn)
    if "$java" --help 2>&1 | grep -q -- --enable-native-access; then
        options+=(--enable-native-access=ALL-UNNAMED)
    fi
    class_path=$(ls examples/target/nspawn-examples-*.jar | head -1):$(printf '%s:' examples/target/lib/*.jar)
}
