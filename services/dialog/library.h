/**
 * @file library.h  Scripts with their classifiers, fetched once from campaign.
 *
 * A version never changes, so what was fetched stays (at most 64; the one
 * unused for longest goes). Loop thread.
 */
#ifndef DLG_LIBRARY_H
#define DLG_LIBRARY_H

#include "rpc/rpc.h"
#include "script/script.h"
#include "text/classify.h"

struct dlg_library;

struct dlg_book {
	char *name; /**< "<id>@<version>" */
	struct yh_script *script;
	struct yh_classifier *classifier;
	uint64_t used; /**< Ticks of the library's own count */
};

/** @param book Borrowed until the callback returns; NULL on error */
typedef void dlg_book_cb(void *arg, int err, const struct dlg_book *book);

/** @param general Kept: the classifier of the general intents
 * @return 0, -ENOMEM */
int dlg_library_create(struct dlg_library **out, struct yh_bus *bus,
		       const struct yh_classifier *general);
/** @param library Taken, may be NULL */
void dlg_library_destroy(struct dlg_library *library);

/** Find or fetch a script. cb comes exactly once, perhaps before this returns.
 * @param name "<id>@<version>", borrowed */
void dlg_library_get(struct dlg_library *library, const char *name,
		     dlg_book_cb *cb, void *arg);

#endif
