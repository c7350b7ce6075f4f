/* What storing a row did. */
#ifndef LIANCHA_STORE_CHANGE_H
#define LIANCHA_STORE_CHANGE_H

enum store_change { STORE_CREATED, STORE_CHANGED, STORE_UNCHANGED };

#endif
