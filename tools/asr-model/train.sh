#!/bin/bash
# Train the embedded recogniser's acoustic model again, from nothing.
#
#   tools/asr-model/train.sh      -> services/asr-gateway/model/
#
# espeak-ng renders the speech (corpus.py), sphinxtrain makes continuous HMMs.
# The same seed draws the same voices. YH_RENDITIONS voices a phrase; YH_MODEL,
# YH_WORK: other folders.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${YH_WORK:-$root/build/asr-model}
model=${YH_MODEL:-$root/services/asr-gateway/model}
seed=1 renditions=${YH_RENDITIONS:-16} senones=${YH_SENONES:-300} gaussians=${YH_GAUSSIANS:-8}

mkdir -p "$work"
echo "speech: $renditions voices a phrase"
/usr/bin/python3 -W ignore "$here/corpus.py" "$work" $seed "$renditions"

# Debian keeps sphinxtrain's scripts and programs apart; it wants them in one
# place, with sphinx_fe beside.
lib=$work/libexec
rm -rf "$lib"
mkdir -p "$lib"
cp -rs /usr/lib/*/sphinxtrain/* "$lib/"
cp -s /usr/lib/sphinxtrain/* "$lib/" 2>/dev/null || true
ln -sf /usr/bin/sphinx_fe "$lib/sphinx_fe"
export PERL_USE_UNSAFE_INC=1

cd "$work"
cp "$lib/etc/feat.params" etc/ 2>/dev/null || true
/usr/bin/sphinxtrain -t yh setup >/dev/null 2>&1 || true
/usr/bin/python3 - "$lib/etc/sphinx_train.cfg" etc/sphinx_train.cfg "$lib" "$work" \
	"$senones" "$gaussians" <<'PY'
import re, sys
src, dst, lib, work, senones, gaussians = sys.argv[1:]
text = open(src).read()
values = {
    "CFG_DB_NAME": '"yh"', "CFG_BASE_DIR": f'"{work}"',
    "CFG_SPHINXTRAIN_DIR": f'"{lib}"', "CFG_BIN_DIR": f'"{lib}"',
    "CFG_SCRIPT_DIR": f'"{lib}/scripts"',
    "CFG_WAVFILE_EXTENSION": "'wav'", "CFG_WAVFILE_TYPE": "'mswav'",
    "CFG_WAVFILE_SRATE": "8000.0", "CFG_NUM_FILT": "31",
    "CFG_LO_FILT": "200", "CFG_HI_FILT": "3500",
    "CFG_HMM_TYPE": "'.cont.'", "CFG_FINAL_NUM_DENSITIES": gaussians,
    "CFG_N_TIED_STATES": senones, "CFG_NPART": "2",
    "CFG_QUEUE_TYPE": '"Queue::POSIX"', "CFG_CMN": "'batch'",
    "CFG_TRANSFORM": "'dct'", "CFG_LIFTER": '"22"',
    "CFG_FORCEDALIGN": "'no'", "CFG_LDA_MLLT": "'no'",
    "CFG_CD_TRAIN": "'yes'",
}
for key, value in values.items():
    text, n = re.subn(rf"(?m)^\s*\${key}\s*=.*$", f"${key} = {value};", text)
    if not n:
        text = text.replace("return 1;", f"${key} = {value};\nreturn 1;")
open(dst, "w").write(text)
PY
sed -i 's/^\$CFG_DICTIONARY.*/$CFG_DICTIONARY = "$CFG_LIST_DIR\/yh.dic";/; s/^\$CFG_RAWPHONEFILE.*/$CFG_RAWPHONEFILE = "$CFG_LIST_DIR\/yh.phone";/; s/^\$CFG_FILLERDICT.*/$CFG_FILLERDICT = "$CFG_LIST_DIR\/yh.filler";/' etc/sphinx_train.cfg
perl "$lib/scripts/000.comp_feat/slave_feat.pl" >log.feat 2>&1 || { tail -20 log.feat; exit 1; }
for step in 00.verify/verify_all.pl 20.ci_hmm/slave_convg.pl \
	30.cd_hmm_untied/slave_convg.pl 40.buildtrees/slave.treebuilder.pl \
	45.prunetree/slave.state-tying.pl 50.cd_hmm_tied/slave_convg.pl; do
	echo "sphinxtrain: $step"
	perl "$lib/scripts/$step" >>log.train 2>&1 || {
		tail -n 30 log.train
		exit 1
	}
done
mkdir -p "$model/hmm"
for f in mdef means variances mixture_weights transition_matrices noisedict feat.params; do
	cp "model_parameters/yh.cd_cont_$senones/$f" "$model/hmm/"
done
echo "-remove_noise yes" >>"$model/hmm/feat.params" # as sphinx_fe did
du -sh "$model"

make -s -C "$root" build/bin/yinhuctl build/share/general_intents.yaml
for set in tune test; do
	echo "eval asr: $set"
	"$root/build/bin/yinhuctl" eval asr --model "$model" --floor 0.5 \
		--json "$work/$set.tsv"
done
