#!/usr/bin/env python3
"""Bid prices on quick.ini: duals become targets, a net learns them, its policy file plays as it does, and tuning follows pay.

usage: test_bid.py STEPWATT LIBRARY     from the source root
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

STEPWATT, os.environ["STEPWATT_LIBRARY"] = sys.argv[1:3]
for place in ("policies/training", "analysis"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / place))
try:
    import torch

    __import__("h5py")  # the learner needs it
except ImportError:
    print("skipped: PyTorch or h5py is not installed")
    sys.exit(0)

import numpy as np
from stepwatt.env import VectorEnv

from stepwatt_train import policy_file
from stepwatt_train.bid_days import Bounds, Day, dates, read_work_prices, seeds, visit
from stepwatt_train.bid_net import PRICE_SCALE_USD, PriceNet, explained, from_policy, regress, to_policy
from stepwatt_train.bid_play import choose_queue, play
from stepwatt_train.bid_tune import Rollout, Tuner, TuneSettings, discounted, roll

torch.set_num_threads(1)
QUICK = "scenarios/quick.ini"
QUEUE = (5e-7, 0.0)
FOLDER = tempfile.TemporaryDirectory(prefix="stepwatt-bid-")
BOUNDS = Bounds(STEPWATT, FOLDER.name)
DAYS = seeds(QUICK, 0, 3)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def learned():
    """Returns visits of three days and a net that learned them."""
    visits = [visit(BOUNDS, day, "threshold", QUEUE[0]) for day in DAYS]
    seen, target = (np.concatenate(column) for column in zip(*[(one.slot_obs, one.target) for one in visits]))
    net = PriceNet(seen, target.shape[1], 16, generator())
    before = explained(net, seen, target).min()
    regress(net, seen, target, 200, generator())
    return visits, seen, target, net, before


VISITS, SEEN, TARGET, NET, BEFORE = learned()


def test_days_say_their_dates_and_which_are_spiky():
    path = os.path.join(FOLDER.name, "prices.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("# made here\ntime,price_a_usd_per_mwh,price_b_usd_per_mwh\n")
        for hour in range(48):
            file.write(f"2023-05-{1 + hour // 24:02d}T{hour % 24:02d}:00:00Z,{316 if hour == 30 else 40},20\n")
    first, second = dates("x.ini", path, 7)
    assert first == Day("x.ini", 7, "2023-05-01T00:00:00Z", "calm")
    assert second == Day("x.ini", 8, "2023-05-02T00:00:00Z", "spiky")
    assert second.sets() == ["scenario.start=2023-05-02T00:00:00Z"] and not DAYS[0].sets()


def test_targets_are_duals_without_the_energy_at_hand():
    bound_usd, price = BOUNDS.get(DAYS[1])
    assert price.shape == (48, 3) and (price >= 0).all() and price.max() > 1e-6
    assert np.array_equal(price, read_work_prices(os.path.join(FOLDER.name, "quick-day-s1.csv")))
    with VectorEnv(QUICK, 1, energy="threshold", days=(1, 1)) as envs:
        _, info = envs.reset(seed=0)
        assert np.array_equal(VISITS[1].target[0], price[0] - info["gpu_usd"][0])
    assert VISITS[1].slot_obs.shape == (48, NET.mean.size) and 0.3 < VISITS[1].share < 1.0 and bound_usd > 0


def test_the_net_learns_its_targets():
    assert BEFORE < 0.3 and explained(NET, SEEN, TARGET).min() > 0.6, (BEFORE, explained(NET, SEEN, TARGET))


def test_the_policy_file_plays_as_the_net_does():
    path = os.path.join(FOLDER.name, "quick.h5")
    with VectorEnv(QUICK, 1) as schema:
        inputs = np.zeros((policy_file.N_GOLDEN, schema.n_feature), np.float32)
        inputs[:, : schema.n_slot_feature] = SEEN[: policy_file.N_GOLDEN]
        about = {"algorithm": "test", "seed": 0, "scenario_digest": "0" * 64, "kappa": QUEUE[0], "w0_s": QUEUE[1]}
        policy_file.write(path, to_policy(NET, schema, inputs, about))
        back = from_policy(policy_file.read(path), schema.n_slot_feature)
    assert np.array_equal(back.price_usd(SEEN), NET.price_usd(SEEN))
    for energy in ("threshold", "lp"):
        command = [STEPWATT, "run", QUICK, "--seed", "5", "--policy", f"drl:{path}/{energy}", "--json"]
        run = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        here = play(NET, BOUNDS, Day(QUICK, 5), energy, QUEUE)
        assert abs(here.utility_usd - run["utility_usd"]) < 1e-6 * abs(run["utility_usd"]), (energy, here, run["utility_usd"])
        assert abs(here.violations - run["violation_rate"]) < 1e-9


def test_the_queue_term_is_judged_for_every_manager():
    shares = choose_queue(NET, BOUNDS, DAYS[:1], ("threshold", "idle"), 2)
    best = max(shares, key=shares.get)
    single = [play(NET, BOUNDS, DAYS[0], energy, best).share for energy in ("threshold", "idle")]
    assert abs(shares[best] - np.mean(single)) < 1e-12 and len(shares) == 6 and len(set(shares.values())) > 3


def test_discounted_sums_look_ahead():
    paid = np.array([[1.0, 0.0], [2.0, 4.0], [3.0, 0.0]])
    assert np.allclose(discounted(paid, 0.5), [[2.75, 2.0], [3.5, 4.0], [3.0, 0.0]])


def rolled(noise: float) -> Rollout:
    settings = TuneSettings(group=4, noise=noise)
    return roll(NET, DAYS[0], "threshold", QUEUE, settings, np.random.default_rng(0))


def test_runs_of_a_group_differ_by_their_draws_alone():
    alike = rolled(0.0)
    assert np.abs(alike.gain).max() < 1e-9 and alike.seen.shape == (4 * 48, NET.mean.size)
    assert np.allclose(alike.price * PRICE_SCALE_USD, NET.price_usd(alike.seen))
    apart = rolled(2.0)
    assert np.abs(apart.gain).max() > 1e-6
    assert np.allclose(apart.gain.reshape(48, 4).sum(axis=1), 0.0, atol=1e-9)
    assert abs(alike.utility_usd - play(NET, BOUNDS, DAYS[0], "threshold", QUEUE).utility_usd) < 1e-9


def test_tuning_moves_prices_towards_what_paid():
    tuner = Tuner(NET.copy(), TuneSettings(group=4, rate=1e-2), 0)
    price = torch.from_numpy(NET.price_usd(SEEN).astype(np.float32) / PRICE_SCALE_USD + 0.5)
    gain = np.ones(len(SEEN))
    before = tuner.log_density(SEEN, price).mean().item()
    tuner.improve(SEEN, price, gain)
    assert tuner.log_density(SEEN, price).mean().item() > before
    tuner.improve(SEEN, price, -3.0 * gain)
    assert tuner.log_density(SEEN, price).mean().item() < before


def test_tuning_is_the_same_for_the_same_seed():
    nets = []
    for _ in range(2):
        tuner = Tuner(NET.copy(), TuneSettings(group=2, days=1, epochs=1), 3)
        tuner.update(DAYS[:1], "threshold", QUEUE, 0.0)
        nets.append(tuner.net.price_usd(SEEN))
    assert np.array_equal(*nets) and not np.array_equal(nets[0], NET.price_usd(SEEN))


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name, flush=True)
