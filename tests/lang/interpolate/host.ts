import type { FunctionHost } from "../../../lang/functions/host.js";

/** A world that stands still: 9 February 2021, 04:05:06.789 UTC, and random bytes that count up from one. */
export const STILL: FunctionHost = {
  baseDir: "/templates",
  cwd: "/work",
  home: "/home/u",
  readFile: () => new Uint8Array(),
  kindOf: () => undefined,
  list: () => [],
  now: () => new Date(Date.UTC(2021, 1, 9, 4, 5, 6, 789)),
  startedAt: new Date(Date.UTC(2021, 1, 9, 4, 5, 6, 789)),
  env: (name) => ({ HOME: "/home/u", NASTY: "{{.X}}" })[name],
  random: (bytes) => Uint8Array.from({ length: bytes }, (_, index) => index + 1),
};
