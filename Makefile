# Yinhu: plain `make` installs what is missing and builds everything.
#   make demo        a whole campaign on this machine    (KEEP=1 leaves it up)
#   make test        unit, integration and end-to-end tests
#   make test-asan   the same under ASan and UBSan
#   make test-fault  long tests of load, death and recovery
#   make lint        clang-format, cppcheck, headers alone
#   make model-check the ledger's protocol under spin
#   make pacing-report the simulator's tables and plots in docs/pacing.md
#   make bench       turn latency and calls held, as JSON in build/bench/
#   make bench-X     barge dialog emotion lease media progress quality setup soak
#                    speech tts: one more figure each
#   make fuzz        fuzz targets, FUZZ_SECONDS=60 each
#   make chart-test  the Helm chart and the plain manifests
#   make images      one container image a service (buildah)
# FLAVOUR=release|asan|tsan chooses a build; V=1 shows the commands.

FLAVOUR ?= release
B       := build/$(FLAVOUR)
BIN     := $(if $(filter release,$(FLAVOUR)),build/bin,$(B)/bin)
GEN     := build/gen
SHARE   := build/share
Q       := $(if $(V),,@)
JOBS    := -j$(shell nproc)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.1.0)
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

# ---- flags -----------------------------------------------------------------
CC       := gcc
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wundef -Wwrite-strings -Wformat=2 \
            -Wimplicit-fallthrough -Werror
CFLAGS   := -std=c11 -D_GNU_SOURCE -g -fPIE -pthread
CPPFLAGS := -Ilib -I$(GEN)
LDFLAGS  := -pie -pthread -Wl,--as-needed
ifeq ($(FLAVOUR),asan)
CFLAGS   += -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=address,undefined
else ifeq ($(FLAVOUR),tsan)
CFLAGS   += -O1 -fsanitize=thread
LDFLAGS  += -fsanitize=thread
else
CFLAGS   += -O3 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
LDFLAGS  += -Wl,-z,relro,-z,now
endif

# Expanded in recipes only, when the packages are there.
LIB_PKGS := libuv libnats libprotobuf-c libh2o hiredis libpq libcyaml yaml-0.1 jansson openssl libcurl zlib
# Without pkg-config files.
LIBS     := -llinear -lwslay -lm
# Intel's multi-buffer cipher library, which Debian has for amd64.
LIBS     += $(if $(wildcard /usr/include/intel-ipsec-mb.h),-lIPSec_MB)
pkg_c     = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(1)))
pkg_l     = $(shell pkg-config --libs $(1))

# ---- what there is ----------------------------------------------------------
PROGRAMS :=
-include $(wildcard services/*/module.mk tools/*/module.mk)
PROTOS   := $(wildcard proto/yinhu/v1/*.proto proto/google/*/*.proto)
WKT      := $(addprefix google/protobuf/,descriptor any timestamp duration field_mask struct wrappers empty)
GEN_SRCS := $(patsubst proto/%.proto,$(GEN)/%.pb-c.c,$(PROTOS)) \
            $(patsubst %,$(GEN)/%.pb-c.c,$(WKT)) $(GEN)/registry.c
LIB_SRCS := $(wildcard lib/*/*.c)
LIB_OBJS := $(patsubst %.c,$(B)/obj/%.o,$(LIB_SRCS)) \
            $(patsubst $(GEN)/%.c,$(B)/obj/gen/%.o,$(GEN_SRCS))
LIBYINHU := $(B)/libyinhu.a
UNIT_DIRS := $(patsubst %/,%,$(sort $(dir $(wildcard tests/unit/*/*/test_*.c))))
UNIT_BINS := $(patsubst tests/unit/%,$(B)/tests/%,$(UNIT_DIRS))
FUZZ_BINS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

