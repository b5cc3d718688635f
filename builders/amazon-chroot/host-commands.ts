import { ExecError, exec } from "../../runtime/system/exec.js";
import type { ChrootBuild } from "./chroot-build.js";
import { blaming, throughOf } from "./host/host-program.js";

/** Lines of a command's stderr that its error repeats. */
const MOST_LINES = 10;

/** Commands of the user's own for the host: before and after the mount. `Device` is the device that was asked for, `BlockDevice` the kernel's. */
export async function hostCommands(
  build: ChrootBuild,
  option: "pre_mount_commands" | "post_mount_commands",
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const { context, run, wrapper, options } = build;
  for (const template of options[option] ?? []) {
    const command = context.templates.render(template, data);
    run.emit({ type: "say", text: `Executing command: ${wrapper.text(command)}` });
    await blaming(option, run.signal, () => hostCommand(build, command));
  }
}

async function hostCommand({ context, run, wrapper }: ChrootBuild, command: string): Promise<void> {
  const complaints: string[] = [];
  const onLine = (stream: "stdout" | "stderr", line: string): void => {
    run.emit({ type: "output", stream, line });
    if (stream === "stderr") complaints.push(line);
  };
  const argv = ["sh", "-c", wrapper.text(command)];
  const { exitCode } = await exec(argv, {
    cwd: context.cwd,
    moreEnv: { PACKER_RUN_UUID: run.runId },
    onLine,
    signal: run.signal,
    ...throughOf(wrapper),
  });
  if (exitCode !== 0) throw new ExecError([command], exitCode, complaints.slice(-MOST_LINES).join("\n"));
}
