"""What a document states without a verb: which cited names are its own."""

import pytest

from policykg.extract.relations.statements import Names


@pytest.mark.parametrize(
    ("title", "name", "own"),
    [
        ("青川市渔港管理办法", "《青川市渔港管理办法》", True),
        ("青川市渔港管理办法（2031年修订）", "《青川市渔港管理办法》", True),
        ("青川市渔港管理办法", "《渔港管理办法》", True),
        ("青川市渔港管理办法", "《关于印发〈青川市渔港管理办法〉的通知》", True),
        ("青川市渔港管理办法", "《青川市渔业局关于印发《青川市渔港管理办法》的通知》", True),
        ("关于修改《青川市渔港管理办法》的决定", "《青川市渔港管理办法》", False),
        ("关于修改《青川市渔港管理办法》的决定", "《关于修改〈青川市渔港管理办法〉的决定》", True),
        ("《青川市渔港管理办法》政策解读", "《青川市渔港管理办法》", False),
        ("青川市渔港管理办法", "《青川市渔港管理办法实施细则》", False),
        ("青川市渔港管理办法", "《渔港条例》", False),
        ("", "《渔港条例》", False),
    ],
)
def test_a_title_names_its_own_document_only(title: str, name: str, own: bool) -> None:
    names = Names(title=title.strip("《》"), issuers=frozenset(), first_section=0)
    assert names.is_own(name) is own
