"""The main job, as people do it at 360 px: from what is missing to a certificate that an officer verifies and suspends
and that two approvers revoke; once with script, once without."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Phones, Server
from tests.browser.steps import address_in, download, give_evidence, issue, learn, pass_exam, press, says, sign_off


def test_from_the_missing_drill_to_a_revoked_certificate(phones: Phones, tmp_path: Path) -> None:
    walk(phones, tmp_path, script=True, name="anggota3", words="Ahmad Fauzi")


def test_the_same_without_script(phones: Phones, server: Server, tmp_path: Path) -> None:
    """anggota2, half way, first learns the rest, passes the exams and brings the evidence; then the same walk."""
    member = phones.new(script=False).sign_in("anggota2")
    for slug in ("koordinasi-dengan-kepolisian", "tindakan-awal-nonrepresif", "patroli-mandiri"):
        learn(member, slug)
        pass_exam(member, server, slug)
    sign_off(phones.new(script=False).sign_in("penilai2"), "Budi Santoso", "patroli-mandiri")
    page = member.goto("/belajar/sertifikat/")
    press(page, "Ganti tujuan")
    page.get_by_label(re.compile("Tingkat 2")).check()
    press(page, "Simpan tujuan")
    give_evidence(phones.new(script=False).sign_in("pengesah2"), server, "anggota2")
    walk(phones, tmp_path, script=False, name="anggota2", words="Budi Santoso")


def walk(phones: Phones, tmp_path: Path, *, script: bool, name: str, words: str) -> None:
    """Missing drill, sign-off, issue, PDF, BERLAKU, DITANGGUHKAN, DICABUT."""
    member = phones.new(script=script).sign_in(name)
    expect(member.goto("/belajar/sertifikat/").locator("main")).to_contain_text("Praktik Tindakan Awal Nonrepresif")
    sign_off(phones.new(script=script).sign_in("penilai1"), words)
    issue(phones.new(script=script).sign_in("pengesah1"), words)
    address = address_in(download(member, tmp_path))
    stranger = phones.new(script=script)
    says(stranger, address, "BERLAKU")
    code = address.rsplit("/", 1)[1]

    officer = phones.new(script=script).sign_in("petugas1")
    page = officer.goto(f"/petugas/periksa/{code}")
    page.get_by_label("Pemeriksaan sebelum patroli").check()
    press(page, "Lihat pemegang")
    expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("main")).to_contain_text("Boleh diajukan patroli: ya")
    press(page, "Tangguhkan")
    page.locator("main input[type=radio]").first.check()
    press(page, "Lanjut")
    press(page, "Ya, tangguhkan")
    says(stranger, address, "DITANGGUHKAN")

    proposer = phones.new(script=script).sign_in("pengesah1")
    page = proposer.goto(f"/pengesah/sertifikat/{code}")
    press(page, "Usulkan pencabutan")
    page.locator("main input[type=radio]").first.check()
    press(page, "Lanjut")
    press(page, "Ya, kirim usulan")
    says(stranger, address, "DITANGGUHKAN")

    decider = phones.new(script=script).sign_in("pengesah2")
    page = decider.goto("/pengesah/usulan/")
    press(page, "Putuskan")
    press(page, "Setujui")
    press(page, "Ya, setujui")
    says(stranger, address, "DICABUT")
