import { errorFrom } from "../contract/errors.js";
import { PACKER_VERSION, PRODUCT_VERSION } from "../product.js";
import { beginLog, openLog } from "../ui/log.js";
import type { World } from "./world.js";

/** The first lines of the log that the environment asks for. Why it can't be written, where it can't. */
export function beginCommandLog(command: string, { env, cwd, stderr, startedAt }: World): string | undefined {
  const log = openLog(env, cwd, (text) => stderr.write(text));
  if (log === undefined) return undefined;
  try {
    beginLog(log);
    // Not its arguments: -var may hold a secret.
    log.line(
      startedAt,
      `[INFO] pkrts ${PRODUCT_VERSION} (Packer ${PACKER_VERSION}), command ${command}, process ${process.pid}`,
    );
    return undefined;
  } catch (thrown) {
    return `Couldn't set up logging output: ${errorFrom(thrown).message}`;
  }
}
