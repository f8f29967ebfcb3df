"""Background jobs: hints in a queue, each one line into an action. The database is the truth: the sweep finds what a
lost hint left undone (a certificate without its document)."""

import structlog
from flask import Flask
from huey import SqliteHuey, crontab

from lms.db import db, transaction
from lms.documents import actions as documents
from lms.documents import queries as drawer
from lms.settings import Settings

log = structlog.get_logger()
huey = SqliteHuey("jaga", filename=":memory:", results=False)

SWEEP_AT_ONCE = 50


def connect(settings: Settings) -> None:
    """Use the queue of this installation: each process does so before it sends or runs jobs."""
    settings.queue.parent.mkdir(parents=True, exist_ok=True)
    huey.storage_kwargs["filename"] = str(settings.queue)
    huey.storage = huey.create_storage()


@huey.task()  # type: ignore[untyped-decorator]  # huey carries no types
def make_document(certificate_id: int) -> None:
    """Render the PDF of a certificate, if it has none yet."""
    _make(certificate_id)


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # huey carries no types
def sweep() -> None:
    """Render what is due and was lost."""
    render_due()


@huey.post_execute()  # type: ignore[untyped-decorator]  # huey carries no types
def let_go(*_of_the_job: object) -> None:
    """End the job's read transaction: the next job must see what has been committed meanwhile."""
    db.session.remove()


def render_due() -> int:
    """Render every certificate that has no document, oldest first; returns how many."""
    due = drawer.due(SWEEP_AT_ONCE)
    db.session.remove()
    for certificate_id in due:
        _make(certificate_id)
    return len(due)


def _make(certificate_id: int) -> None:
    """Rendering takes long and holds no lock: only storing its bytes is a transaction. One that cannot be drawn is
    logged and stays due; it must not keep the others waiting."""
    try:
        rendered = documents.render(certificate_id)
        if rendered is not None:
            with transaction():
                documents.keep(certificate_id, rendered)
    except documents.RenderFailed as failure:
        log.error("document not rendered", certificate=certificate_id, why=str(failure))
    finally:
        db.session.remove()


def pending() -> int:
    """How many hints wait in the queue."""
    return int(huey.pending_count())


def work(app: Flask) -> None:
    """Run jobs until SIGINT or SIGTERM, beginning with whatever is due."""

    @huey.on_startup()  # type: ignore[untyped-decorator]  # huey carries no types
    def in_context() -> None:
        app.app_context().push()

    sweep()
    huey.create_consumer(workers=1, worker_type="thread", periodic=True, initial_delay=0.1, max_delay=1.0).run()
