import { useEffect, useRef } from "react";
import type { ScriptFault } from "../api";

interface Props {
  source: string;
  faults: ScriptFault[];
  /** Line to show, from 1; 0 = the top. */
  at: number;
}

/** What stands before a colon is the key; after "#" comes a comment. */
function coloured(line: string) {
  const comment = line.match(/^\s*#.*$/);
  if (comment) return <span className="y-comment">{line}</span>;
  const key = line.match(/^(\s*(?:- )?)([\w-]+)(:)(.*)$/);
  if (!key) return line || " ";
  return (
    <>
      {key[1]}
      <span className="y-key">{key[2]}</span>
      {key[3]}
      {key[4]}
    </>
  );
}

/** A script's text, with what was found in it at its lines. */
export function SourceView({ source, faults, at }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const byLine = new Map(faults.map((f) => [f.line, f]));

  useEffect(() => {
    const line = box.current?.querySelector(`[data-line="${at}"]`);
    line?.scrollIntoView({ block: "center" });
  }, [at]);

  return (
    <div className="source" ref={box}>
      {source.split("\n").map((line, i) => {
        const fault = byLine.get(i + 1);
        return (
          <div
            key={i}
            data-line={i + 1}
            className={`line${fault ? " bad" : ""}${at === i + 1 ? " at" : ""}`}
          >
            <span className="no">{i + 1}</span>
            <code>{coloured(line)}</code>
            {fault && <div className="fault">{fault.message}</div>}
          </div>
        );
      })}
    </div>
  );
}
