from __future__ import annotations

import pytest

from clashtag.errors import InputError, RecordError
from clashtag.records import Argument, Event, Record, Span
from clashtag_training.converters.spacy_docbin import read_docbin, write_docbin

spacy = pytest.importorskip("spacy", reason="needs the convert extra")

RECORD = Record(
    "🚁 Rebels attack.",
    "a",
    (
        Event(
            "attack",
            Span(9, 15, "attack"),
            (Argument("agent", 2, 8, "Rebels", 0.75),),
            "other",
            0.5,
        ),
    ),
)


def documents(path):
    from spacy.tokens import DocBin

    return list(DocBin().from_disk(path).get_docs(spacy.blank("en").vocab))


def test_spacy_reads_the_span_groups(tmp_path):
    write_docbin([RECORD], tmp_path / "a.spacy", None)
    [document] = documents(tmp_path / "a.spacy")
    [trigger], [argument] = document.spans["triggers"], document.spans["arguments"]
    assert (trigger.text, trigger.label_, trigger.kb_id_) == ("attack", "attack", "other")
    assert (argument.text, argument.label_, argument.id_) == ("Rebels", "agent", trigger.id_)
    assert document.spans["arguments"].attrs["scores"] == [0.75]


def test_documents_that_hold_no_events_are_refused(tmp_path):
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    DocBin(docs=[nlp("Calm."), nlp("Quiet.")]).to_disk(tmp_path / "a.spacy")
    with pytest.raises(RecordError) as error:
        read_docbin(tmp_path / "a.spacy")
    assert "document 1: no span group 'triggers'" in error.value.problem
    assert "document 2: " in error.value.problem


def test_a_file_that_is_no_docbin_is_explained(tmp_path):
    (tmp_path / "a.spacy").write_bytes(b"nothing")
    with pytest.raises(InputError, match="is no DocBin"):
        read_docbin(tmp_path / "a.spacy")


def test_spans_inside_words_are_listed(tmp_path):
    events = (Event("attack", Span(10, 15, "ttack"), status=""),)
    with pytest.raises(RecordError) as error:
        write_docbin([Record(RECORD.text, "a", events)], tmp_path / "a.spacy", None)
    assert "'ttack' at 10" in error.value.problem
    assert "empty status" in error.value.problem
