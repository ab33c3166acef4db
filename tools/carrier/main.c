/*
 * carrier: a simulated SIP carrier whose callees talk. Options and wiring.
 */
#include "server.h"
#include "voice.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef YH_VERSION
#define YH_VERSION "unknown"
#endif

enum { EXIT_CONFIG = 2, EXIT_RUNTIME = 3 };

static const char USAGE[] =
	"Usage: carrier --personas FILE [OPTION]...\n"
	"A simulated SIP carrier (UDP and TCP) whose callees talk Mandarin.\n"
	"\n"
	"  --listen ADDR:PORT   127.0.0.1:5060 unless said; port 0: a free "
	"one\n"
	"  --personas FILE      who answers which number, and how (YAML)\n"
	"  --log FILE           append the truth as JSON lines\n"
	"  --port-file FILE     write ADDR:PORT there once ready\n"
	"  --rtp-ports LOW-HIGH 40000-48000 unless said\n"
	"  --codec pcma         the only one\n"
	"  --max-calls N        1000 unless said; further ones get 503\n"
	"  --down-mode 503|silent  what SIGUSR1 brings; SIGUSR2 ends it\n"
	"  --start-down         begin with the trunk down\n"
	"  --check              check the personas file and leave\n"
	"  --help, --version\n"
	"\n"
	"SIGTERM and SIGINT end the live calls with BYE. Exit: 0 clean, 2 bad\n"
	"options or personas, 3 failed at run time.\n";

struct args {
	struct car_options opt;
	const char *personas, *log, *port_file;
	bool check;
};

static int bad(const char *what, const char *value)
{
	fprintf(stderr, "carrier: %s: '%s'\n", what, value);
	return -EINVAL;
}

static int parse_ports(const char *s, struct car_options *opt)
{
	unsigned low, high;
	char end;

	if (sscanf(s, "%u-%u%c", &low, &high, &end) != 2 || low < 1024 ||
	    high > 65534 || low + 2 > high)
		return bad("--rtp-ports wants LOW-HIGH in 1024-65534", s);
	opt->rtp_min = (uint16_t)low;
	opt->rtp_max = (uint16_t)high;
	return 0;
}

static int parse_calls(const char *s, struct car_options *opt)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*end || n < 1 || n > 10000)
		return bad("--max-calls wants 1..10000", s);
	opt->max_calls = (unsigned)n;
	return 0;
}

static int parse_down(const char *s, struct car_options *opt)
{
	if (!strcmp(s, "503"))
		opt->down_mode = CAR_DOWN_503;
	else if (!strcmp(s, "silent"))
		opt->down_mode = CAR_DOWN_SILENT;
	else
		return bad("--down-mode wants 503 or silent", s);
	return 0;
}

