/**
 * @file sign.h  Detached signatures of rule packs: FILE.sig beside FILE, the
 *               Ed25519 signature of the file's bytes as hex.
 *
 * Source: RFC 8032; keys are PEM files as `openssl genpkey -algorithm ed25519`
 * writes them.
 */
#ifndef QA_SIGN_H
#define QA_SIGN_H

/** Write FILE.sig. @param path, key Borrowed; key is the private one
 * @return 0, -ENOENT, -EINVAL (no such key), -EFBIG (over 4 MiB), -EIO,
 * -ENOMEM, another -errno of reading or writing */
int qa_sign_file(const char *path, const char *key);

/** @param path, key Borrowed; key is the public one
 * @return 0, -ENOENT (no signature), -EBADMSG (it does not fit), -EINVAL (no
 * such key), -EFBIG, -EIO, -ENOMEM, another -errno of reading */
int qa_sign_verify(const char *path, const char *key);

#endif
