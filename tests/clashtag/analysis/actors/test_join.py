from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clashtag.analysis.actors.aliases import AliasTable
from clashtag.analysis.actors.join import join_mentions
from clashtag.records import Span


def read(marked: str) -> tuple[str, list[Span]]:
    """A text whose mentions stand between square brackets."""
    text, mentions, opened = "", [], None
    for character in marked:
        if character == "[":
            opened = len(text)
        elif character == "]":
            mentions.append(Span(opened, len(text), text[opened:]))
        else:
            text += character
    return text, mentions


def joined(marked: str, *, in_one_incident: bool = False) -> list[list[str]]:
    """The texts of the mentions of each entity with several."""
    text, mentions = read(marked)
    incidents = [mentions] if in_one_incident else []
    entities = join_mentions(text, mentions, incidents=incidents)
    return [[m.text for m in entity.mentions] for entity in entities if len(entity.mentions) > 1]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        # names: strings, inflection, transliteration
        ("In [Harn] it burnt. Near [Harn] too.", [["Harn", "Harn"]]),
        ("In the [village of Odrel] it burnt. In [Odrel] too.", [["village of Odrel", "Odrel"]]),
        ("The raid by [al-Shabaab] ended. Then [Al Shabab] left.", [["al-Shabaab", "Al Shabab"]]),
        ("Men in [Hussein Dey] fired. Men in [Husein Dey] left.", [["Hussein Dey", "Husein Dey"]]),
        ("The [Israeli] raid ended. But [Israel] went on.", [["Israeli", "Israel"]]),
        ("In [Ruritania]'s north and in [Ruritania] too.", [["Ruritania", "Ruritania"]]),
        # acronyms
        ("The [Lynx Brigade] (LB) fired. Later the [LB] left.", [["Lynx Brigade", "LB"]]),
        (
            "The [Support Group for Islam and Muslims] (GSIM) fired. [GSIM] left.",
            [["Support Group for Islam and Muslims", "GSIM"]],
        ),
        # members of a group are the group, soldiers are not their country
        ("It hit [fighters of the Lynx]. The [Lynx] left.", [["fighters of the Lynx", "Lynx"]]),
        ("It hit [Houthi fighters]. Then [Houthis] left.", [["Houthi fighters", "Houthis"]]),
        ("It hit [Russian soldiers]. Then [Russia] left.", []),
        # last words of longer names
        ("It hit [Abel Okoro]. Then [Okoro] left.", [["Abel Okoro", "Okoro"]]),
        ("It hit [Abel Okoro] and [Mina Okoro]. Then [Okoro] left.", []),
        ("It hit [South Ruritania]. Then [Ruritania] left.", []),
        ("It hit [South Sudan]. Then [Sudan] left.", []),
        # definite descriptions
        ("The [Lynx Brigade] fired. The [brigade] left.", [["Lynx Brigade", "brigade"]]),
        ("The [Front of the Lynx] fired. The [Front] left.", [["Front of the Lynx", "Front"]]),
        ("The [Lynx Front] fired. The [group] left.", [["Lynx Front", "group"]]),
        ("The [Lynx Front] fired. A [group] left.", []),
        ("The [Lynx Front] hit the [Otter Front]. The [group] left.", []),
        ("The [Lynx Front] fired.\nIt rained.\nIt rained again.\nThe [group] left.", []),
        ("In [Harn] it burnt. The [group] left.", []),
        # institutions
        ("In Harn the [army] fired. Then the [army] left.", [["army", "army"]]),
        # what has no name never joins across incidents
        ("In Harn [gunmen] fired. In Odrel [gunmen] fired.", []),
        ("In Harn [four people] died. In Odrel [four people] died.", []),
        ("In Harn [they] fired. In Odrel [they] left.", []),
    ],
)  # fmt: skip
def test_mentions_joined_in_an_article(marked, expected):
    assert joined(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("In Harn [gunmen] fired. The [gunmen] left.", [["gunmen", "gunmen"]]),
        ("It killed [27]. At dawn [at least 27 people] lay there.", [["27", "at least 27 people"]]),
        ("It killed [five guards]. At dawn [seven guards] lay there.", []),
        ("It hit the [supply convoy]. The [convoy] burnt.", [["supply convoy", "convoy"]]),
        ("It hit the [convoy]. A [grain convoy] and a [water convoy] burnt.", []),
        ("[Rebels] took the field, and [they] held it.", [["Rebels", "they"]]),
        ("[Rebels] and [soldiers] met, and [they] fired.", []),
        ("It hit a [barn], and [it] burnt.", [["barn", "it"]]),
        ("It hit [three barns], and [it] burnt.", []),
        ("In Harn the [Lynx Front] fired. The [raiders] left.", [["Lynx Front", "raiders"]]),
        ("They shot a [guard] named [Okoro].", [["guard", "Okoro"]]),
        ("They shot [Abel Okoro], 36, a [guard].", [["Abel Okoro", "guard"]]),
        ("They shot [Abel Okoro], a [guard] and two others.", [["Abel Okoro", "guard"]]),
        ("They shot [Abel Okoro], two [guards] and a dog.", []),
    ],
)  # fmt: skip
def test_mentions_joined_in_one_incident(marked, expected):
    assert joined(marked, in_one_incident=True) == expected


