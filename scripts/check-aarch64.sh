#!/usr/bin/env bash
# Tries the modules with native parts on aarch64, by emulation on any machine: their constants and layouts against that
# platform's headers, compiled for it; rtnetlink in live namespaces; the bus, with descriptors passed over it; files below a
# root. Four minutes, as root on Debian or Ubuntu. The emulator passes no btrfs ioctl that the library uses, and so the live
# tests of those stay out, as do tests that start a JVM.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/packages.sh
install_missing "${to_build[@]}" "${for_the_lab[@]}" dbus-daemon:dbus-daemon aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu \
    /usr/aarch64-linux-gnu/include/stdio.h:libc6-dev-arm64-cross

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mmdebstrap --quiet --variant=extract --architectures=arm64 --include=openjdk-17-jre-headless bookworm "$root"
# Before version 9.2 it knows no openat2(2).
mmdebstrap --quiet --variant=extract --include=qemu-user trixie "$work/emulator"
emulator=$work/emulator/usr/bin/qemu-aarch64

mkdir -p "$work/jdk/bin" "$work/bin"
# A child of the JVM is started by its fork: the program that it starts them with otherwise is one for aarch64.
cat > "$work/jdk/bin/java" << END
#!/bin/sh
exec "$emulator" -L "$root" "$root/usr/lib/jvm/java-17-openjdk-arm64/bin/java" \\
    -Djdk.lang.Process.launchMechanism=FORK "\$@"
END
# The compiler that the tests call: what it makes is for aarch64, and wrapped so that it runs here.
{ printf '#!/bin/bash\nemulator=%q\n' "$emulator"; cat << 'END'; } > "$work/bin/gcc"
arguments=("$@")
for ((i = 0; i < $#; i++)); do
    [ "${arguments[i]}" != -o ] || { program=${arguments[i + 1]} arguments[i + 1]=$program.aarch64; }
done
aarch64-linux-gnu-gcc -static "${arguments[@]}"
printf '#!/bin/sh\nexec "%s" "%s.aarch64" "$@"\n' "$emulator" "$program" > "$program"
chmod +x "$program"
END
chmod +x "$work/jdk/bin/java" "$work/bin/gcc"

tests=LayoutTest,FlagsTest,FeaturesTest,CodecTest,NamesTest,SendArgsTest,SendStreamReaderTest
tests+=,KernelHeadersTest,GoldenBytesTest,ValuesTest,VectorsTest,AddressesAndRoutesLiveTest,LinksLiveTest,SegmentLiveTest
# The emulator knows no alternative names of links.
tests+=',!LinksLiveTest#linksAreFoundByNameAlternativeNameAndIndex'
tests+=,BusTest,DescriptorTest,SystemdTest,RootDirectoryTest
PATH=$work/bin:$PATH mvn -B -Dspotless.check.skip -pl nspawn-core -am -Djvm="$work/jdk/bin/java" \
    -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportsDirectory=target/aarch64 test
