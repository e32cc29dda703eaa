"""No contact data reach the graph, wherever they stand in a document."""

from pathlib import Path

from policykg.kg.assemble import assemble
from policykg.kg.store import TRIG_FILE

TEXT = (
    "青川市科技局关于支持创新的通知\n青科发〔2031〕3号\n各有关单位：\n第一条 市科技局设立创新券。\n"
    "联系人及电话：规划处 某某甲，010-50000000\n第二条 市财政局资助创新中心（咨询电话：65000001；邮箱：a@example.invalid）。\n"
    "青川市科技局\n2031年3月4日\n"
)


def test_no_contact_data_in_the_graph(tmp_path: Path) -> None:
    source = tmp_path / "notice.txt"
    source.write_text(TEXT, encoding="utf-8")
    assemble([source], tmp_path / "out", page=False)
    graph = (tmp_path / "out" / TRIG_FILE).read_text(encoding="utf-8")
    assert "创新券" in graph
    assert not any(
        words in graph for words in ("50000000", "65000001", "某某甲", "规划处", "example.invalid")
    )
