/**
 * @file read.h  The parts of a script from their nodes. Private to lib/script.
 *
 * Each reads what stands there into *out and tells the first fault to the
 * document; what was read so far is the caller's to free in any case.
 */
#ifndef YH_SCRIPT_READ_H
#define YH_SCRIPT_READ_H

#include "script/doc.h"
#include "script/script.h"

void yh_read_texts(struct yh_doc *d, const yaml_node_t *node,
		   struct yh_texts *out);
void yh_read_routes(struct yh_doc *d, const yaml_node_t *node,
		    struct yh_routes *out);
void yh_read_moves(struct yh_doc *d, const yaml_node_t *map,
		   struct yh_moves *out);
void yh_read_answers(struct yh_doc *d, const yaml_node_t *map,
		     struct yh_script *s);
void yh_read_intents(struct yh_doc *d, const yaml_node_t *seq,
		     struct yh_intents *out);
void yh_read_slots(struct yh_doc *d, const yaml_node_t *map,
		   struct yh_script *s);
void yh_read_statements(struct yh_doc *d, const yaml_node_t *map,
			struct yh_script *s);
void yh_read_keys(struct yh_doc *d, const yaml_node_t *map,
		  struct yh_keys *out);

void yh_free_texts(struct yh_texts *texts);
void yh_free_routes(struct yh_routes *routes);
void yh_free_moves(struct yh_moves *moves);
void yh_free_intents(struct yh_intents *intents);
void yh_free_slot(struct yh_slot *slot);
void yh_free_statement(struct yh_statement *statement);
void yh_free_keys(struct yh_keys *keys);

#endif
