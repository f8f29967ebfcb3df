"""Codes of the rules in the words of the pages: refusals, reasons, kinds of evidence, roles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
    "needs_modules": _("Ujian ini terbuka setelah Anda lulus %(titles)s."),
    "lessons_missing": _("Selesaikan semua pelajaran modul ini dulu."),
    "passed": _("Anda sudah lulus ujian ini."),
    "waits_for_mark": _("Jawaban Anda masih dinilai pelatih."),
    "waits_for_supervisor": _("Pengawas ujian belum mencatat kehadiran Anda."),
    "pause": _("Anda bisa mencoba lagi mulai %(opens_at)s."),
    "reset_pause": _("Ujian dibuka lagi mulai %(opens_at)s."),
    "see_trainer": _("Semua kesempatan sudah dipakai. Temui pelatih Anda."),
    "bank_too_small": _("Soal ujian ini belum lengkap. Beri tahu pelatih Anda."),
    "client_key_wrong": _("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi."),
    "client_key_reused": _("Formulir ini sudah dipakai. Muat ulang halaman, lalu kirim lagi."),
    "attempt_void": _("Ujian ini tidak dihitung."),
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
    "own_drill": _("Anda tidak dapat menilai praktik Anda sendiri."),
    "assessor_without_unit": _("Penunjukan Anda sebagai penilai sudah berakhir."),
    "observed_in_future": _("Waktu pengamatan belum terjadi. Periksa tanggal dan jamnya."),
    "observed_too_long_ago": _("Pengamatan lebih dari 72 jam lalu tidak bisa dicatat. Ulangi praktiknya."),
    "group_empty": _("Centang dulu anggota yang dinilai bersama."),
    "group_too_large": _("Satu kelompok paling banyak %(most)s orang. Kurangi pilihan Anda."),
    "criterion_unknown": _("Butir ini tidak ada di lembar penilaian."),
    "criteria_without_tick": _("Masih ada butir yang belum dinilai."),
    "key_used": _("Lembar lain sudah ditandatangani dengan kunci ini. Muat ulang halaman."),
    "reason_unknown": _("Pilih salah satu alasan."),
    "not_allowed": _("Anda tidak berwenang melakukan ini."),
    "same_unit": _("Anda dan anggota ini berada di satuan yang sama. Minta orang dari satuan lain."),
    "own_evidence": _("Bukti tentang Anda sendiri diperiksa oleh pengesah lain."),
    "evidence_unknown": _("Jenis bukti ini tidak dikenal."),
    "dated_in_future": _("Tanggal ini belum terjadi."),
    "evidence_used": _("Sertifikat yang masih ada bersandar pada bukti ini. Bukti ini tidak bisa dibatalkan."),
    "person_disabled": _("Akun anggota ini sudah ditutup."),
    "no_programme": _("Aturan program belum disahkan."),
    "level_unknown": _("Tingkat ini tidak ada dalam program."),
    "member_revoked": _("Sertifikat anggota ini sudah dicabut."),
    "member_suspended": _("Sertifikat anggota ini sedang ditangguhkan."),
    "member_proposal": _("Ada usulan pencabutan yang belum diputuskan untuk sertifikat anggota ini."),
    "tenure_missing": _("Anggota ini belum cukup lama memegang tingkat sebelumnya."),
    "one_of_missing": _("Modul pilihan untuk tingkat ini belum lulus."),
    "level_held": _("Anggota ini sudah memegang tingkat ini atau yang lebih tinggi."),
    "exam_missing": _("Ada ujian yang belum lulus."),
    "drill_missing": _("Ada praktik yang belum lulus."),
    "evidence_missing": _("Ada bukti yang belum diperiksa."),
    "skck_old": _("SKCK sudah lewat masa berlakunya. Minta SKCK baru."),
    "issuer_is_member": _("Sertifikat Anda sendiri diterbitkan oleh pengesah lain."),
    "issuer_is_assessor": _("Anda menilai praktik anggota ini. Minta pengesah lain menerbitkan."),
    "issuer_same_unit": _("Anda dan anggota ini berada di satuan yang sama. Minta pengesah lain menerbitkan."),
    "own_certificate": _("Ini sertifikat Anda sendiri. Minta orang lain bertindak."),
    "own_name": _("Nama Anda sendiri diperbaiki oleh pengesah lain."),
    "status_forbids": _("Keadaan sertifikat ini sudah berubah. Muat ulang halaman."),
    "proposal_unknown": _("Jenis usulan ini tidak dikenal."),
    "proposal_open": _("Usulan lain untuk sertifikat ini masih menunggu keputusan."),
    "proposal_decided": _("Usulan ini sudah diputuskan."),
    "proposal_lapsed": _("Usulan ini sudah melewati batas 14 hari. Buat usulan baru."),
    "own_proposal": _("Usulan Anda sendiri diputuskan oleh pengesah lain."),
    "programme_malformed": _("Aturan program yang diusulkan tidak lengkap."),
    "programme_unknown_module": _("Aturan program menyebut modul yang belum terbit."),
    "programme_unchanged": _("Aturan program ini sama dengan yang sekarang berlaku."),
    "link_foreign": _("Tautan ini bukan dari Jaga. Ketik kode yang ada di bawah QR."),
    "too_many_lookups": _("Anda sudah memeriksa 60 orang dalam satu jam. Tunggu sebentar, lalu coba lagi."),
    "own_reset": _("Anda tidak dapat mengatur ulang akun Anda sendiri. Minta pengelola lain."),
    "own_appointment": _("Penunjukan Anda sendiri diatur oleh pengelola lain."),
    "own_account": _("Akun Anda sendiri hanya bisa ditutup oleh pengelola lain."),
    "role_unknown": _("Pilih salah satu peran."),
    "secret_kind_unknown": _("Pilih kata sandi atau PIN."),
    "sign_in_name_wrong": _("Nama masuk memuat 3 sampai 60 huruf kecil, angka, titik, atau tanda hubung."),
    "sign_in_name_is_phone": _("Nama masuk tidak boleh berupa nomor ponsel."),
    "totp_not_begun": _("Faktor kedua belum dipasang. Masuk sekali lagi untuk memasangnya."),
    "totp_confirmed": _("Faktor kedua sudah terpasang."),
    "invitation_uses_wrong": _("Undangan dapat dipakai 1 sampai 1.000 orang."),
    "already_joined": _("Formulir ini sudah dikirim dengan kata sandi lain. Silakan masuk."),
    "unit_kind_unknown": _("Pilih salah satu jenis satuan."),
    "unit_parent_wrong": _("Induk tidak cocok: Polres di bawah Polda, Polsek di bawah Polres, ranting di bawah ormas."),
    "unit_name_missing": _("Isi nama satuan."),
    "unit_name_too_long": _("Nama satuan paling panjang 120 huruf."),
    "unit_name_with_signs": _("Nama satuan memuat tanda yang tidak bisa ditampilkan."),
    "unit_name_taken": _("Nama satuan ini sudah dipakai."),
    "unit_dissolved": _("Satuan ini sudah bubar."),
    "unit_has_units": _("Masih ada satuan di bawah satuan ini. Bubarkan dulu satuan itu."),
    "unit_without_members": _("Satuan kepolisian tidak punya anggota. Pilih ormas atau ranting."),
    "polsek_wrong": _("Hanya ranting yang punya Polsek wilayah. Pilih Polsek untuk ranting saja."),
    "role_not_at_this_unit": _(
        "Peran ini tidak ada di satuan itu. Koordinator: ormas atau ranting. Petugas, pengesah, pengawas: kepolisian."
    ),
    "programme_open": _("Usulan aturan program yang lain masih menunggu keputusan."),
    "version_changed": _("Versi yang lebih baru sudah terbit. Baca versi itu, lalu putuskan."),
    "courses_malformed": _("Berkas kursus belum benar. Tidak ada yang dimuat."),
    "own_attempt": _("Ini ujian Anda sendiri. Minta pelatih lain."),
    "attempt_under_way": _("Ujian ini belum dikirim."),
    "not_for_marking": _("Jawaban ini sudah dinilai oleh sistem."),
    "mark_conflict": _("Jawaban ini sudah dinilai dengan nilai lain. Nilai yang pertama tetap berlaku."),
    "round_not_needed": _("Anggota ini masih punya kesempatan. Putaran baru belum diperlukan."),
}

ROLES: dict[str, LazyString] = {
    "member": _("Anggota"),
    "trainer": _("Pelatih"),
    "assessor": _("Penilai"),
    "coordinator": _("Koordinator"),
    "officer": _("Petugas"),
    "approver": _("Pengesah"),
    "overseer": _("Pengawas"),
    "steward": _("Pengelola"),
}

UNIT_KINDS: dict[str, LazyString] = {
    "polda": _("Polda"),
    "polres": _("Polres"),
    "polsek": _("Polsek"),
    "ormas": _("Ormas"),
    "chapter": _("Ranting"),
}

EVIDENCE: dict[str, LazyString] = {
    "identity": _("Identitas diperiksa dengan KTP"),
    "adult": _("Berusia 18 tahun atau lebih"),
    "skck": _("SKCK"),
    "unit_letter": _("Surat dari satuan"),
    "code_of_conduct": _("Kode etik ditandatangani"),
    "patrol_log": _("Catatan sedikitnya 10 patroli"),
    "interview": _("Wawancara di Polsek atau Polres"),
}

EVIDENCE_MISSING: dict[str, LazyString] = {
    "identity": _("Identitas belum diperiksa"),
    "adult": _("Usia 18 tahun belum diperiksa"),
    "skck": _("SKCK belum ada"),
    "unit_letter": _("Surat dari satuan belum ada"),
    "code_of_conduct": _("Kode etik belum ditandatangani"),
    "patrol_log": _("Catatan 10 patroli belum ada"),
    "interview": _("Wawancara di Polsek atau Polres belum ada"),
}

CHECK_REASONS: dict[str, LazyString] = {
    "patrol": _("Pemeriksaan sebelum patroli"),
    "post": _("Pemeriksaan di pos atau di lapangan"),
    "handover": _("Serah terima kejadian"),
    "complaint": _("Menangani aduan"),
    "other_duty": _("Tugas kepolisian lain"),
}

REASONS: dict[str, dict[str, LazyString]] = {
    "suspend": {
        "force": _("Aduan tentang kekerasan"),
        "extortion": _("Aduan tentang pungutan uang"),
        "impersonation": _("Aduan mengaku polisi atau memakai atribut mirip polisi"),
        "hate": _("Aduan tentang ujaran kebencian"),
        "intoxicated": _("Mabuk atau memakai narkoba saat berkegiatan"),
        "investigation": _("Sedang dalam pemeriksaan kepolisian"),
        "identity": _("Identitas pemegang diragukan"),
        "unit": _("Izin satuannya dicabut"),
    },
    "revoke": {
        "detaining": _("Terbukti menahan, menggeledah, atau memakai kekerasan"),
        "weapon": _("Terbukti membawa senjata"),
        "extortion": _("Terbukti memungut uang"),
        "lent": _("Sertifikat dipinjamkan atau dipalsukan"),
        "spread_data": _("Menyebarkan data anak atau korban"),
        "political": _("Kegiatan politik atau kebencian dalam peran ini"),
        "while_suspended": _("Ikut patroli saat ditangguhkan"),
        "false_data": _("Data yang diberikan palsu"),
        "cheating": _("Curang dalam ujian atau praktik"),
    },
    "reinstate": {
        "not_proven": _("Tidak terbukti"),
        "mistake": _("Penangguhan keliru"),
        "resolved": _("Masalah sudah selesai"),
    },
    "void": {
        "stand_in": _("Dikerjakan orang lain"),
        "fault_of_system": _("Gangguan sistem"),
        "disturbed": _("Terganggu saat ujian"),
        "item_wrong": _("Ada soal yang salah"),
        "not_seen": _("Tidak terlihat oleh pengawas ujian"),
        "unsupervised": _("Dikerjakan tanpa pengawas"),
    },
}
SUSPENSION_REASONS = REASONS["suspend"]
REVOCATION_REASONS = REASONS["revoke"]
REINSTATEMENT_REASONS = REASONS["reinstate"]

EVENTS: dict[str, LazyString] = {
    "issued": _("Diterbitkan"),
    "suspended": _("Ditangguhkan"),
    "reinstated": _("Dipulihkan"),
    "revoked": _("Dicabut"),
    "replaced": _("Diganti"),
    "withdrawn": _("Ditarik oleh pemegang"),
    "erased": _("Data pemegang dihapus"),
}

# Why somebody may not be proposed for patrol: verification.rules.PatrolAnswer.because
PATROL_REASONS: dict[str, LazyString] = {
    "level_1": _("Tingkat 1 bukan untuk patroli"),
    "suspended": _("sertifikat ditangguhkan"),
    "revoked": _("sertifikat dicabut"),
    "refresher_due": _("belum ikut pelatihan penyegaran"),
    "replaced": _("sertifikat ini sudah diganti"),
    "withdrawn": _("sertifikat ini sudah ditarik"),
    "expired": _("masa berlaku sudah habis"),
    "unknown": _("kode tidak ditemukan"),
}

# What is missing for a certificate: certification.rules.Missing.kind; %(which)s is the title of a module or a level.
GAPS: dict[str, LazyString] = {
    "blocked": _("Sertifikatnya ditangguhkan, dicabut, atau diusulkan dicabut"),
    "held": _("Sudah memegang Tingkat %(which)s"),
    "exam": _("Ujian belum lulus: %(which)s"),
    "drill": _("Praktik belum lulus: %(which)s"),
    "one_of": _("Ujian dan praktik belum lulus, pilih satu: %(which)s"),
    "tenure": _("Belum cukup lama memegang Tingkat %(which)s"),
    "skck_old": _("SKCK lebih dari 6 bulan"),
}

PROPOSALS: dict[str, LazyString] = {
    "revoke": _("Pencabutan sertifikat"),
    "reinstate": _("Pemulihan sertifikat"),
    "programme": _("Aturan program baru"),
}


# What a message says: notices.Notice.kind, with its values.
NOTICES: dict[str, LazyString] = {
    "reminder": _("Pelatih mengingatkan: lanjutkan modul %(module)s."),
}


def notice(kind: str, values: Mapping[str, Any]) -> str:
    """A message in the page's language; one that has no words yet as its kind."""
    said = NOTICES.get(kind)
    return str(said) % values if said else kind


def refusal(refused: Refused) -> str:
    """Why the rules refuse, in the page's language."""
    said = REFUSALS.get(refused.code)
    if said is None:
        return str(gettext("Aturan program tidak mengizinkan ini (%(code)s).", code=refused.code))
    details = {k: language.moment(v) if isinstance(v, datetime) else v for k, v in refused.details.items()}
    return str(said) % details if details else str(said)


def gap(kind: str, which: str, titles: Mapping[str, str]) -> str:
    """One thing that is missing for a certificate (certification.rules.Missing); titles: slug of a module -> title."""
    if kind == "evidence":
        return str(EVIDENCE_MISSING[which])
    names = [titles.get(one, one) for one in which.split("|")]
    return str(GAPS[kind]) % {"which": str(gettext(" atau ")).join(names)}
