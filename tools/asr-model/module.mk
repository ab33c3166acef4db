# Measures the embedded engine on FILE.tsv; not a service.
PROGRAMS += asr-eval
asr-eval_DIR   := tools/asr-model
asr-eval_EXTRA := services/asr-gateway/engine_pocketsphinx.c services/asr-gateway/phones.c
asr-eval_PKGS  := pocketsphinx espeak-ng
