# The library of the engine `sherpa`, as its lock file pins it; models are the
# user's own download. No program.
.PHONY: sherpa model-info
sherpa: build/sherpa/.stamp
build/sherpa/.stamp: tools/sherpa/package.json tools/sherpa/package-lock.json
	@echo "  NPM     sherpa-onnx"
	$(Q)mkdir -p $(@D) $(SHARE) && cp $^ $(@D)
	$(Q)cd $(@D) && npm ci --no-audit --no-fund --silent
	$(Q)ln -sfn ../sherpa/node_modules/sherpa-onnx-linux-x64 $(SHARE)/sherpa
	$(Q)touch $@
model-info:
	@cat tools/sherpa/models.txt
