"""Every real document builds with its own title, number, issuers and date, or is refused for the fault it has."""

import csv
import datetime
import re
from pathlib import Path

import pytest

from policykg.extract.readers import ReadError, read_file
from policykg.extract.records import DocumentInfo
from policykg.extract.structure.documents import split_documents

#: Shares of the fields printed that must be found.
FLOORS = {"title": 0.98, "number": 0.98, "issuer": 0.95, "date": 0.95}
#: What the manifest has otherwise than the document prints it, judged by hand; None where the document prints nothing.
JUDGED: dict[tuple[str, str], str | None] = {
    ("bj-industrial-policy-guide.pdf", "date"): None,
    ("cpc-sc-research-integrity-2018.txt", "issuer"): None,
    ("direct-to-satellite-rules.md", "date"): "2025-04-23",
    ("fx-health-in-all-policies-guide.docx", "date"): "2020-06-04",
    ("fx-health-in-all-policies-guide.docx", "issuer"): "阜蒙县健康促进工作领导小组办公室",
    ("fx-health-in-all-policies-guide.docx", "number"): "阜蒙健促办发[2020]3号",
    ("hn-child-mental-health-plan.docx", "date"): None,
    ("hn-child-mental-health-plan.docx", "issuer"): None,
    ("hn-hiap-implementation-plan.docx", "date"): "2025-03-17",
    ("jr-hiap-plan.docx", "date"): "2022-08-16",
    ("jr-hiap-plan.docx", "issuer"): "句容市人民政府办公室",
    ("miit-satcom-opinions-2025.md", "date"): "2025-08-25",
    ("sh-enterprise-basic-research.md", "date"): "2025-07-23",
    ("sh-g60-corridor-measures.md", "date"): "2025-12-02",
    ("sh-gov-work-report-2026.txt", "date"): "2026-02-03",
    ("sh-public-health-sti-opinions.md", "date"): "2025-07-16",
    ("sz-pingshan-digital-economy-support.pdf", "date"): "2023-06-21",
    ("sz-pingshan-digital-economy-support.pdf", "number"): "深坪府办规〔2023〕5号",
    ("sz-pingshan-econ-special-fund.pdf", "date"): "2023-06-21",
    ("sz-pingshan-econ-special-fund.pdf", "number"): "深坪府办规〔2023〕1号",
}
FAULTS = {"sz-pingshan-collective-economy-scan.pdf": "a scan without a text layer"}


def plain(text: str) -> str:
    """Even out what is printed in more than one way: widths, brackets, the State Council's long name."""
    text = re.sub(r"[\s《》“”\"()（）]", "", text).translate(str.maketrans("－—－―［］[]", "----〔〕〔〕"))
    text = re.sub(r"(?:中华人民共和国)?国务院令|^国令", "国令", text)
    return re.sub(r"第[一二三四五六七八九十]+届", "", text).removeprefix("中华人民共和国国务院") or text


def wanted(row: dict[str, str], field: str) -> str | None:
    """Return a field as the manifest or a person's judgement has it; None where it is not printed."""
    key = (Path(row["file"]).name, field)
    if key in JUDGED:
        return JUDGED[key]
    column = {"title": "title", "number": "doc number", "issuer": "issuing body", "date": "date"}[field]
    value = row[column]
    return None if not value or "not in text" in value else re.sub(r"\s*\(page date\)$", "", value)


def is_found(row: dict[str, str], field: str, want: str, info: DocumentInfo) -> bool:
    if field == "title":
        # The manifest names some texts by the notice that carries them.
        a, b = plain(want), plain(info.title)
        return len(b) >= 5 and (a in b or b in a)
    if field == "number":
        return plain(want) == plain(info.number)
    if field == "issuer":
        found = [plain(name) for name in info.issuers]
        want = re.sub(r"（[^）]*作）|（汇编）", "", want)
        names = [plain(re.sub(r"等.*$", "", name)) for name in want.split()]
        return all(any(name in other or other in name for other in found) for name in names if name)
    if "version date" in row["quality notes"] and info.date:
        # The version's date is the day of publication; printed is the day of passing, some days before.
        between = datetime.date.fromisoformat(want) - datetime.date.fromisoformat(info.date)
        return 0 <= between.days <= 14
    return want == info.date


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, str]]:
    manifest = (shared / "corpus" / "manifest.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(manifest.splitlines(), delimiter="\t"))


def test_documents_print_their_data(shared: Path, rows: list[dict[str, str]]) -> None:
    counts = {field: [0, 0] for field in FLOORS}
    missed = []
    refused = {}
    for row in rows:
        name = Path(row["file"]).name
        try:
            made = read_file(shared / "corpus" / row["file"])
        except ReadError as error:
            refused[name] = error.reason
            continue
        (document,) = split_documents(made)
        for field, count in counts.items():
            want = wanted(row, field)
            if want is None:
                continue
            found = is_found(row, field, want, document.info)
            count[0] += found
            count[1] += 1
            if not found:
                missed.append(f"{name}: {field} {want!r}, found {document.info}")
    shares = {field: found / printed for field, (found, printed) in counts.items()}
    assert all(shares[field] >= floor for field, floor in FLOORS.items()), (shares, missed)
    assert set(refused) == set(FAULTS)
    assert all(FAULTS[name] in reason for name, reason in refused.items())
