/*
 * The peers of the btrfs benchmark: libbtrfsutil by path and by descriptor, and the btrfs command by posix_spawn.
 *
 * Asked over standard input, one line a request, "SUBJECT WORK DIRECTORY BASE COUNT"; answers with one line of
 * nanoseconds, one number for each operation. The entries of DIRECTORY are named t0, t1 and so on; BASE is the
 * subvolume that snapshots are taken of. Ends with its input. Names are made and descriptors are opened before the
 * clock starts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<btrfsutil.h>)
#include <btrfsutil.h>
#define HAVE_BTRFSUTIL 1
#endif

extern char **environ;

enum { MOST = 4096 };

struct request {
    char subject[32], work[32], directory[2048], base[2048];
    int count, directory_fd, base_fd;
};

struct entry {
    char name[16], path[PATH_MAX];
};

static struct entry entries[MOST];

static void fail(const char *what, const char *why) {
    fprintf(stderr, "btrfs_peers: %s: %s\n", what, why);
    exit(1);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* --- the btrfs command -------------------------------------------------------------------------------------------- */

static posix_spawn_file_actions_t quiet;

static void command(char *const arguments[]) {
    pid_t child;
    int status;
    int error = posix_spawnp(&child, arguments[0], &quiet, NULL, arguments, environ);
    if (error != 0) fail(arguments[0], strerror(error));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) fail("waitpid", strerror(errno));
    if (status != 0) fail(arguments[2], "the btrfs command failed");
}

#define BTRFS(...) command((char *[]){"btrfs", "subvolume", __VA_ARGS__, NULL})

static void command_create(struct request *r, struct entry *e) { (void)r; BTRFS("create", e->path); }

static void command_delete(struct request *r, struct entry *e) { (void)r; BTRFS("delete", e->path); }

static void command_snapshot(struct request *r, struct entry *e) { BTRFS("snapshot", r->base, e->path); }

static void command_list(struct request *r, struct entry *e) { (void)e; BTRFS("list", r->directory); }

/* With --commit-after: without it the second command waits for the next commit, up to 30 seconds. */
static void command_delete_wait(struct request *r, struct entry *e) {
    BTRFS("delete", "--commit-after", e->path);
    BTRFS("sync", r->directory);
}

/* --- libbtrfsutil ------------------------------------------------------------------------------------------------- */

#ifdef HAVE_BTRFSUTIL
static void check(const char *what, enum btrfs_util_error error) {
    if (error != BTRFS_UTIL_OK) fail(what, btrfs_util_strerror(error));
}

static void path_create(struct request *r, struct entry *e) {
    (void)r;
    check("create", btrfs_util_create_subvolume(e->path, 0, NULL, NULL));
}

static void path_delete(struct request *r, struct entry *e) {
    (void)r;
    check("delete", btrfs_util_delete_subvolume(e->path, 0));
}

static void path_snapshot(struct request *r, struct entry *e) {
    check("snapshot", btrfs_util_create_snapshot(r->base, e->path, 0, NULL, NULL));
}

static void fd_create(struct request *r, struct entry *e) {
    check("create", btrfs_util_create_subvolume_fd(r->directory_fd, e->name, 0, NULL, NULL));
}

static void fd_delete(struct request *r, struct entry *e) {
    check("delete", btrfs_util_delete_subvolume_fd(r->directory_fd, e->name, 0));
}

static void fd_snapshot(struct request *r, struct entry *e) {
    check("snapshot", btrfs_util_create_snapshot_fd2(r->base_fd, r->directory_fd, e->name, 0, NULL, NULL));
}

static void iterate(struct request *r, struct btrfs_util_subvolume_iterator *iterator) {
    int found = 0;
    enum btrfs_util_error error;
    char *path;
    struct btrfs_util_subvolume_info info;
    while ((error = btrfs_util_subvolume_iterator_next_info(iterator, &path, &info)) == BTRFS_UTIL_OK) {
        found++;
        free(path);
    }
    btrfs_util_destroy_subvolume_iterator(iterator);
    if (error != BTRFS_UTIL_ERROR_STOP_ITERATION) check("list", error);
    if (found != r->count) fail("list", "not the subvolumes that are there");
}

static void path_list(struct request *r, struct entry *e) {
    (void)e;
    struct btrfs_util_subvolume_iterator *iterator;
    check("list", btrfs_util_create_subvolume_iterator(r->directory, 5, 0, &iterator));
    iterate(r, iterator);
}

static void fd_list(struct request *r, struct entry *e) {
    (void)e;
    struct btrfs_util_subvolume_iterator *iterator;
    check("list", btrfs_util_create_subvolume_iterator_fd(r->directory_fd, 5, 0, &iterator));
    iterate(r, iterator);
}

