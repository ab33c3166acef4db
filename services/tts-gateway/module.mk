PROGRAMS += tts-gateway
tts-gateway_DIR  := services/tts-gateway
tts-gateway_PKGS := espeak-ng
