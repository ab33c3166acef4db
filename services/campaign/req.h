/**
 * @file req.h  One piece of work: an RPC, an event, a round of the reconciler.
 *
 * It owns an arena and at most one transaction and walks through steps. A step
 * gets the result of the statement before; an error ends the work: roll back,
 * tell the caller, free. So steps hold only the good path. Each step ends with
 * exactly one of cmp_query, cmp_begin, cmp_commit, cmp_run, cmp_reply,
 * cmp_fail; statements that were added before go along with the first three.
 */
#ifndef CMP_REQ_H
#define CMP_REQ_H

#include "app.h"
#include "arena.h"

struct cmp_req;

/** A statement is done. @param res Borrowed during the step */
typedef void cmp_step(struct cmp_req *r, const PGresult *res);
/** The work has ended. @param output NULL when it failed */
typedef void cmp_end_cb(struct cmp_req *r, const ProtobufCMessage *output,
			enum yh_status_code code, const char *text);

struct cmp_req {
	struct cmp_app *app;
	struct cmp_arena arena;
	struct yh_pg_tx *tx;
	cmp_step *step;
	struct yh_pg_stmt batch[YH_PG_BATCH];
	unsigned n_batch;
	const PGresult *const *results; /**< Of the batch, during the step */
	cmp_end_cb *end;
	ProtobufCClosure closure; /**< Of an RPC */
	void *closure_data;
	const void *in; /**< RPC: the input; lives until the answer */
	void *state;	/**< The handler's own, in the arena */
	const ProtobufCMessageDescriptor *empty; /**< Of cmp_reply_none() */
};

/** Start work for an RPC. @param service The called one */
struct cmp_req *cmp_rpc(const void *service, size_t service_size,
			const void *in, ProtobufCClosure closure, void *data);
/** Start other work. @param end Gets the end, before it is freed */
struct cmp_req *cmp_work(struct cmp_app *app, cmp_end_cb *end);

/** The end of an RPC; for handlers that have more to free. */
void cmp_rpc_end(struct cmp_req *r, const ProtobufCMessage *output,
		 enum yh_status_code code, const char *text);

/** A handler's first line. */
#define CMP_RPC(service, in, closure, data)                                    \
	cmp_rpc(service, sizeof(*(service)), in, (ProtobufCClosure)(closure),  \
		data)

/** The texts of a statement's parameters, NULL = SQL NULL. */
#define CMP_PARAMS(...)                                                        \
	(int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),         \
		(const char *[])                                               \
	{                                                                      \
		__VA_ARGS__                                                    \
	}

/** Add a statement to what is sent next; its results stand in r->results in
 * the order of adding. @param params Shape (n), borrowed; their texts live
 * until it is sent */
void cmp_add_n(struct cmp_req *r, const char *sql, int n,
	       const char *const *params);
#define cmp_add(r, sql, ...) cmp_add_n(r, sql, CMP_PARAMS(__VA_ARGS__))
/** Send what was added together, and go on with the last one's result. */
void cmp_run(struct cmp_req *r, cmp_step *step);

void cmp_query_n(struct cmp_req *r, cmp_step *step, const char *sql, int n,
		 const char *const *params);
/** A statement, in the transaction when there is one. */
#define cmp_query(r, step, sql, ...)                                           \
	cmp_query_n(r, step, sql, CMP_PARAMS(__VA_ARGS__))
void cmp_begin(struct cmp_req *r, cmp_step *step);
void cmp_commit(struct cmp_req *r, cmp_step *step);

/** The end: answer and free. @param output Borrowed, may be NULL for work
 * that is no RPC @param r Taken */
void cmp_reply(struct cmp_req *r, const ProtobufCMessage *output);
/** The bad end. @param fmt For people; no personal data @param r Taken */
void cmp_fail(struct cmp_req *r, enum yh_status_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- reading results ---- */
/** A text, "" for NULL; borrowed from the result. */
const char *cmp_col(const PGresult *res, int row, int col);
/** A text of its own in the arena. */
char *cmp_text(struct cmp_req *r, const PGresult *res, int row, int col);
int64_t cmp_int(const PGresult *res, int row, int col);
bool cmp_bool(const PGresult *res, int row, int col);
/** Unseal a bytea: text in the arena, NULL for NULL or a wrong seal. */
char *cmp_open(struct cmp_req *r, const char *label, const PGresult *res,
	       int row, int col, size_t *len);
/** Seal into a bytea parameter. */
char *cmp_sealed(struct cmp_req *r, const char *label, const void *data,
		 size_t len);
/** Pack and seal a message. */
char *cmp_sealed_msg(struct cmp_req *r, const char *label,
		     const ProtobufCMessage *msg);
/** Microseconds since 1970 as a message, NULL for NULL or 0. */
Google__Protobuf__Timestamp *cmp_time(struct cmp_req *r, const PGresult *res,
				      int row, int col);
/** A message in the arena: cmp_new(r, Yinhu__V1__Call, yinhu__v1__call) */
#define cmp_new(r, type, name) cmp_new_msg(r, &name##__descriptor)
void *cmp_new_msg(struct cmp_req *r, const ProtobufCMessageDescriptor *d);
/** A new id: prefix and 24 hex digits, 8 of the time [s] and 16 random. */
char *cmp_new_id(struct cmp_req *r, const char *prefix);

/* ---- names ---- */
/** The id behind "<collection>/" in a name, up to the next '/' or the end.
 * @param[out] rest Behind it, may be NULL: then nothing may follow
 * @return arena, or NULL when the name is not of this form */
char *cmp_id(struct cmp_req *r, const char *name, const char *collection,
	     const char **rest);

#endif
