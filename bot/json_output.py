"""Answers and hits as JSON, one object a line: what `--json` prints."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from retrieval.records import Answer, Citation, Hit, Passage, Quotation, Reference

SCHEMA = 1

# Valid in JSON, but a terminal obeys some, and some readers take others for the end of a line.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029]")


def answer_line(answer: Answer) -> str:
    """Return an answer as one line of JSON; README.md describes its fields."""
    return _line(
        {
            "schema": SCHEMA,
            "question": answer.question,
            "understood": answer.understood,
            "status": answer.status.value,
            "confidence": answer.confidence,
            "answers": [asdict(short) for short in answer.answers],
            "citations": [_citation(citation) for citation in answer.citations],
        }
    )


def hits_line(question: str, mode: str, hits: Sequence[Hit]) -> str:
    """Return the hits of one search as one line of JSON.

    `dense`, `lexical` and `fused` are each ranking's rank and score, null where that ranking
    didn't return the passage.
    """
    return _line(
        {
            "schema": SCHEMA,
            "question": question,
            "mode": mode,
            "hits": [_hit(hit) for hit in hits],
        }
    )


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "rank": citation.rank,
        "score": citation.score,
        "text": citation.text,
        "highlights": citation.highlights,
        "sources": [_source(quotation) for quotation in citation.quotations],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "dense": _place(hit.dense_rank, hit.dense_score),
        "lexical": _place(hit.lexical_rank, hit.lexical_score),
        "fused": _place(hit.fused_rank, hit.fused_score),
        **_reference(hit.reference),
        **_slice(hit.passage),
    }


def _place(rank: int | None, score: float | None) -> dict[str, Any] | None:
    return None if rank is None else {"rank": rank, "score": score}


def _source(quotation: Quotation) -> dict[str, Any]:
    return {**_reference(quotation.reference), **_slice(quotation)}


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "article_id": reference.article_id,
        "path": reference.path,
        "title": reference.title,
        "source": reference.source,
        "url": reference.url,
        "date": reference.date,
    }


def _slice(quoted: Quotation | Passage) -> dict[str, Any]:
    return {"text": quoted.text, "start": quoted.start, "end": quoted.end}


def _line(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
