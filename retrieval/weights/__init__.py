"""The trained reader's weights, and MODEL_CARD.md, which says what they are."""
