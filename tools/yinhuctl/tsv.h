/** @file tsv.h  Evaluation files: lines of fields between TABs. */
#ifndef YC_TSV_H
#define YC_TSV_H

/** A line. @param field Borrowed, shape (n), n as asked; without CR and LF
 * @return 0, or negative: reading ends with it */
typedef int yc_tsv_row(char **field, void *arg);

/** Read all lines of a file; empty lines are left out.
 * @param path  Borrowed
 * @param n     Fields a line must have, 1..8
 * @return 0; -EINVAL and a message on stderr with file and line: no such file,
 * a line with another number of fields, a line over 64 KiB; what row said */
int yc_tsv_read(const char *path, int n, yc_tsv_row *row, void *arg);
/** The same, with `least` to `most` fields; those that a line does not have
 * are NULL. */
int yc_tsv_read_some(const char *path, int least, int most, yc_tsv_row *row,
		     void *arg);
/** The path of a file that a line of another file names.
 * @param out Receives the path (size bytes): relative ones beside `file`, or
 * from here if only there is such a file */
void yc_tsv_beside(const char *file, const char *name, char *out,
		   unsigned long size);

#endif
