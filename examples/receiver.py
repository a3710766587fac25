"""Take webhooks and check that they are genuine: `python examples/receiver.py SECRET [PORT]`.

The secret is what `rapporteur webhooks add http://127.0.0.1:PORT/` printed. Needs the package standardwebhooks.
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRET = sys.argv[1]
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 9000


class Receiver(BaseHTTPRequestHandler):
    seen: set[str] = set()  # noqa: RUF012 - one for all requests: http.server makes an object of this class for each

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = Webhook(SECRET).verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):  # ValueError: a signature that is not even base64
            self.answer(400)
            return
        # An attempt may be repeated, always with the same id: take each event once.
        if event["event_id"] not in self.seen:
            self.seen.add(event["event_id"])
            print(event["data"]["updated_at"], event["data"]["bot_id"], event["event"], flush=True)
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", PORT), Receiver)
    print(f"listening on http://127.0.0.1:{PORT}/", flush=True)
    server.serve_forever()
