// What this browser has received from others so far, over all of its connections: a proof that media really flows.

export interface Received {
  connections: number;
  audioPackets: number;
  videoFrames: number;
  /** Sum over all received audio of its energy, as getStats defines it: silence adds nothing. */
  audioEnergy: number;
}

const connections = new Set<RTCPeerConnection>();

export function watchConnections(): void {
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(target, args, newTarget) as RTCPeerConnection;
      connections.add(made);
      return made;
    },
  });
}

export async function received(): Promise<Received> {
  const total: Received = { connections: 0, audioPackets: 0, videoFrames: 0, audioEnergy: 0 };
  for (const connection of connections) {
    if (connection.connectionState === "closed") connections.delete(connection);
    if (connection.connectionState !== "connected") continue;
    total.connections += 1;
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type !== "inbound-rtp") continue;
      if (entry.kind === "audio") total.audioPackets += entry.packetsReceived ?? 0;
      if (entry.kind === "video") total.videoFrames += entry.framesDecoded ?? 0;
      total.audioEnergy += entry.totalAudioEnergy ?? 0;
    }
  }
  return total;
}
