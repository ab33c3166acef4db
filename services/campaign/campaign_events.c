/** @file campaign_events.c  Who changed a campaign's state, and why. */
#include "page.h"

typedef Yinhu__V1__CampaignService_Service service_t;
typedef Yinhu__V1__ListCampaignEventsResponse_Closure closure_t;
typedef Yinhu__V1__Campaign__State state_t;

static Yinhu__V1__CampaignEvent *event_of(struct cmp_req *r,
					  const PGresult *res, int i)
{
	Yinhu__V1__CampaignEvent *e =
		cmp_new(r, Yinhu__V1__CampaignEvent, yinhu__v1__campaign_event);

	e->name = cmp_fmt(&r->arena, "campaigns/%s/events/%s",
			  cmp_col(res, i, 1), cmp_col(res, i, 0));
	e->old_state = (state_t)cmp_int(res, i, 2);
	e->state = (state_t)cmp_int(res, i, 3);
	e->actor = cmp_text(r, res, i, 4);
	e->reason = cmp_text(r, res, i, 5);
	e->create_time = cmp_time(r, res, i, 6);

	return e;
}

static void on_events(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListCampaignEventsResponse out =
		YINHU__V1__LIST_CAMPAIGN_EVENTS_RESPONSE__INIT;
	int n = cmp_page_rows(r, r->state, res, &out.next_page_token);

	out.n_events = (size_t)n;
	out.events = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.events));
	for (int i = 0; i < n; i++)
		out.events[i] = event_of(r, res, i);
	cmp_reply(r, &out.base);
}

static void list(service_t *s, const Yinhu__V1__ListCampaignEventsRequest *in,
		 closure_t closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	char *id = cmp_id(r, in->parent, "campaigns", NULL);
	const struct cmp_page *p;

	if (!id) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "parent must be \"campaigns/<id>\"");
		return;
	}
	p = cmp_page_new(r, cmp_fmt(&r->arena, "campaign_events.%s", id),
			 in->page_token, in->page_size);
	if (!p)
		return;
	cmp_query(r, on_events,
		  "SELECT id, campaign_id, old_state, state, actor, reason, "
		  "(extract(epoch from created_at) * 1000000)::bigint "
		  "FROM campaign_events WHERE campaign_id = $1 "
		  "AND ($2::bigint = 0 OR id < $2::bigint) "
		  "ORDER BY id DESC LIMIT $3::int",
		  id, cmp_page_after(r, p), cmp_page_limit(r, p));
}

void cmp_campaign_events_bind(service_t *s)
{
	s->list_campaign_events = list;
}
