import type { Held } from "../../runtime/contract/cleanup.js";
import { errorFrom } from "../../runtime/contract/errors.js";
import type { ChrootBuild } from "./chroot-build.js";
import type { ExtraMount } from "./extra-mounts.js";
import { HOST, type Namespace, namespaceToken, openNamespace, procMounts } from "./host/namespace.js";

/** Where the provisioners' commands run; releasing ends whatever they have left. */
export interface Apart {
  readonly namespace: Namespace;
  readonly held: readonly Held<unknown>[];
}

/** Processes and mounts of their own for the commands in the chroot at `root`; the host's, and a line that says so, where there can be none. */
export async function enterNamespace(
  { run, wrapper }: ChrootBuild,
  root: string,
  extra: readonly ExtraMount[],
): Promise<Apart> {
  const token = namespaceToken();
  const undo = { op: "endNamespace", args: { token, root }, endsWithMachine: true } as const;
  const take = async (): Promise<Namespace> => {
    try {
      return await openNamespace(token, procMounts(root, extra), wrapper, run.signal);
    } catch (thrown) {
      run.signal.throwIfAborted();
      const why = errorFrom(thrown).message;
      run.emit({ type: "detail", text: `Commands in the chroot share the host's processes and mounts: ${why}` });
      return HOST;
    }
  };
  const held = await run.cleanup.acquire("processes in the chroot", undo, take, () => undo);
  return { namespace: held.value, held: [held] };
}
