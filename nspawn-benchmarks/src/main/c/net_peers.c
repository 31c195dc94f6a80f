/*
 * What the peers of this library do with links, and how long it takes: "c" with nothing but the system calls, "c-group"
 * by one group delete, "ip" by a process for each operation, "ip-batch" by one process for all.
 *
 * Reads lines "SUBJECT WORK COUNT" and answers each with the nanoseconds taken, one number for an operation that is
 * timed by itself. Works on the links b0, b1 and so on, macvlans on up0, in the network namespace it is started in:
 *
 *   create        COUNT of them, in all
 *   create-netns  the same in the namespace /run/netns/target, in all
 *   delete        those that are there, in all
 *   list          every link, with the attributes of a macvlan decoded; COUNT is how many there are
 *   get           b0, b1 and so on by name: each for c, in all and divided for the others
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GROUP 4711
#define RECEIVE (64 * 1024)

extern char **environ;

static int sock = -1;
static unsigned sequence;
static char received[RECEIVE];

struct request {
    struct nlmsghdr header;
    struct ifinfomsg link;
    char attributes[512];
};

static void die(const char *what)
{
    fprintf(stderr, "net_peers: %s: %s\n", what, strerror(errno));
    exit(1);
}

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void open_socket(void)
{
    struct sockaddr_nl any = {.nl_family = AF_NETLINK};
    int one = 1;
    sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (sock < 0 || bind(sock, (struct sockaddr *)&any, sizeof any) < 0)
        die("socket");
    setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one);
    setsockopt(sock, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
    setsockopt(sock, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
}

static struct request start(int type, int flags)
{
    struct request r;
    memset(&r, 0, sizeof r);
    r.header.nlmsg_len = NLMSG_LENGTH(sizeof r.link);
    r.header.nlmsg_type = type;
    r.header.nlmsg_flags = flags;
    return r;
}

static struct rtattr *put(struct request *r, int type, const void *data, size_t length)
{
    struct rtattr *a = (struct rtattr *)((char *)r + NLMSG_ALIGN(r->header.nlmsg_len));
    a->rta_type = type;
    a->rta_len = RTA_LENGTH(length);
    if (length)
        memcpy(RTA_DATA(a), data, length);
    r->header.nlmsg_len = NLMSG_ALIGN(r->header.nlmsg_len) + RTA_ALIGN(a->rta_len);
    return a;
}

static void put_number(struct request *r, int type, unsigned value)
{
    put(r, type, &value, sizeof value);
}

static void end(struct request *r, struct rtattr *nest)
{
    nest->rta_len = (char *)r + r->header.nlmsg_len - (char *)nest;
}

static void send_request(struct request *r)
{
    r->header.nlmsg_seq = ++sequence;
    if (send(sock, r, r->header.nlmsg_len, 0) < 0)
        die("send");
}

static int receive(void)
{
    int length = recv(sock, received, sizeof received, 0);
    if (length < 0)
        die("recv");
    return length;
}

static void change(struct request *r)
{
    struct nlmsghdr *h = (struct nlmsghdr *)received;
    send_request(r);
    receive();
    if (h->nlmsg_type != NLMSG_ERROR || h->nlmsg_seq != sequence)
        die("no acknowledgement");
    errno = -((struct nlmsgerr *)NLMSG_DATA(h))->error;
    if (errno)
        die("refused");
}

static void name_of(char *name, int i)
{
    snprintf(name, IFNAMSIZ, "b%d", i);
}

static void create(int i, unsigned lower, int target)
{
    char name[IFNAMSIZ];
    unsigned char mac[6] = {2, 0xbe, 0, 0, i >> 8, i};
    struct request r = start(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    struct rtattr *info, *data;
    name_of(name, i);
    put(&r, IFLA_ADDRESS, mac, sizeof mac);
    put_number(&r, IFLA_LINK, lower);
    if (target >= 0)
        put_number(&r, IFLA_NET_NS_FD, target);
    put(&r, IFLA_IFNAME, name, strlen(name) + 1);
    info = put(&r, IFLA_LINKINFO, NULL, 0);
    put(&r, IFLA_INFO_KIND, "macvlan", 7);
    data = put(&r, IFLA_INFO_DATA, NULL, 0);
    put_number(&r, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
    end(&r, data);
    end(&r, info);
    change(&r);
}

/* What is read of each link; enough to make use of it, and to keep the compiler from leaving the reading out. */
struct decoded {
    int index;
    unsigned flags, mtu, group, lower, master, mode;
    unsigned char mac[6], operstate;
    char name[IFNAMSIZ], kind[16];
};

