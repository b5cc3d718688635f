import { spawn } from "node:child_process";

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The AWS CLI, pointed at one endpoint, with nothing of the caller's own configuration. */
export class AwsCli {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  run(argv: readonly string[]): Promise<Answer> {
    const env = {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local-secret",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ENDPOINT_URL: this.#endpoint,
      AWS_MAX_ATTEMPTS: "1",
      AWS_PAGER: "",
    };
    const child = spawn("aws", argv, { env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (bytes) => (stdout += bytes));
    child.stderr.on("data", (bytes) => (stderr += bytes));
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** What `aws ec2 …` prints as JSON; undefined when it prints nothing. Throws when it fails. */
  async ec2(...argv: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.run(["ec2", ...argv]);
    if (code !== 0) throw new Error(`aws ec2 ${argv.join(" ")} ended with ${code}: ${stderr}`);
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  }

  /** The error code that `aws ec2 …` ends with; its exit code is 254 or 255, by the CLI's version. */
  async refusal(...argv: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(["ec2", ...argv]);
    const found = /An error occurred \((\S+)\) when calling the (\w+) operation/.exec(stderr);
    if (code === 0 || found?.[1] === undefined) throw new Error(`no refusal but exit ${code}: ${stdout}${stderr}`);
    return found[1];
  }
}
