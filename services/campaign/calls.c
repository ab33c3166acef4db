/** @file calls.c  CallService: the records of calls and their recordings. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "page.h"
#include "record.h"
#include "req.h"

typedef Yinhu__V1__CallService_Service service_t;

enum { MAX_RECORDING = 8000000 }; /* a message of the bus holds 8 MiB */

#define COLUMNS                                                                \
	"a.seq, a.id, a.campaign_id, a.contact_id, k.masked_enc, a.number, "   \
	"a.outcome, a.disposition, "                                           \
	"(extract(epoch from coalesce(a.dialing_at, a.created_at)) * 1000000)" \
	"::bigint, (extract(epoch from a.answered_at) * 1000000)::bigint, "    \
	"(extract(epoch from a.ended_at) * 1000000)::bigint, a.hung_up_by, "   \
	"a.terminal, a.ended_enc, a.dialog_enc, a.quality_enc, a.score_enc, "  \
	"c.script_id || '@' || c.script_version "
#define TABLES                                                                 \
	"FROM attempts a JOIN contacts k ON k.id = a.contact_id "              \
	"JOIN campaigns c ON c.id = a.campaign_id "

/* Messages that protobuf-c made; freed when the answer has gone. */
struct unpacked {
	ProtobufCMessage *list[4 * CMP_PAGE_MAX + CMP_PAGE_MAX];
	size_t n;
};

struct reading {
	struct unpacked *kept;
	struct cmp_page page;
	Yinhu__V1__Call *call; /* GetCall */
};

static void read_end(struct cmp_req *r, const ProtobufCMessage *output,
		     enum yh_status_code code, const char *text)
{
	struct reading *rd = r->state;

	cmp_rpc_end(r, output, code, text);
	for (size_t i = 0; i < rd->kept->n; i++)
		protobuf_c_message_free_unpacked(rd->kept->list[i], NULL);
}

static struct reading *reading_new(struct cmp_req *r)
{
	struct reading *rd = cmp_alloc(&r->arena, sizeof(*rd));

	rd->kept = cmp_alloc(&r->arena, sizeof(*rd->kept));
	r->state = rd;
	r->end = read_end;

	return rd;
}

/* Unseal and unpack a column. @return borrowed until the answer, or NULL */
static void *open_msg(struct cmp_req *r, const ProtobufCMessageDescriptor *d,
		      const PGresult *res, int row, int col)
{
	struct unpacked *kept = ((struct reading *)r->state)->kept;
	size_t len;
	char *packed = cmp_open(r, "event", res, row, col, &len);
	ProtobufCMessage *msg;

	if (!packed || kept->n == YH_ARRAY_LEN(kept->list))
		return NULL;
	msg = protobuf_c_message_unpack(d, NULL, len, (uint8_t *)packed);
	if (msg)
		kept->list[kept->n++] = msg;

	return msg;
}

static void put_ended(Yinhu__V1__Call *c, const Yinhu__V1__Ended *e)
{
	if (!e)
		return;
	c->sip_code = e->sip_code;
	c->ring_ms = e->ring_ms;
	c->talk_ms = e->talk_ms;
	c->has_recording = *e->recording != '\0';
	c->media = e->media;
	c->progress = e->progress;
}

static void put_dialog(struct cmp_req *r, Yinhu__V1__Call *c,
		       const Yinhu__V1__DialogEnded *d)
{
	if (!d)
		return;
	c->turns = d->turns;
	c->n_intents = d->n_intents;
	c->intents = d->intents;
	c->verified = d->verified;
	c->slots = cmp_alloc(&r->arena, d->n_slots * sizeof(*c->slots));
	for (size_t i = 0; i < d->n_slots; i++) {
		Yinhu__V1__Call__SlotsEntry *s = cmp_new_msg(
			r, &yinhu__v1__call__slots_entry__descriptor);

		s->key = d->slots[i]->key;
		s->value = d->slots[i]->value;
		c->slots[c->n_slots++] = s;
	}
}

