import { Alert, Button, Descriptions, Input, Modal, Space, Tag } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, type Chat, type ChatStep, type Script } from "../api";
import { useIntents, useWords } from "../i18n";

/** What a test of the script says of its contact: `with: {name: 张三, ...}`. */
function contactOf(source: string): Record<string, string> {
  const map = source.match(/with:\s*(?:&\w+\s*)?\{([^}]*)\}/)?.[1] ?? "";
  const pairs = map.matchAll(/([\w]+):\s*("[^"]*"|[^,]+)/g);
  return Object.fromEntries(
    [...pairs].map(([, k, v]) => [k, v.trim().replace(/^"|"$/g, "")]),
  );
}

/** The conversation as an entry of the script's `tests`. */
function asTest(
  contact: Record<string, string>,
  turns: string[],
  chat: Chat,
): string {
  const fields = Object.entries(contact).map(
    ([k, v]) => `${k}: ${JSON.stringify(v)}`,
  );
  const lines = chat.steps.map((step, i) => {
    const said = turns[i - 1];
    const parts = [
      i > 0 && (said ? `hear: ${JSON.stringify(said)}` : "silence: true"),
      step.intent && `intent: ${step.intent}`,
      `state: ${step.state}`,
      step.disposition && `end: ${step.disposition}`,
    ];
    return `      - {${parts.filter(Boolean).join(", ")}}`;
  });
  const rules = chat.findings.map((f) => f.rule).join(", ");
  return [
    "  - name: ",
    `    with: {${fields.join(", ")}}`,
    "    turns:",
    ...lines,
    ...(rules ? [`    findings: [${rules}]`] : []),
    "",
  ].join("\n");
}

function Said({ turn, step }: { turn: string; step: ChatStep }) {
  const intent = useIntents();
  const t = useWords();
  return (
    <div className="said callee">
      {turn || <i>{t("chat.silence")}</i>}
      {step.intent && (
        <div className="meta">
          {intent(step.intent)} {step.confidence.toFixed(2)}
          {!step.understood && ` · ${t("chat.notUnderstood")}`}
        </div>
      )}
    </div>
  );
}

function Prompt({ step }: { step: ChatStep }) {
  const t = useWords();
  if (!step.prompt) return null;
  return (
    <div className="said bot">
      {step.prompt}
      <div className="meta">
        {step.state}
        {step.doNotCall && ` · ${t("do_not_call")}`}
        {step.channel && ` · → ${step.channel} / ${step.template}`}
        {step.disposition && ` · ${t(step.disposition)}`}
      </div>
    </div>
  );
}

function Facts({ chat }: { chat: Chat }) {
  const t = useWords();
  const last = chat.steps[chat.steps.length - 1];
  return (
    <Descriptions
      column={1}
      size="small"
      bordered
      items={[
        { label: t("state"), children: <code>{last.state}</code> },
        {
          label: t("chat.identity"),
          children: t(last.verified ? "verified" : "unverified"),
        },
        {
          label: t("chat.slots"),
          children: Object.entries(last.slots).map(([k, v]) => (
            <Tag key={k} color="blue">
              {k} = {v}
            </Tag>
          )),
        },
        {
          label: t("quality"),
          children: !chat.inspected ? (
            t("chat.notInspected")
          ) : chat.findings.length === 0 ? (
            <Tag color="success">{t("noFindings")}</Tag>
          ) : (
            chat.findings.map((f) => (
              <div key={f.rule}>
                <Tag color="error">{f.rule}</Tag>
                {f.message}
                {f.quote && <q>{f.quote}</q>}
              </div>
            ))
          ),
        },
      ]}
    />
  );
}

/** Talk to a script by text: the same engine as in calls, nobody is called. */
export function ScriptChat({ of }: { of: Script }) {
  const t = useWords();
  const contact = useMemo(() => contactOf(of.source), [of.source]);
  const [turns, setTurns] = useState<string[]>([]);
  const [chat, setChat] = useState<Chat>();
  const [text, setText] = useState("");
  const [error, setError] = useState("");
  const [test, setTest] = useState("");
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let current = true;
    api
      .chat(
        of.name,
        contact,
        turns.map((said) => ({ text: said })),
      )
      .then(
        (now) => current && (setChat(now), setError("")),
        (err: Error) => current && setError(err.message),
      );
    return () => {
      current = false;
    };
  }, [of.name, contact, turns]);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [chat]);

  const steps = chat?.steps ?? [];
  const over = steps.length > 0 && !!steps[steps.length - 1].disposition;
  const say = (said: string) => {
    setTurns([...turns, said]);
    setText("");
  };
  return (
    <div className="two">
      <div>
        {error && <Alert type="error" message={error} />}
        <div className="chat" ref={box}>
          {steps.map((step, i) => (
            <div key={i} className="pair">
              {i > 0 && <Said turn={turns[i - 1] ?? ""} step={step} />}
              <Prompt step={step} />
            </div>
          ))}
        </div>
        <Space.Compact style={{ width: "100%", marginTop: 12 }}>
          <Input
            value={text}
            disabled={over}
            placeholder={t(over ? "chat.over" : "chat.say")}
            onChange={(e) => setText(e.target.value)}
            onPressEnter={() => text && say(text)}
          />
          <Button type="primary" disabled={over || !text} onClick={() => say(text)}>
            {t("chat.send")}
          </Button>
          <Button disabled={over} onClick={() => say("")}>
            {t("chat.silence")}
          </Button>
          <Button
            disabled={!turns.length}
            onClick={() => setTurns(turns.slice(0, -1))}
          >
            {t("chat.undo")}
          </Button>
          <Button onClick={() => setTurns([])}>{t("chat.restart")}</Button>
          <Button
            disabled={!chat}
            onClick={() => chat && setTest(asTest(contact, turns, chat))}
          >
            {t("chat.test")}
          </Button>
        </Space.Compact>
      </div>
      {chat && steps.length > 0 && <Facts chat={chat} />}
      <Modal
        title={t("chat.test")}
        open={!!test}
        footer={null}
        onCancel={() => setTest("")}
      >
        <pre>{test}</pre>
      </Modal>
    </div>
  );
}
