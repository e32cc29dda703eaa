"""Records and texts come back from JSON as they were."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from policykg.extract.interchange import from_dict, text_from_dict, text_to_dict, to_dict
from policykg.extract.pipeline import build_pipeline, extract
from policykg.extract.readers import read_file
from policykg.extract.records import DocumentRecord, Measure, Mention, ReaderText, Relation
from policykg.extract.settings import Settings


def test_what_is_extracted_comes_back(samples: Path) -> None:
    nlp = build_pipeline(Settings(model=False))
    for path in sorted(samples.glob("*.txt")):
        source = read_file(path)
        for record in extract(nlp, source):
            assert from_dict(json.loads(json.dumps(to_dict(record))), source) == record


finite = st.floats(allow_nan=False, allow_infinity=False)
spans = st.tuples(st.integers(), st.integers())


@given(data=st.data())
def test_any_record_comes_back(data: st.DataObject) -> None:
    source = data.draw(st.builds(ReaderText))
    assert text_from_dict(json.loads(json.dumps(text_to_dict(source)))) == source
    record = data.draw(
        st.builds(
            DocumentRecord,
            source=st.just(source),
            entities=st.lists(st.builds(Mention, confidence=finite)).map(tuple),
            relations=st.lists(
                st.builds(
                    Relation, confidence=finite, subject_at=st.none() | spans, object_at=st.none() | spans
                )
            ).map(tuple),
            measures=st.lists(st.builds(Measure, value=finite)).map(tuple),
            warnings=st.lists(st.text()).map(tuple),
        )
    )
    assert from_dict(json.loads(json.dumps(to_dict(record))), source) == record
