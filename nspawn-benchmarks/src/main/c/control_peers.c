/*
 * The peers of the control benchmark: libsystemd's sd-bus over one connection that is held open, and the systemd tools,
 * each a process started with posix_spawn.
 *
 * Asked over standard input, one line a request, words parted by tabs; answers with one line of nanoseconds, one number
 * for each time:
 *   property COUNT PATH INTERFACE NAME   reads one text property of PID 1 over sd-bus
 *   list COUNT MACHINES                  all machines, and of each the leader and all properties of its service
 *   run COUNT LINES PROGRAM...           runs a program to its end, or, where LINES is not 0, until it has written that
 *                                        many lines; what it writes is read and dropped
 * Ends with its input. Built without sd-bus where its header is missing; "subjects" as an argument tells what there is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<systemd/sd-bus.h>)
#include <systemd/sd-bus.h>
#define HAVE_SD_BUS 1
#endif

extern char **environ;

enum { MOST_WORDS = 64 };

static void fail(const char *what, const char *why) {
    fprintf(stderr, "control_peers: %s: %s\n", what, why);
    exit(1);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int number(const char *word) {
    char *end;
    long value = strtol(word, &end, 10);
    if (end == word || *end != '\0' || value < 0 || value > 1000000) fail(word, "no number");
    return (int)value;
}

/* --- sd-bus ------------------------------------------------------------------------------------------------------- */

#ifdef HAVE_SD_BUS
static sd_bus *bus;

static void check(int result, const char *what, const sd_bus_error *error) {
    if (result < 0) fail(what, error != NULL && error->message != NULL ? error->message : strerror(-result));
}

static int64_t property(char **words) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    char *value = NULL;
    int64_t start = now();
    check(sd_bus_get_property_string(bus, "org.freedesktop.systemd1", words[0], words[1], words[2], &error, &value),
          words[0], &error);
    int64_t taken = now() - start;
    free(value);
    return taken;
}

/* Every value is looked at, as a program would that wants some of them. */
static int64_t properties(sd_bus_message *reply) {
    const char *name, *contents;
    int64_t sum = 0;
    check(sd_bus_message_enter_container(reply, 'a', "{sv}"), "GetAll", NULL);
    while (sd_bus_message_enter_container(reply, 'e', "sv") > 0) {
        check(sd_bus_message_read_basic(reply, 's', &name), "GetAll", NULL);
        check(sd_bus_message_peek_type(reply, NULL, &contents), "GetAll", NULL);
        check(sd_bus_message_enter_container(reply, 'v', contents), "GetAll", NULL);
        uint64_t value;
        if (strcmp(contents, "t") == 0) {
            check(sd_bus_message_read_basic(reply, 't', &value), name, NULL);
            sum += (int64_t)value;
        } else {
            check(sd_bus_message_skip(reply, contents), name, NULL);
        }
        check(sd_bus_message_exit_container(reply), name, NULL);
        check(sd_bus_message_exit_container(reply), name, NULL);
    }
    return sum;
}

static void machine(const char *path, const char *name) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    uint32_t leader;
    char service[256], *unit = NULL;
    sd_bus_message *reply = NULL;
    snprintf(service, sizeof service, "systemd-nspawn@%s.service", name);
    check(sd_bus_get_property_trivial(bus, "org.freedesktop.machine1", path, "org.freedesktop.machine1.Machine", "Leader",
                                      &error, 'u', &leader),
          path, &error);
    check(sd_bus_path_encode("/org/freedesktop/systemd1/unit", service, &unit), service, NULL);
    check(sd_bus_call_method(bus, "org.freedesktop.systemd1", unit, "org.freedesktop.DBus.Properties", "GetAll", &error,
                             &reply, "s", "org.freedesktop.systemd1.Service"),
          unit, &error);
    properties(reply);
    sd_bus_message_unref(reply);
    free(unit);
}

static int64_t list(char **words) {
    int expected = number(words[0]), found = 0;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;
    const char *name, *class, *service, *path;
    int64_t start = now();
    check(sd_bus_call_method(bus, "org.freedesktop.machine1", "/org/freedesktop/machine1",
                             "org.freedesktop.machine1.Manager", "ListMachines", &error, &reply, NULL),
          "ListMachines", &error);
    check(sd_bus_message_enter_container(reply, 'a', "(ssso)"), "ListMachines", NULL);
    while (sd_bus_message_read(reply, "(ssso)", &name, &class, &service, &path) > 0) {
        if (strcmp(class, "container") != 0) continue; /* The host itself. */
        machine(path, name);
        found++;
    }
    int64_t taken = now() - start;
    sd_bus_message_unref(reply);
    if (found != expected) fail("list", "another number of machines");
    return taken;
}
#endif

/* --- processes ---------------------------------------------------------------------------------------------------- */

static int count_lines(const char *bytes, ssize_t length) {
    int lines = 0;
    for (ssize_t i = 0; i < length; i++) lines += bytes[i] == '\n';
    return lines;
}

static int64_t run(char **words) {
    int wanted = number(words[0]), ends[2], lines = 0, status;
    char bytes[65536];
    pid_t child;
    posix_spawn_file_actions_t actions;
    if (pipe2(ends, O_CLOEXEC) < 0) fail("pipe", strerror(errno));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    int64_t start = now(), taken = 0;
    int error = posix_spawnp(&child, words[1], &actions, NULL, words + 1, environ);
    if (error != 0) fail(words[1], strerror(error));
    close(ends[1]);
    for (ssize_t length; (length = read(ends[0], bytes, sizeof bytes)) != 0;) {
        if (length < 0) fail("read", strerror(errno));
        lines += count_lines(bytes, length);
        if (taken == 0 && wanted > 0 && lines >= wanted) taken = now() - start;
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) fail("waitpid", strerror(errno));
    if (taken == 0) taken = now() - start;
    if (status != 0) fail(words[1], "has failed");
    if (lines < wanted) fail(words[1], "has written fewer lines");
    close(ends[0]);
    posix_spawn_file_actions_destroy(&actions);
    return taken;
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

typedef int64_t (*work)(char **words);

static work find(const char *name) {
#ifdef HAVE_SD_BUS
    if (strcmp(name, "property") == 0) return property;
    if (strcmp(name, "list") == 0) return list;
#endif
    if (strcmp(name, "run") == 0) return run;
    fail(name, "not understood");
    return NULL;
}

int main(int argc, char **argv) {
    char *line = NULL, *words[MOST_WORDS + 1];
    size_t room = 0;
    if (argc == 2 && strcmp(argv[1], "subjects") == 0) {
#ifdef HAVE_SD_BUS
        puts("sd-bus");
#endif
        puts("processes");
        return 0;
    }
#ifdef HAVE_SD_BUS
    check(sd_bus_open_system(&bus), "the system bus", NULL);
#endif
    for (ssize_t length; (length = getline(&line, &room, stdin)) > 0;) {
        int n = 0;
        line[length - 1] = '\0';
        for (char *rest = line, *word; n < MOST_WORDS && (word = strsep(&rest, "\t")) != NULL;) words[n++] = word;
        words[n] = NULL;
        if (n < 3) fail(line, "too short a request");
        work todo = find(words[0]);
        for (int i = 0, times = number(words[1]); i < times; i++)
            printf("%s%lld", i == 0 ? "" : " ", (long long)todo(words + 2));
        putchar('\n');
        fflush(stdout);
    }
    return 0;
}
