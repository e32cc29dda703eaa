"""Folders, archives, standard input, encodings: what is read, and what is said of the rest."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykg.extract.readers import (
    Input,
    LimitError,
    Limits,
    ReadError,
    open_inputs,
    parse_limits,
    read_bytes,
    read_inputs,
)
from policykg.extract.records import ReaderText

TEXT = "第一条 本市设立创新券，由市科技局管理。\n"
BIG5 = "第一條 為了促進企業創新，國家設立創新券，不得轉讓。\n"


def archive(members: dict[str, bytes], *, flags: int = 0) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    if not flags:
        return data.getvalue()
    # The flag stands in the entry's own header and once more in the directory.
    raw = bytearray(data.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = raw.find(mark)
        raw[found + at : found + at + 2] = struct.pack("<H", flags)
    return bytes(raw)


def outcome(path: Path | str, **more: object) -> list[str]:
    """List the texts' names, and the reasons of what is not read."""
    return [
        found.source if isinstance(found, ReaderText) else found.reason
        for found in read_inputs(path, **more)  # type: ignore[arg-type]
    ]


def test_a_folder_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("c.txt", "b/a.md", ".hidden/x.txt", "~$c.docx"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    (tmp_path / "d.txt").write_bytes(b"")
    assert outcome(tmp_path) == [str(tmp_path / "b/a.md"), str(tmp_path / "c.txt"), "the file is empty"]


def test_standard_input_may_be_a_text_or_an_archive() -> None:
    assert outcome("-", stdin=BytesIO(TEXT.encode())) == ["-"]
    assert outcome("-", stdin=BytesIO(archive({"a.txt": TEXT.encode()}))) == ["-/a.txt"]
    assert outcome("-", stdin=BytesIO(TEXT.encode()), limits=Limits(file_bytes=10)) == [
        "it is larger than the limit of 10 bytes"
    ]


def test_limits_are_named_by_those_who_set_them_and_by_the_messages() -> None:
    assert parse_limits([]) == Limits()
    assert parse_limits(["pages=8000", " nesting = 0"]) == Limits(pages=8000, nesting=0)
    with pytest.raises(LimitError) as caught:
        parse_limits(["page=1", "pages=-1", "pages", "characters=九"])
    message = str(caught.value)
    assert "\n" not in message and message.count("no whole number") == 3
    assert "there is no limit 'page'; " in message and "pages=5000" in message
    (refused,) = read_inputs("-", stdin=BytesIO(TEXT.encode()), limits=Limits(characters=9))
    assert isinstance(refused, ReadError)
    assert refused.advice == "split it, or raise the limit: --limit characters=NUMBER"


def test_an_archive_and_archives_in_it(tmp_path: Path) -> None:
    inner = archive({"c.txt": TEXT.encode()})
    path = tmp_path / "a.zip"
    path.write_bytes(
        archive(
            {"b.txt": TEXT.encode(), "b.zip": inner, "__MACOSX/b.txt": b"\x00", "z.bin": bytes(range(9)) * 9}
        )
    )
    assert outcome(path) == [f"{path}/b.txt", f"{path}/b.zip/c.txt", "this is not a text file"]
    assert outcome(path, limits=Limits(nesting=1))[1] == "archives stand in each other more than 1 deep"


def test_names_that_chinese_windows_wrote() -> None:
    data = archive({"0123": TEXT.encode()}).replace(b"0123", "政策".encode("gb18030"))
    assert [found.name for found in open_inputs("-", stdin=BytesIO(data)) if isinstance(found, Input)] == [
        "-/政策"
    ]


@pytest.mark.parametrize(
    ("members", "limits", "said"),
    [
        ({"../../a.txt": TEXT.encode()}, Limits(), "its path leads out of the archive"),
        ({"/etc/a.txt": TEXT.encode()}, Limits(), "its path leads out of the archive"),
        ({"C:\\a.txt": TEXT.encode()}, Limits(), "its path leads out of the archive"),
        ({"a.txt": b" " * 5_000_000}, Limits(), "more than 200 times its size"),
        (
            {"a.txt": TEXT.encode() * 99},
            Limits(unpacked_bytes=900),
            "the archive unpacks to more than the limit",
        ),
        ({"a.txt": TEXT.encode() * 99}, Limits(file_bytes=900), "it is larger than the limit"),
        (
            {"a.txt": TEXT.encode(), "b.txt": TEXT.encode()},
            Limits(members=1),
            "holds 2 files, more than the limit of 1",
        ),
        ({}, Limits(), "the archive is empty"),
    ],
)
def test_archives_that_mean_harm(
    members: dict[str, bytes], limits: Limits, said: str, tmp_path: Path
) -> None:
    data = archive(members)
    (reason,) = outcome("-", stdin=BytesIO(data), limits=limits)
    assert said in reason
    assert not [*tmp_path.iterdir()]


def test_a_protected_member_and_a_damaged_archive() -> None:
    assert outcome("-", stdin=BytesIO(archive({"a.txt": TEXT.encode()}, flags=1))) == [
        "the file is protected by a password"
    ]
    assert outcome("-", stdin=BytesIO(archive({"a.txt": TEXT.encode()})[:60])) == [
        "the ZIP archive is damaged"
    ]


def test_big5_is_read() -> None:
    made = read_bytes((BIG5 * 3).encode("big5"), "a.txt")
    assert made.text == BIG5 * 3
    assert dict(made.metadata)["encoding"] == "big5hkscs"


def test_mixed_encodings_are_placed() -> None:
    before = (TEXT * 3).encode()
    with pytest.raises(ReadError) as caught:
        read_bytes(before + TEXT.encode("gb18030") * 4, "a.txt")
    assert f"utf-8 up to byte {len(before)} (0xb5), gb18030 from there" in str(caught.value)


def test_a_damaged_place_is_kept_in_the_metadata() -> None:
    data = (TEXT * 9).encode()
    assert dict(read_bytes(data[:-3], "a.txt").metadata)["damaged"] == str(len(data) - 4)


def test_files_that_no_reader_knows() -> None:
    protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    for data, said in (
        (protected, "protected by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "save it as .docx"),
        (b"{\\rtf1 text}", "an RTF file"),
        (b"From: x\r\nMIME-Version: 1.0\r\n\r\n", "a web archive (MHTML)"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "--ocr"),
        (archive({"a.txt": b""}), "ZIP archive"),
    ):
        with pytest.raises(ReadError) as caught:
            read_bytes(data, "evil\nname\x1b[31m")
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)
        assert "\x1b" not in str(caught.value)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damaged_archives_are_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(archive({"a.txt": TEXT.encode(), "b/c.txt": TEXT.encode("gb18030")}))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    for found in read_inputs("-", stdin=BytesIO(bytes(whole))):
        assert isinstance(found, ReaderText | ReadError)
