"""`rapporteur webhooks`: who is told about bots, and what they were sent."""

from __future__ import annotations

from typing import Annotated

import typer

from rapporteur.cli.client import DEFAULT_URL, Api, Key, Url, segment
from rapporteur.cli.output import AsJson, note, show_json, show_table

app = typer.Typer(name="webhooks", no_args_is_help=True, help="Register endpoints, see what they were sent, send it again.")

EndpointId = Annotated[str, typer.Argument(help="The endpoint's id, from the list.")]
PATH = "/rapporteur/v1/webhooks/"


@app.command()
def add(
    endpoint: Annotated[str, typer.Argument(metavar="ENDPOINT", help="The address that takes the POSTs.")],
    event: Annotated[list[str] | None, typer.Option(help="An event to send; may be repeated. Without it: all.")] = None,
    description: Annotated[str, typer.Option(help="For your own memory.")] = "",
    url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False,
) -> None:
    """Register an endpoint and print the secret its deliveries are signed with, once.

    Example: `rapporteur webhooks add http://127.0.0.1:9000/hook --event bot.done --event transcript.done`
    """
    made = Api(url, key).post(PATH, {"url": endpoint, "events": event or [], "description": description})
    if as_json:
        return show_json(made)
    note(f"Endpoint {made['id']}. This is the only time its secret is shown:")
    typer.echo(made["secret"])


@app.command("list")
def list_endpoints(url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """List the endpoints.

    Example: `rapporteur webhooks list`
    """
    answer = Api(url, key).get(PATH)
    if as_json:
        return show_json(answer)
    rows = [
        (e["id"], e["url"], ", ".join(e["events"]) or "all", e["disabled_reason"] or e["enabled"], e["failing_since"],
         e["description"])
        for e in answer["results"]
    ]
    show_table(("id", "address", "events", "enabled", "failing since", "description"), rows, empty="No endpoints.")


@app.command()
def remove(endpoint_id: EndpointId, url: Url = DEFAULT_URL, key: Key = "") -> None:
    """Remove an endpoint; what is still owed to it is dropped.

    Example: `rapporteur webhooks remove 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    Api(url, key).delete(f"{PATH}{segment(endpoint_id)}/")
    note("Removed.")


@app.command()
def deliveries(
    endpoint_id: EndpointId,
    state: Annotated[str | None, typer.Option(help="Only pending, delivered or failed ones.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most this many.")] = 100,
    url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False,
) -> None:
    """Show what was and is to be sent to an endpoint, newest first.

    Example: `rapporteur webhooks deliveries 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11 --state failed`
    """
    answer = Api(url, key).get(f"{PATH}{segment(endpoint_id)}/deliveries/", state=state, limit=limit)
    if as_json:
        return show_json(answer)
    columns = ("id", "event", "state", "attempts", "created_at", "last_status", "last_error")
    show_table([c.replace("_", " ") for c in columns], [[d[c] for c in columns] for d in answer["results"]],
               empty="Nothing was owed to this endpoint yet.")


@app.command()
def resend(
    endpoint_id: EndpointId, delivery_id: Annotated[str, typer.Argument(help="The delivery's id.")],
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Send a delivery again, with the same id and body.

    Example: `rapporteur webhooks resend ENDPOINT_ID DELIVERY_ID`
    """
    Api(url, key).post(f"{PATH}{segment(endpoint_id)}/deliveries/{segment(delivery_id)}/resend/")
    note("On its way again.")


@app.command("test")
def send_test(
    endpoint_id: EndpointId, event: Annotated[str | None, typer.Option(help="By default the first it asked for.")] = None,
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Send an example of an event to an endpoint.

    Example: `rapporteur webhooks test 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11 --event bot.done`
    """
    made = Api(url, key).post(f"{PATH}{segment(endpoint_id)}/test/", {"event": event})
    note(f"On its way: delivery {made['id']}.")


@app.command()
def show(
    endpoint_id: EndpointId, delivery_id: Annotated[str, typer.Argument(help="The delivery's id.")],
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Show a delivery: what is sent, and what was answered to every attempt.

    Example: `rapporteur webhooks show ENDPOINT_ID DELIVERY_ID`
    """
    show_json(Api(url, key).get(f"{PATH}{segment(endpoint_id)}/deliveries/{segment(delivery_id)}/"))


@app.command("resend-since")
def resend_since(
    endpoint_id: EndpointId,
    since: Annotated[str, typer.Argument(help="A moment such as 2026-01-31T12:00:00Z.")],
    state: Annotated[list[str] | None, typer.Option(help="Of which states; may be repeated. Without it: failed.")] = None,
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Send again everything since a moment.

    Example: `rapporteur webhooks resend-since ENDPOINT_ID 2026-01-31T12:00:00Z`
    """
    body = {"since": since, "states": state or ["failed"]}
    note(f"On their way again: {Api(url, key).post(f'{PATH}{segment(endpoint_id)}/deliveries/resend/', body)['resent']}.")


@app.command()
def rotate(
    endpoint_id: EndpointId,
    overlap_hours: Annotated[int, typer.Option(min=0, max=168, help="How long the old secret signs too.")] = 24,
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Give an endpoint a new secret and print it, once. Until the overlap is over, both sign.

    Example: `rapporteur webhooks rotate 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    made = Api(url, key).post(f"{PATH}{segment(endpoint_id)}/rotate_secret/", {"overlap_seconds": overlap_hours * 3600})
    note("This is the only time the secret is shown:")
    typer.echo(made["secret"])


@app.command()
def enable(
    endpoint_id: EndpointId, off: Annotated[bool, typer.Option("--off", help="Switch it off instead.")] = False,
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Switch an endpoint on again that failed for five days or said 410.

    Example: `rapporteur webhooks enable 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    Api(url, key).patch(f"{PATH}{segment(endpoint_id)}/", {"enabled": not off})
    note("Off." if off else "On.")


@app.command()
def events(as_json: AsJson = False) -> None:
    """List the events an endpoint can be sent.

    Example: `rapporteur webhooks events`
    """
    from rapporteur.services.events import EVENTS

    if as_json:
        return show_json({noun: list(names) for noun, names in EVENTS.items()})
    show_table(("noun", "event"), [(noun, name) for noun, names in EVENTS.items() for name in names], empty="None.")
