"""Policy files between Python and C: both agree on what is in them, both refuse damage, and ONNX networks become such files.
Skipped, with a word, where numpy or h5py is missing.

usage: test_policy_files.py STEPWATT LIBRARY
"""

import copy
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from policies import ROOT, policy_file, random_policy

import numpy as np

try:
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from stepwatt_train import from_onnx
except ImportError:
    onnx = None

STEPWATT, LIBRARY = "", ""


def run(*command):
    return subprocess.run([STEPWATT, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = str(Path(self.folder.name) / "policy.h5")

    def tearDown(self):
        self.folder.cleanup()

    def assert_refused(self, path):
        """Both readers must refuse the file."""
        done = run("policy", "info", path)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertIn(path, done.stderr)
        with self.assertRaises((policy_file.PolicyFileError, OSError, RuntimeError, UnicodeDecodeError)):
            policy_file.read(path)

    def test_python_and_c_agree_on_every_head(self):
        training = policy_file.Training(
            "train --seed 3", "event", "none", "threshold", 12.25, {"rate": 5e-4, "text": "µs"}, {"decisions": [1, 2], "utility_usd": [0.5, 0.75]}
        )
        for head in policy_file.HEADS:
            policy = random_policy(3, head, training=training, price_scale_usd=0.5, kappa=1e-4, w0_s=20.0)
            payload = policy_file.write(self.path, policy)
            done = run("policy", "info", self.path, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            info = json.loads(done.stdout)
            self.assertEqual(info["payload_sha256"], payload)
            self.assertEqual(info["head"], head)
            self.assertEqual(info["curve"], {"decisions": [1, 2], "utility_usd": [0.5, 0.75]})
            self.assertEqual(json.loads(info["hyper"]), training.hyper)
            self.assertEqual(info.get("kappa"), 1e-4 if head == "bid-price" else None)
            again = policy_file.read(self.path)
            self.assertEqual(policy_file.digest(again), payload)
            self.assertEqual(again.training.hyper, training.hyper)
            self.assertEqual({name: list(values) for name, values in again.training.curve.items()}, training.curve)

    def test_info_tells_how_it_was_trained(self):
        curve = {"decisions": [1, 2], "utility_usd": [0.5, 0.75]}
        training = policy_file.Training("train --seed 3", "event", "dnn-add", "threshold", 12.25, {"rate": 5e-4}, curve)
        policy_file.write(self.path, random_policy(3, training=training))
        text = run("policy", "info", self.path).stdout
        for part in ("categorical", "40 -> 64 relu -> 64 relu -> 9", "train --seed 3", "dnn-add", "12.2 s", "2 points", "utility_usd", "0.75"):
            self.assertIn(part, text)

    def test_same_policy_same_bytes(self):
        policy_file.write(self.path, random_policy(3))
        first = Path(self.path).read_bytes()
        time.sleep(1.1)  # the time stamps of HDF5 count seconds
        policy_file.write(self.path, random_policy(3))
        self.assertEqual(Path(self.path).read_bytes(), first)

    def test_damage_is_refused_by_both(self):
        policy_file.write(self.path, random_policy(3, width=8))
        whole = Path(self.path).read_bytes()
        weight = whole.find(random_policy(3, width=8).layers[1].weight.tobytes())
        self.assertGreater(weight, 0)
        changed = bytearray(whole)
        changed[weight + 5] ^= 1
        for data in (changed, whole[: len(whole) // 2], whole[:-1], b"", b"x" * 1000):
            Path(self.path).write_bytes(data)
            self.assert_refused(self.path)

    def test_what_does_not_fit_is_not_written(self):
        def expect(text, change):
            policy = copy.deepcopy(random_policy(3))
            change(policy)
            with self.assertRaisesRegex(policy_file.PolicyFileError, text):
                policy_file.write(self.path, policy)
            self.assertEqual(os.listdir(self.folder.name), [])

        expect("outputs; head asp-step needs 4", lambda p: setattr(p, "head", "asp-step"))
        expect("layer 1 is not finite", lambda p: p.layers[1].bias.__setitem__(0, np.nan))
        expect("misses its golden outputs", lambda p: p.golden_output.__setitem__((3, 2), 9.0))
        expect("act is 'gelu'", lambda p: setattr(p.layers[0], "act", "gelu"))
        expect("/obs/std is not above 0", lambda p: p.std.__setitem__(0, 0.0))
        expect("obs_hash is not 64", lambda p: setattr(p, "obs_hash", "x"))
        expect("steps is not ascending", lambda p: setattr(p, "steps", [10, 10, 30]))

    def test_refusals_name_the_reason(self):
        policy_file.write(self.path, random_policy(3))
        done = run("run", str(ROOT / "scenarios" / "quick.ini"), "--policy", f"drl:{self.path}/threshold")
        self.assertEqual(done.returncode, 2)
        self.assertIn("policy.h5: was trained ", done.stderr)


@unittest.skipIf(onnx is None, "python3-onnx is missing")
class Onnx(unittest.TestCase):
    def network(self, n_in, n_out, last=None):
        """Returns a chain: Gemm with transB, Relu, MatMul, Add, Tanh, Gemm without."""
        generator = np.random.default_rng(4)
        parts = {
            "w0": generator.normal(size=(16, n_in)), "b0": generator.normal(size=16), "w1": generator.normal(size=(16, 8)),
            "b1": generator.normal(size=8), "w2": generator.normal(size=(8, n_out)), "b2": generator.normal(size=n_out),
        }  # fmt: skip
        parts = {name: (0.3 * values).astype(np.float32) for name, values in parts.items()}
        nodes = [
            helper.make_node("Gemm", ["x", "w0", "b0"], ["a"], transB=1, alpha=0.5),
            helper.make_node("Relu", ["a"], ["b"]),
            helper.make_node("MatMul", ["b", "w1"], ["c"]),
            helper.make_node("Add", ["b1", "c"], ["d"]),
            helper.make_node("Tanh", ["d"], ["e"]),
            helper.make_node("Gemm", ["e", "w2", "b2"], ["y"]),
        ]
        if last is not None:
            nodes[-1] = helper.make_node(last, ["e"], ["y"])
        value = lambda name, n: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", n])  # noqa: E731
        graph = helper.make_graph(nodes, "net", [value("x", n_in)], [value("y", n_out)], [numpy_helper.from_array(v, k) for k, v in parts.items()])
        return helper.make_model(graph), parts

    def test_layers_compute_what_the_operators_do(self):
        model, part = self.network(5, 3)
        layers = from_onnx.layers_of(model)
        self.assertEqual([layer.act for layer in layers], ["relu", "tanh", "none"])
        x = np.random.default_rng(5).normal(size=(20, 5)).astype(np.float32)
        want = np.maximum(0.5 * x @ part["w0"].T + part["b0"], 0)
        want = np.tanh(want @ part["w1"] + part["b1"]) @ part["w2"] + part["b2"]
        np.testing.assert_allclose(from_onnx.evaluate(model, x), want, atol=1e-5)
        for layer in layers:
            x = x @ layer.weight.T + layer.bias
            x = {"relu": lambda v: np.maximum(v, 0), "tanh": np.tanh, "none": lambda v: v}[layer.act](x)
        np.testing.assert_allclose(x, want, atol=1e-5)

    def test_a_network_saved_by_pytorch_is_read(self):
        try:
            import torch
        except ImportError:
            self.skipTest("PyTorch is missing")
        torch.manual_seed(0)
        net = torch.nn.Sequential(torch.nn.Linear(7, 16), torch.nn.ReLU(), torch.nn.Linear(16, 4), torch.nn.Tanh())
        x = torch.randn(9, 7)
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "net.onnx")
            torch.onnx.export(net, x, path)
            found = from_onnx.evaluate(onnx.load(path), x.numpy())
            self.assertEqual([layer.act for layer in from_onnx.layers_of(onnx.load(path))], ["relu", "tanh"])
        np.testing.assert_allclose(found, net(x).detach().numpy(), atol=1e-6)

    def test_other_networks_are_refused(self):
        with self.assertRaisesRegex(policy_file.PolicyFileError, "operator Sigmoid; allowed: Gemm"):
            from_onnx.layers_of(self.network(5, 8, last="Sigmoid")[0])
        model, _ = self.network(5, 3)
        model.graph.node[4].input[0] = "b"  # past the second layer
        with self.assertRaisesRegex(policy_file.PolicyFileError, "no chain of layers"):
            from_onnx.layers_of(model)

    def test_the_command_makes_a_file_that_runs(self):
        from stepwatt.env import VectorEnv

        scenario = str(ROOT / "scenarios" / "quick.ini")
        with VectorEnv(scenario, library=LIBRARY) as env:
            n_in, n_out = env.n_feature, env.n_action
        with tempfile.TemporaryDirectory() as folder:
            model, out = str(Path(folder) / "net.onnx"), str(Path(folder) / "net.h5")
            onnx.save(self.network(n_in, n_out)[0], model)
            environment = {**os.environ, "STEPWATT_LIBRARY": LIBRARY, "PYTHONPATH": f"{ROOT}/policies/training:{ROOT}/analysis"}
            command = [sys.executable, "-B", "-m", "stepwatt_train.from_onnx", model, out, "--scenario", scenario]
            done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            done = run("run", scenario, "--policy", f"drl:{out}/threshold", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["policy"], f"drl:{out}/threshold")
            Path(model).write_bytes(b"\xff no network")
            done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("net.onnx", done.stderr)


if __name__ == "__main__":
    STEPWATT, LIBRARY = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