static void read_info(struct rtattr *info, struct decoded *out)
{
    int left = RTA_PAYLOAD(info);
    for (struct rtattr *a = RTA_DATA(info); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        if (a->rta_type == IFLA_INFO_KIND) {
            snprintf(out->kind, sizeof out->kind, "%.*s", (int)RTA_PAYLOAD(a), (char *)RTA_DATA(a));
        } else if (a->rta_type == IFLA_INFO_DATA) {
            int rest = RTA_PAYLOAD(a);
            for (struct rtattr *d = RTA_DATA(a); RTA_OK(d, rest); d = RTA_NEXT(d, rest))
                if (d->rta_type == IFLA_MACVLAN_MODE)
                    memcpy(&out->mode, RTA_DATA(d), 4);
        }
    }
}

static void decode(struct nlmsghdr *h, struct decoded *out)
{
    struct ifinfomsg *link = NLMSG_DATA(h);
    int left = IFLA_PAYLOAD(h);
    memset(out, 0, sizeof *out);
    out->index = link->ifi_index;
    out->flags = link->ifi_flags;
    for (struct rtattr *a = IFLA_RTA(link); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        switch (a->rta_type) {
        case IFLA_IFNAME: snprintf(out->name, sizeof out->name, "%s", (char *)RTA_DATA(a)); break;
        case IFLA_ADDRESS: if (RTA_PAYLOAD(a) == 6) memcpy(out->mac, RTA_DATA(a), 6); break;
        case IFLA_MTU: memcpy(&out->mtu, RTA_DATA(a), 4); break;
        case IFLA_GROUP: memcpy(&out->group, RTA_DATA(a), 4); break;
        case IFLA_LINK: memcpy(&out->lower, RTA_DATA(a), 4); break;
        case IFLA_MASTER: memcpy(&out->master, RTA_DATA(a), 4); break;
        case IFLA_OPERSTATE: out->operstate = *(unsigned char *)RTA_DATA(a); break;
        case IFLA_LINKINFO: read_info(a, out); break;
        }
    }
}

