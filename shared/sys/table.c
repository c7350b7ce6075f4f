#include "sys/table.h"

#include <string.h>

/* Programs call a page of HTML .xls, and spreadsheets open it. */
static bool is_markup(FILE *in)
{
    static const char mark[] = "\xEF\xBB\xBF";
    char head[64] = "";
    size_t n = fseek(in, 0, SEEK_SET) == 0 ? fread(head, 1, sizeof head - 1, in) : 0;
    const char *p = n >= 3 && memcmp(head, mark, 3) == 0 ? head + 3 : head;
    return fseek(in, 0, SEEK_SET) == 0 && p[strspn(p, " \t\r\n")] == '<';
}

enum rc table_open(FILE *in, enum csv_encoding encoding, const char *sheet, struct table *out,
                   struct err *err)
{
    *out = (struct table){ .in = in, .encoding = encoding };
    if (workbook_is_old(in))
        return err_set(err, RC_MALFORMED, "",
                       "是旧版（.xls）或加密的工作簿：请另存为不加密的 .xlsx 或 CSV");
    if (is_markup(in))
        return err_set(err, RC_MALFORMED, "",
                       "是网页或 XML 表格：请用电子表格打开，另存为 .xlsx 或 CSV");
    if (workbook_is(in)) {
        out->form = "XLSX";
        out->encoding = CSV_PLAIN;
        return workbook_csv(in, sheet, &out->converted, &out->hidden, err);
    }
    enum rc rc = encoding == CSV_DETECT ? csv_detect(in, &out->encoding, err) : RC_OK;
    out->form = csv_encoding_name(out->encoding);
    return rc;
}

enum rc table_read(const struct table *t, csv_row_fn *fn, void *data, struct err *err)
{
    return csv_read_as(t->converted ? t->converted : t->in, t->encoding, fn, data, err);
}

void table_close(struct table *t)
{
    if (t->converted)
        (void)fclose(t->converted);
    workbook_hidden_free(t->hidden);
    t->converted = NULL;
    t->hidden = NULL;
}
