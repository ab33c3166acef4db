/**
 * @file judge_rpc.h  InspectionService: dialogs that were never held, for
 *                    authors of scripts. Loop thread.
 */
#ifndef QA_JUDGE_RPC_H
#define QA_JUDGE_RPC_H

#include "rpc/rpc.h"
#include "rules.h"

/** Serve it. @param rules Kept: where the rules in force are
 * @return 0, -ENOMEM, the bus's error */
int qa_judge_serve(struct yh_rpc_server **out, struct yh_bus *bus,
		   struct qa_rules *const *rules);

#endif
