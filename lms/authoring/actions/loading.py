"""Loading course folders: SOPs, facts, then every module."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lms.authoring import queries
from lms.authoring.actions.publishing import publish
from lms.authoring.rules import Read
from lms.courses import actions as courses
from lms.courses import queries as published
from lms.courses.models import sop_digest
from lms.courses.rules import Problem
from lms.refusals import Refused


@dataclass(frozen=True)
class Loaded:
    """What loading did: slugs of modules with a new version and without, and the programme for certification."""

    published: tuple[str, ...]
    unchanged: tuple[str, ...]
    programme: Mapping[str, Any] | None

    def __str__(self) -> str:
        """One line for the command."""
        return f"{len(self.published)} published, {len(self.unchanged)} unchanged"


def load_all(path: Path, by: int | None = None, *, over_workshop: bool = False) -> Loaded:
    """Load course folders: SOPs, facts, then every module; by is the person who does it, none for the command.

    Modules, SOPs and facts whose newest version came from the workshop stay as they are, unless over_workshop: the
    files that come with the program do not undo what trainers wrote.

    Refused "courses_malformed" with problems, and nothing is written, if anything in the folder is not in order.
    """
    return load(queries.read_folder(path, published.needs()), by, over_workshop=over_workshop)


def load(read: Read, by: int | None = None, *, over_workshop: bool = False) -> Loaded:
    """Load a folder that was read; see load_all."""
    kept = () if over_workshop else [draft.slug for draft in read.drafts]
    read = read if over_workshop else _without_workshop(read)
    problems = [*read.problems, *_clashes(read)]
    if problems:
        raise Refused("courses_malformed", problems=problems)
    for sop in read.sops.values():
        courses.store_sop(sop.number, sop.version, sop.title, sop.effective, sop.clauses, sop.card)
    for fact in read.facts.values():
        courses.store_fact(**fact.content)
    before = {version.module.slug: version.id for version in published.current_versions()}
    after = [publish(draft, by) for draft in sorted(read.drafts, key=lambda draft: draft.meta["order"])]
    changed = {version.module.slug for version in after if before.get(version.module.slug) != version.id}
    slugs = list(dict.fromkeys([*(version.module.slug for version in after), *kept]))
    return Loaded(
        tuple(slug for slug in slugs if slug in changed),
        tuple(slug for slug in slugs if slug not in changed),
        read.programme,
    )


def _without_workshop(read: Read) -> Read:
    """What was read less what the workshop has published since."""
    modules = queries.workshop_made("module", [draft.slug for draft in read.drafts])
    sops, facts = queries.workshop_made("sop", list(read.sops)), queries.workshop_made("facts", list(read.facts))
    return replace(
        read,
        drafts=tuple(draft for draft in read.drafts if draft.slug not in modules),
        sops={number: sop for number, sop in read.sops.items() if number not in sops},
        facts={key: fact for key, fact in read.facts.items() if key not in facts},
    )


def _clashes(read: Read) -> list[Problem]:
    """SOP versions that are published with other words, or behind a newer one; codes that another module has."""
    found = []
    stored = published.sops()
    for sop in read.sops.values():
        last = stored.get(sop.number)
        same = sop_digest(sop.number, sop.version, sop.title, sop.effective, sop.clauses, sop.card)
        if last and sop.version <= last.number and last.sha256 != same:
            reason = f"version {last.number} is published with other words: a change needs a higher version"
            found.append(sop.place.problem(reason, "version"))
    codes = {version.module.code: version.module.slug for version in published.current_versions()}
    for draft in read.drafts:
        if codes.get(draft.meta["code"], draft.slug) != draft.slug:
            found.append(draft.place.problem(f"the module {codes[draft.meta['code']]} has this code", "code"))
    return found
