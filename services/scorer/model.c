/** @file model.c  The logistic model, contract in model.h */
#include "model.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "call_features.h"
#include "conf/yaml_file.h"

struct weight {
	char *feature;
	double scale, weight;
	int index; /* enum scr_feature */
};

struct file {
	char *model;
	double bias, limit;
	struct weight *weights;
	unsigned n_weights;
};

struct scr_model {
	struct file *file;
};

static const cyaml_schema_field_t weight_fields[] = {
	CYAML_FIELD_STRING_PTR("feature", CYAML_FLAG_POINTER, struct weight,
			       feature, 1, 63),
	CYAML_FIELD_FLOAT("scale", CYAML_FLAG_DEFAULT, struct weight, scale),
	CYAML_FIELD_FLOAT("weight", CYAML_FLAG_DEFAULT, struct weight, weight),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t weight_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct weight, weight_fields),
};
static const cyaml_schema_field_t file_fields[] = {
	CYAML_FIELD_STRING_PTR("model", CYAML_FLAG_POINTER, struct file, model,
			       1, 63),
	CYAML_FIELD_FLOAT("bias", CYAML_FLAG_DEFAULT, struct file, bias),
	CYAML_FIELD_FLOAT("limit", CYAML_FLAG_DEFAULT, struct file, limit),
	CYAML_FIELD_SEQUENCE_COUNT("weights", CYAML_FLAG_POINTER, struct file,
				   weights, n_weights, &weight_value, 1, 200),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t file_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file, file_fields),
};
static int check(struct file *f, char *error, size_t size)
{
	for (unsigned i = 0; i < f->n_weights; i++) {
		struct weight *w = &f->weights[i];

		w->index = scr_feature_find(w->feature);
		if (w->index >= 0 && w->scale > 0 && isfinite(w->weight))
			continue;
		snprintf(error, size, "weight %u (%s): %s", i + 1, w->feature,
			 w->index < 0 ? "no such feature"
				      : "scale must be above 0");
		return YH_ERR_BAD_CONFIG;
	}

	return 0;
}

int scr_model_create(struct scr_model **out, const char *path, char *error,
		     size_t size)
{
	struct scr_model *model;

	if (!out || !path || !error || !size)
		return -EINVAL;
	model = yh_zalloc(sizeof(*model));
	if (!model)
		return -ENOMEM;

	if (yh_yaml_load(path, &file_value, (void **)&model->file, error,
			 size) ||
	    check(model->file, error, size)) {
		scr_model_destroy(model);
		return YH_ERR_BAD_CONFIG;
	}
	*out = model;

	return 0;
}

void scr_model_destroy(struct scr_model *model)
{
	if (!model)
		return;
	yh_yaml_free(&file_value, model->file);
	yh_free(model);
}

const char *scr_model_name(const struct scr_model *model)
{
	return model->file->model;
}

static double term(const struct file *f, const struct weight *w,
		   const double *features)
{
	double x = features[w->index] / w->scale;

	return w->weight * fmin(fmax(x, -f->limit), f->limit);
}

/* The strongest of what is left; terms that say nothing are no reason. */
static const struct weight *strongest(const struct file *f, const double *terms,
				      const bool *used, unsigned *at)
{
	const struct weight *best = NULL;

	for (unsigned i = 0; i < f->n_weights; i++) {
		if (used[i] || fabs(terms[i]) < 0.01)
			continue;
		if (!best || fabs(terms[i]) > fabs(terms[*at])) {
			best = &f->weights[i];
			*at = i;
		}
	}

	return best;
}

void scr_model_score(const struct scr_model *model, const double *features,
		     struct scr_score *out)
{
	const struct file *f = model->file;
	const struct weight *w;
	double terms[200], z = f->bias;
	bool used[200] = {false};
	unsigned at = 0;

	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < f->n_weights; i++) {
		terms[i] = term(f, &f->weights[i], features);
		z += terms[i];
	}
	out->conversion = 1 / (1 + exp(-z));
	while (out->n_reasons < SCR_MAX_REASONS &&
	       (w = strongest(f, terms, used, &at))) {
		used[at] = true;
		snprintf(out->reasons[out->n_reasons++], SCR_REASON_BYTES,
			 "%.40s %+.2f", w->feature, terms[at]);
	}
}
