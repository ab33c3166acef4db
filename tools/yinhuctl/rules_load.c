/** @file rules_load.c  Rule packs, contract in rules_load.h */
#include "rules_load.h"

#include <stdio.h>

#include "share.h"

struct qa_rules *yc_rules_load(const char *const *paths, size_t n)
{
	struct qa_rules *rules = NULL;
	char own[4096], error[512] = "";
	const char *all[YC_MAX_PACKS + 1] = {own};
	const struct qa_rules_conf conf = {.paths = all, .n_paths = n + 1};

	yc_share(own, sizeof(own), "rules");
	for (size_t i = 0; i < n && i < YC_MAX_PACKS; i++)
		all[i + 1] = paths[i];
	if (qa_rules_create(&rules, &conf, error, sizeof(error)))
		fprintf(stderr, "yinhuctl: %s\n", error);

	return rules;
}
