"""The recording's page as files: what the server shows, kept beside the recording so that it opens when the server is gone."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import urlsplit

from rapporteur.cli.demo.stage import Api

PAGE = "recording.html"
ASSETS = "page"
"""The folder of the page's own style, script and pictures."""
_ADDRESS = re.compile(r'\b(?:src|href)="(?P<path>/(?:media|play/static)/[^"]+)"')


async def keep(api: Api, link: str, output: Path, names: dict[str, str]) -> Path:
    """Write the page behind a play link into `output`; `names` maps stored names to those of files that lie there already."""
    html = (await api.read(link)).decode()
    (output / ASSETS).mkdir(exist_ok=True)
    for address in sorted({match["path"] for match in _ADDRESS.finditer(html)}):
        stored = Path(urlsplit(address).path).name
        local = names.get(stored) or f"{ASSETS}/{stored}"
        if stored not in names:
            await asyncio.to_thread((output / local).write_bytes, await api.read(address.replace("&amp;", "&")))
        html = html.replace(address, local)
    (output / PAGE).write_text(html)
    return output / PAGE
