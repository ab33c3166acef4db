// The gateway's API as the console uses it: ProtoJSON of proto/yinhu/v1.

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

export interface Finding {
  rule: string;
  severity: number;
  line: number;
  quote: string;
  startMs: number;
  basis: string;
  message: string;
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

export class ApiError extends Error {}

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  const reply = await fetch(`/v1/${path}`, init);
  const body = await reply.json();
  if (!reply.ok) throw new ApiError(body.message ?? reply.statusText);
  return body as T;
}

const post = <T>(path: string, body: unknown = {}) =>
  request<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
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
  recordingUrl: (name: string) => `/v1/${name}:recording`,
};
