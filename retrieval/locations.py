"""Where the default index is."""

import os
from pathlib import Path

import platformdirs

INDEX_VARIABLE = "JECITE_INDEX"


def default_index() -> Path:
    """The folder of the default index: `JECITE_INDEX`, else in the user's data folder."""
    named = os.environ.get(INDEX_VARIABLE)
    return Path(named) if named else Path(platformdirs.user_data_dir("jecite")) / "index"
