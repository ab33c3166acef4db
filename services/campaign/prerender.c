/** @file prerender.c  Voices ahead of calls, contract in app.h */
#include "app.h"

#include "base/log.h"
#include "yinhu/v1/speech.pb-c.h"

/* Whatever failed is rendered in the call: this is to save time only. */
static void on_prerendered(const Yinhu__V1__PrerenderScriptResponse *res,
			   void *arg)
{
	(void)arg;
	if (res)
		yh_info("script.prerendered",
			"clauses=%u variable=%u rendered=%u recorded=%u "
			"failed=%u",
			res->clauses, res->variable, res->rendered,
			res->recorded, res->failed);
	else
		yh_warn("script.prerender", "status=%d", yh_rpc_status()->code);
}

void cmp_prerender(struct cmp_app *app, const char *source)
{
	Yinhu__V1__PrerenderScriptRequest req =
		YINHU__V1__PRERENDER_SCRIPT_REQUEST__INIT;

	req.source = (char *)source;
	yinhu__v1__synthesis_service__prerender_script(app->voices, &req,
						       on_prerendered, NULL);
}
