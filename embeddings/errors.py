"""The root of every error that this project raises on purpose, and the encoder's own."""


class JeCiteError(Exception):
    """Something that a person can mend; its message says what happened, to what, and how."""


class EncoderError(JeCiteError):
    """A model could not be found, verified or loaded."""


class TextTooLongError(EncoderError):
    """A text has more tokens than the model reads; it is refused rather than cut."""
