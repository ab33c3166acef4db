# The operator's and author's command line. What it runs is the services' own
# code: each subcommand names the files it shares in _EXTRA.
PROGRAMS += yinhuctl
yinhuctl_DIR   := tools/yinhuctl
yinhuctl_EXTRA :=
yinhuctl_PKGS  :=
yinhuctl_LIBS  :=
