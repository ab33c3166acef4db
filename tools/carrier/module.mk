PROGRAMS += carrier
carrier_DIR  := tools/carrier
carrier_PKGS := libre libcyaml yaml-0.1 jansson espeak-ng
carrier_LIBS := -lm
