/**
 * @file scripts.h  What the files of ScriptService share.
 *
 * Rule packs are rows of the same table; an id that begins with "packs/" is a
 * pack's.
 */
#ifndef CMP_SCRIPTS_H
#define CMP_SCRIPTS_H

#include "life.h"
#include "req.h"

/** In how many places is s in force? A pack: in one, everywhere, or none. */
#define CMP_SCRIPT_IN_FORCE                                                    \
	"((SELECT count(*) FROM campaigns c WHERE c.script_id = s.script_id "  \
	" AND c.script_version = s.version AND c.state < 4) + "                \
	"(SELECT count(*) FROM packs p WHERE p.id = s.script_id AND "          \
	" p.version = s.version AND s.state = 3 AND "                          \
	" coalesce(s.expires_at > now(), true)))"
/** Columns of cmp_script_of(), from a table or CTE that is called s. */
#define CMP_SCRIPT_COLUMNS_BUT_SOURCE(source)                                  \
	"s.seq, s.script_id, s.version, " source ", s.sha256, s.title, "       \
	"(extract(epoch from s.created_at) * 1000000)::bigint, s.state, "      \
	"s.author, s.submitter, s.reviewer, s.review, "                        \
	"(extract(epoch from s.reviewed_at) * 1000000)::bigint, "              \
	"(extract(epoch from s.expires_at) * 1000000)::bigint, "               \
	"s.signature, " CMP_SCRIPT_IN_FORCE
#define CMP_SCRIPT_COLUMNS CMP_SCRIPT_COLUMNS_BUT_SOURCE("s.source")

/** A row of CMP_SCRIPT_COLUMNS as a message in the arena. */
Yinhu__V1__Script *cmp_script_of(struct cmp_req *r, const PGresult *res, int i);
/** Split "scripts/<id>[@<version>]" or "packs/<id>[@<version>]".
 * @param[out] version 0 when there is none
 * @return The id in the arena, a pack's with its "packs/"; NULL: not of this
 * form */
char *cmp_script_id(struct cmp_req *r, const char *name, int *version);
bool cmp_script_is_pack(const char *id);
/** The other way round: "scripts/<id>@<version>", in the arena. */
char *cmp_script_name(struct cmp_req *r, const char *id, int version);
/** The signature of an approval, hexadecimal, in the arena.
 * @return NULL when it cannot be made */
char *cmp_script_sign(struct cmp_req *r, const char *id, int version,
		      const char *sha256, const char *author,
		      const char *reviewer);

/** A step under way: the state of its request. */
struct cmp_life_step {
	enum cmp_script_step step;
	const char *id;
	int version; /* 0: found when rolled back */
	const char *actor, *reason, *campaign;
	const char *expires_us; /* NULL = no end */
	const char *found;	/* What the check said, for the record */
	Yinhu__V1__Script *out;
};

/** Look at a row that begins with state, author, submitter, expired.
 * @return May the step be taken? If not, the request has been answered */
bool cmp_step_may(struct cmp_req *r, const PGresult *res);
/** The step is done, res is the version now: commit and answer. */
void cmp_step_changed(struct cmp_req *r, const PGresult *res);

/** Have it checked, a pack by qa-inspector, a script by dialog. NULL comes
 * when it could not be. @param id A pack's or not */
void cmp_script_ask(struct cmp_req *r, const char *id, const char *source,
		    Yinhu__V1__ScriptCheck_Closure done);
/** The request fails because a check could not be made. */
void cmp_script_unchecked(struct cmp_req *r);
/** @return Is the check green? If not, the request has been answered */
bool cmp_script_green(struct cmp_req *r, const Yinhu__V1__ScriptCheck *c);

/** lint, submit, approve, reject. */
void cmp_script_steps_bind(Yinhu__V1__ScriptService_Service *s);
/** publish, roll back. */
void cmp_script_force_bind(Yinhu__V1__ScriptService_Service *s);

#endif
