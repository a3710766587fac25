// What a simulated person is told, by Python at its birth and later; times are UTC milliseconds.

export interface PersonConfig {
  name: string;
  /** CSS colour of the background. */
  colour: string;
  /** Where in a frame period this person's pictures fall, 0 to 1, so that no two people's fall together. */
  phase: number;
  /** Opus files in base64, by clip name. */
  clips: Record<string, string>;
}

export interface Plan {
  lines: { clip: string; at: number }[];
  marks: { at: number }[];
}

/** To the studio worker. */
export type ToStudio =
  | { type: "person"; name: string; colour: string; phase: number }
  | { type: "output"; kind: "camera" | "screen"; writable: WritableStream<VideoFrame> }
  /** A flash of this number, or its new time while it has not begun. */
  | { type: "flash"; number: number; at: number }
  | { type: "talk"; from: number; to: number };

export const CAMERA = { width: 320, height: 180, fps: 15 } as const;
export const SCREEN = { width: 640, height: 360, fps: 30 } as const;
/** Four frames: long enough to be seen in any recording, short enough to have one clear beginning. */
export const FLASH_FRAMES = 4;

export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** The first moment at or after `at` at which a source of this rate and phase shows a frame. */
export function nextFrame(at: number, fps: number, phase: number): number {
  const period = 1000 / fps;
  return (Math.ceil(at / period - phase - 1e-6) + phase) * period;
}
