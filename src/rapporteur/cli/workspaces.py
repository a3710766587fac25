"""`rapporteur workspace`, `member` and `provider`: who shares this server, who may govern, what opens accounts elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from rapporteur.cli.client import DEFAULT_URL, Api, Key, Url, segment
from rapporteur.cli.output import AsJson, note, show_json, show_table

workspace = typer.Typer(name="workspace", no_args_is_help=True, help="Make and list workspaces.")
member = typer.Typer(name="member", no_args_is_help=True, help="The people of the key's workspace.")
provider = typer.Typer(name="provider", no_args_is_help=True, help="Credentials at providers: sealed, shown masked.")

ROOT = "/rapporteur/v1"
Role = Annotated[str, typer.Option(help="admin or member.")]
MemberId = Annotated[str, typer.Argument(help="The id, from the list.")]
ProviderName = Annotated[str, typer.Argument(metavar="PROVIDER", help="Such as deepgram.")]


@workspace.command("create")
def create_workspace(
    name: Annotated[str, typer.Argument(help="What it is called.")], url: Url = DEFAULT_URL, key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Make a workspace and print its first key, once. Needs an admin key of the installation's first workspace.

    Example: `rapporteur workspace create Sales`
    """
    made = Api(url, key).post(f"{ROOT}/workspaces/", {"name": name})
    if as_json:
        return show_json(made)
    note(f"Workspace {made['id']}. This is the only time its key is shown:")
    typer.echo(made["key"])


@workspace.command("list")
def list_workspaces(url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """List every workspace. Needs an admin key of the installation's first workspace.

    Example: `rapporteur workspace list`
    """
    answer = Api(url, key).get(f"{ROOT}/workspaces/")
    if as_json:
        return show_json(answer)
    show_table(("id", "name", "created"), [(w["id"], w["name"], w["created_at"]) for w in answer["results"]], empty="None.")


@workspace.command("show")
def show_workspace(url: Url = DEFAULT_URL, key: Key = "") -> None:
    """Show the key's own workspace.

    Example: `rapporteur workspace show`
    """
    show_json(Api(url, key).get(f"{ROOT}/workspace/"))


@workspace.command("set")
def change_workspace(
    name: Annotated[str, typer.Option(help="What it is called.")] = "",
    callback_profile: Annotated[str, typer.Option(
        help="How MeetStream's callback_url is told, from now on: seed, current, or server for the server's own.")] = "",
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Change the key's own workspace. Needs an admin key.

    Example: `rapporteur workspace set --callback-profile current`
    """
    changes: dict[str, str | None] = {"name": name} if name else {}
    if callback_profile:
        changes["callback_profile"] = None if callback_profile == "server" else callback_profile
    show_json(Api(url, key).patch(f"{ROOT}/workspace/", changes))


@member.command("add")
def add_member(
    email: Annotated[str, typer.Argument(help="Their e-mail address.")], role: Role = "member",
    url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False,
) -> None:
    """Take somebody in. The first member of a workspace is an admin.

    Example: `rapporteur member add ada@example.com --role admin`
    """
    made = Api(url, key).post(f"{ROOT}/members/", {"email": email, "role": role})
    if as_json:
        return show_json(made)
    note(f"Added as {made['role']}.")
    typer.echo(made["id"])


@member.command("list")
def list_members(url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """List the members.

    Example: `rapporteur member list`
    """
    answer = Api(url, key).get(f"{ROOT}/members/")
    if as_json:
        return show_json(answer)
    rows = [(m["id"], m["email"], m["role"], m["created_at"]) for m in answer["results"]]
    show_table(("id", "e-mail", "role", "since"), rows, empty="No members.")


@member.command("remove")
def remove_member(member_id: MemberId, url: Url = DEFAULT_URL, key: Key = "") -> None:
    """Remove a member.

    Example: `rapporteur member remove 3c6e0b8a-9c15-4d0a-8f0e-5b7c3f1f2a11`
    """
    Api(url, key).delete(f"{ROOT}/members/{segment(member_id)}/")
    note("Removed.")


@provider.command("set")
def set_credentials(
    name: ProviderName,
    secret: Annotated[str, typer.Option(
        "--secret", envvar="PROVIDER_SECRET", show_default=False,
        help="The API key. By the variable it stays out of your shell's history.")],
    field: Annotated[str, typer.Option(help="What the provider calls it.")] = "api_key",
    url: Url = DEFAULT_URL, key: Key = "",
) -> None:
    """Keep what opens the workspace's account at a provider, in place of what was kept.

    Example: `rapporteur provider set deepgram --secret "$(cat deepgram.key)"`
    """
    show_json(Api(url, key).put(f"{ROOT}/providers/{segment(name)}/", {"secrets": {field: secret}}))


@provider.command("list")
def list_credentials(url: Url = DEFAULT_URL, key: Key = "", as_json: AsJson = False) -> None:
    """List the providers for which there are credentials, masked.

    Example: `rapporteur provider list`
    """
    answer = Api(url, key).get(f"{ROOT}/providers/")
    if as_json:
        return show_json(answer)
    rows = [(p["provider"], ", ".join(f"{k} {v}" for k, v in p["secrets"].items()), p["updated_at"]) for p in answer["results"]]
    show_table(("provider", "secrets", "changed"), rows, empty="No credentials.")


@provider.command("remove")
def remove_credentials(name: ProviderName, url: Url = DEFAULT_URL, key: Key = "") -> None:
    """Forget the credentials for a provider.

    Example: `rapporteur provider remove deepgram`
    """
    Api(url, key).delete(f"{ROOT}/providers/{segment(name)}/")
    note("Removed.")