static Yinhu__V1__Call *call_of(struct cmp_req *r, const PGresult *res, int i)
{
	Yinhu__V1__Call *c = cmp_new(r, Yinhu__V1__Call, yinhu__v1__call);
	size_t len;
	char *masked = cmp_open(r, "masked", res, i, 4, &len);

	c->name = cmp_fmt(&r->arena, "calls/%s", cmp_col(res, i, 1));
	c->campaign = cmp_fmt(&r->arena, "campaigns/%s", cmp_col(res, i, 2));
	c->contact = cmp_fmt(&r->arena, "%s/contacts/%s", c->campaign,
			     cmp_col(res, i, 3));
	if (masked)
		c->masked_phone = masked;
	c->attempt_number = (uint32_t)cmp_int(res, i, 5);
	c->outcome = (Yinhu__V1__CallOutcome)cmp_int(res, i, 6);
	c->disposition = cmp_text(r, res, i, 7);
	c->start_time = cmp_time(r, res, i, 8);
	c->answer_time = cmp_time(r, res, i, 9);
	c->end_time = cmp_time(r, res, i, 10);
	c->hung_up_by = cmp_text(r, res, i, 11);
	c->terminal = cmp_bool(res, i, 12);
	put_ended(c, open_msg(r, &yinhu__v1__ended__descriptor, res, i, 13));
	put_dialog(
		r, c,
		open_msg(r, &yinhu__v1__dialog_ended__descriptor, res, i, 14));
	c->quality =
		open_msg(r, &yinhu__v1__quality_report__descriptor, res, i, 15);
	c->score = open_msg(r, &yinhu__v1__score__descriptor, res, i, 16);
	c->script = cmp_fmt(&r->arena, "scripts/%s", cmp_col(res, i, 17));

	return c;
}

/* ---- list ------------------------------------------------------------------
 */

static void on_rows(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListCallsResponse out = YINHU__V1__LIST_CALLS_RESPONSE__INIT;
	const struct reading *rd = r->state;
	int n = cmp_page_rows(r, &rd->page, res, &out.next_page_token);
	const Yinhu__V1__ListCallsRequest *in = r->in;

	if (!n) {
		cmp_reply_none(r, CMP_THE_CAMPAIGN,
			       in->parent + strlen("campaigns/"),
			       out.base.descriptor);
		return;
	}
	out.n_calls = (size_t)n;
	out.calls = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.calls));
	for (int i = 0; i < n; i++)
		out.calls[i] = call_of(r, res, i);
	cmp_reply(r, &out.base);
}

static void list(service_t *s, const Yinhu__V1__ListCallsRequest *in,
		 Yinhu__V1__ListCallsResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	char *id = cmp_id(r, in->parent, "campaigns", NULL);
	const char *what = cmp_fmt(&r->arena, "%s/calls", in->parent);
	struct reading *rd = reading_new(r);

	if (!id ||
	    !cmp_page_read(r, &rd->page, what, in->page_token, in->page_size)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "parent must be \"campaigns/<id>\", "
			 "page_size 0 or more, page_token of this list");
		return;
	}
	cmp_query(r, on_rows,
		  "SELECT " COLUMNS TABLES "WHERE a.campaign_id = $1 AND "
		  "($2::bigint = 0 OR a.seq < $2::bigint) "
		  "ORDER BY a.seq DESC LIMIT $3::int",
		  id, cmp_page_after(r, &rd->page),
		  cmp_page_limit(r, &rd->page));
}

/* ---- one -------------------------------------------------------------------
 */

static void on_events(struct cmp_req *r, const PGresult *res)
{
	struct reading *rd = r->state;
	Yinhu__V1__CallEvent **events;
	size_t n = 0;

	events = cmp_alloc(&r->arena, (size_t)PQntuples(res) * sizeof(*events));
	for (int i = 0; i < PQntuples(res); i++) {
		events[n] = open_msg(r, &yinhu__v1__call_event__descriptor, res,
				     i, 0);
		n += events[n] != NULL;
	}
	cmp_record_fold(&r->arena, rd->call, events, n);
	cmp_reply(r, &rd->call->base);
}

static void on_call(struct cmp_req *r, const PGresult *res)
{
	struct reading *rd = r->state;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no such call");
		return;
	}
	rd->call = call_of(r, res, 0);
	cmp_query(r, on_events,
		  "SELECT payload_enc FROM call_events WHERE call_id = $1 "
		  "ORDER BY time_us LIMIT 4000",
		  rd->call->name + strlen("calls/"));
}

