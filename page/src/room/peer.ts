// One connection to one other browser: perfect negotiation over three kinds of m-line.
//
// The first two m-lines are microphone and camera, always, in this order, made by whoever opens the session; switching a
// device off replaces its track by nothing and negotiates nothing. A shared screen is a one-way m-line of its own, added by
// who shares and kept for the next time.
import type { Negotiation } from "./protocol";

export type Role = "microphone" | "webcam" | "screenshare";

export interface LocalTracks {
  stream: MediaStream;
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
  screenStream: MediaStream | null;
}

export interface PeerEvents {
  send(data: Negotiation): void;
  track(role: Role, track: MediaStreamTrack): void;
  state(state: RTCPeerConnectionState): void;
}

const SCREEN_BITRATE = 1_500_000;

export class Peer {
  private readonly pc: RTCPeerConnection;
  private makingOffer = false;
  private ignoringOffer = false;
  private answered = false;
  private screen: RTCRtpTransceiver | null = null;
  private work: Promise<void> = Promise.resolve();

  constructor(
    readonly session: string,
    readonly opener: boolean,
    private readonly polite: boolean,
    private local: LocalTracks,
    private readonly events: PeerEvents,
    iceServers: RTCIceServer[],
  ) {
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.pc.onnegotiationneeded = () => void this.offer();
    this.pc.onicecandidate = ({ candidate }) => events.send({ session, candidate: candidate?.toJSON() ?? null });
    this.pc.ontrack = ({ transceiver, track }) => events.track(this.roleOf(transceiver), track);
    this.pc.onconnectionstatechange = () => this.connectionChanged();
    if (opener) this.addDevices();
  }

  get connected(): boolean {
    return this.pc.connectionState === "connected";
  }

  /** Our opening offer is out and nobody has answered it. */
  get opening(): boolean {
    return this.opener && !this.answered;
  }

  close(): void {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  /** Send these tracks from now on. */
  use(local: LocalTracks): void {
    this.local = local;
    const [microphone, camera] = this.pc.getTransceivers();
    if (!microphone || !camera) return;
    void microphone.sender.replaceTrack(local.microphone);
    void camera.sender.replaceTrack(local.camera);
    this.useScreen();
  }

  /** Limits of the camera picture: bits per second, and lines of height. */
  async limitCamera(maxBitrate: number, height: number): Promise<void> {
    const sender = this.pc.getTransceivers()[1]?.sender;
    const encoding = sender?.getParameters();
    if (!sender || !encoding?.encodings[0]) return;
    const captured = sender.track?.getSettings().height ?? height;
    encoding.encodings[0].maxBitrate = maxBitrate;
    encoding.encodings[0].scaleResolutionDownBy = Math.max(1, captured / height);
    await sender.setParameters(encoding);
  }

  /** How loud the other side is now, 0 to 1. */
  get level(): number {
    const source = this.pc.getReceivers()[0]?.getSynchronizationSources()[0];
    return source?.audioLevel ?? 0;
  }

  /** How loud we are, as this connection's encoder hears it; null when it cannot tell. */
  async ownLevel(): Promise<number | null> {
    const stats = await this.pc.getSenders()[0]?.getStats();
    for (const entry of stats?.values() ?? []) {
      if (entry.type === "media-source") return (entry as { audioLevel?: number }).audioLevel ?? null;
    }
    return null;
  }

  /** Take what the other side says, one after the other. */
  take(data: Negotiation): void {
    this.work = this.work.then(() => this.handle(data)).catch((error: unknown) => {
      if (this.pc.signalingState !== "closed") console.warn("negotiation failed", error);
    });
  }

  private addDevices(): void {
    const { stream, microphone, camera } = this.local;
    const shape: RTCRtpTransceiverInit = { direction: "sendrecv", streams: [stream] };
    this.pc.addTransceiver(microphone ?? "audio", shape);
    preferVp8(this.pc.addTransceiver(camera ?? "video", shape));
    this.useScreen();
  }

  /** The other side made the device lines; fill our half of them before answering. */
  private adoptDevices(): void {
    const [microphone, camera] = this.pc.getTransceivers();
    if (!microphone || !camera || microphone.direction === "sendrecv") return;
    for (const [line, track] of [[microphone, this.local.microphone], [camera, this.local.camera]] as const) {
      line.direction = "sendrecv";
      line.sender.setStreams(this.local.stream);
      void line.sender.replaceTrack(track);
    }
    preferVp8(camera);
    this.useScreen();
  }

  private useScreen(): void {
    const { screen, screenStream } = this.local;
    if (!screen || !screenStream) {
      if (this.screen && this.screen.direction !== "inactive") {
        void this.screen.sender.replaceTrack(null);
        this.screen.direction = "inactive";
      }
    } else if (!this.screen) {
      this.screen = this.pc.addTransceiver(screen, {
        direction: "sendonly", streams: [screenStream], sendEncodings: [{ maxBitrate: SCREEN_BITRATE }],
      });
      preferVp8(this.screen);
    } else if (this.screen.sender.track !== screen) {
      this.screen.sender.setStreams(screenStream);
      void this.screen.sender.replaceTrack(screen);
      this.screen.direction = "sendonly";
    }
  }

  private roleOf(transceiver: RTCRtpTransceiver): Role {
    const at = this.pc.getTransceivers().indexOf(transceiver);
    return at === 0 ? "microphone" : at === 1 ? "webcam" : "screenshare";
  }

  private async offer(): Promise<void> {
    // Whoever did not open has no lines of its own before the first offer came.
    if (!this.opener && !this.answered) return;
    try {
      this.makingOffer = true;
      await this.pc.setLocalDescription();
      this.sendDescription();
    } catch (error) {
      if (this.pc.signalingState !== "closed") console.warn("offer failed", error);
    } finally {
      this.makingOffer = false;
    }
  }

  private async handle({ description, candidate }: Negotiation): Promise<void> {
    if (description) await this.takeDescription(description);
    else if (candidate !== undefined) await this.takeCandidate(candidate);
  }

  private async takeDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const collision = description.type === "offer" && (this.makingOffer || this.pc.signalingState !== "stable");
    this.ignoringOffer = !this.polite && collision;
    if (this.ignoringOffer) return;
    await this.pc.setRemoteDescription(description);
    this.answered = true;
    if (description.type !== "offer") return;
    if (!this.opener) this.adoptDevices();
    await this.pc.setLocalDescription();
    this.sendDescription();
  }

  private async takeCandidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    try {
      await this.pc.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      if (!this.ignoringOffer) throw error;
    }
  }

  private sendDescription(): void {
    const description = this.pc.localDescription;
    if (description) {
      this.events.send({ session: this.session, description: description.toJSON(), opening: this.opening });
    }
  }

  private connectionChanged(): void {
    if (this.pc.connectionState === "failed") this.pc.restartIce();
    this.events.state(this.pc.connectionState);
  }
}

/** VP8 costs the least where it is encoded once for every other person, and every browser has it. */
function preferVp8(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const wanted = codecs.filter(({ mimeType }) => /\/(VP8|rtx)$/i.test(mimeType));
  const others = codecs.filter((codec) => !wanted.includes(codec));
  if (wanted.length > 0) transceiver.setCodecPreferences?.([...wanted, ...others]);
}
