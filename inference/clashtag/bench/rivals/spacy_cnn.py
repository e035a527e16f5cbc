"""A spaCy CNN pipeline of the size of `en_core_web_sm`, with random weights.

One `tok2vec` of width 96 and depth 4 serves tagger, parser and named entities. The published
pipeline has a lemmatizer and a second `tok2vec` for the entities, so this one is a little faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import spacy
from spacy.training import Example

from clashtag.bench.rivals import RivalSettings, System

_WIDTH = 96
_LABELS = {"tagger": 50, "parser": 45, "ner": 18}
_EMBEDDED = {"NORM": 5000, "PREFIX": 1000, "SUFFIX": 2500, "SHAPE": 2500, "SPACY": 50}
_TOK2VEC = {
    "@architectures": "spacy.Tok2Vec.v2",
    "embed": {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": _WIDTH,
        "attrs": list(_EMBEDDED),
        "rows": list(_EMBEDDED.values()),
        "include_static_vectors": False,
    },
    "encode": {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": _WIDTH,
        "depth": 4,
        "window_size": 1,
        "maxout_pieces": 3,
    },
}
_LISTENER = {"@architectures": "spacy.Tok2VecListener.v1", "width": _WIDTH, "upstream": "*"}
_TRANSITIONS = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "extra_state_tokens": False,
    "hidden_width": 64,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": _LISTENER,
}


def load(settings: RivalSettings) -> System:
    """Build the pipeline in this process; several processes share the articles."""
    nlp = _pipeline()

    def run(texts: Sequence[str]) -> None:
        for _ in nlp.pipe(texts):
            pass

    return System(
        run,
        f"spaCy {spacy.__version__} CNN pipeline (tagger, parser, entities) of the size of "
        f"en_core_web_sm, in {settings.processes} processes; speed only",
        "another task",
        has_our_weights=None,
    )


def _pipeline() -> Any:  # noqa: ANN401 - spaCy counts as untyped
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec", config={"model": _TOK2VEC})
    tagger = {"@architectures": "spacy.Tagger.v2", "nO": None, "tok2vec": _LISTENER}
    models = {
        "tagger": tagger,
        "parser": {**_TRANSITIONS, "state_type": "parser"},
        "ner": {**_TRANSITIONS, "state_type": "ner"},
    }
    for name, model in models.items():
        component = nlp.add_pipe(name, config={"model": model})
        for number in range(_LABELS[name]):
            component.add_label(f"L{number}")
    words = ["A", "word", "."]
    annotation = {
        "words": words,
        "tags": ["L0"] * 3,
        "heads": [0, 0, 0],
        "deps": ["L1", "ROOT", "L2"],
        "entities": ["O"] * 3,
    }
    nlp.initialize(lambda: [Example.from_dict(nlp.make_doc(" ".join(words)), annotation)])
    _randomize(nlp)
    # About as in a trained pipeline, one word in ten opens an entity or a sentence.
    _favour(nlp.get_pipe("ner"), "O", by=6.0)
    _favour(nlp.get_pipe("parser"), "B", by=-1.0)
    return nlp


def _randomize(nlp: Any) -> None:  # noqa: ANN401
    """Give weights to the layers that start as zeros: they would predict one label throughout."""
    generator = np.random.default_rng(0)
    for _, component in nlp.pipeline:
        for node in component.model.walk():
            for name in node.param_names:
                value = node.get_param(name) if node.has_param(name) else None
                if value is not None and not value.any() and value.ndim > 1:
                    random = generator.normal(0, 0.1, value.shape)
                    node.set_param(name, random.astype(value.dtype))


def _favour(component: Any, move: str, by: float) -> None:  # noqa: ANN401
    """Shift the scores of a transition of a parser, whatever its label."""
    upper = component.model.get_ref("upper")
    names = map(component.moves.get_class_name, range(component.moves.n_moves))
    is_move = np.array([name.partition("-")[0] == move for name in names])
    upper.set_param("b", upper.get_param("b") + np.float32(by) * is_move)
