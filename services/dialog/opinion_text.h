/**
 * @file opinion_text.h  What is asked of a language model, and what its answer
 *                       is worth. Pure.
 *
 * It may choose one of the intents that the script knows, nothing else: what is
 * spoken always comes from the approved script. Source: OpenAI's chat
 * completions, as other servers speak them too.
 */
#ifndef DLG_OPINION_TEXT_H
#define DLG_OPINION_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "text/intents.h"

/** What may be chosen: the general intents and the script's own. Borrowed. */
struct dlg_choices {
	const struct yh_intents *sets[2];
};

/** Is a host of the URL among the allowed ones?
 * @param url http(s)://host[:port]/... @param hosts "a.bank,b.bank:8443" */
bool dlg_opinion_host_ok(const char *url, const char *hosts);

/** Leave out what tells who somebody is: numbers of four digits and more, in
 * figures and in characters (一二三, 幺), and the given values.
 * @param values Borrowed, shape (n): name, card_tail ...; of one character or
 * none are passed over
 * @param out Receives UTF-8 (size bytes), cut at a character */
void dlg_opinion_redact(const char *text, const char *const *values, size_t n,
			char *out, size_t size);

/** The request's body. @param text Borrowed, redacted
 * @param question What the bot had asked; redacted
 * @return Heap string, NULL when out of memory */
char *dlg_opinion_body(const char *model, const char *question,
		       const char *text, const struct dlg_choices *choices);
/** The choice in an answer.
 * @return Id, borrowed from the choices or static ("none"); NULL: it is no
 * answer, or none of what may be chosen */
const char *dlg_opinion_choice(const char *body, size_t len,
			       const struct dlg_choices *choices);

#endif
