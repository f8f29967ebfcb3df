"""What somebody reads who fills in a table of items: each column explained, and an item of each kind. It is in Bahasa
Indonesia only, like the headings."""

from lms.quizzes.formats import table_words as words
from lms.quizzes.formats.model import Question

# Columns in which a spreadsheet offers what can be chosen.
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(names[0] for names in words.KINDS.values()),
    "critical": ("ya", "tidak"),
    "difficulty": ("1", "2", "3"),
}

EXPLAINED: tuple[tuple[str, str], ...] = (
    (
        "Cara mengisi",
        "Satu baris untuk satu soal. Hapus baris contoh sebelum mengunggah. Kolom yang tidak dipakai dikosongkan.",
    ),
    ("Wajib", "Hanya jenis dan pertanyaan. Yang belum lengkap dapat Anda lengkapi setelah diunggah."),
    ("Isi sel", "Ketik teks biasa. Rumus, tanggal, dan persen ditolak. Pilih format sel Teks bila isian Anda berubah."),
    ("Tanda petik", "Tanda ' di depan = + - @ mencegah rumus. Biarkan saja, tanda itu dibuang saat diunggah."),
    (
        "kode",
        "Nama soal: huruf kecil, angka, dan tanda hubung, misalnya lapor-asap. Bila kosong, nama dibuat dari "
        "pertanyaannya. Jangan ubah kode soal yang sudah ada.",
    ),
    (
        "jenis",
        "pilihan ganda (satu benar), pilihan ganda kompleks (satu atau lebih benar), benar salah, menjodohkan, "
        "mengurutkan, angka, isian singkat, skenario.",
    ),
    ("kritis", "ya atau tidak. Siapa salah menjawab soal kritis tidak lulus, berapa pun nilainya."),
    ("pelajaran", "Nomor pelajaran yang diuji, misalnya 2."),
    ("tujuan", "Id tujuan belajar modul, misalnya pilih-saluran."),
    ("butir_sop", "Butir SOP yang menjadi dasar, misalnya SOP-01/1.1."),
    ("kesulitan", "1 mudah, 2 sedang, 3 sulit."),
    (
        "skenario",
        "Untuk 2 sampai 4 pertanyaan tentang satu kejadian: tulis nama yang sama di semua barisnya. Baris berjenis "
        "skenario memuat situasi, pelajaran, tujuan, dan seterusnya. Baris lain memuat pertanyaannya.",
    ),
    ("situasi", "Cerita pendek sebelum pertanyaan."),
    ("gambar", "Nama berkas gambar modul, misalnya banjir.svg. Gambarnya diunggah terpisah."),
    ("teks_gambar", "Penjelasan gambar bagi yang tidak dapat melihatnya."),
    ("pertanyaan", "Pertanyaan, atau pernyataan untuk jenis benar salah."),
    (
        "opsi_a, opsi_b, ...",
        "Pilihan ganda: 3 atau 4 pilihan, kompleks: 4 sampai 6. Menjodohkan: 3 sampai 5 pasangan, ditulis "
        "kiri => kanan. Mengurutkan: 3 sampai 6 langkah dalam urutan yang benar. Isian singkat: 4 sampai 10 jawaban "
        "yang diterima, kolom opsi_g sampai opsi_j boleh Anda tambah.",
    ),
    ("alasan_a, alasan_b, ...", "Mengapa pilihan itu benar atau salah, atau mengapa pasangan itu cocok."),
    (
        "pasangan_a, pasangan_b, ...",
        "Sisi kanan pasangan yang sisi kirinya sendiri memuat tanda =>. Biasanya tidak perlu.",
    ),
    ("id_opsi", "Id pilihan dari hasil ekspor, dipisah titik koma. Jangan diubah. Kosongkan untuk soal baru."),
    (
        "jawaban_benar",
        "Pilihan ganda: huruf, misalnya B. Kompleks: A;C. Benar salah: benar atau salah. Angka: angkanya, bila hanya "
        "satu yang benar.",
    ),
    ("pengecoh_1, pengecoh_2, ...", "Menjodohkan: sisi kanan yang tidak cocok dengan apa pun."),
    (
        "minimum, maksimum",
        "Angka: batas bawah dan atas, keduanya masih benar. Desimal ditulis dengan koma, ribuan tanpa titik. "
        "Boleh {fakta:kunci}.",
    ),
    ("satuan", "Angka: satuannya, misalnya menit."),
    ("rubrik", "Isian singkat: pedoman bagi pelatih yang menilai jawaban lain."),
    ("alasan", "Alasan jawaban untuk benar salah, mengurutkan, angka, dan isian singkat."),
)

_TAGS: Question = {
    "critical": False,
    "lesson": 1,
    "objective": "pilih-saluran",
    "clause": "SOP-01/1.1",
    "difficulty": 1,
}