static void pause_briefly(void) { nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL); }

/* The library has no wait: a commit wakes the cleaner, then its list of deleted subvolumes is looked at. */
static void path_delete_wait(struct request *r, struct entry *e) {
    uint64_t *ids;
    size_t n;
    path_delete(r, e);
    check("sync", btrfs_util_sync(r->directory));
    for (;;) {
        check("list deleted", btrfs_util_deleted_subvolumes(r->directory, &ids, &n));
        free(ids);
        if (n == 0) break;
        pause_briefly();
    }
    check("sync", btrfs_util_sync(r->directory));
}

static void fd_delete_wait(struct request *r, struct entry *e) {
    uint64_t *ids;
    size_t n;
    fd_delete(r, e);
    check("sync", btrfs_util_sync_fd(r->directory_fd));
    for (;;) {
        check("list deleted", btrfs_util_deleted_subvolumes_fd(r->directory_fd, &ids, &n));
        free(ids);
        if (n == 0) break;
        pause_briefly();
    }
    check("sync", btrfs_util_sync_fd(r->directory_fd));
}
#endif

/* --- requests ----------------------------------------------------------------------------------------------------- */

struct subject {
    const char *name;
    void (*create)(struct request *, struct entry *);
    void (*delete)(struct request *, struct entry *);
    void (*snapshot)(struct request *, struct entry *);
    void (*list)(struct request *, struct entry *);
    void (*delete_wait)(struct request *, struct entry *);
};

static const struct subject subjects[] = {
#ifdef HAVE_BTRFSUTIL
    {"libbtrfsutil", path_create, path_delete, path_snapshot, path_list, path_delete_wait},
    {"libbtrfsutil-fd", fd_create, fd_delete, fd_snapshot, fd_list, fd_delete_wait},
#endif
    {"btrfs", command_create, command_delete, command_snapshot, command_list, command_delete_wait},
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

/* Times each of several operations, or all of them as one. */
static void measure(struct request *r, void (*operation)(struct request *, struct entry *), int times, int as_one) {
    static int64_t taken[MOST];
    int64_t begin = now();
    for (int i = 0; i < times; i++) {
        int64_t start = now();
        operation(r, &entries[i]);
        taken[i] = now() - start;
    }
    if (as_one) {
        printf("%lld", (long long)(now() - begin));
    } else {
        for (int i = 0; i < times; i++) printf(i == 0 ? "%lld" : " %lld", (long long)taken[i]);
    }
    printf("\n");
    fflush(stdout);
}

static void answer(struct request *r, const struct subject *s) {
    if (!strcmp(r->work, "create")) measure(r, s->create, r->count, 0);
    else if (!strcmp(r->work, "delete")) measure(r, s->delete, r->count, 0);
    else if (!strcmp(r->work, "snapshot")) measure(r, s->snapshot, r->count, 0);
    else if (!strcmp(r->work, "clone")) measure(r, s->snapshot, r->count, 1);
    else if (!strcmp(r->work, "list")) measure(r, s->list, 1, 0);
    else if (!strcmp(r->work, "delete-wait")) measure(r, s->delete_wait, r->count, 0);
    else fail("no such work", r->work);
}

static const struct subject *find(const char *name) {
    for (int i = 0; i < SUBJECTS; i++)
        if (!strcmp(subjects[i].name, name)) return &subjects[i];
    fail("no such subject", name);
    return NULL;
}

static int open_directory(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) fail(path, strerror(errno));
    return fd;
}

static void prepare(struct request *r) {
    for (int i = 0; i < r->count && i < MOST; i++) {
        snprintf(entries[i].name, sizeof entries[i].name, "t%d", i);
        snprintf(entries[i].path, sizeof entries[i].path, "%s/t%d", r->directory, i);
    }
    r->directory_fd = open_directory(r->directory);
    r->base_fd = open_directory(r->base);
}

/* With an argument: prints the subjects that this was built with, and ends. */
int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1) {
        for (int i = 0; i < SUBJECTS; i++) puts(subjects[i].name);
        return 0;
    }
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    char line[8192];
    struct request r;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%31s %31s %2047s %2047s %d", r.subject, r.work, r.directory, r.base, &r.count) != 5)
            fail("not a request", line);
        if (strcmp(r.work, "list") && (r.count < 1 || r.count > MOST)) fail("too many", line);
        prepare(&r);
        answer(&r, find(r.subject));
        close(r.directory_fd);
        close(r.base_fd);
    }
    return 0;
}
