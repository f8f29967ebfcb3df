"""The lms command: each subcommand is a few lines into an action or a query.

Exit status: 0 holds or done, 1 refused or a check failed (with the reasons), 2 wrong use.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from lms import __version__, clock, demo, jobs, paths, schema
from lms.accounts import actions as accounts
from lms.accounts.rules import Role
from lms.app import create_app
from lms.authoring import actions as authoring
from lms.authoring import queries as reading
from lms.certification import queries as certification
from lms.db import transaction
from lms.ledger import queries as ledger
from lms.organisations import actions as founding
from lms.organisations import queries as organisations
from lms.refusals import Refused
from lms.reporting import queries as reporting
from lms.settings import Settings, load

as_json = click.option("--json", "json_", is_flag=True, help="Print one JSON object and nothing else.")


@contextmanager
def _app(settings: Settings | None = None) -> Iterator[Settings]:
    """An application context for a command; a refusal of the rules ends it with status 1."""
    settings = settings or load()
    try:
        with create_app(settings).app_context():
            yield settings
    except Refused as refused:
        problems = "".join(f"\n{p.file}:{p.line}: {p.reason}" for p in refused.details.get("problems", []))
        raise click.ClickException(f"refused: {refused.code}{problems}") from None


def _inside(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside an application context."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with _app():
            return command(*args, **kwargs)

    return run


def _say(json_: bool, found: Any, lines: list[str]) -> None:
    click.echo(json.dumps(found, ensure_ascii=False) if json_ else "\n".join(lines))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Jaga: training and certification of ormas members for Jaga Jakarta."""


@main.command()
@_inside
def setup() -> None:
    """Migrate the database, make the keys, load the courses, and the demo people where LMS_DEMO asks for them."""
    schema.upgrade()
    with transaction():
        loaded = authoring.load_all(paths.COURSES)
    click.echo(f"courses: {loaded}")
    if load().demo:
        demo.make(lambda line: click.echo(f"demo: {line}"))
        demo.print_sign_ins(click.echo)


@main.command()
def run() -> None:
    """Serve the pages with granian, one process with threads; ends on SIGINT and SIGTERM."""
    from granian import Granian
    from granian.constants import Interfaces

    settings = load()
    Granian(
        "lms.app:create_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.web_threads,
        log_access=False,
    ).serve()


@main.command()
def worker() -> None:
    """Do the background jobs, one at a time; ends on SIGINT and SIGTERM."""
    jobs.work(create_app())


@main.command()
@as_json
@_inside
def status(json_: bool) -> None:
    """Version, database, pending migrations, queue and counts of certificates."""
    found = {
        "version": __version__,
        "database": load().database.split("://")[0],
        "migrations": {"current": schema.current(), "wanted": schema.wanted()},
        "queue": jobs.pending(),
        "certificates": reporting.certificate_counts() if schema.current() else {},
    }
    _say(json_, found, [f"{name}: {value}" for name, value in found.items()])


@main.group()
def courses() -> None:
    """Course folders."""


@courses.command("check")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@as_json
def courses_check(path: Path, json_: bool) -> None:
    """Validate course folders; each problem has file, line and reason."""
    read = reading.read_folder(path)
    counts = reading.counts(read, clock.today())
    problems = [{"file": p.file, "line": p.line, "reason": p.reason} for p in read.problems]
    lines = [f"{p['file']}:{p['line']}: {p['reason']}" for p in problems]
    lines += [f"{name}: {value}" for name, value in counts.items()] + [f"problems: {len(problems)}"]
    _say(json_, {"problems": problems, "counts": counts}, lines)
    sys.exit(1 if problems else 0)


@courses.command("import")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_inside
def courses_import(path: Path) -> None:
    """Load course folders; unchanged modules keep their version."""
    with transaction():
        loaded = authoring.load_all(path, over_workshop=True)
    click.echo(f"courses: {loaded}")


@courses.command("export")
@click.argument("slug")
@click.argument("path", type=click.Path(path_type=Path))
@_inside
def courses_export(slug: str, path: Path) -> None:
    """Write the newest version of a module as a folder."""
    authoring.export(slug, path)
    click.echo(f"{slug} -> {path}")


@main.group()
def certificates() -> None:
    """Certificates."""


@certificates.command("list")
@click.option("--member", help="Sign-in name of a member.")
@as_json
@_inside
def certificates_list(member: str | None, json_: bool) -> None:
    """Code, number, member's sign-in name, level and standing."""
    rows = certification.for_cli(clock.now(), member)
    _say(json_, {"certificates": rows}, ["  ".join(str(v) for v in row.values()) for row in rows])


@certificates.command("show")
@click.argument("code")
@click.option("--at", help="An ISO instant; default now.")
@as_json
@_inside
def certificates_show(code: str, at: str | None, json_: bool) -> None:
    """The standing now or at a time, with the events that make it."""
    found = certification.shown(code, _instant(at))
    if found is None:
        raise click.ClickException("unknown code")
    _say(json_, found, [f"{name}: {value}" for name, value in found.items()])


def _instant(given: str | None) -> datetime:
    if given is None:
        return clock.now()
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise click.UsageError(f"not an ISO instant: {given}") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@main.command()
@as_json
@_inside
def check(json_: bool) -> None:
    """The invariants, each with its count of violations; 1 if any is broken."""
    found = reporting.invariants()
    broken = sum(found.values())
    lines = [f"{'ok    ' if count == 0 else 'BROKEN'} {name}: {count}" for name, count in found.items()]
    _say(json_, {"invariants": found, "violations": broken}, lines)
    sys.exit(1 if broken else 0)


@main.group("ledger")
def ledger_group() -> None:
    """The ledger of certification events."""


@ledger_group.command("verify")
@as_json
@_inside
def ledger_verify(json_: bool) -> None:
    """Chain and tree; names the first bad sequence number."""
    found = ledger.verify()
    result = {
        "ok": found.ok,
        "size": found.size,
        "root": found.root,
        "first_bad": found.first_bad,
        "reason": found.reason,
    }
    _say(json_, result, [f"{name}: {value}" for name, value in result.items()])
    sys.exit(0 if found.ok else 1)


@main.group()
def people() -> None:
    """People."""


@people.command("first-steward")
@click.argument("sign_in_name")
@click.argument("name")
@click.argument("unit")
@_inside
def first_steward(sign_in_name: str, name: str, unit: str) -> None:
    """Make the first steward of a new installation, at a new Polda; prints a one-time code for /lupa."""
    with transaction():
        code = _found(sign_in_name, name, unit)
    click.echo(f"one-time code for /lupa: {code}")


def _found(sign_in_name: str, name: str, unit: str) -> str:
    """The first Polda, its steward and their reset code; refused once any steward exists."""
    if organisations.holders(Role.STEWARD):
        raise Refused("steward_exists")
    person = accounts.create_person(name, sign_in_name=sign_in_name)
    polda = founding.add_unit("polda", unit)
    accounts.appoint(person.id, Role.STEWARD, polda.id, by=None)
    return accounts.issue_reset_code(person.id, by=None)


@main.group("demo")
def demo_group() -> None:
    """Demo mode."""


@demo_group.command("secrets")
@as_json
def demo_secrets(json_: bool) -> None:
    """Password and second factor of every demo person; demo mode only."""
    if not load().demo:
        raise click.ClickException("only in demo mode (LMS_DEMO=1)")
    with _app():
        found = demo.secrets()
    _say(json_, found, [f"{name}: {row['password']} {row['totp'] or ''}" for name, row in found.items()])
