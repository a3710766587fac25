/** How Jitsi Meet's page looks, roughly. */

export const CSS = `
  .premeeting-screen { min-height: 100%; display: grid; place-items: center; background: #1c2025; color: #fff }
  .content-controls, .form { display: grid; gap: 14px }
  .content-controls { width: 320px; display: grid; gap: 14px; text-align: center }
  .title { font-size: 24px; margin: 0 }
  .subject { color: #a4b0c0 }
  .input { font: inherit; padding: 12px; border-radius: 6px; border: 2px solid #525a66; background: #292e35; color: #fff; width: 100%; text-align: center }
  .action-btn { padding: 12px; border-radius: 6px; border: 0; display: block; width: 100% }
  .primary { background: #246fe5; color: #fff }
  .text { color: #a4b0c0 }
  .error { color: #ffb4ab }
  .media-row { display: flex; justify-content: center; gap: 12px }
  .toolbox-button { width: 44px; height: 44px; border-radius: 6px; display: grid; place-items: center; background: #3a4049 }
  .spinner { width: 28px; height: 28px; margin: 0 auto 10px; border-radius: 50%; border: 3px solid #525a66; border-top-color: #fff }
  #videoconference_page { position: relative; height: 100%; background: #111418; color: #fff; overflow: hidden }
  #largeVideoContainer { height: 100%; padding: 12px }
  .tiles { height: 100%; display: grid; gap: 10px; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); align-content: center }
  .videocontainer { position: relative; aspect-ratio: 16 / 9; border-radius: 8px; overflow: hidden; background: #292e35; border: 3px solid transparent }
  .dominant-speaker { border-color: #4687ed }
  .videocontainer video { position: absolute; inset: 0; width: 100%; height: 100% }
  .avatar-container { position: absolute; inset: 0; display: grid; place-items: center; font-size: 48px; z-index: 0 }
  .camera, .desktop { z-index: 1 }
  .displayname { position: absolute; left: 8px; bottom: 6px; z-index: 2; background: #0009; padding: 1px 8px; border-radius: 4px; font-size: 13px }
  .subject-text { position: absolute; top: 10px; left: 50%; transform: translateX(-50%); font-weight: 600 }
  .new-toolbox { position: absolute; bottom: 16px; left: 50%; transform: translateX(-50%); z-index: 4 }
  .toolbox-content-items { display: flex; gap: 8px; background: #1c2025; padding: 8px; border-radius: 10px }
  .hangup-button { background: #cb2233 }
  .chat-panel, .participants_pane { position: absolute; top: 0; bottom: 0; width: 300px; background: #1c2025; padding: 12px; overflow: auto; z-index: 3 }
  .chat-panel { left: 0 }
  .participants_pane { right: 0 }
  .list-item-container { padding: 8px 0; display: flex; justify-content: space-between }
  .chatmessage { background: #292e35; border-radius: 8px; padding: 6px 10px; margin: 6px 0 }
  .display-name { font-size: 12px; color: #a4b0c0 }
  .chat-input { width: 220px; font: inherit }
  .dialog { position: absolute; left: 50%; top: 40%; transform: translate(-50%, -50%); background: #292e35; padding: 24px; border-radius: 8px; z-index: 6 }
`;
