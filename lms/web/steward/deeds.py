"""What the audit says of an act, in words: the act itself, why, about what, and how it ended."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from lms.audit.models import Audit
from lms.refusals import Refused
from lms.web import words

ACTIONS: dict[str, LazyString] = {
    "create_person": _("Membuat akun"),
    "appoint": _("Menunjuk"),
    "end_appointment": _("Mengakhiri penunjukan"),
    "end_membership": _("Mengakhiri keanggotaan"),
    "disable": _("Menutup akun"),
    "enable": _("Membuka akun"),
    "correct_name": _("Membetulkan nama"),
    "set_secret": _("Mengganti kata sandi atau PIN"),
    "issue_reset_code": _("Membuat kode sekali pakai"),
    "use_reset_code": _("Memakai kode sekali pakai"),
    "confirm_totp": _("Memasang faktor kedua"),
    "renew_recovery_codes": _("Membuat kode cadangan baru"),
    "remove_totp": _("Menghapus faktor kedua"),
    "add_unit": _("Menambah satuan"),
    "dissolve": _("Membubarkan satuan"),
    "invite": _("Membuat undangan"),
    "close_invitation": _("Menutup undangan"),
    "accept_invitation": _("Bergabung dengan undangan"),
    "look": _("Melihat identitas pemegang"),
    "tick_evidence": _("Mencatat bukti"),
    "untick_evidence": _("Membatalkan bukti"),
    "choose_goal": _("Memilih tingkat tujuan"),
    "certify": _("Menerbitkan sertifikat"),
    "suspend": _("Menangguhkan sertifikat"),
    "propose": _("Mengusulkan"),
    "decide": _("Memutuskan usulan"),
    "approve_programme": _("Mengesahkan aturan program"),
    "begin_drill": _("Membuka lembar praktik"),
    "begin_group": _("Membuka lembar praktik kelompok"),
    "sign_drill": _("Menandatangani praktik"),
    "void_signoff": _("Membatalkan praktik"),
    "start_exam": _("Memulai ujian"),
    "mark_answer": _("Menilai jawaban"),
    "grant_round": _("Membuka putaran ujian lagi"),
    "void_attempt": _("Membatalkan ujian"),
    "publish": _("Menerbitkan versi modul"),
    "approve_version": _("Mengesahkan versi modul"),
    "begin_draft": _("Memulai draf materi"),
    "drop_draft": _("Menghentikan draf materi"),
    "sent_draft": _("Mengirim draf materi untuk ditinjau"),
    "taken_back_draft": _("Menarik kembali draf materi"),
    "returned_draft": _("Mengembalikan draf materi"),
    "approved_draft": _("Menyetujui draf materi"),
    "approve_material": _("Mengesahkan materi"),
    "approve_sop": _("Mengesahkan versi SOP"),
    "load_courses": _("Memuat berkas kursus"),
    "export_members": _("Mengunduh daftar anggota"),
    "export_audit": _("Mengunduh catatan audit"),
}

SUBJECTS: dict[str, LazyString] = {
    "person": _("Orang"),
    "unit": _("Satuan"),
    "certificate": _("Sertifikat"),
    "evidence": _("Bukti"),
    "proposal": _("Usulan"),
    "programme_version": _("Versi program"),
    "module_version": _("Versi modul"),
    "working_draft": _("Draf materi"),
    "sop_version": _("Versi SOP"),
    "attempt": _("Ujian"),
    "round_grant": _("Putaran ujian"),
    "signoff": _("Praktik"),
}

# Whose codes the purpose of an act holds.
_PURPOSES: dict[str, Mapping[str, LazyString]] = {
    "appoint": words.ROLES,
    "end_appointment": words.ROLES,
    "look": words.CHECK_REASONS,
    "suspend": words.REASONS["suspend"],
    "propose": words.PROPOSALS,
    "decide": words.PROPOSALS,
    "tick_evidence": words.EVIDENCE,
    "untick_evidence": words.EVIDENCE,
}


def action(code: str) -> str:
    """An act in words; one that has none yet as its code."""
    return str(ACTIONS.get(code, code))


def subject(kind: str | None) -> str:
    """What an act was about, in words."""
    return str(SUBJECTS.get(kind, kind)) if kind else ""


def purpose(row: Audit) -> str:
    """Why, or as what, in words."""
    return str(_PURPOSES.get(row.action, {}).get(row.purpose, row.purpose)) if row.purpose else ""


def outcome(code: str) -> str:
    """How an act ended: done, rejected by somebody, or refused by the rules and why."""
    if code == "done":
        return str(gettext("Selesai"))
    if code == "rejected":
        return str(gettext("Usulan ditolak"))
    return str(gettext("Tidak diizinkan: %(why)s", why=words.refusal(Refused(code))))
