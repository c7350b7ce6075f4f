#include "admin/admin.h"

#include <stdio.h>

#include "store/audit.h"

int admin_audit_verify(struct admin *a, int argc, char **argv)
{
    (void)argv;
    int64_t chains;
    int64_t events;
    if (argc)
        return admin_usage("audit verify 不需要参数");
    enum rc rc = audit_verify(a->db, &chains, &events, &a->err);
    if (rc != RC_OK && rc != RC_CHECKSUM)
        return admin_fault(a, rc);
    if (a->json)
        (void)printf("{\"intact\":%s,\"chains\":%lld,\"events\":%lld,\"broken\":\"%s\"}\n",
                     rc == RC_OK ? "true" : "false", (long long)chains, (long long)events,
                     a->err.pointer);
    else if (rc == RC_OK)
        (void)printf("审计日志完整：%lld 条链，%lld 条记录\n", (long long)chains,
                     (long long)events);
    else
        (void)printf("审计日志在 %s 处断裂：%s\n", a->err.pointer, a->err.detail);
    return rc == RC_OK ? EXIT_OK : EXIT_REFUSED;
}
