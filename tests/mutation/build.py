"""A build of the tree whose modules are shared libraries, and what a changed source makes of it.

The build is of a copy, so that the tree may change meanwhile. A changed source is written into a folder of a worker, and so is what
is compiled and linked because of it; the dynamic linker finds that before the library of the build that it stands for.
"""

import filecmp
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path


class BuildFailed(Exception):
    """What was to be built does not build."""


def run(command: list[str], **more) -> str:
    """Runs a command, without ccache, and returns what it prints."""
    environment = dict(os.environ, CCACHE_DISABLE="1")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, **more)
    if done.returncode != 0:
        raise BuildFailed(f"{shlex.join(command)}\n{done.stdout[-3000:]}")
    return done.stdout


def copy_tree(root: Path, copy: Path) -> None:
    """Makes `copy` hold the files of the tree that git does not ignore; those that are the same keep their time."""
    names = set(run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root).split("\0")) - {""}
    for path in [p for p in copy.rglob("*") if p.is_file() and p.relative_to(copy).as_posix() not in names]:
        path.unlink()
    for name in sorted(names):
        source, target = root / name, copy / name
        if source.is_file() and not (target.is_file() and filecmp.cmp(source, target, shallow=False)):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


class Build:
    """The unchanged build of some targets of the tree `root`, in `folder`."""

    def __init__(self, root: Path, folder: Path, targets: list[str]):
        self.root, self.folder = root, folder
        flags = f"-O2 -w -fmacro-prefix-map={root}/="
        run(["cmake", "-S", str(root), "-B", str(folder), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None", f"-DCMAKE_C_FLAGS={flags}",
             "-DSTEPWATT_SHARED_MODULES=ON", "-DCMAKE_SKIP_RPATH=ON"])
        run(["ninja", "-C", str(folder), "-j2", *targets])
        steps = json.loads(run(["ninja", "-t", "compdb"], cwd=folder))
        self.command = {s["output"]: s["command"] for s in steps if (folder / s["output"]).is_file()}
        self.objects_of = self._objects_of()
        self.users_of = self._users_of()

    def _objects_of(self) -> dict[str, list[str]]:
        """Returns which objects were compiled from or with each file of the tree, by its path from the root."""
        objects_of: dict[str, list[str]] = {}
        current = ""
        for line in run(["ninja", "-t", "deps"], cwd=self.folder).splitlines():
            if line and not line[0].isspace():
                current = line.split(":")[0]
            elif line.strip() and current in self.command:
                path = os.path.relpath(os.path.normpath(self.folder / line.strip()), self.root)
                objects_of.setdefault(path, []).append(current)
        return objects_of

    def _users_of(self) -> dict[str, list[str]]:
        """Returns what each object is linked into: libraries of modules and programs."""
        users_of: dict[str, list[str]] = {}
        for output, command in self.command.items():
            if not output.endswith(".o"):
                for word in set(command.split()):
                    if word.endswith(".o"):
                        users_of.setdefault(word, []).append(output)
        return users_of


class Worker:
    """A folder for what one change after the other makes of the build."""

    def __init__(self, build: Build, folder: Path):
        self.build, self.folder = build, folder
        folders = sorted({str(Path(t).parent) for t in build.command if t.endswith(".so")})
        self.library_path = ":".join(str(base / f) for base in (folder, build.folder) for f in folders)

    def make(self, path: str, text: str) -> bool:
        """Builds what depends on the file `path` with another text; False when not one object differs."""
        shutil.rmtree(self.folder, ignore_errors=True)
        source = self.folder / path
        source.parent.mkdir(parents=True)
        source.write_text(text)
        changed = [x for x in self.build.objects_of.get(path, []) if self._compile(x, path)]
        for output in sorted({user for x in changed for user in self.build.users_of.get(x, [])}):
            self._link(output, changed)
        return bool(changed)

    def program(self, name: str) -> Path:
        """Returns the path of a program of the build as the change leaves it."""
        made = self.folder / name
        return made if made.exists() else self.build.folder / name

    def _compile(self, output: str, path: str) -> bool:
        words = shlex.split(self.build.command[output])
        made = self.folder / output
        made.parent.mkdir(parents=True, exist_ok=True)
        words[words.index("-o") + 1] = str(made)
        words[words.index("-MF") + 1] = os.devnull
        if words[-1] == str(self.build.root / path):
            words[-1] = str(self.folder / path)
        words[1:1] = [f"-fmacro-prefix-map={self.folder}/=", f"-I{self.folder}/src", f"-I{self.folder}/tests"]
        run(words, cwd=self.build.folder, timeout=120)
        return made.read_bytes() != (self.build.folder / output).read_bytes()

    def _link(self, output: str, changed: list[str]) -> None:
        made = self.folder / output
        made.parent.mkdir(parents=True, exist_ok=True)
        command = self.build.command[output]
        for name in [output, *changed]:
            command = re.sub(rf"(?<=\s){re.escape(name)}(?=\s)", str(self.folder / name), command)
        run(["sh", "-c", command], cwd=self.build.folder, timeout=120)
