/**
 * What Teams' server tells its page over the signalling socket: who is there, and which source ids are whose.
 *
 * Frames are `3:::` and JSON with `url` and `body`; a body may be JSON, or compressed by gzip and written in base64.
 */
import { unpacked } from "../../shared/channels";

interface Stream { type?: string; direction?: string; sourceId?: number }
interface Told {
  details?: { id?: string; displayName?: string };
  state?: string;
  role?: string; meetingRole?: string;
  endpoints?: Record<string, { call?: { mediaStreams?: Stream[] }; mediaStreams?: Stream[] }>;
  mediaStreams?: Stream[];
  serverMuted?: boolean;
}

export interface Person {
  id: string; name: string; isHost: boolean;
  role: string | null; meetingRole: string | null;
  streams: { type: string; sourceId: number; sends: boolean }[];
}

const GONE = /^(?:inactive|left)$/i;
const HOST = /organizer|presenter/i;

export class Roster {
  readonly #people = new Map<string, Person>();
  /** Why the conversation ended, if it did. */
  ended: number | null = null;

  get known(): boolean {
    return this.#people.size > 0;
  }

  get people(): Person[] {
    return [...this.#people.values()];
  }

  /** Whether the frame was one of those that are of use here. */
  async take(frame: string): Promise<boolean> {
    if (!frame.startsWith("3:::")) return false;
    const { url = "", body = "" } = JSON.parse(frame.slice(4)) as { url?: string; body?: unknown };
    if (/rosterUpdate\/?$/.test(url)) {
      this.#update((await read(body)) as { participants?: Record<string, Told>; type?: string });
      return true;
    }
    if (/conversationEnd\/?$/.test(url)) {
      this.ended = subcode(await read(body));
      return true;
    }
    return false;
  }

  /** Whose sound or picture a source id is, and of which type: audio, video, applicationsharing-video. */
  streamOf(sourceId: number): { person: Person; type: string } | undefined {
    for (const person of this.people) {
      const stream = person.streams.find((each) => each.sourceId === sourceId);
      if (stream) return { person, type: stream.type };
    }
    return undefined;
  }

  #update({ participants = {} }: { participants?: Record<string, Told> }): void {
    for (const [key, told] of Object.entries(participants)) {
      const id = told.details?.id ?? key, known = this.#people.get(id);
      if (GONE.test(told.state ?? "")) {
        this.#people.delete(id);
        continue;
      }
      const streams = [...(told.mediaStreams ?? []), ...Object.values(told.endpoints ?? {}).flatMap(
        ({ call, mediaStreams }) => [...(call?.mediaStreams ?? []), ...(mediaStreams ?? [])])];
      this.#people.set(id, {
        id, name: told.details?.displayName ?? known?.name ?? "",
        role: told.role ?? known?.role ?? null, meetingRole: told.meetingRole ?? known?.meetingRole ?? null,
        isHost: HOST.test(told.meetingRole ?? told.role ?? "") || (told.role === undefined && (known?.isHost ?? false)),
        streams: streams.length ? streams.map(({ type = "", sourceId = 0, direction = "" }) =>
          ({ type, sourceId, sends: /send/.test(direction) })) : known?.streams ?? [],
      });
    }
  }
}

/** A body as it is, or unpacked. */
async function read(body: unknown): Promise<unknown> {
  if (typeof body !== "string") return body;
  if (/^\s*[{[]/.test(body)) return JSON.parse(body);
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(await unpacked(bytes)));
}

function subcode(body: unknown): number {
  const told = body as { subCode?: number; resultCategories?: unknown; reason?: { subCode?: number } } | null;
  return told?.subCode ?? told?.reason?.subCode ?? 0;
}
