"""Published figures of larger models, to see ours beside."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LargerModel:
    """A published figure: whose, how much of what, where from, and what differs from ours."""

    name: str
    figure: str
    source: str
    differs: str


MIRACL_TABLE = (
    "Chen et al. 2024, arXiv:2402.03216, as language by language in arXiv:2603.13277, table 11"
)

LARGER_MODELS = (
    LargerModel(
        "CamemBERT-large, fine-tuned on FQuAD 1.1",
        "exact match 0.821, F1 0.922 on the right paragraph",
        "d'Hoffschmidt et al. 2020, arXiv:2002.06071, abstract",
        "335 million weights; FQuAD, of 60,000 questions, to learn from; measured on FQuAD's own "
        "test set, not on PIAF",
    ),
    LargerModel(
        "CamemBERT-large, fine-tuned on FQuAD 2.0",
        "F1 0.83 on the right paragraph, questions without an answer included; F1 0.823 at "
        "telling these apart",
        "Heinrich et al. 2021, arXiv:2109.13209, abstract",
        "as above; questions without an answer written to mislead",
    ),
    LargerModel(
        "multilingual-e5-large, dense",
        "nDCG@10 0.545 in retrieval, where BM25 has 0.115",
        MIRACL_TABLE,
        "560 million weights; MIRACL's French development questions, over millions of passages of "
        "Wikipedia, of which several answer and not all that do are known",
    ),
    LargerModel(
        "bge-m3, its dense, sparse and multi-vector scores together",
        "nDCG@10 0.612 in retrieval, where its sparse score alone has 0.353",
        MIRACL_TABLE,
        "568 million weights; trained on MIRACL's own training questions; measured as above. "
        "For its re-ranker on French questions alone no table was found",
    ),
)
