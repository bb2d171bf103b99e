"""A backup holds the files too, and what is missing or altered is found."""

from __future__ import annotations

import hashlib
import shutil
import subprocess

import pytest

from relief_ops import backup, plugins
from relief_ops.auth import SYSTEM, act_as
from relief_ops.files import keep_in, store
from tests.factories.city import TOWNSHIP
from tests.files.pictures import jpeg, send

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def hashes(person):
    """Two photos that were sent, by their hashes."""
    reporter, found = person(f"township_reporter@{TOWNSHIP}"), []
    for seed in (71, 72):
        data = jpeg(seed)
        send(reporter, data)
        found.append(hashlib.sha256(data).hexdigest())
    return found


def problems():
    with act_as(SYSTEM):
        return backup.verify(plugins.contributed("checks"))


def restored(target):
    with act_as(SYSTEM):
        return backup.restore(target, replace=True)


def test_a_missing_and_an_altered_file_are_found(hashes):
    assert problems() == []
    store.content_path(hashes[0]).unlink()
    path = store.content_path(hashes[1])
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(bytes(data))

    assert sorted(problems()) == sorted(
        [f"file {hashes[0]}: missing", f"file {hashes[1]}: altered"]
    )


def test_a_restore_brings_the_files_back_to_an_empty_disk(hashes, tmp_path):
    target = tmp_path / "kept" / "one.db"
    target.parent.mkdir()
    manifest = backup.backup(target)
    assert (manifest["files"], manifest["files_broken"]) == (2, 0)
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "one.db.files"], cwd=target.parent, check=False
    )
    assert checked.returncode == 0
    keep_in(tmp_path / "new")
    assert len(problems()) == 2

    restored(target)
    assert problems() == []
    assert {path.name for path in (tmp_path / "new" / "contents").rglob("*") if path.is_file()} == (
        set(hashes)
    )


def test_a_second_backup_copies_only_what_is_new(hashes, person, tmp_path):
    backup.backup(tmp_path / "one.db")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "files").glob("??/*")}
    send(person(f"township_reporter@{TOWNSHIP}"), jpeg(73))
    manifest = backup.backup(tmp_path / "two.db")

    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "files").glob("??/*")}
    assert manifest["files"] == len(after) == 3
    assert before.items() <= after.items()


def test_what_has_rotted_in_a_backup_is_copied_anew_by_the_next(hashes, tmp_path):
    backup.backup(tmp_path / "one.db")
    kept = next((tmp_path / "files").glob(f"??/{hashes[0]}*"))
    kept.write_bytes(b"x" * kept.stat().st_size)
    backup.backup(tmp_path / "two.db")

    restored(tmp_path / "two.db")
    assert problems() == []


def test_a_backup_whose_files_are_damaged_is_refused_before_anything_is_written(hashes, tmp_path):
    target = tmp_path / "kept" / "one.db"
    target.parent.mkdir()
    backup.backup(target)
    shutil.rmtree(target.parent / "files" / hashes[0][:2])
    with pytest.raises(backup.BackupError, match="1 files are missing or altered"):
        restored(target)

    assert problems() == []


def test_one_bad_file_is_no_reason_to_have_no_backup(hashes, tmp_path):
    store.content_path(hashes[0]).unlink()
    target = tmp_path / "kept" / "one.db"
    target.parent.mkdir()
    manifest = backup.backup(target)

    assert (manifest["files"], manifest["files_broken"]) == (1, 1)
    restored(target)
    assert problems() == [f"file {hashes[0]}: missing"]
