#include "admin/draw/draw_verify.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/admin.h"
#include "base/date.h"
#include "base/text.h"
#include "sys/jsonw.h"

enum { AUTHORITIES_MAX = 1 << 20 };

void verify_note(struct verify *v, const char *file, const char *where, const char *format, ...)
{
    if (v->finding_count++ >= VERIFY_FINDINGS_MAX)
        return;
    char text[2000];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    v->findings[v->finding_count - 1] = (struct verify_finding){
        .file = arena_strdup(v->arena, file),
        .where = arena_strdup(v->arena, where),
        .what = arena_strdup(v->arena, text),
    };
}

/* ---- the archive ---- */

const struct tar_file *verify_file(const struct verify *v, const char *name)
{
    for (size_t i = 0; i < v->file_count; i++)
        if (strcmp(v->files[i].name, name) == 0)
            return &v->files[i];
    return NULL;
}

static bool printable(const char *name)
{
    for (; *name; name++)
        if ((unsigned char)*name <= 0x20 || (unsigned char)*name >= 0x7F)
            return false;
    return true;
}

static void list_files(struct verify *v, const char *archive, size_t size)
{
    struct tar_file file;
    size_t offset = 0;
    bool intact = false;
    v->files = arena_array(v->arena, VERIFY_FILES_MAX, sizeof *v->files);
    while (tar_next(archive, size, &offset, &file, &intact)) {
        if (!printable(file.name))
            verify_note(v, "", "", "公示包中第 %zu 个文件的名称有误", v->file_count + 1);
        else if (verify_file(v, file.name))
            verify_note(v, file.name, "", "公示包中有两个同名文件");
        else if (v->file_count == VERIFY_FILES_MAX)
            verify_note(v, "", "", "公示包中的文件超过 %d 个", VERIFY_FILES_MAX);
        else
            v->files[v->file_count++] = file;
    }
    if (!intact)
        verify_note(v, "", "", "公示包不是完整的 tar 文件：在字节 %zu 处中断", offset);
}

/* Every file belongs to draw.json or to one of its draws. */
static void check_files(struct verify *v)
{
    static const char *const kinds[] = { "snapshot-", "blocks-",  "result-",
                                         "roster-",   "changes-", "drawn-" };
    size_t more = v->drawn_once ? 3 : draw_rule_version(v->rule) == 2 ? 2 : 1;
    for (size_t i = 0; i < v->file_count; i++) {
        const char *name = v->files[i].name;
        bool known = strcmp(name, "draw.json") == 0;
        known = known || (!v->is_void && text_index(verify_match_files, name) >= 0) ||
                (draw_rule_version(v->rule) == 2 && text_index(verify_announced_files, name) >= 0);
        for (size_t d = 0; !known && d < v->draw_count; d++)
            for (size_t k = 0; !known && k < (v->draws[d].roster_sha256 ? 3 + more : 3); k++)
                known =
                    strcmp(name, arena_printf(v->arena, "%s%s.txt", kinds[k], v->draws[d].id)) == 0;
        if (!known)
            verify_note(v, name, "", "公示包中多出的文件，不属于任何一次抽取");
    }
}

static void verify_archive(struct verify *v, const char *archive, size_t size)
{
    list_files(v, archive, size);
    if (!verify_document(v))
        return;
    for (size_t i = 0; i < v->draw_count; i++)
        verify_one(v, &v->draws[i]);
    verify_cause(v);
    verify_rosters(v);
    if (!v->is_void)
        verify_match(v);
    check_files(v);
}

/* ---- the report ---- */

/* Texts of the bundle are a stranger's: no control character reaches the terminal. */
static const char *clean(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, text);
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            *p = '?';
    return copy;
}

static size_t shown(const struct verify *v)
{
    return v->finding_count < VERIFY_FINDINGS_MAX ? v->finding_count : VERIFY_FINDINGS_MAX;
}

static void print_text(struct verify *v, const char *path)
{
    (void)printf("公示包 %s\n", path);
    if (v->campaign)
        (void)printf("批次 %s，规则 %s\n", clean(v->arena, v->campaign), draw_rule_name(v->rule));
    for (size_t i = 0; i < v->draw_count; i++) {
        const struct verify_draw *d = &v->draws[i];
        (void)printf("抽取 %s：", clean(v->arena, d->id));
        if (d->intact)
            (void)printf("名录快照 %zu 行，抽中 %zu，备选 %zu，逐一相符\n", d->lines, d->selected,
                         d->reserves);
        else
            (void)printf("不符\n");
    }
    if (v->campaign && draw_rule_version(v->rule) == 2 && !v->kept && !v->stamped_at)
        (void)printf("公示包自身不能证明公告早于公共随机值：请用 --announcement "
                     "与您事先记下的公告摘要核对\n");
    if (v->stamped_at) {
        char at[INSTANT_TEXT];
        instant_format(at, v->stamped_at);
        (void)printf("时间戳机构证明：公告在 %s 已经存在，早于公共随机值\n", at);
    }
    if (v->is_void)
        (void)printf("这个批次已作废：%s\n",
                     v->stated_seed ? "以下是它本来会抽中的" : "公共随机值没有录入");
    if (v->campaign && !v->rosters)
        (void)printf("这个批次没有承诺执法检查人员名单\n");
    if (v->matched)
        (void)printf("人员：与承诺的名单差异 %zu 处，因此未抽到的 %zu 名；检查单 %zu 份，抽取 %zu "
                     "名 %zu 人次，"
                     "此后变动 %zu 人次、调整 %zu 名\n",
                     v->differences, v->displaced, v->sections, v->inspectors_drawn, v->assignments,
                     v->adjustments, v->inspectors_changed);
    if (v->substitutes)
        (void)printf("替换检查对象 %zu 个\n", v->substitutes);
    for (size_t i = 0; i < shown(v); i++) {
        const struct verify_finding *f = &v->findings[i];
        (void)printf("不符：%s%s%s%s%s\n", clean(v->arena, f->file), *f->file ? "：" : "",
                     clean(v->arena, f->where), *f->where ? "：" : "", clean(v->arena, f->what));
    }
    if (v->finding_count == 0)
        (void)printf("结论：承诺、种子、名录快照和全部结果均相符。\n");
    else
        (void)printf("结论：共 %zu 处不符。\n", v->finding_count);
}