static void get(service_t *s, const Yinhu__V1__GetCallRequest *in,
		Yinhu__V1__Call_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	char *id = cmp_id(r, in->name, "calls", NULL);

	reading_new(r);
	if (id)
		cmp_query(r, on_call,
			  "SELECT " COLUMNS TABLES "WHERE a.id = $1", id);
	else
		cmp_fail(r, YH_INVALID_ARGUMENT, "name must be \"calls/<id>\"");
}

/* ---- recording -------------------------------------------------------------
 */

struct recording {
	struct cmp_req *r;
	char *path;
	uint8_t *data;
	size_t len;
	int err;
};

/* Worker thread. */
static void read_file(void *job, unsigned worker)
{
	struct recording *rec = job;
	struct stat st;
	ssize_t n = 0;
	int fd = open(rec->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	(void)worker;
	if (fd < 0 || fstat(fd, &st)) {
		rec->err = -errno;
	} else if (!S_ISREG(st.st_mode) || st.st_size > MAX_RECORDING) {
		rec->err = -EFBIG;
	} else {
		rec->data = yh_zalloc((size_t)st.st_size);
		if (!rec->data)
			rec->err = -ENOMEM;
		while (!rec->err && rec->len < (size_t)st.st_size) {
			n = read(fd, rec->data + rec->len,
				 (size_t)st.st_size - rec->len);
			if (n <= 0)
				break;
			rec->len += (size_t)n;
		}
	}
	if (fd >= 0)
		close(fd);
}

static void recording_end(struct cmp_req *r, const ProtobufCMessage *output,
			  enum yh_status_code code, const char *text)
{
	struct recording *rec = r->state;

	cmp_rpc_end(r, output, code, text);
	if (rec)
		yh_wipe_free(rec->data, rec->len);
}

static void file_read(void *job)
{
	Google__Api__HttpBody out = GOOGLE__API__HTTP_BODY__INIT;
	struct recording *rec = job;

	if (rec->err == -EFBIG) {
		cmp_fail(rec->r, YH_OUT_OF_RANGE,
			 "the recording is over 8 MB; read it from the store");
	} else if (rec->err || !rec->len) {
		cmp_fail(rec->r, YH_NOT_FOUND,
			 "the recording is not in the store (any more)");
	} else {
		out.content_type = (char *)"audio/wav";
		out.data.data = rec->data;
		out.data.len = rec->len;
		cmp_reply(rec->r, &out.base);
	}
}

/* Relative, plain characters, no step upwards. */
static bool path_ok(const char *path)
{
	return *path && *path != '/' && *path != '.' && !strstr(path, "..") &&
	       !path[strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				  "qrstuvwxyz0123456789_-./")];
}

static void on_recording(struct cmp_req *r, const PGresult *res)
{
	struct recording *rec = cmp_alloc(&r->arena, sizeof(*rec));
	Yinhu__V1__Ended *e = NULL;
	size_t len;
	char *packed = NULL;

	rec->r = r;
	r->state = rec;
	r->end = recording_end;
	if (PQntuples(res))
		packed = cmp_open(r, "event", res, 0, 0, &len);
	if (packed)
		e = yinhu__v1__ended__unpack(NULL, len, (uint8_t *)packed);
	if (e && path_ok(e->recording))
		rec->path = cmp_fmt(&r->arena, "%s/%s",
				    r->app->conf->recordings_dir, e->recording);
	if (e)
		yinhu__v1__ended__free_unpacked(e, NULL);
	if (!rec->path)
		cmp_fail(r, YH_NOT_FOUND, "there is no recording of this call");
	else if (yh_pool_submit(r->app->pool, rec, read_file, file_read))
		cmp_fail(r, YH_RESOURCE_EXHAUSTED, "too many at once");
}

static void recording(service_t *s, const Yinhu__V1__GetRecordingRequest *in,
		      Google__Api__HttpBody_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	char *id = cmp_id(r, in->name, "calls", NULL);

	if (id)
		cmp_query(r, on_recording,
			  "SELECT ended_enc FROM attempts WHERE id = $1", id);
	else
		cmp_fail(r, YH_INVALID_ARGUMENT, "name must be \"calls/<id>\"");
}

void cmp_calls_bind(service_t *s)
{
	s->list_calls = list;
	s->get_call = get;
	s->get_recording = recording;
}
