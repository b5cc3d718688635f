// Templates whose null builder meets a private sshd.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, pkrts, type RunOptions } from "./cli.js";
import type { Sshd } from "./sshd.js";

/** A template with `blocks` in its build; `options` replace or join those that log in by key. `undefined` leaves one out. */
export function sshTemplate(
  sshd: Sshd,
  blocks: string,
  options: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>> = {},
): string {
  const all = {
    ssh_host: "127.0.0.1",
    ssh_port: sshd.port,
    ssh_username: sshd.user,
    ssh_private_key_file: sshd.key,
    ssh_timeout: "20s",
    ...options,
  };
  const lines = Object.entries(all).map(([name, value]) =>
    value === undefined ? "" : `  ${name} = ${JSON.stringify(value)}`,
  );
  return `source "null" "s" {\n${lines.join("\n")}\n}\nbuild {\n  sources = ["null.s"]\n${blocks}\n}\n`;
}

/** Runs `pkrts build` on a template in the sshd's folder. */
export function buildThere(sshd: Sshd, template: string, options: RunOptions = {}): Promise<Finished> {
  writeFileSync(join(sshd.folder, "t.pkr.hcl"), template);
  return pkrts(["build", "t.pkr.hcl"], {
    cwd: sshd.folder,
    ...options,
    env: { XDG_STATE_HOME: join(sshd.folder, "state"), ...options.env },
  });
}
