"""Policy files: written whole, read with every check of the C reader that a file alone allows, and evaluated as C does.

usage: python3 -m stepwatt_train.policy_file FILE...     checks files

The layout is described in docs/policy-file.md. All numbers are little-endian, arrays contiguous, texts of fixed length, and the
file is of the HDF5 form whose metadata carry checksums, so that damage is found before anything is believed.
"""

import hashlib
import json
import os
import sys
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Dict, List, Sequence, Tuple

import h5py
import numpy as np

FORMAT = "stepwatt-policy"
MAJOR, MINOR = 1, 0
HEADS = ("categorical", "asp-step", "bid-price")
ACTIVATIONS = ("none", "relu", "tanh")
N_GOLDEN = 64
TOLERANCE = 1e-4  # of a golden output, absolute below 1 and relative above
MOST_WAIT_S = 1e9  # what an infinite wait counts as


class PolicyFileError(ValueError):
    """A file, or what should become one, is not a policy; the text says why."""


@dataclass
class Layer:
    """One layer: act(weight @ x + bias)."""

    weight: np.ndarray  # f32 (out, in)
    bias: np.ndarray  # f32 (out,)
    act: str  # one of ACTIVATIONS


@dataclass
class Training:
    """How a policy came to be."""

    command: str = ""
    reward: str = ""  # event or credit
    shaper: str = ""
    energy: str = ""  # the inner energy manager
    wall_s: float = 0.0
    hyper: Dict[str, object] = field(default_factory=dict)
    curve: Dict[str, Sequence[float]] = field(default_factory=dict)  # columns of equal length


@dataclass
class Policy:
    """What a policy file holds. D features, A = n_asp * len(steps) actions."""

    algorithm: str  # such as "sac"
    head: str  # one of HEADS
    mask: bool  # whether only actions that are predicted to be on time are taken
    seed: int
    obs_hash: str  # of the observation's schema, 64 hexadecimal digits
    scenario_digest: str  # of the training scenario, likewise
    names: List[str]  # of the features (D,)
    scale: np.ndarray  # raw value that becomes 1 (D,)
    mean: np.ndarray  # the net takes (x - mean) / std within -clip .. clip (D,)
    std: np.ndarray
    clip: np.ndarray
    n_asp: int
    steps: List[int]
    layers: List[Layer]
    golden_input: np.ndarray  # scaled features (n, D)
    golden_output: np.ndarray  # of the network as it was trained (n, outputs)
    training: Training = field(default_factory=Training)
    commit: str = "unknown"
    created: str = ""  # UTC; empty: now
    price_scale_usd: float = 1.0  # bid-price: an output of 1 is this price of a GPU-s
    kappa: float = 0.0  # bid-price: USD per GPU-s and second of predicted wait
    w0_s: float = 0.0  # bid-price: wait at which that term is 0


# ---------------------------------------------------------------- what a network computes


def forward(policy: Policy, obs: np.ndarray) -> np.ndarray:
    """Returns the outputs (n, outputs) of scaled features (n, D), all in single precision."""
    obs = np.asarray(obs, np.float32)
    z = (obs - policy.mean.astype(np.float32)) / policy.std.astype(np.float32)
    x = np.clip(z, -policy.clip.astype(np.float32), policy.clip.astype(np.float32))
    for layer in policy.layers:
        x = x @ layer.weight.T.astype(np.float32) + layer.bias.astype(np.float32)
        if layer.act == "relu":
            x = np.maximum(x, np.float32(0))
        elif layer.act == "tanh":
            x = np.tanh(x)
    return x


