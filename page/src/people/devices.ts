// Stands in for this browser's devices, so that a meeting page meets a person where there is no camera.

export interface Sources {
  camera(): MediaStreamTrack;
  screen(): MediaStreamTrack;
  microphone(): MediaStreamTrack;
}

const LISTED = [
  { kind: "audioinput", label: "Simulated microphone" },
  { kind: "videoinput", label: "Simulated camera" },
] as const;

export function installDevices(sources: Sources): void {
  const replaced = {
    async getUserMedia(constraints: MediaStreamConstraints = {}): Promise<MediaStream> {
      if (!constraints.audio && !constraints.video) throw new TypeError("neither audio nor video was asked for");
      return new MediaStream([
        ...(constraints.audio ? [sources.microphone()] : []), ...(constraints.video ? [sources.camera()] : []),
      ]);
    },
    async getDisplayMedia(): Promise<MediaStream> {
      return new MediaStream([sources.screen()]);
    },
    async enumerateDevices(): Promise<Pick<MediaDeviceInfo, "deviceId" | "groupId" | "kind" | "label">[]> {
      return LISTED.map(({ kind, label }) => ({ deviceId: kind, groupId: "simulated", kind, label }));
    },
  };
  for (const [name, value] of Object.entries(replaced)) {
    Object.defineProperty(MediaDevices.prototype, name, { value, writable: true, configurable: true });
  }
}
