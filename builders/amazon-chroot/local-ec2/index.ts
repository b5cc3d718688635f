import { open, rm, stat, truncate } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { run } from "../../../runtime/system/exec.js";
import type { Action, Answer } from "./action.js";
import { ACTIONS } from "./actions.js";
import { createDisk, processIdentity } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { hostArchitecture, type Image, newId, type Snapshot, type Volume } from "./model.js";
import type { Query } from "./query.js";
import { recoverState } from "./recover.js";
import { ec2Server, type ServerOptions } from "./server.js";
import { StateStore } from "./state.js";

export { defaultStateDir } from "./state.js";

const GIB = 1024 ** 3;

export type LocalEc2Options = Omit<ServerOptions, "store" | "owner" | "region"> & {
  readonly stateDir: string;
  readonly region?: string | undefined;
};

export interface ImportOptions {
  readonly name: string;
  readonly rootDeviceName?: string | undefined;
  readonly architecture?: string | undefined;
  readonly virtualizationType?: string | undefined;
}

/** Opens (and repairs) the embedded EC2 kept in `stateDir`. */
export async function openLocalEc2(options: LocalEc2Options): Promise<LocalEc2> {
  const store = await StateStore.open(options.stateDir);
  await recoverState(store);
  const owner = (await processIdentity(process.pid)) ?? String(process.pid);
  return new LocalEc2({ ...options, region: options.region ?? "us-east-1", store, owner });
}

export class LocalEc2 {
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Serves EC2, STS and instance metadata; `close` waits for the calls under way. */
  async listen(
    where: Partial<Pick<ServerOptions, "delays" | "quota" | "faults">> & {
      readonly host?: string;
      readonly port?: number;
    } = {},
  ): Promise<{ readonly url: string; close(): Promise<void> }> {
    const { host = "127.0.0.1", port = 0, ...behaviour } = where;
    const server = ec2Server({ ...this.#options, ...behaviour });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
    const { port: bound } = server.address() as AddressInfo;
    const close = () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      });
    return { url: `http://${host}:${bound}`, close };
  }

  /** Registers a disk (raw, or what qemu-img reads) as an image; returns its id. */
  async importImage(file: string, wanted: ImportOptions): Promise<string> {
    const id = newId("snap");
    const disk = this.#options.store.disk(id);
    return this.#options.store.update(async (state) => {
      const size = await this.#importDisk(file, disk);
      const created = new Date().toISOString();
      const snapshot: Snapshot = {
        id,
        region: this.#options.region,
        volume: "vol-ffffffff",
        size,
        description: `Imported: ${wanted.name}`,
        encrypted: false,
        created,
        readyAt: 0,
        users: [],
        groups: [],
        tags: {},
      };
      state.snapshots[id] = snapshot;
      const { rootDeviceName = "/dev/xvda", architecture = hostArchitecture(), virtualizationType = "hvm" } = wanted;
      const query: Query = {
        Name: wanted.name,
        RootDeviceName: rootDeviceName,
        Architecture: architecture,
        VirtualizationType: virtualizationType,
        EnaSupport: "true",
        BlockDeviceMapping: { 1: { DeviceName: rootDeviceName, Ebs: { SnapshotId: id } } },
      };
      try {
        return String((await this.#call("RegisterImage", query, state))["imageId"]);
      } catch (error) {
        await rm(disk, { force: true });
        throw error;
      }
    });
  }

  async #importDisk(file: string, disk: string): Promise<number> {
    const raw = await isRaw(file);
    if (!raw) await run(["qemu-img", "convert", "-O", "raw", "--", file, disk]);
    const size = Math.max(1, Math.ceil((await stat(raw ? file : disk)).size / GIB));
    if (raw) await createDisk(disk, size, file);
    else await truncate(disk, size * GIB);
    return size;
  }

  /** Writes the root disk of image `id` to `file`, holes kept. */
  async exportImage(id: string, file: string, format: "raw" | "qcow2" = "raw"): Promise<void> {
    await this.#options.store.update(async (state) => {
      const image = state.images[id];
      const snapshot = image?.devices.find((each) => each.device === image.rootDevice)?.ebs?.snapshot;
      if (!snapshot) throw new Ec2Error("InvalidAMIID.NotFound", `The image id '${id}' does not exist.`);
      const disk = this.#options.store.disk(snapshot);
      if (format === "raw") await run(["cp", "--reflink=auto", "--sparse=auto", "--", disk, file]);
      else await run(["qemu-img", "convert", "-f", "raw", "-O", format, "--", disk, file]);
    });
  }

  /** Deletes an image with its snapshots, or a snapshot, or a volume. */
  async remove(id: string): Promise<void> {
    await this.#options.store.update(async (state) => {
      const [table, action, key] = kindOf(id);
      const found = state[table][id];
      const region = found?.region ?? this.#options.region;
      const owned =
        table === "images" ? (state.images[id]?.devices ?? []).flatMap((each) => each.ebs?.snapshot ?? []) : [];
      await this.#call(action, { [key]: id }, state, region);
      const used = new Set(
        Object.values(state.images).flatMap((image) => image.devices.map((each) => each.ebs?.snapshot)),
      );
      for (const snapshot of owned.filter((each) => !used.has(each)))
        await this.#call("DeleteSnapshot", { SnapshotId: snapshot }, state, region);
    });
  }

  /** `disk`: the file of the root device's snapshot. */
  images = async (): Promise<readonly (Image & { readonly disk?: string })[]> =>
    Object.values((await this.#options.store.read()).images).map((image) => {
      const snapshot = image.devices.find(({ device }) => device === image.rootDevice)?.ebs?.snapshot;
      return snapshot === undefined ? image : { ...image, disk: this.#options.store.disk(snapshot) };
    });
  volumes = async (): Promise<readonly Volume[]> => Object.values((await this.#options.store.read()).volumes);
  snapshots = async (): Promise<readonly Snapshot[]> => Object.values((await this.#options.store.read()).snapshots);

  async #call(
    name: string,
    query: Query,
    state: Parameters<Action>[0]["state"],
    region = this.#options.region,
  ): Promise<Answer> {
    const action = ACTIONS.get(name);
    if (!action) throw new Ec2Error("InvalidAction", name);
    const { store, owner } = this.#options;
    return action({ query, region, state, store, owner, kernelPartitions: true, readyAt: () => 0 });
  }
}

async function isRaw(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return !["QFI\u00fb", "KDMV"].includes(buffer.toString("latin1"));
  } finally {
    await handle.close();
  }
}

function kindOf(id: string): readonly ["images" | "snapshots" | "volumes", string, string] {
  if (id.startsWith("ami-")) return ["images", "DeregisterImage", "ImageId"];
  if (id.startsWith("snap-")) return ["snapshots", "DeleteSnapshot", "SnapshotId"];
  return ["volumes", "DeleteVolume", "VolumeId"];
}
