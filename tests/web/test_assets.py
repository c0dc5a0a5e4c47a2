"""What the pages load: vendored files are the ones that were reviewed, and nothing comes from elsewhere."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "marketplace/web/static"
VENDOR = STATIC / "vendor"
LIST = "vendor.json"
NAMESPACE = "http://www.w3.org/2000/svg"
FETCHES = re.compile(r"""(?:url\(|@import)\s*['"]?(?:https?:)?//""", re.IGNORECASE)
ADDRESS = re.compile(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", re.IGNORECASE)
LICENCE_NAMES = ("LICENSE", "LICENCE", "LICENSE.md", "LICENSE.txt")


def file_faults(folder: Path) -> list[str]:
    """Files that are missing, changed, or not on the list of the folder."""
    listed = json.loads((folder / LIST).read_text(encoding="utf-8"))["files"]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {LIST}
    faults = [f"{name}: not in {LIST}" for name in sorted(present - set(listed))]
    for name, facts in listed.items():
        if name not in present:
            faults.append(f"{name}: missing")
            continue
        content = (folder / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != facts["sha256"]:
            faults.append(f"{name}: sha256 differs")
        if "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode() != facts["sha384"]:
            faults.append(f"{name}: sha384 differs")
        if not name.startswith(f"{facts['package']}-{facts['version']}/"):
            faults.append(f"{name}: not in the folder of {facts['package']}-{facts['version']}")
    return faults


def foreign_addresses(source: str) -> list[str]:
    """Addresses of other hosts in a style sheet, script, drawing or template of ours."""
    return ADDRESS.findall(source.replace(NAMESPACE, ""))


def own_files() -> list[Path]:
    kept = [path for path in STATIC.rglob("*") if path.suffix in (".css", ".js", ".svg") and VENDOR not in path.parents]
    return sorted(kept + list((ROOT / "templates").rglob("*.html")))


def test_every_vendored_file_is_listed_and_unchanged():
    assert file_faults(VENDOR) == []


def test_every_vendored_package_keeps_its_licence_beside_it():
    folders = [path for path in VENDOR.iterdir() if path.is_dir()]
    assert folders
    assert [one.name for one in folders if not any((one / name).is_file() for name in LICENCE_NAMES)] == []


def test_vendored_files_fetch_nothing_from_elsewhere():
    sheets = [path for path in VENDOR.rglob("*.css") if FETCHES.search(path.read_text(encoding="utf-8"))]
    assert sheets == []


def test_our_files_name_no_other_host():
    found = {str(path): foreign_addresses(path.read_text(encoding="utf-8")) for path in own_files()}
    assert {path: addresses for path, addresses in found.items() if addresses} == {}


@pytest.fixture
def vendored(tmp_path):
    """A small vendor folder that is in order."""
    content = b"a{}"
    sha384 = "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
    facts = {"package": "a", "version": "1", "sha256": hashlib.sha256(content).hexdigest(), "sha384": sha384}
    (tmp_path / "a-1").mkdir()
    (tmp_path / "a-1/a.css").write_bytes(content)
    (tmp_path / LIST).write_text(json.dumps({"files": {"a-1/a.css": facts}}))
    return tmp_path


def test_a_folder_in_order_has_no_faults(vendored):
    assert file_faults(vendored) == []


def test_a_changed_file_is_found(vendored):
    (vendored / "a-1/a.css").write_bytes(b"a{color:red}")
    assert file_faults(vendored) == ["a-1/a.css: sha256 differs", "a-1/a.css: sha384 differs"]


def test_an_unlisted_file_is_found(vendored):
    (vendored / "a-1/b.js").write_bytes(b"")
    assert file_faults(vendored) == ["a-1/b.js: not in vendor.json"]


def test_a_missing_file_is_found(vendored):
    (vendored / "a-1/a.css").unlink()
    assert file_faults(vendored) == ["a-1/a.css: missing"]


@pytest.mark.parametrize(
    "source",
    ['<script src="https://cdn.example.com/a.js">', "@import '//fonts.example.com/a'", 'fetch("http://example.com/x")'],
)
def test_an_address_of_another_host_is_found(source):
    assert foreign_addresses(source)


def test_the_namespace_of_drawings_is_no_address():
    assert foreign_addresses('<svg xmlns="http://www.w3.org/2000/svg"></svg> // a comment') == []
