PROGRAMS += qa-inspector
qa-inspector_DIR  := services/qa-inspector
qa-inspector_PKGS := libhs libpcre2-8
