"""`rapporteur simulate`: a meeting platform on this machine, to look at and to send bots to."""

from __future__ import annotations

import json
import shlex
from typing import Annotated

import typer

from rapporteur.cli.output import note
from rapporteur.domain.errors import RapporteurError
from rapporteur.domain.providers import ZOOM_STREAM


def simulate(
    platform: Annotated[str, typer.Argument(help="The platform, by its name in the API; a wrong one lists those with a page. "
                                              "Or zoom_rtms: Zoom's media stream.")],
    scenario: Annotated[str, typer.Option(help="A named meeting, or a TOML or JSON file with one.")] = "admitted",
    speed: Annotated[float, typer.Option(min=0.1, max=100, help="How fast the door goes. Media keep their time.")] = 1.0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it is served; 0 takes a free port.")] = 0,
    webhook: Annotated[str | None, typer.Option(
        help="For zoom_rtms: where Zoom's webhooks go, the address in your workspace. Without it, how to create a bot is said.",
    )] = None,
) -> None:
    """Serve a page that looks and behaves like a platform's web client, with people who speak, show and write.

    Everything happens inside the page; open it and join. It proves a bot's logic and not the platform's page: what the real
    one shows today, only a real meeting tells. Zoom's media stream has no page: its servers wait for a bot, play the meeting
    once and end.

    Example: `rapporteur simulate jitsi --scenario lobby_then_admitted`
    """
    import asyncio

    try:
        asyncio.run(_stream(scenario, port, webhook) if platform == ZOOM_STREAM else _serve(platform, scenario, speed, port))
    except OSError as error:
        raise RapporteurError(f"cannot listen on port {port}: {error.strerror}") from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


async def _serve(platform: str, scenario: str, speed: float, port: int) -> None:
    import asyncio

    from rapporteur.simulators.meetings import load_meeting
    from rapporteur.simulators.pages import simulated

    async with simulated(platform, load_meeting(scenario), speed=speed, port=port) as simulator:
        note(f"The page is open at {simulator.url} (Ctrl-C ends it)")
        note("Bots come here by every real address when their server is started with:")
        typer.echo(f'export RAPPORTEUR_BROWSER_SWITCHES="{shlex.join(simulator.switches)}"')
        await asyncio.Event().wait()


async def _stream(scenario: str, port: int, webhook: str | None) -> None:
    from rapporteur.simulators.meetings import load_meeting
    from rapporteur.simulators.rtms_meeting import announce, bot_body, perform, streamed

    async with streamed(load_meeting(scenario), port=port) as zoom:
        note(f"Zoom's servers are at {zoom.address} (Ctrl-C ends them)")
        if webhook is None:
            note("A bot comes here when it is created with:")
            typer.echo(json.dumps(bot_body(zoom)))
        else:
            typer.echo(await announce(zoom, "meeting.rtms_started", webhook) or "no bot")
        await perform(zoom)
        note("The meeting is over.")
        if webhook is not None:
            await announce(zoom, "meeting.rtms_stopped", webhook)
