/** @file test_trunks.c  The file of trunks */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "trunks.h"

static const struct dial_trunk_defaults def = {.name = "trunk",
					       .address = "10.0.0.1:5060",
					       .caller_ids = "021500, 021501",
					       .cps = 20,
					       .channels = 200,
					       .options_ms = 5000};

static char path[64], secret[64];

static void write_file(char name[64], const char *text)
{
	int fd;

	snprintf(name, 64, "/tmp/yh-trunks-XXXXXX");
	fd = mkstemp(name);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int load(struct dial_trunks **all, const char *text, char error[512])
{
	int err;

	write_file(path, text);
	err = dial_trunks_load(all, path, &def, error, 512);
	unlink(path);

	return err;
}

Test(trunks, a_file_gives_what_it_says_and_defaults_for_the_rest)
{
	struct dial_trunks *all;
	char text[2048], error[512];

	write_file(secret, "s3cret\n");
	snprintf(text, sizeof(text),
		 "trunks:\n"
		 "  - name: sbc-a\n"
		 "    address: sbc.bank:5061\n"
		 "    transport: tls\n"
		 "    media: srtp\n"
		 "    register: true\n"
		 "    username: yinhu\n"
		 "    password_file: %s\n"
		 "    caller_ids: [\"02150000001\", \"+862150000002\"]\n"
		 "    redirect_hosts: [sbc2.bank]\n"
		 "    weight: 3\n"
		 "    cps: 7\n"
		 "    channels: 30\n"
		 "    options_ms: 0\n"
		 "  - name: sbc-b\n"
		 "    address: 10.0.0.2\n"
		 "    caller_ids: [\"02150000001\"]\n",
		 secret);
	cr_assert_eq(load(&all, text, error), 0, "%s", error);
	unlink(secret);
	cr_assert_eq(all->n, 2);
	cr_expect_str_eq(all->list[0].name, "sbc-a");
	cr_expect_eq(all->list[0].transport, DIAL_TLS);
	cr_expect_eq(all->list[0].media, DIAL_SRTP_REQUIRE);
	cr_expect(all->list[0].registers);
	cr_expect_str_eq(all->list[0].password, "s3cret");
	cr_expect_eq(all->list[0].weight, 3);
	cr_expect_eq(*all->list[0].options_ms, 0);
	cr_expect_not_null(dial_trunk_number(&all->list[0], "+862150000002"));
	cr_expect_null(dial_trunk_number(&all->list[1], "+862150000002"));
	cr_expect_eq(all->list[1].transport, DIAL_UDP);
	cr_expect_eq(all->list[1].cps, 20);
	cr_expect_eq(all->list[1].channels, 200);
	cr_expect_eq(*all->list[1].options_ms, 5000);
	dial_trunks_free(all);
}

Test(trunks, without_a_file_the_settings_are_the_only_trunk)
{
	struct dial_trunks *all;
	char error[512];

	cr_assert_eq(dial_trunks_load(&all, "", &def, error, 512), 0, "%s",
		     error);
	cr_assert_eq(all->n, 1);
	cr_expect_str_eq(all->list[0].address, "10.0.0.1:5060");
	cr_expect_eq(all->list[0].n_caller_ids, 2);
	cr_expect_str_eq(all->list[0].caller_ids[1], "021501");
	dial_trunks_free(all);
}

Test(trunks, each_fault_is_refused_with_its_place)
{
#define OK                                                                     \
	"trunks:\n- name: a\n  address: 10.0.0.1\n  caller_ids: "              \
	"[\"021500\"]\n"
	static const struct {
		const char *text, *say, *why;
	} rows[] = {
		{"trunks: []\n", "line: 1", "no trunk at all"},
		{OK "  weigth: 3\n", "weigth", "a key that is none"},
		{OK "  transport: sctp\n", "line: 5", "an unknown transport"},
		{OK "  weight: 1001\n", ":2:3: trunk a: weight", "too heavy"},
		{OK "  cps: 2000\n", ":2:3: trunk a: cps", "too fast"},
		{OK "  channels: 9999\n", "trunk a: channels", "too wide"},
		{OK "  options_ms: 700000\n", "options_ms", "too seldom"},
		{OK "  register: true\n", "register: needs", "no credentials"},
		{OK "  username: x\n", "go together", "no password"},
		{OK "  media: srtp\n", "media: srtp needs",
		 "keys in the clear"},
		{OK "  username: x\n  password_file: /nowhere\n",
		 "cannot be opened", "no such file"},
		{OK "- name: a\n  address: h\n  caller_ids: [\"021500\"]\n",
		 ":5:3: trunk a: name", "a name twice"},
		{"trunks:\n- name: a b\n  address: h\n"
		 "  caller_ids: [\"021500\"]\n",
		 ":2:3: trunk a b: name", "a name with a space"},
		{"trunks:\n- name: a\n  address: h@x\n"
		 "  caller_ids: [\"021500\"]\n",
		 "address", "an address that is none"},
		{"trunks:\n- name: a\n  address: h:99999\n"
		 "  caller_ids: [\"021500\"]\n",
		 "address", "a port that is none"},
		{"trunks:\n- name: a\n  address: h\n"
		 "  caller_ids: [\"021500;x\"]\n",
		 "caller_ids", "a number that is none"},
		{"trunks:\n- name: a\n  address: h\n  caller_ids: []\n",
		 "caller_ids", "no number"},
		{OK "  redirect_hosts: [\"a b\"]\n", "redirect_hosts",
		 "a host that is none"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dial_trunks *all = NULL;
		char error[512];

		cr_expect_eq(load(&all, rows[i].text, error), YH_ERR_BAD_CONFIG,
			     "%s", rows[i].why);
		cr_expect_not_null(strstr(error, rows[i].say), "%s: %s",
				   rows[i].why, error);
		dial_trunks_free(all);
	}
}

Test(trunks, a_redirect_stays_among_its_own_hosts)
{
	static char *hosts[] = {(char *)"10.0.0.2", (char *)"10.0.0.3:5080"};
	const struct dial_trunk t = {.address = (char *)"10.0.0.1:5060",
				     .redirect_hosts = hosts,
				     .n_redirect_hosts = 2};

	cr_expect(dial_trunk_redirects_to(&t, "10.0.0.1", "5060"));
	cr_expect_not(dial_trunk_redirects_to(&t, "10.0.0.1", "5061"));
	cr_expect(dial_trunk_redirects_to(&t, "10.0.0.2", "1234"));
	cr_expect(dial_trunk_redirects_to(&t, "10.0.0.3", "5080"));
	cr_expect_not(dial_trunk_redirects_to(&t, "10.0.0.3", "5060"));
	cr_expect_not(dial_trunk_redirects_to(&t, "10.0.0.22", "5060"));
	cr_expect_not(dial_trunk_redirects_to(&t, "evil.example", "5060"));
}
