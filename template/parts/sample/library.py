"""The sample: source code of Python's own library. Delete it with the lines that read it.

It can be learned because code repeats itself: a few keywords, indentation that follows from the
line before, names that come again.
"""

import sysconfig
from pathlib import Path

from .engine.corpus import find_whole
from .engine.labels import DataError
from .sources import Splits

PACKAGES = ("asyncio", "email", "http", "logging", "unittest")  # of the standard library


def read_sample() -> Splits:
    """The modules of these packages by name, so that the end is not of a single one."""
    library = Path(sysconfig.get_path("stdlib"))
    files = [file for package in PACKAGES for file in (library / package).rglob("*.py")]
    files = [file for file in files if "test" not in file.parts]
    spans = [find_whole(file) for file in sorted(files, key=lambda file: (file.name, file))]
    if sum(span.stop for span in spans) < 100_000:
        raise DataError(f"{library} holds too little text for the sample: name a --data.path")
    return {"train": spans}