/* @return 0: go on; 1: done; negative: bad options */
static int parse_args(int argc, char **argv, struct args *a)
{
	static const struct option longs[] = {
		{"listen", required_argument, NULL, 'l'},
		{"personas", required_argument, NULL, 'p'},
		{"log", required_argument, NULL, 'o'},
		{"port-file", required_argument, NULL, 'f'},
		{"rtp-ports", required_argument, NULL, 'r'},
		{"codec", required_argument, NULL, 'c'},
		{"max-calls", required_argument, NULL, 'm'},
		{"down-mode", required_argument, NULL, 'd'},
		{"start-down", no_argument, NULL, 's'},
		{"check", no_argument, NULL, 'k'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	int c, rc = 0;

	while (!rc && (c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'l':
			a->opt.listen = optarg;
			break;
		case 'p':
			a->personas = optarg;
			break;
		case 'o':
			a->log = optarg;
			break;
		case 'f':
			a->port_file = optarg;
			break;
		case 'r':
			rc = parse_ports(optarg, &a->opt);
			break;
		case 'c':
			if (strcmp(optarg, "pcma"))
				rc = bad("--codec wants pcma", optarg);
			break;
		case 'm':
			rc = parse_calls(optarg, &a->opt);
			break;
		case 'd':
			rc = parse_down(optarg, &a->opt);
			break;
		case 's':
			a->opt.start_down = true;
			break;
		case 'k':
			a->check = true;
			break;
		case 'h':
			fputs(USAGE, stdout);
			return 1;
		case 'v':
			puts("carrier " YH_VERSION);
			return 1;
		default:
			return -EINVAL;
		}
	}
	if (!rc && optind < argc)
		rc = bad("unknown argument", argv[optind]);
	if (!rc && !a->personas)
		rc = bad("missing option", "--personas");
	return rc;
}

/* Whoever waits for the file must never read half of it. */
static int write_port_file(const char *path, const char *where)
{
	char tmp[4096];

	if (snprintf(tmp, sizeof(tmp), "%s.new", path) >= (int)sizeof(tmp))
		return -ENAMETOOLONG;
	FILE *f = fopen(tmp, "w");
	if (!f)
		return -errno;
	int rc = fprintf(f, "%s\n", where) < 0 ? -EIO : 0;
	if (fclose(f))
		rc = -EIO;
	if (!rc && rename(tmp, path))
		rc = -errno;
	return rc;
}

static int say_ready(const struct args *a, const struct car_server *s)
{
	char where[64];
	int rc = 0;

	re_snprintf(where, sizeof(where), "%J", &s->laddr);
	printf("carrier: listening on %s\n", where);
	fflush(stdout);
	car_truth_event(s->truth, car_now_ms(), "start", NULL, "{s:s,s:s}",
			"listen", where, "personas", a->personas);
	if (a->port_file)
		rc = write_port_file(a->port_file, where);
	if (rc)
		fprintf(stderr, "carrier: %s: %s\n", a->port_file,
			strerror(-rc));
	return rc;
}

static void log_end(const struct car_server *s)
{
	const struct car_counters *n = &s->count;

	car_truth_event(s->truth, car_now_ms(), "end", NULL,
			"{s:I,s:I,s:I,s:I,s:I,s:I,s:i}", "invites",
			(long long)n->invites, "answered",
			(long long)n->answered, "rejected",
			(long long)n->rejected, "cancelled",
			(long long)n->cancelled, "ended", (long long)n->ended,
			"options", (long long)n->options, "most_calls",
			(int)n->most_calls);
}

static int serve(const struct args *a, const struct car_cast *cast,
		 struct car_truth *truth)
{
	static struct car_server server;
	int rc = car_server_init(&server, &a->opt, cast, truth);

	if (rc)
		fprintf(stderr, "carrier: cannot listen on %s: %s\n",
			a->opt.listen, strerror(-rc));
	if (!rc)
		rc = say_ready(a, &server);
	if (!rc)
		rc = -re_main(NULL);
	log_end(&server);
	car_server_fini(&server);
	return rc ? EXIT_RUNTIME : 0;
}

static int run(const struct args *a, struct car_cast *cast)
{
	struct car_voices *voices = NULL;
	struct car_truth *truth = NULL;
	char err[512] = "";
	int status = EXIT_RUNTIME;

	int rc = car_voice_open(&voices);
	if (rc) {
		fprintf(stderr, "carrier: espeak-ng: %s\n", strerror(-rc));
		return EXIT_RUNTIME;
	}
	rc = car_voice_cast(voices, cast, err, sizeof(err));
	if (rc) {
		fprintf(stderr, "carrier: %s\n", err);
		status = EXIT_CONFIG;
		goto out;
	}
	rc = car_truth_open(&truth, a->log);
	if (rc) {
		fprintf(stderr, "carrier: %s: %s\n", a->log, strerror(-rc));
		goto out;
	}
	status = serve(a, cast, truth);
out:
	car_truth_close(truth);
	car_voice_close(voices);
	return status;
}

int main(int argc, char **argv)
{
	struct args a = {.opt = {.listen = "127.0.0.1:5060",
				 .rtp_min = 40000,
				 .rtp_max = 48000,
				 .max_calls = 1000,
				 .down_mode = CAR_DOWN_503}};
	struct car_cast *cast = NULL;
	char err[512] = "";
	int status = 0;
	sigset_t blocked;

	car_server_block_signals(&blocked);
	int rc = parse_args(argc, argv, &a);
	if (rc)
		return rc < 0 ? EXIT_CONFIG : 0;
	if (car_cast_load(a.personas, &cast, err, sizeof(err))) {
		fprintf(stderr, "carrier: %s\n", err);
		return EXIT_CONFIG;
	}
	if (!a.check) {
		if (libre_init())
			return EXIT_RUNTIME;
		status = run(&a, cast);
		libre_close();
		tmr_debug();
	}
	car_cast_destroy(cast);
	return status;
}
