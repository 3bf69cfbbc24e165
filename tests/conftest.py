"""What all tests share: the real model, an index of seeds/, and no network."""

import os
import sys
from pathlib import Path

import pytest

WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
THREADS = max(1, (os.cpu_count() or 1) // WORKERS)
# Before torch, faiss and their like are imported, which read it once; child processes inherit it.
os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
os.environ["HF_HUB_OFFLINE"] = "1"

_LOCAL = {"localhost", "ip6-localhost", "::1", "0.0.0.0", "::", "", None}  # noqa: S104
_reached: list[str] = []


def _is_local(host):
    if isinstance(host, bytes):
        host = host.decode()
    return host in _LOCAL or str(host).startswith("127.")


def _block_network(event, arguments):
    """Audit hook: Python tells of every connection and look-up of a name before it is made."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        # A Unix socket's address is a path; sendmsg has none on a connected socket.
        host = address[0] if isinstance(address, tuple) else "localhost"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not _is_local(host):
        _reached.append(f"{event} {host}")
        raise OSError(f"tests may not reach the network: {event} {host}")


sys.addaudithook(_block_network)


@pytest.fixture(scope="session")
def shared_data():
    folder = Path(
        os.environ.get("JECITE_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")
    )
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not at {folder}: set JECITE_SHARED_DATA")
    return folder


@pytest.fixture(autouse=True)
def no_network():
    """Fail a test that tried to reach the network, even where the code caught the error."""
    _reached.clear()
    yield _reached
    assert not _reached, f"the test tried to reach the network: {_reached}"


@pytest.fixture(scope="session")
def encoder():
    """The bundled model."""
    import torch  # noqa: PLC0415 - most tests need neither

    from embeddings import load_encoder  # noqa: PLC0415

    torch.set_num_threads(THREADS)
    return load_encoder()


@pytest.fixture(scope="session")
def seeds_articles():
    """The five articles that ship with the project."""
    from retrieval.corpus import default_corpus, read_corpus  # noqa: PLC0415

    return read_corpus([default_corpus()]).articles


@pytest.fixture(scope="session")
def seeds_index(encoder, seeds_articles, tmp_path_factory) -> Path:
    """A folder with an index of seeds/; read it only."""
    from retrieval.index.build import build_store  # noqa: PLC0415

    out = tmp_path_factory.mktemp("seeds-index")
    build_store(seeds_articles, out, encoder=encoder)
    return out


@pytest.fixture(scope="session")
def retriever(seeds_index, encoder):
    """A retriever on the index of seeds/, shared: don't close it."""
    from retrieval import Retriever  # noqa: PLC0415

    with Retriever.open(seeds_index, encoder=encoder) as opened:
        yield opened
