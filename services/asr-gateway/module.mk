PROGRAMS += asr-gateway
asr-gateway_DIR  := services/asr-gateway
asr-gateway_PKGS := pocketsphinx espeak-ng
