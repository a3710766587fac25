export const CSS = `
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; background: #fff; color: #232333 }
button { font: inherit; padding: 8px 18px; border-radius: 8px; border: 0; background: #0b5cff; color: #fff; cursor: pointer }
.disabled { opacity: .4 }
input { font: inherit; padding: 8px 12px; border: 1px solid #98a0a9; border-radius: 6px; width: 280px }
.landing, .preview, .error-message, .waiting { min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 14px }
.error { color: #c00 }
.devices { display: flex; gap: 10px }
.pepc-permission-dialog, .zm-modal { position: fixed; inset: 30% 32% auto; background: #fff; color: #232333; padding: 24px; border-radius: 12px; box-shadow: 0 10px 40px #0006; z-index: 9 }
#onetrust-banner-sdk { position: fixed; inset: auto 0 0; padding: 16px; background: #eee; z-index: 8 }
.meeting-app { display: grid; grid-template-columns: 1fr auto auto; grid-template-rows: 1fr auto; height: 100vh; background: #1a1a1a; color: #fff }
.gallery-video-container { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 6px; padding: 6px }
.gallery-video-container > div { position: relative; min-height: 180px; background: #2b2b2b }
video-player { display: block; height: 100% }
.speaker-active-container__video-frame { outline: 3px solid #23d959 }
.video-avatar__avatar-footer { position: absolute; left: 0; bottom: 0; background: #0009; padding: 2px 8px }
.panel { width: 280px; background: #fff; color: #232333; padding: 8px; overflow: auto }
.panel:empty, .panel[hidden] { display: none }
.field { border: 1px solid #98a0a9; border-radius: 6px; padding: 8px; min-height: 20px }
.footer { grid-column: 1 / -1; display: flex; gap: 8px; justify-content: center; padding: 10px; background: #111 }
.menu { position: absolute; right: 320px; bottom: 70px; background: #fff; color: #232333; padding: 10px; cursor: pointer; z-index: 4 }
.join-audio-by-voip, .leave-meeting-options { position: fixed; inset: auto 40% 80px; z-index: 6 }
`;
