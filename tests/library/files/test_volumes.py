"""Volumes are recognised by their identity at any mount point, on three platforms."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dinodesk.errors import LibraryError
from dinodesk.library.files import mounts, volumes
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore

MOUNTINFO = """\
22 1 0:21 / /proc rw,relatime - proc proc rw
27 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 27 8:17 / /media/me/My\\040Archive rw,nosuid shared:1 - exfat /dev/sdb1 rw
31 27 8:17 /holiday /srv/holiday rw - exfat /dev/sdb1 rw
32 27 0:44 /@home /home rw - btrfs /dev/sdc1 rw
33 27 0:50 / /mnt/nas rw - nfs4 nas:/photos rw
broken line
"""


def test_linux_recognises_volumes_by_uuid() -> None:
    numbers = {"/dev/sdc1": os.makedev(8, 33)}
    found = mounts.linux_mounts(
        MOUNTINFO,
        {os.makedev(8, 1): "root-1", os.makedev(8, 17): "ARCH-7", os.makedev(8, 33): "home-3"},
        {os.makedev(8, 17): "Archive 7"},
        lambda source: numbers.get(source, -1),
    )
    assert found["/media/me/My Archive"] == mounts.Mount(
        "/media/me/My Archive", "uuid:ARCH-7", "Archive 7", False
    )
    assert found["/srv/holiday"].identity == "uuid:ARCH-7:/holiday"  # a bind mount shows a part
    assert found["/home"].identity == "uuid:home-3:/@home"  # btrfs: the device number is nobody's
    assert found["/proc"].virtual and not found["/home"].virtual
    assert found["/mnt/nas"].network and found["/mnt/nas"].identity == ""


def test_mac_and_windows_answers() -> None:
    answers = {"/": {"VolumeUUID": "AB-1", "VolumeName": "Macintosh HD"}, "/Volumes/NAS": {}}
    found = mounts.mac_mounts(list(answers), answers.__getitem__)
    assert found["/"] == mounts.Mount("/", "uuid:AB-1", "Macintosh HD", False)
    assert found["/Volumes/NAS"] == mounts.Mount("/Volumes/NAS", "", "NAS", True)
    drives = {"C:\\": (0xA1B2C3D4, "System", 3), "D:\\": None, "Z:\\": (0, "", 4)}
    told = mounts.windows_mounts(list(drives), drives.get)
    assert told["C:\\"] == mounts.Mount("C:\\", "serial:A1B2C3D4", "System", False)
    assert "D:\\" not in told and told["Z:\\"].network and told["Z:\\"].identity == ""


def test_a_drive_at_another_mount_point_is_found_again(
    tmp_path: Path, drives: dict[str, mounts.Mount]
) -> None:
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    os.makedirs(one + "/pictures")
    drives[one] = mounts.Mount(one, "uuid:7", "Archive 7", False)
    library = LibraryStore(tmp_path / "library")
    root_folders.add_root(library.database, one + "/pictures")
    os.rename(one, two)
    assert not root_folders.list_roots(library.database)[0].online
    drives[two] = mounts.Mount(two, "uuid:7", "Archive 7", False)
    del drives[one]
    root_folders.refresh_roots(library.database)
    (root,) = root_folders.list_roots(library.database)
    assert (root.path, root.online, root.drive) == (two + "/pictures", True, "Archive 7")
    library.close()


def test_a_marker_is_left_only_where_there_is_no_identity(
    tmp_path: Path, drives: dict[str, mounts.Mount]
) -> None:
    nas, disk = str(tmp_path / "nas"), str(tmp_path / "disk")
    for folder in (nas, disk):
        os.makedirs(folder)
    drives[nas] = mounts.Mount(nas, "", "nas", True)
    drives[disk] = mounts.Mount(disk, "uuid:1", "disk", False)
    assert volumes.identity_of(nas) == f"mount:{nas}" and volumes.is_network(nas + "/x")
    identity = volumes.write_marker(nas)
    assert identity.startswith("mark:") and volumes.write_marker(nas) == identity
    os.rename(nas, tmp_path / "moved")
    moved = str(tmp_path / "moved")
    drives[moved] = mounts.Mount(moved, "", "nas", True)
    assert volumes.identity_of(moved) == identity
    Path(moved, volumes.MARKER).write_text("rubbish")
    assert volumes.identity_of(moved) == f"mount:{moved}"
    assert volumes.write_marker(disk) == "uuid:1" and os.listdir(disk) == []


def test_libraries_on_network_and_synchronised_folders_are_warned_of(
    tmp_path: Path, drives: dict[str, mounts.Mount]
) -> None:
    nas = str(tmp_path / "nas")
    drives[nas] = mounts.Mount(nas, "", "nas", True)
    assert "network" in volumes.warning_about(nas + "/library")
    assert "Dropbox (old)" in volumes.warning_about(str(tmp_path / "Dropbox (old)" / "library"))
    assert volumes.warning_about(str(tmp_path / "library")) == ""


def test_a_real_mount(tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(drive)], capture_output=True)
    if made.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        (drive / "photos").mkdir()
        where = volumes.locate(str(drive / "photos"))
        assert where == volumes.VolumePath(f"mount:{drive}", str(drive), "photos")
    finally:
        subprocess.run(["umount", str(drive)], check=True)
    assert volumes.identity_of(str(drive)) == ""


@pytest.mark.parametrize("inner", ["", "pictures"])
def test_the_empty_mount_point_of_a_drive_that_is_away_is_not_added(
    tmp_path: Path, drives: dict[str, mounts.Mount], inner: str
) -> None:
    point = str(tmp_path / "stick")
    os.makedirs(os.path.join(point, "pictures"))
    drives[point] = mounts.Mount(point, "uuid:7", "Stick", False)
    library = LibraryStore(tmp_path / "library")
    root_folders.add_root(library.database, os.path.join(point, inner).rstrip("/"))
    os.rmdir(os.path.join(point, "pictures"))
    del drives[point]
    with pytest.raises(LibraryError, match="is away"):
        root_folders.add_root(library.database, point)
    assert len(root_folders.list_roots(library.database)) == 1
    os.mkdir(os.path.join(point, "put here since"))  # somebody uses it as a folder: that is one
    root_folders.add_root(library.database, point)
    assert [root.online for root in root_folders.list_roots(library.database)] == [False, True]
    library.close()
