"""The handwriting fonts that Tenfold draws letters and words with: which, whence, whether whole.

They come from npm packages, by npm itself; of each package one file is kept,
the regular Latin letters. Nothing of them is committed or shipped.
"""

import hashlib
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenfold.data.cache import DATA_VARIABLE, cache_folder, data_folder, write_atomically
from tenfold.errors import DataError

VERSION: Final = "5.3.0"
"""Of every package; another one may hold another drawing of the font."""

FONTS_FOLDER: Final = "fonts"
HOW: Final = f"tenfold data get fonts, or put their WOFF files into ${DATA_VARIABLE}/fonts"
OFL: Final = "OFL 1.1"
APACHE: Final = "Apache 2.0"
_TIMEOUT_S: Final = 300

Npm = Callable[[Sequence[str], Path], None]
"""Packs the named packages, each with its version, as tarballs into a folder."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font.

    Attributes:
        name: of its package; its file is NAME.woff.
        sha256: of the WOFF file, in hexadecimal.
        licence: under which it may be used.
    """

    name: str
    sha256: str
    licence: str = OFL

    @property
    def file(self) -> str:
        """The name of its file in the folder of fonts."""
        return f"{self.name}.woff"

    @property
    def spec(self) -> str:
        """What npm calls it."""
        return f"@fontsource/{self.name}@{VERSION}"

    @property
    def tarball(self) -> str:
        """The name of the file that npm packs it into."""
        return f"fontsource-{self.name}-{VERSION}.tgz"

    @property
    def member(self) -> str:
        """Where in its package the Latin letters lie."""
        return f"package/files/{self.name}-latin-400-normal.woff"


_TABLE: Final = """
annie-use-your-telescope 555a3ba045673dfa29aa1b2ed52f17772212380d2da9a79dc813ef51e26b0147
architects-daughter 0249dd5f81431dbf8a8406996c43f8018bf707221cf261d75145f083bb7091cf
bad-script 07202e03862cf10af6c0a9f5cfce39ef10e1923b64b965c3185b5ddef61b91f1
caveat-brush 2c57f92c541e3d7c8050ca99d8ce3f6ee2f64cbdfe72f304f6d7683f0db388ba
caveat 38b98dbeb922a14a74dfb41f83fc24e0e645e2eed9ce72145fefbdae8828cbfb
cedarville-cursive 8d8360a98492b42d02c17e94c38bcd2a3cce6db6b9b430f3a110e71f81d7149c
covered-by-your-grace 876d8371eedf1f9add237910aea034ca42cd5bdc8f7d722c7a04819ab3f711b8
dancing-script 3e114c39b274829edb96a698275563336a42ec5c2a9c1fb7d7108b8bb804bfd3
delicious-handrawn 35ce71897055be38672facf77da13ec0bde5d918ea90ae11e78b838b3a0aa01c
delius eabc55870044215231d9f905b1b898926bcf588dc78e53523ea6590281b606f1
gaegu 6d4c9dac093fce05bcf214b7b1e9d60de7ecae8a22aa940d63e586bcf32cab29
gloria-hallelujah 31e7def8cf155d4dcc98216517ad509923a8a197bc9c8937668d04767c52040e
gochi-hand 82a4149218f2edccef96d2b0ed5bf92adc6ea290222bac4dcfa3de91afb6b3a3
handlee 9a8af5254df769bbdc196fd998231daec67c81dc3d6fd6f294ed80c2c4343551
homemade-apple 998f34b48e0bcb8974dc6e8d94961a87689ca40e3258554d2f6fc3778b1968a3 apache
indie-flower 2cf7154e899ad16246196238d6d13f0135c5feba2d8ccde5d97a22664d012660
itim b226c76f3c05960cc30eaeca322d31cc5ecbeb4c693996d5d0964f892de12b46
kalam 70ab8c1d2c10a28f213c6f1c359888624d5e650ffcd64f93a8194c3e14403746
mansalva 956720ae5632b40a4f79e92b27b936e174a038aa41b8638d30965c61ab465aff
marck-script c26db9210c0b2823550e11baaeb2b6d234e5e5a14e8e6497029f29844859610d
nanum-pen-script 08cdd640e142c977071b4c3d5c33fd9ec322990e540f5511ca2fccff4568d0ec
neucha b0c09e2ecd7d760fb997f926f2d15e53c57561802fb071a317832942536ca82a
patrick-hand 0f7031f6665437e04d6f354c5f64d6ae6777b498afbe804638c45b957a7ce8aa
permanent-marker ab8ac2bb72d48e089e37d8eefbacdfe2d74ccd48ae786d952fce9874837d2b2b apache
reenie-beanie 1b86681155e125625f01839b2e6688dde2b2a7766a8eb49645b3a8707c2bee9f
rock-salt 358d065405a805204d48cc51cc48a8447f8d86369aa05d44c70e0111d7ee7e29 apache
schoolbell a448b8f4209a8ca16adc48753170f40a57e17f70675963e092501ed48842e4c8 apache
shadows-into-light 93cff8110a18bb3e1fb0179c95f706ed1e8037e2e527c4cb425b46deaddbd975
short-stack db596e8545afc95f708ad2d5ac878771998f7378da84c56759527fbdb02f5836
sriracha 5d58be0698ba9a1b621ca2fa6d44e0b08b50fed7d913c956a4c0a9fd9fbfaa40
sue-ellen-francisco e2c988155c07d4a26b81216397fa1841af0916c9737a61e05ea38bd1bd5361b1
swanky-and-moo-moo f4f292b60677133249ab543ca178fa6786d3dd9681899ef7ccde255bf956aced
the-girl-next-door 301aabf8a983d1231988eea6e125338a3933bd69de8b14137df80840c8d8c5e8
"""
"""The name and the sha256 of each; all but a few are under the OFL."""

