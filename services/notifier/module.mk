PROGRAMS += notifier
notifier_DIR := services/notifier
