import type { Communicator } from "../contract/communicator.js";
import { RunError } from "../contract/errors.js";

const refuse = (what: string): Promise<never> =>
  Promise.reject(new RunError(`${what} is not implemented when communicator = 'none'`));

/** No machine: commands succeed without running, as in Packer; transfers fail. */
export const noCommunicator: Communicator = {
  kind: "none",
  exec: () => Promise.resolve({ exitCode: 0 }),
  upload: () => refuse("Upload"),
  uploadDir: () => refuse("UploadDir"),
  // biome-ignore lint/correctness/useYield: it refuses before there is anything to give
  async *download() {
    await refuse("Download");
  },
  downloadDir: () => refuse("DownloadDir"),
};
