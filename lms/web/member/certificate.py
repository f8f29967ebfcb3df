"""The member's certificate: the QR to show, its state, the PDF; and what is still missing on the way to the goal."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms import clock
from lms.certification import actions as certifying
from lms.certification import queries as certification
from lms.certification import rules
from lms.certification.models import Certificate
from lms.certification.queries import Checklist
from lms.certification.rules import Missing, Standing
from lms.courses import queries as courses
from lms.documents import queries as documents
from lms.documents import sheet
from lms.documents.rules import link
from lms.refusals import NotFound, Refused
from lms.web import guard, language, words
from lms.web.acting import acting
from lms.web.member import door
from lms.web.member.forms import GoalForm

SHOWN = frozenset({Standing.VALID, Standing.SUSPENDED, Standing.REFRESHER_DUE, Standing.EXPIRED})
BLOCKED = frozenset({Standing.SUSPENDED, Standing.REVOKED})


@dataclass(frozen=True)
class Card:
    """A certificate as its holder sees it today; kilobytes of the PDF are None while it is being made."""

    certificate: Certificate
    standing: Standing
    expiring: bool
    days_left: int
    kilobytes: int | None

    @property
    def level(self) -> int:
        """Its level."""
        return self.certificate.level

    @property
    def code(self) -> str:
        """The code as printed below the QR."""
        return rules.printed_code(self.certificate.code)

    @property
    def address(self) -> str:
        """What the QR leads to."""
        return link(current_app.extensions["jaga_settings"].base_url, self.certificate.code)

    @property
    def qr(self) -> str:
        """The QR as a data address; none for a certificate that is not going to be valid again."""
        return sheet.qr_picture(self.address)[0] if self.standing in SHOWN else ""


def card(holding: documents.Holding) -> Card | None:
    """The certificate that counts: the live one, else the newest."""
    held = holding.certificates
    if not held:
        return None
    found, size = next((one for one in held if one[0].status in ("active", "suspended")), held[0])
    today = clock.today()
    standing = rules.standing(found.status, found.valid_through, found.refresher_due, today)
    expiring = rules.is_expiring(standing, found.valid_through, today)
    kilobytes = None if size is None else max(1, round(size / 1000))
    return Card(found, standing, expiring, (found.valid_through - today).days, kilobytes)


@dataclass(frozen=True)
class Item:
    """One thing that the goal asks for: "tenure", "exam", "drill", "one_of" or "evidence", its words, whether done."""

    kind: str
    text: str
    done: bool
    slug: str = ""


def asked_for(wanted: Checklist) -> list[Item]:
    """Everything that the goal asks for, in the order in which it is done."""
    if wanted.level is None:
        return []
    titles = {one.module.slug: one.title for one in courses.current_versions()}
    open_ones = {(gap.kind, gap.which) for gap in wanted.gaps}
    exams = [_module("exam", slug, titles, open_ones) for slug in wanted.level.modules]
    drills = [_module("drill", slug, titles, open_ones) for slug in wanted.level.drills]
    choices = [_choice(choice, titles, open_ones) for choice in wanted.level.one_of]
    return (
        _tenure(wanted.level, wanted.grounds.facts)
        + exams
        + drills
        + choices
        + [_evidence(kind, wanted.gaps) for kind in wanted.level.evidence]
    )


def _tenure(level: rules.Level, facts: rules.Facts) -> list[Item]:
    """How long the level before has to be held, and until when that takes."""
    if level.holds is None:
        return []
    text = _("Memegang Tingkat %(level)s selama %(months)s bulan", level=level.holds.level, months=level.holds.months)
    since = rules.held_since(facts.held, level.holds.level)
    until = rules.add_months(since, level.holds.months) if since else None
    if until and until > clock.today():
        text = _("%(what)s, sampai %(day)s", what=text, day=language.long_date(until))
    return [Item("tenure", text, until is not None and until <= clock.today())]


def _choice(slugs: Sequence[str], titles: dict[str, str], open_ones: set[tuple[str, str]]) -> Item:
    names = _(" atau ").join(titles.get(slug, slug) for slug in slugs)
    text = _("Ujian dan praktik satu modul pilihan: %(names)s", names=names)
    return Item("one_of", text, ("one_of", "|".join(slugs)) not in open_ones)


def _module(kind: str, slug: str, titles: dict[str, str], open_ones: set[tuple[str, str]]) -> Item:
    title = titles.get(slug, slug)
    text = _("Ujian %(module)s", module=title) if kind == "exam" else _("Praktik %(module)s", module=title)
    return Item(kind, text, (kind, slug) not in open_ones, slug)


def _evidence(kind: str, gaps: Sequence[Missing]) -> Item:
    if kind == "skck" and any(gap.kind == "skck_old" for gap in gaps):
        return Item("evidence", _("SKCK sudah lebih dari 6 bulan. Minta yang baru."), False)
    done = not any(gap.kind == "evidence" and gap.which == kind for gap in gaps)
    return Item("evidence", str(words.EVIDENCE[kind]), done)


@door.get("/sertifikat/")
def certificate() -> ResponseReturnValue:
    """The certificate to show, and below it, or instead of it, what is still missing."""
    person_id = guard.visitor().person_id
    shown = card(documents.held(person_id))
    if shown and shown.standing in BLOCKED:
        events = certification.history(shown.certificate.code)
        return render_template("member/certificate.html", card=shown, last=events[-1], reasons=words.REASONS)
    wanted = certification.checklist(person_id)
    return render_template("member/certificate.html", card=shown, wanted=wanted, items=asked_for(wanted))


@door.route("/sertifikat/tujuan", methods=["GET", "POST"])
def goal() -> ResponseReturnValue:
    """Choose the level to work towards."""
    person_id, levels = guard.visitor().person_id, certification.levels()
    form = GoalForm()
    form.level.choices = [(number, _("Tingkat %(level)s", level=number)) for number in levels]
    if form.validate_on_submit():
        try:
            with acting("choose_goal"):
                certifying.choose_goal(person_id, form.level.data)
        except Refused as refusal:
            form.refuse(refusal, "level")
        else:
            flash(_("Tujuan Anda sekarang Tingkat %(level)s.", level=form.level.data))
            return redirect(url_for("member.certificate"), 303)
    return form.page("member/goal.html", levels=levels, wanted=certification.checklist(person_id))


@door.get("/sertifikat/<string:code>/unduh.pdf")
def download(code: str) -> ResponseReturnValue:
    """The PDF of an own certificate."""
    found = certification.certificate(code)
    if found is None or found.person_id != guard.visitor().person_id:
        raise NotFound
    made = documents.document_of(found.id)
    if made is None:
        flash(_("PDF sedang dibuat. Coba lagi beberapa menit lagi."), "info")
        return redirect(url_for("member.certificate"))
    answer = Response(made[1].content, mimetype=made[1].media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return answer
