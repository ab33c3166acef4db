PROGRAMS += dialer
dialer_DIR  := services/dialer
dialer_PKGS := sofia-sip-ua libsrtp2