def _option(identity: str, text: str, reason: str, *, correct: bool = False) -> Question:
    return {"id": identity, "text": text, "correct": correct, "reason": reason}


def _pair(identity: str, left: str, right: str, reason: str) -> Question:
    return {"id": identity, "left": left, "right": right, "reason": reason}


_CALL = [
    _option("a", "Menelepon nomor darurat dari tempat aman", "Bantuan segera berangkat.", correct=True),
    _option("b", "Mendobrak pintu kios", "Api dan asap dapat mencelakai Anda."),
    _option("c", "Merekam video dahulu", "Bantuan terlambat datang."),
]
EXAMPLES: tuple[Question, ...] = (
    {
        "key": "contoh-pilihan-ganda",
        "kind": "single",
        **_TAGS,
        "critical": True,
        "situation": "Anda melihat asap keluar dari sebuah kios yang terkunci.",
        "question": "Apa yang Anda lakukan lebih dulu?",
        "options": _CALL,
    },
    {
        "key": "contoh-pilihan-ganda-kompleks",
        "kind": "multiple",
        **_TAGS,
        "question": "Apa saja yang Anda sebut saat melapor?",
        "options": [
            _option("a", "Tempat kejadian", "Petugas tahu ke mana harus datang.", correct=True),
            _option("b", "Dugaan siapa pelakunya", "Dugaan dapat mencelakai orang yang tidak bersalah."),
            _option("c", "Apa yang terjadi", "Petugas membawa alat yang tepat.", correct=True),
            _option("d", "Agama para pihak", "Itu tidak membantu petugas."),
        ],
    },
    {
        "key": "contoh-benar-salah",
        "kind": "true_false",
        **_TAGS,
        "question": "Anda menunggu izin ketua regu sebelum menelepon nomor darurat.",
        "answer": False,
        "reason": "Telepon dahulu. Menunggu memperlambat bantuan.",
    },
    {
        "key": "contoh-menjodohkan",
        "kind": "matching",
        **_TAGS,
        "question": "Jodohkan kejadian dengan tindakan Anda.",
        "pairs": [
            _pair("a", "Rumah terbakar", "Telepon nomor darurat", "Api cepat membesar."),
            _pair("b", "Orang pingsan", "Telepon nomor darurat", "Korban perlu pertolongan."),
            _pair("c", "Lampu jalan mati", "Lapor lewat aplikasi", "Tidak ada yang terancam."),
        ],
        "extra": ["Diamkan saja"],
    },
    {
        "key": "contoh-mengurutkan",
        "kind": "ordering",
        **_TAGS,
        "question": "Susun tindakan Anda dari yang pertama.",
        "steps": [
            {"id": "a", "text": "Cari tempat aman"},
            {"id": "b", "text": "Telepon nomor darurat"},
            {"id": "c", "text": "Tunggu petugas di tempat yang terlihat"},
        ],
        "reason": "Penolong yang terluka tidak dapat menolong.",
    },
    {
        "key": "contoh-angka",
        "kind": "numeric",
        **_TAGS,
        "question": "Berapa kali Anda menekan dada korban dalam satu menit?",
        "min": "{fakta:pijat-jantung-minimal}",
        "max": "{fakta:pijat-jantung-maksimal}",
        "unit": "kali per menit",
        "reason": "Itu laju yang dianjurkan.",
    },
    {
        "key": "contoh-isian-singkat",
        "kind": "short_text",
        **_TAGS,
        "situation": "Kebakaran terjadi di Jalan Mawar nomor 12.",
        "question": "Tulis alamat yang Anda sebut kepada petugas.",
        "accepted": ["Jalan Mawar 12", "Jl. Mawar 12", "Jalan Mawar nomor 12", "Jl. Mawar No. 12"],
        "rubric": "Ada nama jalan dan nomor.",
        "reason": "Petugas tidak salah tempat.",
    },
    {
        "key": "contoh-skenario",
        "kind": "scenario",
        **_TAGS,
        "situation": "Malam hari Anda mendengar dua warga bertengkar di depan warung. Seorang memegang botol.",
        "parts": [
            {
                "kind": "single",
                "question": "Di mana Anda berdiri?",
                "options": [
                    _option(
                        "a", "Di tempat aman yang masih dapat melihat", "Anda aman dan dapat melapor.", correct=True
                    ),
                    _option("b", "Di antara keduanya", "Anda dapat terluka."),
                    _option("c", "Di belakang pemegang botol", "Ia dapat terkejut dan menyerang."),
                ],
            },
            {
                "kind": "true_false",
                "question": "Anda boleh merebut botol itu.",
                "answer": False,
                "reason": "Anda tidak memakai kekerasan. Petugas yang menanganinya.",
            },
        ],
    },
)
