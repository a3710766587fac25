// The camera of a bench's participant: its encoder gets a grey dot thirty times a second, and what leaves the browser are
// frames that were encoded beforehand. So a camera costs the same whoever watches, and that is almost nothing.
// `benchClips` is {name: [base64 frame, ...]}, each clip beginning with its only key frame.
(() => {
  if (window !== window.top) return;
  const worker = new Worker(URL.createObjectURL(new Blob([`
    const clips = new Map(), places = [];
    let shown = "";
    onmessage = ({data}) => {
      for (const [name, frames] of Object.entries(data.clips ?? {})) {
        clips.set(name, frames.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))));
      }
      if (data.dots) dot(data.dots);
      shown = data.show ?? shown;
      for (const place of places) place.next = 0;
    };
    // Every receiver needs a key frame when it comes, and the encoder of the dot is asked for one by it.
    onrtctransform = async ({transformer}) => {
      const reader = transformer.readable.getReader(), writer = transformer.writable.getWriter(), place = {next: 0};
      places.push(place);
      for (;;) {
        const {value: frame, done} = await reader.read();
        if (done) return;
        const clip = clips.get(shown);
        if (frame.type === "key" || place.next >= clip.length) place.next = 0;
        frame.data = clip[place.next++].slice().buffer;
        writer.write(frame);
      }
    };
    function dot(writable) {
      const writer = writable.getWriter(), canvas = new OffscreenCanvas(32, 18);
      const context = canvas.getContext("2d", {willReadFrequently: true, alpha: false});
      let next = performance.now(), n = 0;
      const show = () => {
        context.fillStyle = ++n % 2 ? "#777" : "#888";
        context.fillRect(0, 0, 32, 18);
        const frame = new VideoFrame(canvas, {timestamp: Math.round(next * 1000), alpha: "discard"});
        writer.write(frame).catch(() => frame.close());
        next = Math.max(next + 1000 / 30, performance.now() - 100);
        setTimeout(show, next - performance.now());
      };
      show();
    }`], {type: "text/javascript"})));
  worker.postMessage({clips: benchClips, show: Object.keys(benchClips)[0]});
  window.benchShow = (show) => worker.postMessage({show});

  const devices = MediaDevices.prototype, getUserMedia = devices.getUserMedia;
  devices.getUserMedia = async function (wanted = {}) {
    const stream = wanted.audio ? await getUserMedia.call(this, {audio: wanted.audio}) : new MediaStream();
    if (wanted.video) {
      const camera = new MediaStreamTrackGenerator({kind: "video"});
      worker.postMessage({dots: camera.writable}, [camera.writable]);
      stream.addTrack(camera);
    }
    return stream;
  };

  const taken = new Set();
  const take = (transceivers) => {
    for (const {sender, receiver} of transceivers) {
      if (taken.has(sender)) continue;
      taken.add(sender);
      if (receiver.track.kind === "video") sender.transform = new RTCRtpScriptTransform(worker, {});
    }
  };
  // Whoever is connected now gets nothing any more; who comes later gets everything. The people of a bench need not see and
  // hear each other, and each of them doing so would cost more than what is measured.
  window.benchHush = () => Promise.all([...taken].map((sender) => sender.replaceTrack(null)));
  const connection = RTCPeerConnection.prototype;
  const {addTransceiver, setRemoteDescription} = connection;
  connection.addTransceiver = function (...given) {
    const made = addTransceiver.apply(this, given);
    take([made]);
    return made;
  };
  connection.setRemoteDescription = async function (...given) {
    await setRemoteDescription.apply(this, given);
    take(this.getTransceivers());
  };
})();
