// The gateway's API as the console uses it: ProtoJSON of proto/yinhu/v1.
import { actorHeader } from "./actor";

export interface CampaignStats {
  contacts: number;
  rejectedRows: number;
  due: number;
  inProgress: number;
  done: number;
  attempts: number;
  answered: number;
  inspected: number;
  scored: number;
  findings: number;
  dispositions: Record<string, number>;
  guardRefusals: Record<string, number>;
}

export interface Campaign {
  name: string;
  displayName: string;
  kind: string;
  script: string;
  state: "DRAFT" | "RUNNING" | "PAUSED" | "STOPPED" | "COMPLETED";
  stateReason: string;
  bankName: string;
  stats: CampaignStats | null;
  createTime: string | null;
  startTime: string | null;
  endTime: string | null;
}

/** actor: a person's id, "G16", "trunk", or "": the service itself. */
export interface CampaignEvent {
  name: string;
  state: Campaign["state"];
  actor: string;
  reason: string;
  createTime: string | null;
}

export interface DialSwitch {
  halted: boolean;
  reason: string;
  changeTime: string | null;
}

export interface Finding {
  rule: string;
  severity: number;
  line: number;
  quote: string;
  startMs: number;
  basis: string;
  message: string;
  /** "bank-own@3" */
  pack: string;
  /** "bot", "agent", "callee"; "": the whole call. */
  speaker: string;
}

export type FindingState = "PENDING" | "CONFIRMED" | "REJECTED";

export interface ReviewedFinding {
  name: string;
  state: FindingState;
  finding: Finding;
  call: string;
  campaign: string;
  createTime: string | null;
  reviewer: string;
  note: string;
  reviewTime: string | null;
}

/** What is empty does not narrow the list. */
export interface FindingFilter {
  state: FindingState | "";
  severity: number;
  rule: string;
  campaign: string;
}

export interface TranscriptLine {
  speaker: "BOT" | "CALLEE" | "AGENT";
  text: string;
  startMs: number;
  endMs: number;
  intent: string;
  confidence: number;
  state: string;
  interrupted: boolean;
  /** "" when nobody looked. */
  emotion: string;
  emotionConfidence: number;
}

export interface Call {
  name: string;
  campaign: string;
  maskedPhone: string;
  outcome: string;
  disposition: string;
  sipCode: number;
  startTime: string | null;
  ringMs: number;
  talkMs: number;
  hungUpBy: string;
  /** Who or what was at the other end; null: not heard, not answered. */
  progress: { verdict: string; confidence: number; by: string } | null;
  turns: number;
  intents: string[];
  slots: Record<string, string>;
  verified: boolean;
  hasRecording: boolean;
  quality: {
    score: number;
    findings: Finding[];
    rulesChecked: number;
    rulePack: string;
    /** What could not be judged, and why. */
    notInspected: string[];
  } | null;
  score: {
    conversion: number;
    model: string;
    features: Record<string, number>;
    reasons: string[];
  } | null;
  transcript: TranscriptLine[];
  turnLatencyMs: number[];
  script: string;
}

/** Scripts, and rule packs, which live the same life. */
export type Collection = "scripts" | "packs";

export const collectionOf = (name: string): Collection =>
  name.startsWith("packs/") ? "packs" : "scripts";

export type ScriptState = "DRAFT" | "IN_REVIEW" | "APPROVED" | "REJECTED";

export interface Script {
  /** "scripts/<id>@<version>", "packs/<id>@<version>" */
  name: string;
  scriptId: string;
  version: number;
  /** Empty in lists. */
  source: string;
  sha256: string;
  title: string;
  createTime: string | null;
  state: ScriptState;
  author: string;
  submitter: string;
  reviewer: string;
  review: string;
  reviewTime: string | null;
  expireTime: string | null;
  signature: string;
  /** Where it is in force. */
  campaigns: number;
}

export interface ScriptEvent {
  name: string;
  step: "CREATE" | "SUBMIT" | "APPROVE" | "REJECT" | "PUBLISH" | "ROLLBACK";
  actor: string;
  reason: string;
  sha256: string;
  campaign: string;
  replacedVersion: number;
  createTime: string | null;
  check: string;
}