def decide(policy: Policy, out: np.ndarray, mask: np.ndarray, base=None, work=None, wait=None, late_usd=None) -> np.ndarray:
    """Returns actions (n,) as the dispatcher `drl` takes them, -1 where it rejects.

    out (n, outputs); mask (n, A) of the actions allowed. The head bid-price also needs base (n, A) in USD, work (n, A) in GPU-s,
    predicted wait (n, n_asp) in s, and late_usd (n,), the penalty of the job: one that has a penalty is never rejected.
    """
    n_step = len(policy.steps)
    mask = np.asarray(mask, bool)
    rows = np.arange(len(out))
    if policy.head == "categorical":
        return np.argmax(np.where(mask, out, -np.inf), axis=1)
    if policy.head == "asp-step":
        legal = mask.reshape(-1, policy.n_asp, n_step)
        asp = np.argmax(np.where(legal.any(-1), out[:, :-1], -np.inf), axis=1)
        place = np.float32(0.5) * (out[:, -1:] + np.float32(1)) * np.float32(n_step - 1)
        far = np.abs(np.arange(n_step, dtype=np.float32) - place)
        return asp * n_step + np.argmin(np.where(legal[rows, asp], far, np.inf), axis=1)
    price = out.astype(np.float64) * policy.price_scale_usd
    price = price + policy.kappa * (np.minimum(wait, MOST_WAIT_S) - policy.w0_s)
    score = np.where(mask, base - np.repeat(price, n_step, axis=1) * work, -np.inf)
    best = np.argmax(score, axis=1)
    return np.where((score[rows, best] <= 0.0) & (np.asarray(late_usd) <= 0.0), -1, best)


# ---------------------------------------------------------------- the items of a file, in the order of the digest


def little(array, kind: str) -> np.ndarray:
    return np.ascontiguousarray(array, np.dtype(kind).newbyteorder("<"))


def items(policy: Policy) -> List[Tuple[str, object]]:
    """Returns (path, value) of all that a file holds but its digest; PATH@NAME is an attribute of PATH.

    A value is a str, an int, a float, a list of str, or an array of f4, f8 or i4.
    """
    train = policy.training
    found: List[Tuple[str, object]] = [
        ("/@format", FORMAT), ("/@version_major", MAJOR), ("/@version_minor", MINOR),
        ("/@algorithm", policy.algorithm), ("/@head", policy.head), ("/@mask", int(policy.mask)), ("/@seed", int(policy.seed)),
        ("/@created", policy.created), ("/@commit", policy.commit), ("/@obs_hash", policy.obs_hash),
        ("/@scenario_digest", policy.scenario_digest),
    ]  # fmt: skip
    if policy.head == "bid-price":
        found += [("/@price_scale_usd", float(policy.price_scale_usd)), ("/@kappa", float(policy.kappa)), ("/@w0_s", float(policy.w0_s))]
    found += [("/action@n_asp", int(policy.n_asp)), ("/action/steps", little(policy.steps, "i4"))]
    found += [("/obs/name", list(policy.names))]
    found += [(f"/obs/{name}", little(getattr(policy, name), "f4")) for name in ("scale", "mean", "std", "clip")]
    for i, layer in enumerate(policy.layers):
        at = f"/net/actor/layer{i}"
        found += [(f"{at}@act", layer.act), (f"{at}/weight", little(layer.weight, "f4")), (f"{at}/bias", little(layer.bias, "f4"))]
    found += [("/golden/input", little(policy.golden_input, "f4")), ("/golden/output", little(policy.golden_output, "f4"))]
    for name in ("command", "reward", "shaper", "energy"):
        found.append((f"/train@{name}", getattr(train, name)))
    found += [("/train@wall_s", float(train.wall_s)), ("/train@hyper", json.dumps(train.hyper, sort_keys=True))]
    if train.curve:
        found += [("/train/column", list(train.curve)), ("/train/curve", little(np.column_stack(list(train.curve.values())), "f8"))]
    return found


def record(path: str, value: object) -> bytes:
    """Returns what the digest takes of one item: a line `PATH TYPE SHAPE`, then the bytes."""
    if isinstance(value, str):
        kind, shape, data = "text", (len(value.encode()),), value.encode()
    elif isinstance(value, int):
        kind, shape, data = "i8", (1,), little([value], "i8").tobytes()
    elif isinstance(value, float):
        kind, shape, data = "f8", (1,), little([value], "f8").tobytes()
    elif isinstance(value, list):
        kind, shape, data = "texts", (len(value),), "".join(text + "\n" for text in value).encode()
    else:
        kind, shape, data = value.dtype.str[1:], value.shape, value.tobytes()
    return f"{path} {kind} {'x'.join(str(n) for n in shape)}\n".encode() + data


def digest(policy: Policy) -> str:
    """Returns the SHA-256 over the records of all items, in order, in hexadecimal."""
    sha = hashlib.sha256()
    for path, value in items(policy):
        sha.update(record(path, value))
    return sha.hexdigest()


