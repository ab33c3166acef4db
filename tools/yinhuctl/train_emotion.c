/**
 * @file train_emotion.c  yinhuctl train emotion: `path TAB speaker TAB label`
 * in, a model out.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "commands.h"
#include "emotion/augment.h"
#include "emotion_set.h"

static int train_to(const char *tsv, const char *out)
{
	struct yh_emotion_model *model = yh_zalloc(sizeof(*model));
	struct yc_emotion_set set = {0};
	int err = model ? yc_emotion_set_read(&set, tsv, YH_VARIANTS) : -1;

	if (!err) {
		err = yh_emotion_train(model, set.cases, set.n);
		if (err)
			fprintf(stderr,
				"%s: cannot be trained on: 3 speakers and more "
				"are needed, each emotion by two of them\n",
				tsv);
	}
	if (!err) {
		err = yh_emotion_save(model, out);
		if (err)
			fprintf(stderr, "%s: %s\n", out, strerror(-err));
		else
			printf("%zu recordings of %u speakers\n",
			       set.n / YH_VARIANTS, set.n_speakers);
	}
	yc_emotion_set_clear(&set);
	yh_free(model);

	return err ? YC_FAILED : YC_OK;
}

int yc_train_emotion(int argc, char **argv)
{
	const char *out = NULL;
	int opt;

	while ((opt = getopt(argc, argv, "o:")) != -1)
		if (opt == 'o')
			out = optarg;
		else
			return YC_USAGE;
	if (!out || optind + 1 != argc)
		return YC_USAGE;

	return train_to(argv[optind], out);
}