export interface ScriptFault {
  kind: "STRUCTURE" | "CLASH" | "TEST" | "FINDING";
  line: number;
  column: number;
  message: string;
  about: string;
}

export interface ScriptCheck {
  green: boolean;
  faults: ScriptFault[];
  tests: number;
  testsFailed: number;
  prompts: number;
  rulePack: string;
}

/** A call in which a pack on trial found something. */
export interface TriedCall {
  call: string;
  findings: Finding[];
}

export interface ChatTurn {
  /** Empty: silence. */
  text: string;
}

export interface ChatStep {
  state: string;
  prompt: string;
  intent: string;
  confidence: number;
  slots: Record<string, string>;
  verified: boolean;
  doNotCall: boolean;
  channel: string;
  template: string;
  disposition: string;
  understood: boolean;
}

export interface Chat {
  steps: ChatStep[];
  findings: Finding[];
  inspected: boolean;
}

export class ApiError extends Error {}

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  const reply = await fetch(`/v1/${path}`, init);
  if (reply.ok) return (await reply.json()) as T;
  // What stands before the API (a proxy, a limit) may answer in plain text.
  const text = await reply.text();
  let said = text || reply.statusText;
  try {
    said = JSON.parse(text).message || said;
  } catch {
    /* as it is */
  }
  throw new ApiError(said);
}

const post = <T>(path: string, body: unknown = {}) =>
  request<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...actorHeader() },
    body: JSON.stringify(body),
  });

export const api = {
  campaigns: async () =>
    (await request<{ campaigns: Campaign[] }>("campaigns?pageSize=100"))
      .campaigns,
  campaign: (name: string) => request<Campaign>(name),
  calls: async (campaign: string) =>
    (await request<{ calls: Call[] }>(`${campaign}/calls?pageSize=200`)).calls,
  call: (name: string) => request<Call>(name),
  act: (name: string, verb: "start" | "pause" | "resume" | "stop") =>
    post<Campaign>(`${name}:${verb}`),
  campaignEvents: async (name: string) =>
    (await request<{ events: CampaignEvent[] }>(`${name}/events`)).events,
  dialing: () => request<DialSwitch>("dialing"),
  switchDialing: (verb: "halt" | "resume", reason: string) =>
    post<DialSwitch>(`dialing:${verb}`, { reason }),
  scripts: async (collection: Collection, scriptId = "") =>
    (
      await request<{ scripts: Script[] }>(
        `${collection}?pageSize=200&scriptId=${encodeURIComponent(scriptId)}`,
      )
    ).scripts,
  script: (name: string) => request<Script>(name),
  scriptEvents: async (parent: string) =>
    (await request<{ events: ScriptEvent[] }>(`${parent}/events?pageSize=200`))
      .events,
  createScript: (collection: Collection, source: string) =>
    post<Script>(collection, { source }),
  lint: (name: string) => post<ScriptCheck>("scripts:lint", { name }),
  stepScript: (
    name: string,
    verb: "submit" | "approve" | "reject" | "publish" | "rollback",
    more: { reason?: string; campaign?: string } = {},
  ) => post<Script>(`${name}:${verb}`, more),
  chat: (name: string, variables: Record<string, string>, turns: ChatTurn[]) =>
    post<Chat>("scripts:chat", { name, variables, turns }),
  findings: (filter: FindingFilter, pageToken = "") =>
    request<{ findings: ReviewedFinding[]; nextPageToken: string }>(
      `findings?${new URLSearchParams({
        pageSize: "50",
        pageToken,
        severity: String(filter.severity),
        rule: filter.rule,
        campaign: filter.campaign,
        ...(filter.state && { state: filter.state }),
      })}`,
    ),
  lintRules: (source: string) => post<ScriptCheck>("rules:lint", { source }),
  tryRules: (what: {
    source: string;
    campaign: string;
    day: string;
    pageToken: string;
  }) =>
    post<{ calls: TriedCall[]; judged: number; nextPageToken: string }>(
      "rules:try",
      what,
    ),
  reviewFinding: (
    name: string,
    verb: "confirm" | "reject",
    note: string,
    change: boolean,
  ) => post<ReviewedFinding>(`${name}:${verb}`, { note, change }),
  recordingUrl: (name: string) => `/v1/${name}:recording`,
};