SHARED_FILES := $(SHARE)/yinhu.protoset \
	$(patsubst services/campaign/migrations/%,$(SHARE)/migrations/%,$(wildcard services/campaign/migrations/*.sql)) \
	$(patsubst services/asr-gateway/model/%,$(SHARE)/asr-model/%,$(shell find services/asr-gateway/model -type f 2>/dev/null)) \
	$(patsubst services/qa-inspector/%,$(SHARE)/%,$(wildcard services/qa-inspector/rules/*.yaml)) \
	$(patsubst services/scorer/%,$(SHARE)/%,$(wildcard services/scorer/*.yaml)) \
	$(patsubst services/campaign/%,$(SHARE)/%,$(wildcard services/campaign/*.yaml)) \
	$(SHARE)/outcomes.yaml \
	$(patsubst lib/emotion/model/%,$(SHARE)/emotion/%,$(wildcard lib/emotion/model/*.txt lib/emotion/model/*.yaml)) \
	$(SHARE)/progress/announcements.txt \
	$(patsubst lib/text/%,$(SHARE)/%,$(wildcard lib/text/*.yaml))

.PHONY: ready pacing-report progress-library model-check all gen deps web \
	test test-asan test-fault lint format demo bench bench-barge \
	bench-dialog bench-emotion bench-lease bench-media bench-progress \
	bench-quality bench-setup bench-soak bench-speech bench-tts \
	chart-test images fuzz fuzz-bins clean asr-model
all: deps
	$(Q)$(MAKE) $(JOBS) --no-print-directory programs web
# What a bench or a tool needs: no console.
ready: deps
	$(Q)$(MAKE) $(JOBS) --no-print-directory programs
programs: $(addprefix $(BIN)/,$(PROGRAMS)) $(SHARED_FILES)
gen: $(GEN)/.stamp
unit-bins: $(UNIT_BINS)

deps:
	$(Q)deploy/install-deps.sh build run web

# ---- generated code ----------------------------------------------------------
$(GEN_SRCS) $(patsubst %.c,%.h,$(GEN_SRCS)): $(GEN)/.stamp ;
$(GEN)/.stamp: $(PROTOS)
	@echo "  GEN     protobuf"
	$(Q)mkdir -p $(GEN) $(SHARE) && touch $@.new # older than what it stands for
	$(Q)protoc-c -Iproto -I/usr/include --c_out=$(GEN) $(PROTOS) $(WKT:%=%.proto)
	$(Q)awk 'BEGIN { print "/* Generated from proto/. */\n#include \"rpc/registry.h\"" } \
		/^service/ { s = $$2; gsub(/[A-Z]/, "_&", s); n[++k] = "yinhu__v1_" tolower(s) "__descriptor" } \
		END { for (i = 1; i <= k; i++) print "extern const ProtobufCServiceDescriptor " n[i] ";"; \
		print "const ProtobufCServiceDescriptor *const yh_services[] = {"; \
		for (i = 1; i <= k; i++) print "\t&" n[i] ","; \
		print "};\nconst size_t yh_n_services = " k ";" }' proto/yinhu/v1/*.proto >$(GEN)/registry.c
	$(Q)mv $@.new $@
$(SHARE)/yinhu.protoset: $(PROTOS)
	$(Q)mkdir -p $(@D)
	$(Q)protoc -Iproto -I/usr/include --include_imports --descriptor_set_out=$@ $(PROTOS)
$(SHARE)/migrations/%: services/campaign/migrations/%
	$(Q)mkdir -p $(@D) && cp $< $@
$(SHARE)/asr-model/%: services/asr-gateway/model/%
	$(Q)mkdir -p $(@D) && cp $< $@
$(SHARE)/emotion/%: lib/emotion/model/%
	$(Q)mkdir -p $(@D) && cp $< $@
$(SHARE)/progress/%: lib/progress/%
	$(Q)mkdir -p $(@D) && cp $< $@
$(SHARE)/rules/%.yaml: services/qa-inspector/rules/%.yaml
	$(Q)mkdir -p $(@D) && cp $< $@
$(SHARE)/%.yaml: services/campaign/%.yaml
	$(Q)mkdir -p $(@D) && cp $< $@
$(SHARE)/%.yaml: services/dialer/%.yaml
	$(Q)mkdir -p $(@D) && cp $< $@
$(SHARE)/%.yaml: services/scorer/%.yaml
	$(Q)mkdir -p $(@D) && cp $< $@
$(SHARE)/%.yaml: lib/text/%.yaml
	$(Q)mkdir -p $(@D) && cp $< $@

# ---- objects -----------------------------------------------------------------
# The few that tell the version; the others compile the same at every commit.
VERSIONED := $(shell grep -rl --include=*.c YH_VERSION lib services tools)
$(patsubst %.c,$(B)/obj/%.o,$(VERSIONED)): CPPFLAGS += -DYH_VERSION='"$(VERSION)"'
# Each object finds its packages by its folder.
$(foreach p,$(PROGRAMS),$(eval PKGS_$($(p)_DIR) := $($(p)_PKGS)))
obj_pkgs = $(LIB_PKGS) $(PKGS_$(<D))
$(B)/obj/%.o: %.c | $(GEN)/.stamp
	@echo "  CC      $<"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) -I$(<D) $(call pkg_c,$(obj_pkgs)) -MMD -MP -c $< -o $@
$(B)/obj/gen/%.o: $(GEN)/%.c | $(GEN)/.stamp
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -w -MMD -MP -c $< -o $@
$(LIBYINHU): $(LIB_OBJS)
	@echo "  AR      $@"
	$(Q)rm -f $@ && ar rcs $@ $^

# ---- programs ----------------------------------------------------------------
define program
$(1)_OBJS := $$(patsubst %.c,$(B)/obj/%.o,$$(sort $$(wildcard $$($(1)_DIR)/*.c) $$($(1)_EXTRA)))
$(BIN)/$(1): $$($(1)_OBJS) $(LIBYINHU)
	@echo "  LD      $$@"
	$(Q)mkdir -p $$(@D)
	$(Q)$(CC) $(LDFLAGS) -o $$@ $$($(1)_OBJS) $(LIBYINHU) \
		$$(call pkg_l,$(LIB_PKGS) $$($(1)_PKGS)) $$($(1)_LIBS) $$(LIBS)
DIR_PROGRAM_$$($(1)_DIR) := $(1)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# ---- unit tests: a binary a folder -------------------------------------------
define unit
$(B)/tests/$(1): $$(patsubst %.c,$(B)/obj/%.o,$$(wildcard tests/unit/$(1)/*.c)) \
		$$(filter-out %/main.o,$$($$(DIR_PROGRAM_$(1))_OBJS)) $(LIBYINHU)
	@echo "  LD      $$@"
	$(Q)mkdir -p $$(@D)
	$(Q)$(CC) $(LDFLAGS) -o $$@ $$^ $$(call pkg_l,criterion $(LIB_PKGS) \
		$$($$(DIR_PROGRAM_$(1))_PKGS)) $$($$(DIR_PROGRAM_$(1))_LIBS) $$(LIBS)
PKGS_tests/unit/$(1) := criterion $$(PKGS_$(1))
$$(patsubst %.c,$(B)/obj/%.o,$$(wildcard tests/unit/$(1)/*.c)): CPPFLAGS += -I$(1)
endef
$(foreach d,$(patsubst tests/unit/%,%,$(UNIT_DIRS)),$(eval $(call unit,$(d))))

# ---- fuzz targets: clang, production objects rebuilt with coverage ------------
FUZZ_CFLAGS := -std=c11 -D_GNU_SOURCE -DYH_VERSION='"fuzz"' -g -O1 -fsanitize=fuzzer,address,undefined
build/fuzz/%: tests/fuzz/%.c $(LIB_SRCS) $(wildcard services/*/*.[ch]) $(GEN)/.stamp
	@echo "  FUZZ    $@"
	$(Q)mkdir -p $(@D)
	$(Q)clang-14 $(FUZZ_CFLAGS) $(CPPFLAGS) -w -o $@ $< $$(sed -n 's,^// *sources: *,,p' $<) \
		$$(pkg-config --cflags --libs $(LIB_PKGS) $$(sed -n 's,^// *packages: *,,p' $<)) $(LIBS)
fuzz-bins: $(FUZZ_BINS)
fuzz: deps
	$(Q)deploy/install-deps.sh test
	$(Q)$(MAKE) $(JOBS) --no-print-directory fuzz-bins
	$(Q)tests/fuzz/run.sh $(or $(FUZZ_SECONDS),60) $(FUZZ_BINS)

# ---- console ------------------------------------------------------------------
web: build/web/index.html
build/web/index.html: $(wildcard web/package.json web/package-lock.json web/*.ts web/index.html) \
		$(shell find web/src -type f 2>/dev/null)
	$(Q)if [ -f web/package.json ]; then echo "  WEB     console"; cd web && npm install --no-save --no-audit --no-fund --silent && npm run --silent build; fi

# ---- what people run -----------------------------------------------------------
demo: all
	$(Q)/usr/bin/python3 tools/demo/demo.py $(if $(KEEP),--keep)
test: deps
	$(Q)deploy/install-deps.sh test
	$(Q)$(MAKE) $(JOBS) --no-print-directory programs web unit-bins
	$(Q)BIN=$(BIN) UNIT="$(UNIT_BINS)" FLAVOUR=$(FLAVOUR) tests/run.sh
test-asan:
	$(Q)$(MAKE) --no-print-directory test FLAVOUR=asan
test-fault: ready
	$(Q)deploy/install-deps.sh test
	$(Q)$(MAKE) $(JOBS) --no-print-directory $(B)/tests/services/campaign
	$(Q)BIN=$(BIN) SUITES=fault FLAVOUR=$(FLAVOUR) tests/run.sh
lint: $(GEN)/.stamp
	$(Q)deploy/install-deps.sh test
	$(Q)tests/lint.sh
format:
	$(Q)clang-format-14 -i $$(git ls-files '*.c' '*.h')
pacing-report: ready
	$(Q)/usr/bin/python3 tools/pacing/report.py
bench-lease: ready
	$(Q)/usr/bin/python3 tests/bench/lease.py
model-check:
	$(Q)deploy/install-deps.sh test
	$(Q)tests/model/run.sh
bench-emotion: ready
	$(Q)/usr/bin/python3 tests/bench/emotion.py
bench-tts: ready
	$(Q)/usr/bin/python3 tests/bench/tts.py
bench-speech: ready
	$(Q)deploy/install-deps.sh test
	$(Q)/usr/bin/python3 tests/bench/speech.py
bench-progress: ready
	$(Q)/usr/bin/python3 tests/bench/progress.py
# The shipped library of announcements again, from espeak-ng.
progress-library: ready
	$(Q)tools/progress/make_library.py lib/progress/announcements.txt
bench-dialog: ready
	$(Q)mkdir -p build/bench && $(BIN)/yinhuctl bench dialog services/dialog/scripts/card_instalment.yaml tests/data/intents_eval.tsv >build/bench/dialog.json && cat build/bench/dialog.json
bench-quality: ready
	$(Q)mkdir -p build/bench && $(BIN)/yinhuctl bench quality tests/data/quality_eval.jsonl >build/bench/quality.json && cat build/bench/quality.json
	$(Q)/usr/bin/python3 tests/bench/quality_live.py
bench-media: ready
	$(Q)/usr/bin/python3 tests/bench/media.py
bench-setup: ready
	$(Q)deploy/install-deps.sh test
	$(Q)/usr/bin/python3 tests/bench/setup.py
bench-barge: ready
	$(Q)/usr/bin/python3 tests/bench/barge.py
bench-soak: ready
	$(Q)SOAK_SECONDS=$(or $(SOAK_SECONDS),3600) /usr/bin/python3 tests/bench/soak.py
bench: all
	$(Q)tests/bench/run.sh
chart-test:
	$(Q)deploy/install-deps.sh chart
	$(Q)tests/chart/run.sh
images: all
	$(Q)docker/build.sh
asr-model:
	$(Q)deploy/install-deps.sh asr-train
	$(Q)tools/asr-model/train.sh
clean:
	rm -rf build

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
