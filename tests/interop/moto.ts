import { execFileSync, spawn } from "node:child_process";
import { openSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Backend, type RecordingProxy, type Reply, recordCalls, through } from "./recording-proxy.js";

/** The image that moto starts with: its own RegisterImage drops the mappings, so it can't be registered. */
export const MOTO_AMI = "ami-00000000000000001";

export interface MotoLab extends RecordingProxy {
  /** Paths below /dev that stand for its attached volumes; none when all are detached. */
  attached(): readonly string[];
}

/**
 * moto's EC2, an independent one, with real volumes: a file each, that becomes a loop device when attached and is copied
 * into a snapshot. `disk` is what the image {@link MOTO_AMI}, called `name`, holds.
 */
export async function startMoto(folder: string, disk: string, name: string): Promise<MotoLab> {
  writeFileSync(join(folder, "amis.json"), JSON.stringify([sourceImage(name)]));
  const port = await freePort();
  const log = openSync(join(folder, "moto.log"), "w");
  const env = { ...process.env, MOTO_AMIS_PATH: join(folder, "amis.json") };
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { env, stdio: ["ignore", log, log] });
  const stop = () => child.kill("SIGTERM");
  try {
    const moto = `http://127.0.0.1:${port}`;
    await untilUp(`${moto}/moto-api/`);
    const volumes = new Volumes(folder);
    const instance = textOf(await call(moto, { Action: "RunInstances", ...INSTANCE }), "instanceId");
    const snapshot = textOf(await call(moto, { Action: "DescribeImages", "ImageId.1": MOTO_AMI }), "snapshotId");
    execFileSync("cp", ["--sparse=always", disk, volumes.file(snapshot)]);
    const proxy = await recordCalls(backend(moto, volumes, instance));
    const close = async () => {
      await proxy.close();
      volumes.detachAll();
      stop();
    };
    return { url: proxy.url, calls: proxy.calls, attached: () => volumes.attached(), close };
  } catch (error) {
    stop();
    throw error;
  }
}

const INSTANCE = {
  ImageId: MOTO_AMI,
  MinCount: "1",
  MaxCount: "1",
  InstanceType: "m5.large",
  "Placement.AvailabilityZone": "us-east-1a",
};

const sourceImage = (name: string) => ({
  ami_id: MOTO_AMI,
  name,
  description: name,
  owner_id: "123456789012",
  public: true,
  virtualization_type: "hvm",
  architecture: "x86_64",
  state: "available",
  platform: null,
  image_type: "machine",
  image_location: `amazon/${name}`,
  hypervisor: "xen",
  root_device_name: "/dev/xvda",
  root_device_type: "ebs",
  sriov: "simple",
  tags: {},
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function untilUp(url: string): Promise<void> {
  for (let tries = 300; tries > 0; tries -= 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error(`moto does not answer at ${url}`);
}

async function call(moto: string, query: Readonly<Record<string, string>>): Promise<string> {
  const scope = "Credential=x/20260101/us-east-1/ec2/aws4_request";
  const headers = {
    authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=x`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const body = new URLSearchParams({ Version: "2016-11-15", ...query });
  return (await through(moto).ec2(body, headers)).body;
}

const textOf = (xml: string, tag: string): string => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? "";

/** Moto, with what it only pretends made real around each call. */
function backend(moto: string, volumes: Volumes, instance: string): Backend {
  const asked = through(moto);
  return {
    async ec2(query, headers) {
      const of = (key: string) => query.get(key) ?? "";
      if (query.get("Action") === "DetachVolume") volumes.detach(of("VolumeId"));
      const reply = await asked.ec2(query, headers);
      if (reply.status === 200) makeReal(volumes, of, reply.body);
      return reply;
    },
    metadata: async (_method, path) => metadata(path, instance),
  };
}

function makeReal(volumes: Volumes, of: (key: string) => string, body: string): void {
  const actions: Readonly<Record<string, () => void>> = {
    CreateVolume: () => volumes.create(textOf(body, "volumeId"), Number(textOf(body, "size")), of("SnapshotId")),
    AttachVolume: () => volumes.attach(of("VolumeId"), of("Device")),
    CreateSnapshot: () => volumes.copy(of("VolumeId"), textOf(body, "snapshotId")),
    DeleteVolume: () => volumes.remove(of("VolumeId")),
  };
  actions[of("Action")]?.();
}

function metadata(path: string, instanceId: string): Reply {
  const plain = (body: string, status = 200): Reply => ({ status, type: "text/plain", body });
  if (path.endsWith("/api/token")) return plain("token");
  const document = { instanceId, region: "us-east-1", availabilityZone: "us-east-1a", accountId: "123456789012" };
  if (path.endsWith("/instance-identity/document")) return plain(JSON.stringify(document));
  return plain("Not Found", 404);
}

class Volumes {
  readonly #folder: string;
  readonly #loops = new Map<string, { readonly loop: string; readonly names: readonly string[] }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  file(id: string): string {
    return join(this.#folder, `${id}.img`);
  }

  create(id: string, gib: number, snapshot: string): void {
    if (snapshot === "") writeFileSync(this.file(id), "");
    else this.copy(snapshot, id);
    truncateSync(this.file(id), gib * 1024 ** 3);
  }

  copy(from: string, to: string): void {
    execFileSync("sync");
    execFileSync("cp", ["--sparse=always", this.file(from), this.file(to)]);
  }

  attach(id: string, device: string): void {
    const node = device.replace(/^\/dev\/sd/, "/dev/xvd");
    const loop = execFileSync("losetup", ["--find", "--show", this.file(id)], { encoding: "utf8" }).trim();
    const names = [node, `${node}1`];
    this.#loops.set(id, { loop, names });
    partx("--add", loop);
    symlinkSync(loop, node);
    symlinkSync(`${loop}p1`, `${node}1`);
  }

  detach(id: string): void {
    const { loop, names = [] } = this.#loops.get(id) ?? {};
    this.#loops.delete(id);
    for (const name of names) rmSync(name, { force: true });
    if (loop === undefined) return;
    partx("--delete", loop);
    execFileSync("losetup", ["--detach", loop]);
  }

  detachAll(): void {
    for (const id of [...this.#loops.keys()]) this.detach(id);
  }

  remove(id: string): void {
    rmSync(this.file(id), { force: true });
  }

  attached(): readonly string[] {
    return [...this.#loops.values()].flatMap(({ names }) => names);
  }
}

/** It fails where there is no table, or the kernel read it by itself. */
function partx(option: string, loop: string): void {
  try {
    execFileSync("partx", [option, loop], { stdio: "ignore" });
  } catch {
    return;
  }
}
