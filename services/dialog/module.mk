PROGRAMS += dialog
dialog_DIR  := services/dialog
dialog_LIBS :=
