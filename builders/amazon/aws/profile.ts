// What the shared configuration says of a profile, where the SDK does not tell: its device for multi-factor authentication.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

type Env = (name: string) => string | undefined;

/** Settings of a profile, by their names in small letters. */
type Profile = ReadonlyMap<string, string>;

/**
 * The serial number of the device whose code a role that is assumed with the profile's keys needs; undefined where the
 * profile has none, or assumes a role of its own, which the SDK asks the code for.
 */
export function mfaDevice(
  profile: string | undefined,
  sharedFile: string | undefined,
  env: Env,
): MfaDevice | undefined {
  const name = profile ?? env("AWS_PROFILE") ?? "default";
  const folder = join(env("HOME") ?? "/", ".aws");
  const files = [
    env("AWS_CONFIG_FILE") ?? join(folder, "config"),
    sharedFile ?? env("AWS_SHARED_CREDENTIALS_FILE") ?? join(folder, "credentials"),
  ];
  const settings: Profile = new Map(files.flatMap((file) => [...section(file, name)]));
  const serial = settings.get("mfa_serial");
  return serial === undefined ? undefined : { serial, isOfProfile: settings.has("role_arn") };
}

export interface MfaDevice {
  readonly serial: string;
  /** Whether the profile itself assumes a role with it. */
  readonly isOfProfile: boolean;
}

/** `[profile web]` of the configuration, `[web]` of the credentials. */
function section(file: string, name: string): Profile {
  if (!existsSync(file)) return new Map();
  const found = new Map<string, string>();
  let isOwn = false;
  for (const line of readFileSync(file, "utf8").split(/\r?\n/)) {
    const [, heading] = /^\s*\[\s*(?:profile\s+)?"?([^\]"]*?)"?\s*\]/.exec(line) ?? [];
    if (heading !== undefined) isOwn = heading === name;
    const [, key = "", value = ""] = /^([A-Za-z_]\w*)\s*=\s*(.*?)\s*(?:\s[#;].*)?$/.exec(line) ?? [];
    if (isOwn && key !== "") found.set(key.toLowerCase(), value);
  }
  return found;
}
