// This person's microphone, camera and screen: asking for them, switching them, and saying in words why one is missing.
import type { LocalTracks } from "./peer";

export type Trouble = "insecure" | "denied" | "missing" | "busy";

const MICROPHONE: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const CAMERA: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

export class Devices {
  /** One stream for everything that is not a screen; its id is what the other side sees. */
  private readonly stream = new MediaStream();
  private microphoneTrack: MediaStreamTrack | null = null;
  private cameraTrack: MediaStreamTrack | null = null;
  private screenStream: MediaStream | null = null;
  private readonly wanted = { microphone: true, camera: true };
  trouble: Trouble | null = null;

  constructor(private readonly changed: () => void) {}

  get tracks(): LocalTracks {
    return {
      stream: this.stream, microphone: this.microphoneTrack, camera: this.cameraTrack,
      screen: this.screenStream?.getVideoTracks()[0] ?? null, screenStream: this.screenStream,
    };
  }

  get microphoneOn(): boolean {
    return this.microphoneTrack?.enabled ?? false;
  }

  get cameraOn(): boolean {
    return this.cameraTrack !== null;
  }

  get screenId(): string | null {
    return this.screenStream?.id ?? null;
  }

  static get canShareScreen(): boolean {
    return typeof navigator.mediaDevices?.getDisplayMedia === "function";
  }

  /** First acquaintance: both devices if there are both, else what there is. */
  async prepare(): Promise<void> {
    if (!window.isSecureContext || !navigator.mediaDevices) {
      this.trouble = "insecure";
    } else if (!(await this.acquire({ audio: MICROPHONE, video: CAMERA }))) {
      const both = this.trouble;
      const some = [await this.acquire({ audio: MICROPHONE }), await this.acquire({ video: CAMERA })];
      this.trouble = some.includes(true) ? null : both;
    }
    this.changed();
  }

  async setMicrophone(on: boolean): Promise<void> {
    this.wanted.microphone = on;
    if (this.microphoneTrack) this.microphoneTrack.enabled = on;
    else if (on && !(await this.acquire({ audio: MICROPHONE }))) this.wanted.microphone = false;
    this.changed();
  }

  /** Off means off: the device is let go and its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    this.wanted.camera = on;
    if (!on) this.releaseCamera();
    else if (!this.cameraTrack && !(await this.acquire({ video: CAMERA }))) this.wanted.camera = false;
    this.changed();
  }

  async startScreen(): Promise<void> {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 30 } }, audio: false });
    this.screenStream = stream;
    stream.getVideoTracks()[0]?.addEventListener("ended", () => this.stopScreen());
    this.changed();
  }

  stopScreen(): void {
    this.screenStream?.getTracks().forEach((track) => track.stop());
    this.screenStream = null;
    this.changed();
  }

  private async acquire(constraints: MediaStreamConstraints): Promise<boolean> {
    if (!navigator.mediaDevices) return false;
    try {
      const stream = await navigator.mediaDevices.getUserMedia(constraints);
      this.trouble = null;
      for (const track of stream.getTracks()) this.adopt(track);
      return true;
    } catch (error) {
      this.trouble = troubleOf(error);
      return false;
    }
  }

  /** A switch that was thrown while the browser was still asking holds for what it then gives. */
  private adopt(track: MediaStreamTrack): void {
    if (track.kind === "audio") {
      this.microphoneTrack?.stop();
      this.microphoneTrack = track;
      track.enabled = this.wanted.microphone;
    } else if (this.wanted.camera) {
      this.releaseCamera();
      this.cameraTrack = track;
    } else {
      track.stop();
      return;
    }
    this.stream.addTrack(track);
    track.addEventListener("ended", () => this.unplugged(track));
  }

  private unplugged(track: MediaStreamTrack): void {
    if (track === this.microphoneTrack) this.microphoneTrack = null;
    else if (track === this.cameraTrack) this.cameraTrack = null;
    else return;
    this.stream.removeTrack(track);
    this.changed();
  }

  private releaseCamera(): void {
    if (!this.cameraTrack) return;
    this.stream.removeTrack(this.cameraTrack);
    this.cameraTrack.stop();
    this.cameraTrack = null;
  }
}

function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotReadableError" ? "busy" : "missing";
}

export const TROUBLE_TEXT: Record<Trouble, string> = {
  insecure: "This page came over plain http, and browsers give camera and microphone to https pages only. "
    + "You can join to watch, listen and chat.",
  denied: "The browser was told not to give camera or microphone to this page. Allow them beside the address, or join without.",
  missing: "No camera or microphone was found. You can join without.",
  busy: "Another program is using the camera or microphone. Close it and switch them on again, or join without.",
};