# ---------------------------------------------------------------- checks


def require(true: bool, what: str) -> None:
    if not true:
        raise PolicyFileError(what)


def check(policy: Policy) -> None:
    """Raises PolicyFileError unless all parts fit together, are finite, and the network gives its golden outputs."""
    n_obs, n_action = len(policy.names), policy.n_asp * len(policy.steps)
    n_out = {"categorical": n_action, "asp-step": policy.n_asp + 1, "bid-price": policy.n_asp}
    require(policy.head in HEADS, f"head is '{policy.head}'; allowed: {', '.join(HEADS)}")
    require(n_obs > 0 and n_action > 0, "there are no features or no actions")
    require(all("\n" not in name and name for name in policy.names), "a feature's name is empty or holds a line break")
    for name in ("scale", "mean", "std", "clip"):
        values = np.asarray(getattr(policy, name))
        require(values.shape == (n_obs,), f"/obs/{name} has shape {values.shape}; expected ({n_obs},)")
        require(bool(np.isfinite(values).all()), f"/obs/{name} is not finite")
        require(name == "mean" or bool((values > 0).all()), f"/obs/{name} is not above 0")
    require(list(policy.steps) == sorted(set(policy.steps)) and policy.steps[0] > 0, "/action/steps is not ascending from 1")
    require(1 <= len(policy.layers) <= 8, f"the network has {len(policy.layers)} layers; allowed: 1..8")
    width = n_obs
    for i, layer in enumerate(policy.layers):
        shape = np.asarray(layer.weight).shape
        require(len(shape) == 2 and shape[1] == width, f"layer {i}: weight has shape {shape}; expected (outputs, {width})")
        require(np.asarray(layer.bias).shape == (shape[0],), f"layer {i}: bias does not fit its weight")
        require(layer.act in ACTIVATIONS, f"layer {i}: act is '{layer.act}'; allowed: {', '.join(ACTIVATIONS)}")
        require(bool(np.isfinite(layer.weight).all() and np.isfinite(layer.bias).all()), f"layer {i} is not finite")
        width = shape[0]
    require(width == n_out[policy.head], f"the network has {width} outputs; head {policy.head} needs {n_out[policy.head]}")
    require(policy.head != "asp-step" or policy.layers[-1].act == "tanh", "head asp-step needs a last layer with act tanh")
    for name in ("obs_hash", "scenario_digest"):
        text = getattr(policy, name)
        require(len(text) == 64 and set(text) <= set("0123456789abcdef"), f"{name} is not 64 hexadecimal digits")
    lengths = {len(column) for column in policy.training.curve.values()}
    require(len(lengths) <= 1, "the curve's columns have different lengths")
    check_golden(policy)


def check_golden(policy: Policy) -> None:
    given, want = np.asarray(policy.golden_input), np.asarray(policy.golden_output)
    n_out = len(policy.layers[-1].bias)
    require(given.shape == (len(given), len(policy.names)) and len(given) > 0, f"/golden/input has shape {given.shape}")
    require(want.shape == (len(given), n_out), f"/golden/output has shape {want.shape}; expected ({len(given)}, {n_out})")
    require(bool(np.isfinite(given).all() and np.isfinite(want).all()), "golden vectors are not finite")
    off = np.abs(forward(policy, given) - want) / np.maximum(np.abs(want), 1.0)
    require(bool(off.max() <= TOLERANCE), f"the network misses its golden outputs by {off.max():.3g}; allowed: {TOLERANCE:g}")


# ---------------------------------------------------------------- writing and reading


def group_at(file: h5py.File, path: str) -> h5py.Group:
    """The group at a path; those missing are made, without time stamps."""
    group = file["/"]
    for name in filter(None, path.split("/")):
        if name not in group:
            creation = h5py.h5p.create(h5py.h5p.GROUP_CREATE)
            creation.set_obj_track_times(False)
            h5py.h5g.create(group.id, name.encode(), gcpl=creation)
        group = group[name]
    return group