static void print_json(struct verify *v, const char *path)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, v->arena, (size_t)16 << 20);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "bundle", path);
    jw_bool(&w, "intact", v->finding_count == 0);
    jw_text(&w, "campaign", v->campaign);
    jw_bool(&w, "void", v->is_void);
    jw_bool(&w, "kept", v->kept != NULL);
    if (v->stamped_at)
        jw_instant(&w, "stamped", v->stamped_at);
    else
        jw_null(&w, "stamped");
    jw_array(&w, "draws");
    for (size_t i = 0; i < v->draw_count; i++) {
        const struct verify_draw *d = &v->draws[i];
        jw_object(&w, NULL);
        jw_text(&w, "draw", d->id);
        jw_bool(&w, "intact", d->intact);
        jw_int(&w, "lines", (int64_t)d->lines);
        jw_int(&w, "selected", (int64_t)d->selected);
        jw_int(&w, "reserves", (int64_t)d->reserves);
        jw_end(&w);
    }
    jw_end(&w);
    jw_bool(&w, "rosters", v->rosters);
    if (v->matched) {
        jw_object(&w, "match");
        jw_int(&w, "sections", (int64_t)v->sections);
        jw_int(&w, "assignments", (int64_t)v->assignments);
        jw_int(&w, "inspectors_drawn", (int64_t)v->inspectors_drawn);
        jw_int(&w, "adjustments", (int64_t)v->adjustments);
        jw_int(&w, "inspectors_changed", (int64_t)v->inspectors_changed);
        jw_int(&w, "differences", (int64_t)v->differences);
        jw_int(&w, "displaced", (int64_t)v->displaced);
        jw_end(&w);
    } else {
        jw_null(&w, "match");
    }
    jw_int(&w, "substitutes", (int64_t)v->substitutes);
    jw_int(&w, "finding_count", (int64_t)v->finding_count);
    jw_array(&w, "findings");
    for (size_t i = 0; i < shown(v); i++) {
        jw_object(&w, NULL);
        jw_text(&w, "file", v->findings[i].file);
        jw_text(&w, "where", v->findings[i].where);
        jw_text(&w, "problem", v->findings[i].what);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    (void)printf("%s\n", out.p);
}

/* One bundle, in memory that it gives back. EXIT_ENVIRONMENT: a->err says why it cannot be read. */
static int verify_path(struct admin *a, const char *path, const char *kept, const char *authorities)
{
    int code = EXIT_ENVIRONMENT;
    void *archive = MAP_FAILED;
    struct stat st = { .st_size = 0 };
    struct arena *arena = arena_new(ADMIN_ARENA_MAX);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size <= 0) {
        (void)err_set(&a->err, RC_UNAVAILABLE, path, "无法读取公示包，或文件为空");
        goto out;
    }
    archive = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (archive == MAP_FAILED) {
        (void)err_set(&a->err, RC_UNAVAILABLE, path, "无法读取公示包");
        goto out;
    }
    struct verify *v = arena_alloc(arena, sizeof *v);
    v->arena = arena;
    v->kept = kept;
    v->authorities = authorities;
    verify_archive(v, archive, (size_t)st.st_size);
    if (a->json)
        print_json(v, path);
    else
        print_text(v, path);
    code = v->finding_count ? EXIT_REFUSED : EXIT_OK;
out:
    if (archive != MAP_FAILED)
        (void)munmap(archive, (size_t)st.st_size);
    if (fd >= 0)
        (void)close(fd);
    arena_free(arena);
    return code;
}

int admin_draw_verify(struct admin *a, int argc, char **argv)
{
    const char *kept = NULL;
    const char *authority = NULL;
    const struct admin_option options[] = { { "--announcement", &kept, NULL },
                                            { "--authority", &authority, NULL },
                                            { NULL, NULL, NULL } };
    uint8_t digest[DIGEST_SIZE];
    argc = admin_options(argc, argv, options);
    if (argc < 0)
        return EXIT_USAGE;
    if (argc < 1)
        return admin_usage("draw verify 需要公示包文件");
    if (kept && argc > 1)
        return admin_usage("--announcement 是一个公示包的公告摘要：请只给出一个公示包");
    if (kept && !hex_decode(digest, sizeof digest, kept))
        return admin_usage("--announcement 是公告的摘要：64 位小写十六进制数");
    const char *authorities = authority ? admin_read_file(a, authority, AUTHORITIES_MAX) : NULL;
    if (authority && !authorities)
        return admin_usage("--authority 的文件无法读取，或过大");
    int code = EXIT_OK;
    for (int i = 0; i < argc; i++) {
        int one = verify_path(a, argv[i], kept, authorities);
        if (one == EXIT_ENVIRONMENT)
            return admin_fault(a, RC_UNAVAILABLE);
        if (one != EXIT_OK)
            code = one;
    }
    return code;
}
