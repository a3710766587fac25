/** The connection within the page: lines that carry one track each, opened and shut while it runs, named as the skin wants. */
import type { Attendee, Delivery, Played, Role } from "./contract";

interface Line {
  of: Attendee | null;
  role: Role;
  names: { stream: string; track: string };
  track: MediaStreamTrack | null;
  far: RTCRtpTransceiver | null;
  near: RTCRtpTransceiver | null;
  received: (receiver: RTCRtpReceiver) => void;
}

const kindOf = (role: Role): "audio" | "video" => role === "audio" ? "audio" : "video";

export class Link {
  /** The platform's connection, as its page has it. */
  readonly near: RTCPeerConnection;
  /** The server's ends of its data channels, by label. */
  readonly channels = new Map<string, RTCDataChannel>();
  readonly #far: RTCPeerConnection;
  #lines: Line[] = [];
  /** Descriptions and candidates are exchanged one after the other. */
  #exchange: Promise<unknown> = Promise.resolve();
  #due = false;

  constructor(private readonly delivery: Delivery, private readonly arrived: (played: Played) => void) {
    this.#far = new RTCPeerConnection();
    this.near = new (delivery.view ?? window).RTCPeerConnection();
    for (const [one, other] of [[this.#far, this.near], [this.near, this.#far]] as const) {
      one.addEventListener("icecandidate", ({ candidate }) => {
        if (candidate) this.#then(() => other.addIceCandidate(candidate.toJSON()));
      });
    }
    this.near.addEventListener("track", (event) => this.#received(event));
    for (const label of delivery.channels ?? []) this.channels.set(label, this.#far.createDataChannel(label));
    // Only who offers can make room for channels, and makes it by a channel of its own.
    if (delivery.channels?.length && delivery.offers === "page") this.near.createDataChannel("page");
  }

  onchannel(take: (channel: RTCDataChannel) => void): void {
    this.#far.addEventListener("datachannel", ({ channel }) => take(channel));
  }

  /** A new line; nothing when there is one already. */
  open(of: Attendee | null, role: Role, track: MediaStreamTrack | null, index = 0, received: Line["received"] = () => undefined): void {
    if (of && this.#find(of, role)) return;
    const plain = `${role}-${of?.id ?? index}`;
    const names = this.delivery.ids?.(of, role, index) ?? { stream: plain, track: `${plain}-track` };
    const line: Line = { of, role, names, track, far: null, near: null, received };
    this.#lines.push(line);
    if (this.delivery.offers === "page") line.near = this.near.addTransceiver(kindOf(role), { direction: "recvonly" });
    else line.far = this.#far.addTransceiver(track ?? kindOf(role), { direction: "sendonly", streams: [new MediaStream()] });
    this.#negotiate();
  }

  shut(of: Attendee, role: Role): void {
    const line = this.#find(of, role);
    if (!line) return;
    this.#lines = this.#lines.filter((one) => one !== line);
    this.#then(() => (this.delivery.offers === "page" ? line.near : line.far)?.stop());
    this.#negotiate();
  }

  /** Let a line carry pictures, or none. */
  give(of: Attendee, role: Role, on: boolean, make: () => MediaStreamTrack): void {
    const line = this.#find(of, role);
    if (!line || on === (line.track !== null)) return;
    line.track?.stop();
    line.track = on ? make() : null;
    this.#then(() => line.far?.sender.replaceTrack(line.track));
  }

  close(): void {
    this.near.close();
    this.#far.close();
  }

  #find(of: Attendee, role: Role): Line | undefined {
    return this.#lines.find((line) => line.of === of && line.role === role);
  }

  #then(act: () => unknown): void {
    this.#exchange = this.#exchange.then(act).catch((error: unknown) => {
      if (this.near.connectionState !== "closed") console.warn("simulated connection:", error);
    });
  }

  /** Once for all lines that are opened together. */
  #negotiate(): void {
    if (this.#due) return;
    this.#due = true;
    this.#then(async () => {
      this.#due = false;
      await (this.delivery.offers === "page" ? this.#offerNear() : this.#offerFar());
    });
  }

  async #offerFar(): Promise<void> {
    await this.#far.setLocalDescription(await this.#far.createOffer());
    await this.near.setRemoteDescription(this.#named(this.#far.localDescription!));
    await this.near.setLocalDescription(await this.near.createAnswer());
    await this.#far.setRemoteDescription(this.near.localDescription!);
  }

  async #offerNear(): Promise<void> {
    await this.near.setLocalDescription(await this.near.createOffer());
    await this.#far.setRemoteDescription(this.near.localDescription!);
    for (const line of this.#lines) await this.#fill(line);
    await this.#far.setLocalDescription(await this.#far.createAnswer());
    await this.near.setRemoteDescription(this.#named(this.#far.localDescription!));
  }

  /** Put a line's track on the transceiver that the page's offer made here. */
  async #fill(line: Line): Promise<void> {
    if (line.far) return;
    line.far = this.#far.getTransceivers().find(({ mid }) => mid !== null && mid === line.near?.mid) ?? null;
    if (!line.far) return;
    line.far.direction = "sendonly";
    line.far.sender.setStreams(new MediaStream());
    await line.far.sender.replaceTrack(line.track);
  }

  /** The far side's description, with the streams and tracks named as the skin wants. */
  #named({ type, sdp }: RTCSessionDescription): RTCSessionDescriptionInit {
    const sections = sdp.split(/(?=^m=)/m).map((section) => {
      const mid = /^a=mid:(\S+)/m.exec(section)?.[1], line = this.#lines.find(({ far }) => far?.mid === mid);
      if (!line || mid === undefined) return section;
      const name = `${line.names.stream} ${line.names.track}`;
      return section.replace(/^a=msid:.*$/m, `a=msid:${name}`).replace(/^(a=ssrc:\d+ msid:).*$/gm, `$1${name}`);
    });
    return { type, sdp: sections.join("") };
  }

  #received({ transceiver, receiver, track, streams }: RTCTrackEvent): void {
    const line = this.#lines.find(({ far }) => far?.mid === transceiver.mid);
    if (!line) return;
    line.near = transceiver;
    line.received(receiver);
    this.arrived({ role: line.role, of: line.of, stream: streams[0] ?? new MediaStream([track]), track, receiver });
  }
}