def put(file: h5py.File, path: str, value: object) -> None:
    """Writes one item."""
    if "@" in path:
        owner, name = path.split("@")
        target = file[owner] if owner in file else group_at(file, owner)
        if isinstance(value, str):
            data = value.encode()
            target.attrs.create(name, np.array(data, dtype=h5py.string_dtype("utf-8", max(len(data), 1))))
        else:
            target.attrs.create(name, np.array(value, dtype="<i8" if isinstance(value, int) else "<f8"))
        return
    if isinstance(value, list):
        longest = max(len(text.encode()) for text in value)
        value = np.array([text.encode() for text in value], dtype=h5py.string_dtype("utf-8", longest))
    owner, name = path.rsplit("/", 1)
    group_at(file, owner).create_dataset(name, data=value, track_times=False)


def create(path: str) -> h5py.File:
    """Creates a file with no time stamps inside, so that the same policy gives the same bytes at any time."""
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_V110, h5py.h5f.LIBVER_V110)
    access.set_fclose_degree(h5py.h5f.CLOSE_STRONG)
    creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    creation.set_obj_track_times(False)
    return h5py.File(h5py.h5f.create(path.encode(), h5py.h5f.ACC_TRUNC, creation, access))


def write(path: str, policy: Policy) -> str:
    """Checks and writes a policy; the file is complete or absent. Returns its payload digest."""
    if not policy.created:
        policy.created = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    check(policy)
    payload = digest(policy)
    tmp = f"{path}.tmp.{os.getpid()}"
    try:
        with create(tmp) as file:
            for at, value in items(policy):
                put(file, at, value)
            put(file, "/@payload_sha256", payload)
        os.replace(tmp, path)
    finally:
        if os.path.exists(tmp):
            os.remove(tmp)
    return payload


def text_of(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def read(path: str) -> Policy:
    """Reads and checks a policy file. Raises PolicyFileError with the reason, or OSError if it is no HDF5 file."""
    with h5py.File(path, "r") as file:
        try:
            policy, payload = take(file)
        except KeyError as error:
            raise PolicyFileError(f"{path}: {error.args[0]}") from None
    try:
        require(digest(policy) == payload, "its payload_sha256 is not that of its contents: the file was changed")
        check(policy)
    except PolicyFileError as error:
        raise PolicyFileError(f"{path}: {error}") from None
    return policy


def take(file: h5py.File) -> Tuple[Policy, str]:
    """Returns what a file holds, and the digest that it names."""
    root, train, action = file.attrs, file["train"].attrs, file["action"]
    require(text_of(root.get("format", "")) == FORMAT, f"format is '{text_of(root.get('format', ''))}', not '{FORMAT}'")
    require(int(root["version_major"]) == MAJOR, f"version {int(root['version_major'])} of the format; this program reads {MAJOR}")
    layers = []
    while f"net/actor/layer{len(layers)}" in file:
        group = file[f"net/actor/layer{len(layers)}"]
        layers.append(Layer(group["weight"][:], group["bias"][:], text_of(group.attrs["act"])))
    curve = {}
    if "train/curve" in file:
        columns = [text_of(name) for name in file["train/column"][:]]
        curve = dict(zip(columns, file["train/curve"][:].T.copy()))
    bid = {name: float(root[name]) for name in ("price_scale_usd", "kappa", "w0_s") if name in root}
    texts = {name: text_of(root[name]) for name in ("algorithm", "head", "obs_hash", "scenario_digest", "commit", "created")}
    policy = Policy(
        mask=bool(root["mask"]), seed=int(root["seed"]), names=[text_of(name) for name in file["obs/name"][:]],
        n_asp=int(action.attrs["n_asp"]), steps=[int(n) for n in action["steps"][:]], layers=layers,
        golden_input=file["golden/input"][:], golden_output=file["golden/output"][:],
        training=Training(
            **{name: text_of(train[name]) for name in ("command", "reward", "shaper", "energy")},
            wall_s=float(train["wall_s"]), hyper=json.loads(text_of(train["hyper"])), curve=curve,
        ),
        **{name: file[f"obs/{name}"][:] for name in ("scale", "mean", "std", "clip")}, **texts, **bid,
    )  # fmt: skip
    return policy, text_of(root["payload_sha256"])


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    for path in sys.argv[1:]:
        try:
            policy = read(path)
        except (OSError, PolicyFileError) as error:
            print(f"{path}: {error}" if isinstance(error, OSError) else error, file=sys.stderr)
            return 2
        print(f"{path}: {policy.algorithm}, head {policy.head}, {len(policy.names)} features, payload {digest(policy)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
