"""Codes of the rules in the words of the pages: refusals, reasons, kinds of evidence, roles."""

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from lms.refusals import Refused
from lms.web import language

REFUSALS: dict[str, LazyString] = {
    "name_missing": _("Isi nama sesuai KTP."),
    "name_too_long": _("Nama paling panjang 100 huruf."),
    "name_without_letters": _("Nama harus memuat huruf."),
    "name_with_signs": _("Nama hanya boleh memuat huruf, spasi, titik, koma, petik, dan tanda hubung."),
    "name_not_latin": _("Tulis nama dengan huruf Latin seperti di KTP."),
    "pin_not_six_digits": _("PIN harus 6 angka."),
    "pin_too_simple": _("PIN terlalu mudah ditebak. Pilih angka lain."),
    "password_too_short": _("Kata sandi paling pendek 10 huruf atau angka."),
    "password_too_long": _("Kata sandi paling panjang 128 huruf."),
    "password_too_simple": _("Kata sandi terlalu mudah ditebak."),
    "secret_is_name": _("Kata sandi tidak boleh sama dengan nama masuk atau nomor ponsel."),
    "phone_wrong": _("Nomor ponsel tidak dikenali. Contoh: 0812 3456 7890."),
    "phone_taken": _("Nomor ponsel ini sudah dipakai akun lain."),
    "sign_in_name_taken": _("Nama masuk ini sudah dipakai."),
    "answer_missing": _("Pilih atau isi jawaban dulu."),
    "number_wrong": _("Isi dengan angka, misalnya 15 atau 2,5."),
    "attempt_ended": _("Ujian ini sudah dikirim. Jawaban tidak bisa diubah."),
    "pin_not_for_staff": _("PIN hanya untuk anggota. Pilih kata sandi."),
    "secret_wrong": _("Kata sandi atau PIN yang sekarang salah."),
    "totp_wrong": _("Kode salah atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi."),
    "second_factor_locked": _("Terlalu sering salah. Coba lagi 15 menit lagi."),
    "invitation_wrong": _(
        "Kode ini tidak dikenal atau sudah tidak berlaku. Periksa kembali, atau minta kode baru kepada koordinator."
    ),
    "reset_code_wrong": _("Nomor atau kode salah, atau kode sudah tidak berlaku. Minta kode baru kepada koordinator."),
    "code_mistyped": _("Kode salah ketik. Periksa kembali."),
    "answer_conflict": _("Jawaban soal ini sudah diubah di perangkat lain."),
}


def refusal(refused: Refused) -> str:
    """Why the rules refuse, in the page's language."""
    said = REFUSALS.get(refused.code)
    if said is None:
        return gettext("Aturan program tidak mengizinkan ini (%(code)s).", code=refused.code)
    details = {k: language.moment(v) if hasattr(v, "hour") else v for k, v in refused.details.items()}
    return str(said) % details if details else str(said)
