export const CSS = `
  .p-client { height: 100%; display: grid; grid-template-rows: auto 1fr; background: #fff }
  .p-view_header { display: flex; gap: 12px; align-items: center; padding: 10px 18px; border-bottom: 1px solid #ddd }
  .p-view_header h1 { font-size: 17px; margin: 0; flex: 1 }
  .c-button { padding: 8px 14px; border: 1px solid #bbb; border-radius: 6px; background: #fff; font: inherit; cursor: pointer }
  .c-button--primary { background: #007a5a; color: #fff; border: 0 }
  .c-sk-modal { position: fixed; left: 50%; top: 24%; transform: translateX(-50%); background: #fff; padding: 26px; border-radius: 10px;
    box-shadow: 0 10px 40px #0007; display: grid; gap: 14px; min-width: 340px; z-index: 5 }
  .p-signin { max-width: 360px; margin: 16vh auto 0; display: grid; gap: 16px; text-align: center }
  .p-huddle { display: grid; grid-template-columns: 1fr 300px; grid-template-rows: 1fr auto; background: #1a1d21; color: #fff; min-height: 0 }
  .p-tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 8px; padding: 8px; overflow: hidden }
  .p-peer_tile__container, .p-huddle_peer_tile { position: relative; background: #35373b; border-radius: 8px; overflow: hidden; min-height: 150px }
  .p-peer_tile__container video, .p-huddle_peer_tile video, .p-screen video { width: 100%; height: 100%; object-fit: cover }
  .p-peer_tile__active_speaker--outline { outline: 3px solid #2bac76; outline-offset: -3px }
  .p-huddle_peer_tile__overlay--active_speaker { position: absolute; inset: 0; border: 3px solid #2bac76 }
  .p-menu { position: fixed; bottom: 60px; left: 50%; background: #fff; padding: 8px; border-radius: 8px; z-index: 4 }
  .p-peer_tile__name, .p-screen span { position: absolute; left: 8px; bottom: 6px; background: #0008; padding: 1px 8px }
  .p-screen { position: relative; background: #000; min-height: 150px }
  .p-thread { background: #fff; color: #1d1c1d; display: flex; flex-direction: column; padding: 10px; min-height: 0 }
  .p-lines { flex: 1; overflow: auto }
  .ql-editor { border: 1px solid #aaa; min-height: 36px; padding: 6px }
  .p-toolbar { grid-column: 1 / -1; display: flex; gap: 10px; justify-content: center; padding: 10px; background: #000 }
  .p-mini_player { position: fixed; left: 12px; bottom: 12px; background: #000; color: #fff; padding: 10px; z-index: 3 }
  .p-captions { position: fixed; left: 20%; right: 36%; bottom: 70px; background: #000a; padding: 6px 12px; z-index: 2 }
  .c-toast { position: fixed; right: 20px; bottom: 20px; background: #1d1c1d; color: #fff; padding: 12px 18px; border-radius: 8px }
`;
