import { useCallback, useEffect, useState } from "react";

/** Load now and again every `ms`, as long as the page shows it. */
export function usePolled<T>(load: () => Promise<T>, ms: number) {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<string>();

  const refresh = useCallback(async () => {
    try {
      setValue(await load());
      setError(undefined);
    } catch (err) {
      setError(err instanceof Error ? err.message : String(err));
    }
  }, [load]);

  useEffect(() => {
    void refresh();
    const timer = window.setInterval(() => void refresh(), ms);
    return () => window.clearInterval(timer);
  }, [refresh, ms]);

  return { value, error, refresh };
}
