/** @file library.c  Scripts and classifiers, contract in library.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "library.h"
#include "yinhu/v1/script.pb-c.h"

enum { MAX_BOOKS = 64, RPC_MS = 3000 };

struct dlg_library {
	ProtobufCService *scripts; /* client of ScriptService */
	const struct yh_classifier *general;
	struct dlg_book books[MAX_BOOKS];
	unsigned n;
	uint64_t clock;
};

struct fetch {
	struct dlg_library *library;
	char name[128];
	dlg_book_cb *cb;
	void *arg;
};

int dlg_library_create(struct dlg_library **out, struct yh_bus *bus,
		       const struct yh_classifier *general)
{
	struct dlg_library *l = yh_zalloc(sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->scripts = yh_rpc_client_create(
		bus, &yinhu__v1__script_service__descriptor, RPC_MS);
	if (!l->scripts) {
		yh_free(l);
		return -ENOMEM;
	}
	l->general = general;
	*out = l;

	return 0;
}

static void close_book(struct dlg_book *b)
{
	yh_free(b->name);
	yh_script_destroy(b->script);
	yh_classifier_destroy(b->classifier);
	*b = (struct dlg_book){0};
}

void dlg_library_destroy(struct dlg_library *l)
{
	if (!l)
		return;
	for (unsigned i = 0; i < l->n; i++)
		close_book(&l->books[i]);
	protobuf_c_service_destroy(l->scripts);
	yh_free(l);
}

static struct dlg_book *find(struct dlg_library *l, const char *name)
{
	for (unsigned i = 0; i < l->n; i++) {
		if (!strcmp(l->books[i].name, name))
			return &l->books[i];
	}

	return NULL;
}

static struct dlg_book *free_place(struct dlg_library *l)
{
	struct dlg_book *oldest = &l->books[0];

	if (l->n < MAX_BOOKS)
		return &l->books[l->n++];
	for (unsigned i = 1; i < l->n; i++) {
		if (l->books[i].used < oldest->used)
			oldest = &l->books[i];
	}
	close_book(oldest);

	return oldest;
}

static int open_book(struct dlg_library *l, const char *name,
		     const char *source, struct dlg_book **out)
{
	struct dlg_book b = {0};
	char error[512];
	int err = yh_script_parse(&b.script, source, strlen(source), error,
				  sizeof(error));

	if (err) {
		yh_error("dialog.script", "script=%s at=%s", name, error);
		return err;
	}
	b.name = yh_strdup(name);
	err = b.name ? yh_classifier_extend(&b.classifier, l->general,
					    &b.script->intents)
		     : -ENOMEM;
	if (err) {
		close_book(&b);
		return err;
	}
	*out = free_place(l);
	**out = b;
	yh_info("dialog.script", "script=%s states=%u", name,
		b.script->n_states);

	return 0;
}

static void on_script(const Yinhu__V1__Script *script, void *arg)
{
	struct fetch *f = arg;
	struct dlg_book *book = find(f->library, f->name);
	int err = 0;

	if (!script)
		err = yh_rpc_status()->code == YH_NOT_FOUND ? -ENOENT : -EAGAIN;
	else if (!book)
		err = open_book(f->library, f->name, script->source, &book);
	if (book)
		book->used = ++f->library->clock;
	f->cb(f->arg, err, err ? NULL : book);
	yh_free(f);
}

void dlg_library_get(struct dlg_library *l, const char *name, dlg_book_cb *cb,
		     void *arg)
{
	struct dlg_book *book = find(l, name);
	Yinhu__V1__GetScriptRequest req = YINHU__V1__GET_SCRIPT_REQUEST__INIT;
	char resource[160];
	struct fetch *f;

	if (book) {
		book->used = ++l->clock;
		cb(arg, 0, book);
		return;
	}
	f = yh_zalloc(sizeof(*f));
	if (!f) {
		cb(arg, -ENOMEM, NULL);
		return;
	}
	f->library = l;
	f->cb = cb;
	f->arg = arg;
	snprintf(f->name, sizeof(f->name), "%s", name);
	snprintf(resource, sizeof(resource), "scripts/%s", name);
	req.name = resource;
	yinhu__v1__script_service__get_script(l->scripts, &req, on_script, f);
}
