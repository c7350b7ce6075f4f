#include "unit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/tar.h"

static void put_file(struct buf *b, const char *name, const char *data, size_t size)
{
    static const char zero[TAR_BLOCK];
    char header[TAR_BLOCK];
    tar_header(header, name, size);
    buf_put(b, header, sizeof header);
    buf_put(b, data, size);
    buf_put(b, zero, tar_padding(size));
}

static void make(struct buf *b, struct arena *a)
{
    static const char zero[TAR_END_SIZE];
    static const char large[1000];
    buf_init(b, a, 100000);
    put_file(b, "draw.json", "{}", 2);
    put_file(b, "snapshot-1.txt", large, 512);
    put_file(b, "empty.txt", "", 0);
    put_file(b, "result-1.txt", large, sizeof large);
    buf_put(b, zero, sizeof zero);
}

static void files_come_back_in_order(void **state)
{
    static const size_t sizes[] = { 2, 512, 0, 1000 };
    static const char *const names[] = { "draw.json", "snapshot-1.txt", "empty.txt",
                                         "result-1.txt" };
    struct buf b;
    struct tar_file file;
    size_t offset = 0;
    bool intact = false;
    make(&b, *state);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        assert_true(tar_next(b.p, b.n, &offset, &file, &intact));
        assert_string_equal(file.name, names[i]);
        assert_int_equal(file.size, sizes[i]);
    }
    assert_false(tar_next(b.p, b.n, &offset, &file, &intact));
    assert_true(intact);
}

static void the_same_files_give_the_same_archive(void **state)
{
    struct buf a;
    struct buf b;
    make(&a, *state);
    make(&b, *state);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
}

static void a_cut_archive_is_not_intact(void **state)
{
    struct buf b;
    make(&b, *state);
    for (size_t size = 0; size < b.n; size += 100) {
        struct tar_file file;
        size_t offset = 0;
        bool intact = true;
        /* A copy of exactly this size, so that a sanitizer sees any read behind it. */
        char *cut = malloc(size ? size : 1);
        assert_non_null(cut);
        memcpy(cut, b.p, size);
        while (tar_next(cut, size, &offset, &file, &intact))
            assert_true(file.data + file.size <= cut + size);
        assert_false(intact);
        free(cut);
    }
}

static void a_changed_header_is_found(void **state)
{
    struct buf b;
    struct tar_file file;
    make(&b, *state);
    for (size_t i = 0; i < TAR_BLOCK; i += 3) {
        size_t offset = 0;
        bool intact = true;
        b.p[i] ^= 4;
        assert_false(tar_next(b.p, b.n, &offset, &file, &intact));
        assert_false(intact);
        b.p[i] ^= 4;
    }
}

static void nothing_hides_in_padding_or_behind_the_end(void **state)
{
    struct buf b;
    make(&b, *state);
    size_t whole = b.n;
    buf_put(&b, "x", 1);
    for (size_t at = 0; at <= whole; at++) {
        struct tar_file file;
        size_t offset = 0;
        size_t inside = 0; /* files that hold this byte */
        bool intact = true;
        b.p[at] ^= 1;
        while (tar_next(b.p, at < whole ? whole : whole + 1, &offset, &file, &intact))
            inside += b.p + at >= file.data && b.p + at < file.data + file.size;
        assert_int_equal(intact, inside);
        b.p[at] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(files_come_back_in_order),
        WITH_ARENA(the_same_files_give_the_same_archive),
        WITH_ARENA(a_cut_archive_is_not_intact),
        WITH_ARENA(a_changed_header_is_found),
        WITH_ARENA(nothing_hides_in_padding_or_behind_the_end),
    };
    return cmocka_run_group_tests_name("tar", tests, NULL, NULL);
}
