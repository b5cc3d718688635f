import { readFile } from "node:fs/promises";

/** `<pid> <start time>`: identifies a live process even when its number is used again. */
export async function processIdentity(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const start = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return start && `${pid} ${start}`;
}

/** Whether the process is still there that `identity` was made for. */
export const isAlive = async (identity: string): Promise<boolean> =>
  (await processIdentity(Number.parseInt(identity, 10))) === identity;
