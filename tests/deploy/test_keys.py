"""The keys of an installation are made once, whole, and for its owner only."""

from __future__ import annotations

import stat
import threading

from relief_ops.config import Settings


def test_processes_that_start_together_have_the_same_keys(tmp_path):
    for number in range(20):
        folder, found = tmp_path / str(number), []
        start = threading.Barrier(6)

        def begin(folder=folder, found=found, start=start):
            start.wait()
            settings = Settings.from_environ({"DATA_DIR": str(folder)})
            found.append((settings.secret_key, settings.master_key))

        threads = [threading.Thread(target=begin) for _ in range(6)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        assert len(found) == 6 and len(set(found)) == 1
        assert sorted(path.name for path in folder.glob("*.key*")) == ["master.key", "secret.key"]
        assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
