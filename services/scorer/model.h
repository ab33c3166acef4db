/**
 * @file model.h  A logistic model whose coefficients are data. Pure but for
 *                reading its file.
 */
#ifndef SCR_MODEL_H
#define SCR_MODEL_H

#include <stddef.h>

enum { SCR_MAX_REASONS = 5, SCR_REASON_BYTES = 64 };

struct scr_model;

struct scr_score {
	double conversion; /**< [0..1] */
	/** "<feature> +1.20", strongest first, shape (n_reasons) */
	char reasons[SCR_MAX_REASONS][SCR_REASON_BYTES];
	size_t n_reasons;
};

/** Load. @param error What is wrong (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM */
int scr_model_create(struct scr_model **out, const char *path, char *error,
		     size_t size);
void scr_model_destroy(struct scr_model *model);
const char *scr_model_name(const struct scr_model *model);

/** @param features shape (SCR_N_FEATURES) */
void scr_model_score(const struct scr_model *model, const double *features,
		     struct scr_score *out);

#endif
