// What two texts have in common, line by line (longest common subsequence).
// Pure.

export interface DiffLine {
  kind: "same" | "gone" | "new";
  text: string;
  /** From 1; in the old and the new text, 0 where it does not stand. */
  old: number;
  now: number;
}

/** Lengths of the longest common subsequences of a[i..], b[j..]. */
function lengths(a: string[], b: string[]): Uint32Array[] {
  const table = Array.from(
    { length: a.length + 1 },
    () => new Uint32Array(b.length + 1),
  );
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i][j] =
        a[i] === b[j]
          ? table[i + 1][j + 1] + 1
          : Math.max(table[i + 1][j], table[i][j + 1]);
  return table;
}

export function diff(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  const table = lengths(a, b);
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ kind: "same", text: a[i], old: ++i, now: ++j });
    } else if (
      j === b.length ||
      (i < a.length && table[i + 1][j] >= table[i][j + 1])
    ) {
      out.push({ kind: "gone", text: a[i], old: ++i, now: 0 });
    } else {
      out.push({ kind: "new", text: b[j], old: 0, now: ++j });
    }
  }
  return out;
}

/** Lines that changed, with some around them; "gap" stands for the rest. */
export function hunks(lines: DiffLine[], around = 3): (DiffLine | "gap")[] {
  const near = lines.map((_, at) =>
    lines
      .slice(Math.max(0, at - around), at + around + 1)
      .some((l) => l.kind !== "same"),
  );
  const out: (DiffLine | "gap")[] = [];
  lines.forEach((line, at) => {
    if (near[at]) out.push(line);
    else if (out[out.length - 1] !== "gap") out.push("gap");
  });
  return out;
}
