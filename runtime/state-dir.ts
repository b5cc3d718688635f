import { join } from "node:path";
import type { HostWorld } from "./interpreter/host.js";

/** Journals, and the embedded EC2 unless $PKRTS_EC2_STATE says where. */
export function stateDir({ env, home }: Pick<HostWorld, "env" | "home">): string {
  const base = env["XDG_STATE_HOME"];
  return join(base === undefined || base === "" ? join(home, ".local", "state") : base, "pkrts");
}