static void list(int expected)
{
    static struct decoded all[4096];
    int count = 0;
    struct request r = start(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
    put_number(&r, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    send_request(&r);
    for (;;) {
        int left = receive();
        for (struct nlmsghdr *h = (struct nlmsghdr *)received; NLMSG_OK(h, (unsigned)left); h = NLMSG_NEXT(h, left)) {
            if (h->nlmsg_type == NLMSG_DONE) {
                if (count != expected) {
                    fprintf(stderr, "net_peers: %d links instead of %d\n", count, expected);
                    exit(1);
                }
                return;
            }
            if (h->nlmsg_type != RTM_NEWLINK || count == 4096)
                die("unexpected message");
            decode(h, &all[count++]);
        }
    }
}

static void get(int i)
{
    struct decoded link;
    char name[IFNAMSIZ];
    struct request r = start(RTM_GETLINK, NLM_F_REQUEST);
    name_of(name, i);
    put(&r, IFLA_IFNAME, name, strlen(name) + 1);
    put_number(&r, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    send_request(&r);
    receive();
    decode((struct nlmsghdr *)received, &link);
    if (strcmp(link.name, name))
        die("another link");
}

static void delete_one(int i)
{
    char name[IFNAMSIZ];
    struct request r = start(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK);
    name_of(name, i);
    put(&r, IFLA_IFNAME, name, strlen(name) + 1);
    change(&r);
}

static void delete_group(void)
{
    struct request r = start(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK);
    put_number(&r, IFLA_GROUP, GROUP);
    change(&r);
}

static void raw(const char *work, int count)
{
    unsigned lower = if_nametoindex("up0");
    long long before = now();
    if (!strcmp(work, "create")) {
        for (int i = 0; i < count; i++)
            create(i, lower, -1);
    } else if (!strcmp(work, "create-netns")) {
        int target = open("/run/netns/target", O_RDONLY | O_CLOEXEC);
        for (int i = 0; i < count; i++)
            create(i, lower, target);
        close(target);
    } else if (!strcmp(work, "delete")) {
        for (int i = 0; i < count; i++)
            delete_one(i);
    } else if (!strcmp(work, "list")) {
        list(count);
    } else {
        for (int i = 0; i < count; i++) {
            long long each = now();
            get(i);
            printf("%s%lld", i ? " " : "", now() - each);
        }
        printf("\n");
        return;
    }
    printf("%lld\n", now() - before);
}

/* Runs ip with some input and its output thrown away. */
static void ip(char *const arguments[], int input)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (input >= 0)
        posix_spawn_file_actions_adddup2(&actions, input, 0);
    if ((errno = posix_spawnp(&pid, "ip", &actions, NULL, arguments, environ)))
        die("ip");
    posix_spawn_file_actions_destroy(&actions);
    if (waitpid(pid, &status, 0) < 0 || status != 0) {
        fprintf(stderr, "net_peers: ip ended with status %d\n", status);
        exit(1);
    }
}

/* Writes what follows "ip" for the i-th operation. */
static void command(char *out, size_t size, const char *work, int i)
{
    if (!strcmp(work, "create") || !strcmp(work, "create-netns"))
        snprintf(out, size, "link add link up0 name b%d address 02:be:00:00:%02x:%02x %s type macvlan mode bridge", i,
                 i >> 8, i & 255, strcmp(work, "create") ? "netns target" : "");
    else if (!strcmp(work, "delete"))
        snprintf(out, size, "link del b%d", i);
    else if (!strcmp(work, "get"))
        snprintf(out, size, "link show dev b%d", i);
    else
        snprintf(out, size, "link show");
}

static void processes(const char *work, int count)
{
    int times = strcmp(work, "list") ? count : 1;
    long long before = now();
    for (int i = 0; i < times; i++) {
        char line[200], *words[24] = {"ip"};
        int n = 1;
        if (!strcmp(work, "list")) {
            words[n++] = "-d";
            words[n++] = "-j";
        }
        command(line, sizeof line, work, i);
        for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
            words[n++] = word;
        ip(words, -1);
    }
    printf("%lld\n", (now() - before) / (strcmp(work, "get") ? 1 : times));
}

static void batch(const char *work, int count)
{
    int times = strcmp(work, "list") ? count : 1;
    char *plain[] = {"ip", "-batch", "-", NULL}, *detailed[] = {"ip", "-d", "-j", "-batch", "-", NULL};
    FILE *file = tmpfile();
    long long before;
    if (!file)
        die("tmpfile");
    for (int i = 0; i < times; i++) {
        char line[200];
        command(line, sizeof line, work, i);
        fprintf(file, "%s\n", line);
    }
    rewind(file);
    before = now();
    ip(strcmp(work, "list") ? plain : detailed, fileno(file));
    printf("%lld\n", (now() - before) / (strcmp(work, "get") ? 1 : times));
    fclose(file);
}

int main(void)
{
    char subject[32], work[32];
    int count;
    open_socket();
    while (scanf("%31s %31s %d", subject, work, &count) == 3) {
        if (!strcmp(subject, "c")) {
            raw(work, count);
        } else if (!strcmp(subject, "c-group")) {
            long long before = now();
            delete_group();
            printf("%lld\n", now() - before);
        } else if (!strcmp(subject, "ip")) {
            processes(work, count);
        } else {
            batch(work, count);
        }
        fflush(stdout);
    }
    return 0;
}
