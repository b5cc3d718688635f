import { RunError } from "../../runtime/contract/errors.js";
import { exec } from "../../runtime/system/exec.js";
import type { ChrootBuild } from "./chroot-build.js";

/** Commands of the user's own for the host: before and after the mount. `Device` is the device that was asked for, `BlockDevice` the kernel's. */
export async function hostCommands(
  build: ChrootBuild,
  commands: readonly string[] | undefined,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const { context, run, wrapper } = build;
  for (const template of commands ?? []) {
    const command = wrapper.text(context.templates.render(template, data));
    run.emit({ type: "say", text: `Executing command: ${command}` });
    const onLine = (stream: "stdout" | "stderr", line: string): void => run.emit({ type: "output", stream, line });
    const { exitCode } = await exec(["sh", "-c", command], { cwd: context.cwd, onLine, signal: run.signal });
    if (exitCode !== 0) throw new RunError(`The command failed with exit status ${exitCode}: ${command}`);
  }
}
