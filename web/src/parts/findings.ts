// How findings and times look.
export const clock = (ms: number) =>
  `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

/** By severity, from 1. */
export const severityColor = ["default", "red", "orange", "gold"];
