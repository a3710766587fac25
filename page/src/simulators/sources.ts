/** Contributing sources of receivers, which a connection within one page does not carry: the page says them instead. */

export interface Source { source: number; level: number }

const known = new WeakMap<RTCRtpReceiver, () => Source[]>();
const done = new WeakSet<object>();

/** From now on this receiver names these sources. */
export function contribute(receiver: RTCRtpReceiver, sources: () => Source[]): void {
  known.set(receiver, sources);
  const prototype = Object.getPrototypeOf(receiver) as RTCRtpReceiver;
  if (done.has(prototype)) return;
  done.add(prototype);
  const native = prototype.getContributingSources;
  prototype.getContributingSources = function (this: RTCRtpReceiver): RTCRtpContributingSource[] {
    const sources = known.get(this);
    const timestamp = performance.timeOrigin + performance.now();
    return sources
      ? sources().map(({ source, level }) => ({ source, audioLevel: level, timestamp, rtpTimestamp: Math.round(timestamp * 48) >>> 0 }))
      : native.call(this);
  };
}
