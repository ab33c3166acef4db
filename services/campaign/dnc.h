/** @file dnc.h  Parts of DncService that have files of their own. */
#ifndef CMP_DNC_H
#define CMP_DNC_H

#include "req.h"

/** The campaign's id that an entry is for, "" = everywhere.
 * @return NULL when scope or suppress are not as documented */
const char *cmp_dnc_scope(struct cmp_req *r, const char *scope,
			  const char *suppress);

/** DncService.ImportDncEntries. */
void cmp_dnc_import(Yinhu__V1__DncService_Service *s,
		    const Yinhu__V1__ImportDncEntriesRequest *in,
		    Yinhu__V1__DncImport_Closure closure, void *data);

#endif
