PROGRAMS += gateway
gateway_DIR  := services/gateway
