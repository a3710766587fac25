/**
 * A page of no known platform: whatever plays on it is the meeting, and every stream that plays is somebody of whom nothing is
 * known. Elements that only decorate, muted and looped, do not count.
 */
import { attend, type Owned } from "../shared/attending";
import type { Attendee } from "../shared/envelope";
import type { Parameters } from "../shared/link";
import { all } from "../shared/screens";

/** Bound by the bot around this program. */
declare const parameters: Parameters;

/** How long a page may take to begin before it counts as one that waits. */
const BEGINS_WITHIN_MS = 10_000;
/** How long nothing may play before the meeting is over: pages that connect anew are silent for a while. */
const GONE_MS = 15_000;

interface Playing { key: string; element: HTMLMediaElement; stream: MediaStream | null }

const loaded = performance.now();
const files = new WeakMap<HTMLMediaElement, string>();
let fileCount = 0;
let played = false, lastPlayed = 0;

function keyOf(element: HTMLMediaElement): string {
  if (element.srcObject instanceof MediaStream) return element.srcObject.id;
  const known = files.get(element) ?? `file ${++fileCount}`;
  files.set(element, known);
  return known;
}

function isPlaying(element: HTMLMediaElement): boolean {
  const { srcObject, paused, ended, readyState, muted, loop } = element;
  if (paused || ended || readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return false;
  return srcObject instanceof MediaStream ? srcObject.active : !(muted && loop);
}

function playing(): Playing[] {
  return all<HTMLMediaElement>("video, audio").filter(isPlaying).map((element) => ({
    key: keyOf(element), element, stream: element.srcObject instanceof MediaStream ? element.srcObject : null,
  }));
}

const sounds = ({ element, stream }: Playing): boolean => stream ? stream.getAudioTracks().length > 0 : !element.muted;
const shows = ({ element, stream }: Playing): boolean =>
  stream ? stream.getVideoTracks().length > 0 : element instanceof HTMLVideoElement && element.videoWidth > 0;

function attendees(): Attendee[] {
  const others = new Map<string, Attendee>();
  for (const one of playing()) {
    const { microphone = false, camera = false } = others.get(one.key) ?? {};
    others.set(one.key, {
      key: one.key, name: null, is_self: false, is_host: false, screen: false,
      microphone: microphone || sounds(one), camera: camera || shows(one),
    });
  }
  const self = { key: "self", name: null, is_self: true, is_host: false, microphone: false, camera: false, screen: false };
  return [self, ...others.values()];
}

function* owners(): Generator<Owned> {
  for (const { key, stream } of playing()) {
    for (const received of stream?.getTracks() ?? []) {
      yield { received, key, role: received.kind === "audio" ? "microphone" : "webcam" };
    }
  }
}

function states(): string[] {
  const now = performance.now();
  if (playing().length) {
    played = true;
    lastPlayed = now;
  }
  if (played) return [now - lastPlayed < GONE_MS ? "playing" : "over"];
  return [document.readyState === "loading" || now - loaded < BEGINS_WITHIN_MS ? "still" : "waiting"];
}

attend(parameters, () => ({ attendees, owners, states, title: () => document.title.trim() || null }), 200);
