# The operator's and author's command line. What it runs is the services' own
# code: each subcommand names the files it shares in _EXTRA.
PROGRAMS += yinhuctl
yinhuctl_DIR   := tools/yinhuctl
yinhuctl_EXTRA :=
yinhuctl_PKGS  :=
yinhuctl_LIBS  :=
# eval quality
yinhuctl_EXTRA += $(filter-out %/app.c %/force.c %/main.c %/metrics.c %/judge_rpc.c %/trial_rpc.c,$(wildcard services/qa-inspector/*.c))
yinhuctl_PKGS  += libhs libpcre2-8
# audit replay
yinhuctl_EXTRA += $(addprefix services/campaign/,audit.c guards.c hours.c numbers.c outcome.c policy.c)
# eval asr, eval progress
yinhuctl_EXTRA += $(addprefix services/asr-gateway/,engine_pocketsphinx.c grammar.c lexicon.c phones.c phrases.c vocabulary.c)
yinhuctl_PKGS  += pocketsphinx espeak-ng
# bench speech
yinhuctl_EXTRA += $(addprefix services/dialer/,metrics.c speech.c speech_send.c talk.c)
# bench dialog
yinhuctl_EXTRA += $(addprefix services/dialog/,brief.c fields.c outbox.c turn.c)
# bench media
yinhuctl_EXTRA += $(addprefix services/dialer/,barge.c bridge.c cipher.c control.c latch.c leg.c leg_news.c leg_order.c media.c metrics.c ports.c recording.c sdp.c shared.c srtp.c stream.c stream_control.c talk.c watch.c worker.c writer.c)
yinhuctl_PKGS  += sofia-sip-ua libsrtp2
# bench setup
yinhuctl_EXTRA += $(addprefix services/dialer/,sip.c sip_legs.c sip_response.c sip_session.c sip_octets.c sip_trunks.c trunks.c)
