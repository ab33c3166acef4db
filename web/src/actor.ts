// Who acts. Behind the bank's authentication proxy the header is the proxy's;
// without one, the console says who sits in front of it.
const KEY = "yinhu.actor";

export const actor = () => window.localStorage.getItem(KEY) ?? "";

export const setActor = (id: string) => window.localStorage.setItem(KEY, id);

export const actorHeader = (): Record<string, string> =>
  actor() ? { "Grpc-Metadata-Yinhu-Actor": actor() } : {};
