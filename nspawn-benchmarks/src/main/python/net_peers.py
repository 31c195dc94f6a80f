"""What pyroute2 does with links, and how long it takes. Speaks as net_peers.c does."""

import sys
import time

from pyroute2 import IPRoute


def create(ipr, count, lower, **where):
    for i in range(count):
        ipr.link(
            "add",
            ifname=f"b{i}",
            kind="macvlan",
            link=lower,
            macvlan_mode="bridge",
            address=f"02:be:00:00:{i >> 8:02x}:{i & 255:02x}",
            **where,
        )


def delete(ipr, count):
    for i in range(count):
        ipr.link("del", ifname=f"b{i}")


def listing(ipr, count):
    found = len(list(ipr.get_links()))
    if found != count:
        raise RuntimeError(f"{found} links instead of {count}")


def get(ipr, count):
    for i in range(count):
        link = ipr.link("get", ifname=f"b{i}")
        if link[0].get_attr("IFLA_IFNAME") != f"b{i}":
            raise RuntimeError("another link")


def main():
    with IPRoute() as ipr:
        lower = ipr.link_lookup(ifname="up0")[0]
        works = {
            "create": lambda count: create(ipr, count, lower),
            "create-netns": lambda count: create(ipr, count, lower, net_ns_fd="target"),
            "delete": lambda count: delete(ipr, count),
            "list": lambda count: listing(ipr, count),
            "get": lambda count: get(ipr, count),
        }
        for line in sys.stdin:
            _, work, count = line.split()
            before = time.monotonic_ns()
            works[work](int(count))
            taken = time.monotonic_ns() - before
            print(taken // int(count) if work == "get" else taken, flush=True)


main()
