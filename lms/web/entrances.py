"""The doors of a visitor in words: where each role goes in, what it is called and what is done there."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from lms.accounts.rules import Role


@dataclass(frozen=True)
class Entrance:
    """One door: its role, its name and one line on what is done behind it."""

    role: Role
    name: LazyString
    work: LazyString

    @property
    def url(self) -> str:
        """The address of the door's first page."""
        return url_for(f"{self.role.value}.home")


ALL = (
    Entrance(Role.MEMBER, _("Belajar"), _("Pelajaran, ujian, dan sertifikat Anda.")),
    Entrance(Role.TRAINER, _("Pelatih"), _("Modul, soal, dan jawaban yang perlu dinilai.")),
    Entrance(Role.ASSESSOR, _("Penilai"), _("Menilai latihan praktik anggota.")),
    Entrance(Role.COORDINATOR, _("Koordinator"), _("Anggota, undangan, dan kemajuan belajar.")),
    Entrance(Role.OFFICER, _("Petugas"), _("Memeriksa sertifikat.")),
    Entrance(Role.APPROVER, _("Pengesah"), _("Bukti anggota dan penerbitan sertifikat.")),
    Entrance(Role.OVERSEER, _("Pengawas"), _("Aduan, sanksi, dan riwayat pemeriksaan.")),
    Entrance(Role.STEWARD, _("Pengelola"), _("Akun, satuan, program, dan catatan audit.")),
)


def of(roles: frozenset[Role]) -> list[Entrance]:
    """The doors that these roles open, in the order in which people come."""
    return [entrance for entrance in ALL if entrance.role in roles]