FONT_FILES: Final[tuple[FontFile, ...]] = tuple(
    FontFile(name, sha256, APACHE if apache else OFL)
    for name, sha256, *apache in (line.split() for line in _TABLE.split("\n") if line)
)


def find_fonts(folder: str | Path | None = None) -> Path | None:
    """The folder where at least one of the fonts lies, or None.

    Looked up in this order: `folder`/fonts; or else `$TENFOLD_DATA`/fonts, the user's cache.

    Args:
        folder: a data folder, in the place of all others.
    """
    bases = [Path(folder).expanduser()] if folder is not None else [data_folder(), cache_folder()]
    for base in bases:
        place = None if base is None else base / FONTS_FOLDER
        if place is not None and any((place / font.file).is_file() for font in FONT_FILES):
            return place
    return None


def get_fonts(to: str | Path | None = None, *, npm: Npm | None = None) -> Path:
    """The folder of all fonts, each whole; those that are not there yet are fetched by npm.

    Args:
        to: the folder for the files; default `fonts` in the user's cache.
        npm: packs packages; npm itself if None.

    Raises:
        DataError: npm is not installed or cannot fetch a package, or a file is not
            the one that was expected. What was fetched whole before stays.
    """
    place = cache_folder() / FONTS_FOLDER if to is None else Path(to).expanduser()
    missing = [font for font in FONT_FILES if not _is_whole(place / font.file, font)]
    if not missing:
        return place
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix="download-") as name:
        (npm or run_npm)([font.spec for font in missing], Path(name))
        for font in missing:
            data = _latin(Path(name) / font.tarball, font)
            _check(font.spec, data, font)
            write_atomically(place / font.file, data)
    return place


def verify_fonts(folder: str | Path | None = None) -> None:
    """Read every font's file and compare it with what it should be.

    Args:
        folder: a data folder, as in `find_fonts`.

    Raises:
        DataError: one is missing or altered.
    """
    place = find_fonts(folder)
    if place is None:
        raise DataError("fonts", "not found", todo=f"To have them: {HOW}")
    for font in FONT_FILES:
        path = place / font.file
        if not path.is_file():
            raise DataError(str(path), "this font is missing", todo=f"To have it: {HOW}")
        _check(str(path), path.read_bytes(), font)


def run_npm(specs: Sequence[str], folder: Path) -> None:
    """Let npm pack these packages into the folder, from the registry that it is set up for.

    Raises:
        DataError: npm is not installed, or says why it cannot.
    """
    words = ["npm", "pack", "--silent", "--pack-destination", str(folder), *specs]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except FileNotFoundError as fault:
        raise DataError(
            "fonts",
            "npm fetches them, and it is not installed",
            todo=f"Install Node.js, or put the files into ${DATA_VARIABLE}/fonts",
        ) from fault
    except subprocess.TimeoutExpired as fault:
        raise DataError("fonts", f"npm did not end within {_TIMEOUT_S} s") from fault
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise DataError("fonts", "npm could not fetch them", came=said[0])


def _latin(tarball: Path, font: FontFile) -> bytes:
    try:
        with tarfile.open(tarball) as archive:
            member = archive.extractfile(font.member)
            if member is None:
                raise KeyError(font.member)
            return member.read()
    except (OSError, KeyError, tarfile.TarError) as fault:
        raise DataError(font.spec, f"its package does not hold {font.member}") from fault


def _is_whole(path: Path, font: FontFile) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == font.sha256


def _check(what: str, data: bytes, font: FontFile) -> None:
    came = hashlib.sha256(data).hexdigest()
    if came != font.sha256:
        raise DataError(
            what, f"altered: it should have sha256 {font.sha256[:16]}…", came=f"{came[:16]}…"
        )
