// A simulated person inside a meeting page: a camera, a microphone and a screen that are made here, and a handle by which
// Python says what to say and when. The meeting page itself is used like anybody uses it, through its buttons.
import { Actor } from "./actor";
import { installDevices } from "./devices";
import type { PersonConfig, Plan } from "./plan";
import { received, watchConnections } from "./received";
import { Voice } from "./voice";

declare global {
  interface Window {
    simulatedPersonConfig?: PersonConfig;
    simulatedPerson?: unknown;
  }
}

function start({ clips, ...look }: PersonConfig): void {
  const voice = new Voice(), actor = new Actor(voice, look);
  const learn = (clips: Record<string, string>) =>
    voice.learn(Object.fromEntries(Object.entries(clips).map(([name, text]) => [name, bytesOf(text)])));
  const ready = learn(clips);

  const play = async (plan: Plan): Promise<number[]> => {
    await ready;
    return actor.play(plan);
  };

  installDevices({
    camera: () => actor.picture("camera"), screen: () => actor.picture("screen"), microphone: () => voice.track,
  });
  watchConnections();
  window.simulatedPerson = Object.freeze({ play, received, learn });
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
}

// Only the top page is a person; frames inside it are left alone.
if (window.simulatedPersonConfig && window === window.top) start(window.simulatedPersonConfig);
