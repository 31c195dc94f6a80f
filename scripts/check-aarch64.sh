#!/usr/bin/env bash
# Tries nspawn-btrfs and nspawn-net on aarch64, by emulation on any machine: their constants and layouts against that
# platform's headers, compiled for it, and rtnetlink in live namespaces. Three minutes, as root on Debian or Ubuntu. The
# emulator passes no btrfs ioctl that the library uses, and so the live tests of those stay out.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/packages.sh
install_missing "${to_build[@]}" "${for_the_lab[@]}" qemu-aarch64-static:qemu-user-static \
    aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu /usr/aarch64-linux-gnu/include/stdio.h:libc6-dev-arm64-cross

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mmdebstrap --quiet --variant=extract --architectures=arm64 --include=openjdk-17-jre-headless bookworm "$root"

mkdir -p "$work/jdk/bin" "$work/bin"
# A child of the JVM is started by its fork: the program that it starts them with otherwise is one for aarch64.
cat > "$work/jdk/bin/java" << END
#!/bin/sh
exec qemu-aarch64-static -L "$root" "$root/usr/lib/jvm/java-17-openjdk-arm64/bin/java" \\
    -Djdk.lang.Process.launchMechanism=FORK "\$@"
END
# The compiler that the tests call: what it makes is for aarch64, and wrapped so that it runs here.
cat > "$work/bin/gcc" << 'END'
#!/bin/bash
arguments=("$@")
for ((i = 0; i < $#; i++)); do
    [ "${arguments[i]}" != -o ] || { program=${arguments[i + 1]} arguments[i + 1]=$program.aarch64; }
done
aarch64-linux-gnu-gcc -static "${arguments[@]}"
printf '#!/bin/sh\nexec qemu-aarch64-static "%s.aarch64" "$@"\n' "$program" > "$program"
chmod +x "$program"
END
chmod +x "$work/jdk/bin/java" "$work/bin/gcc"

tests=LayoutTest,FlagsTest,FeaturesTest,CodecTest,NamesTest,SendArgsTest,SendStreamReaderTest
tests+=,KernelHeadersTest,GoldenBytesTest,ValuesTest,VectorsTest,AddressesAndRoutesLiveTest,SegmentLiveTest
PATH=$work/bin:$PATH mvn -B -Dspotless.check.skip -pl nspawn-btrfs,nspawn-net -am -Djvm="$work/jdk/bin/java" \
    -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportsDirectory=target/aarch64 test