def test_two_groups_of_gunmen_stay_apart():
    text, mentions = read("In Harn [gunmen] fired. The [gunmen] left. In Odrel [gunmen] fired.")
    entities = join_mentions(text, mentions, incidents=[mentions[:2], mentions[2:]])
    assert [len(entity.mentions) for entity in entities] == [2, 1]


def test_an_entity_goes_by_its_most_telling_mention():
    text, mentions = read("[GSIM] fired. The [Support Group for Islam and Muslims] (GSIM) left.")
    [entity] = join_mentions(text, mentions)
    assert entity.name == "Support Group for Islam and Muslims"
    assert entity.mentions == tuple(mentions)
    assert entity.canonical == "Jama'at Nusrat al-Islam wal-Muslimin"


def test_the_text_knows_its_acronyms_better_than_the_table():
    text, mentions = read(
        "The [Rural Safety Front] (RSF) met the [Rapid Support Forces]. [RSF] fled."
    )
    entities = join_mentions(text, mentions)
    assert [[m.text for m in entity.mentions] for entity in entities] == [
        ["Rural Safety Front", "RSF"],
        ["Rapid Support Forces"],
    ]
    assert [entity.canonical for entity in entities] == [None, "Rapid Support Forces"]


def test_a_users_aliases_join(tmp_path):
    path = tmp_path / "aliases.tsv"
    path.write_text("name\tkind\taliases\nLynx Brigade\tgroup\tSons of Harn\n", encoding="utf-8")
    text, mentions = read("The [Lynx Brigade] fired. The [Sons of Harn] left.")
    assert len(join_mentions(text, mentions)) == 2
    [entity] = join_mentions(text, mentions, AliasTable.from_file(path))
    assert entity.canonical == "Lynx Brigade"


def test_no_mention_no_entity():
    assert join_mentions("Nothing happened.", []) == ()


WORDS = ["Lynx Brigade", "LB", "gunmen", "they", "27", "27 people", "Harn", "army", "brigade"]


@given(
    st.lists(st.sampled_from(WORDS), max_size=8),
    st.randoms(use_true_random=False),
    st.booleans(),
)
def test_entities_partition_the_mentions_whatever_their_order(words, random, in_one_incident):
    text, mentions = read(" and then the ".join(f"[{word}]" for word in words))
    shuffled = random.sample(mentions, len(mentions))
    groups = [mentions] if in_one_incident else []
    entities = join_mentions(text, mentions, incidents=groups)
    assert join_mentions(text, shuffled, incidents=[shuffled] if groups else []) == entities
    spans = [mention for entity in entities for mention in entity.mentions]
    assert sorted(spans, key=lambda span: span.start) == mentions
    for entity in entities:
        assert entity.name in {mention.text for mention in entity.mentions}
        assert list(entity.mentions) == sorted(entity.mentions, key=lambda span: span.start)
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.text
