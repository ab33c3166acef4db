/**
 * @file progress_learn.c  yinhuctl progress learn: recordings of announcements
 *                         into a library of fingerprints.
 *
 * Recordings are added to what the library has. It is written beside itself,
 * read back as the dialer reads it, and only then takes its place: a bad
 * recording changes nothing.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audio/wav_read.h"
#include "base/mem.h"
#include "commands.h"
#include "progress/library.h"

struct learning {
	enum yh_progress_class class;
	const char *library;
	FILE *out;
};

static int copy_old(const struct learning *l)
{
	FILE *in = fopen(l->library, "r");
	char buf[65536];
	size_t n;
	int err = 0;

	if (!in)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (n = fread(buf, 1, sizeof(buf), in)) > 0)
		err = fwrite(buf, 1, n, l->out) == n ? 0 : -EIO;
	if (ferror(in))
		err = -EIO;
	fclose(in);

	return err;
}

static int learn(const struct learning *l, const char *path)
{
	const char *slash = strrchr(path, '/');
	int16_t *pcm = NULL;
	size_t n = 0;
	int err = yh_wav_read(path, &pcm, &n);

	if (err) {
		fprintf(stderr, "yinhuctl: %s: %s\n", path,
			err == -EINVAL ? "not a WAV of PCM, float or G.711"
				       : strerror(-err));
		return err;
	}
	err = yh_library_write(l->out, l->class, slash ? slash + 1 : path, pcm,
			       n);
	if (err)
		fprintf(stderr, "yinhuctl: %s: %s\n", path,
			err == -EINVAL
				? "needs one to sixty seconds of sound, and a "
				  "file name of printable characters"
				: strerror(-err));
	yh_free(pcm);

	return err;
}

static int put_in_place(const struct learning *l, const char *part)
{
	struct yh_library *read = NULL;
	char error[512];
	int err = fflush(l->out) || fsync(fileno(l->out)) ? -EIO : 0;

	if (err) {
		fprintf(stderr, "yinhuctl: %s: %s\n", part, strerror(-err));
		return err;
	}
	err = yh_library_read(&read, part, error, sizeof(error));
	if (err) {
		fprintf(stderr, "yinhuctl: %s\n", error);
		return err;
	}
	if (rename(part, l->library)) {
		err = -errno;
		fprintf(stderr, "yinhuctl: %s: %s\n", l->library,
			strerror(errno));
	} else {
		printf("%s: %zu recordings\n", l->library,
		       yh_library_count(read));
	}
	yh_library_destroy(read);

	return err;
}

static int learn_all(struct learning *l, char **files, int n)
{
	char *part = yh_asprintf("%s.part", l->library);
	int err = 0;

	l->out = part ? fopen(part, "w") : NULL;
	if (!l->out) {
		fprintf(stderr, "yinhuctl: %s: %s\n", l->library,
			strerror(errno));
		yh_free(part);
		return YC_FAILED;
	}
	err = copy_old(l);
	if (err)
		fprintf(stderr, "yinhuctl: %s: %s\n", l->library,
			strerror(-err));
	for (int i = 0; i < n && !err; i++)
		err = learn(l, files[i]);
	if (!err)
		err = put_in_place(l, part);
	fclose(l->out);
	if (err)
		unlink(part);
	yh_free(part);

	return err ? YC_FAILED : YC_OK;
}

int yc_progress_learn(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"class", required_argument, NULL, 'c'}, {0}};
	struct learning l = {.class = YH_PROGRESS_CLASSES};
	const char *name = NULL;
	int opt;

	while ((opt = getopt_long(argc, argv, "o:", OPTIONS, NULL)) != -1) {
		if (opt == 'c')
			name = optarg;
		else if (opt == 'o')
			l.library = optarg;
		else
			return YC_USAGE;
	}
	if (!name || !l.library || optind == argc)
		return YC_USAGE;
	l.class = yh_progress_class_of(name);
	if (l.class == YH_PROGRESS_CLASSES || l.class == YH_PROGRESS_UNSURE) {
		fprintf(stderr, "yinhuctl: no class '%s'; there are:", name);
		for (unsigned i = 1; i < YH_PROGRESS_CLASSES; i++)
			fprintf(stderr, " %s",
				yh_progress_name((enum yh_progress_class)i));
		fputc('\n', stderr);
		return YC_USAGE;
	}

	return learn_all(&l, argv + optind, argc - optind);
}
