PROGRAMS += scorer
scorer_DIR := services/scorer
