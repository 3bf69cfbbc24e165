"""A reader small enough to be trained in a test: two layers, thirty words."""

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from retrieval.reader.network import ReaderNetwork
from retrieval.records import Headed

# fmt: off
WORDS = [
    "<s>", "<pad>", "</s>", "<unk>", "query", ":", "qui", "quoi", "combien", "?", ".", "la", "le",
    "une", "ville", "roi", "reine", "dort", "mange", "chante", "Paris", "Rome", "Jean", "Marie",
    "pomme", "25", "3", "millions", "ans", "hier",
]
# fmt: on


def bare(texts):
    """Texts without a heading."""
    return [Headed("", text) for text in texts]


def tiny_tokenizer():
    tokenizer = Tokenizer(
        models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def tiny_network(seed=0, dropout=0.0):
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
    )
    bert = BertModel(config, add_pooling_layer=False)
    bert.set_attn_implementation("eager")
    return ReaderNetwork(bert).eval()
