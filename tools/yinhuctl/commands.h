/**
 * @file commands.h  The subcommands of yinhuctl.
 *
 * Each is a function in a file of its own, named after it, and a line in
 * commands.def. Exit status: 0 done, 1 failed or a check is red, 2 wrong usage.
 */
#ifndef YC_COMMANDS_H
#define YC_COMMANDS_H

/** Run with the arguments after the command's words.
 * @param argc Of argv
 * @param argv Borrowed; argv[0] is the command's last word, as for main(), so
 * that getopt_long() can read it
 * @return Exit status */
typedef int yc_command(int argc, char **argv);

#define COMMAND(words, function, arguments, help) yc_command function;
#include "commands.def"
#undef COMMAND

enum { YC_OK = 0, YC_FAILED = 1, YC_USAGE = 2 };

#endif
