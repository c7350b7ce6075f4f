/* Of a visit v, in SQL. */
#ifndef LIANCHA_STORE_REDRAWN_H
#define LIANCHA_STORE_REDRAWN_H

#include "store/draw/draw.h"

/* A task of it belongs to a draw whose plan is drawn again. */
#define REDRAWN                                                                                    \
    "EXISTS (SELECT 1 FROM section s JOIN task t ON t.section_id = s.id"                           \
    " JOIN draw w ON w.id = t.draw_id WHERE s.visit_id = v.id AND " DRAW_SUPERSEDED ")"

/* Without notice: as its campaign says until the dispatch (joint_campaign j, joined LEFT), and from
   then on as it went out. */
#define UNANNOUNCED "IF(v.state = 'dispatched', v.unannounced, COALESCE(j.unannounced, 0))"

/* Of a section: somebody has recorded, attended or signed anything; nothing of it can be undone.
   WRITTEN is what its own row tells. */
#define SECTION_WRITTEN(s)                                                                         \
    s ".state <> 'open' OR " s ".field_versions <> '' OR " s ".attended <> ''"                     \
      " OR " s ".code_state <> 'none'"
#define SECTION_BEGUN(s)                                                                           \
    "(" SECTION_WRITTEN(s) " OR EXISTS (SELECT 1 FROM check_result k"                              \
                           " WHERE k.section_id = " s ".id AND k.field_versions <> ''))"

#endif
