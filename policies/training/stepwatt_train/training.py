"""A training run: plays, learns, logs, and can be killed and resumed to the same bits.

A checkpoint keeps networks, optimizers and random generators, but neither environments nor replay: worlds are deterministic, so
these come back by playing the recorded actions again.
"""

import os
import sys
import time
from typing import Callable, Dict, Optional

import numpy as np
import torch

from .curves import Curve
from .ppo import Ppo, Rollout
from .replay import Replay
from .sac import Sac
from .settings import Settings
from .shaping import make_shaper
from .td3 import Td3
from .world import World

LEARNERS = {"sac": Sac, "td3": Td3, "ppo": Ppo}
LOGGED = ("critic_loss", "q", "entropy", "alpha", "shaper_loss", "shaped", "shaped_sd")


class Run:
    """One seed of one arm in a folder of its own: checkpoint.pt, curve.csv."""

    def __init__(self, settings: Settings, seed: int, folder: str, world: World):
        self.settings, self.seed, self.folder, self.world = settings, seed, folder, world
        sizes = (world.n_obs, world.n_asp, world.n_step)
        self.learner = LEARNERS[settings.learner](settings, *sizes, torch.Generator().manual_seed(3 * seed))
        self.shaper = make_shaper(settings, *sizes, len(world.term_names), 3 * seed + 1)
        self.draws = torch.Generator().manual_seed(3 * seed + 2)
        self.scale = 1.0
        self.updates, self.seconds, self.cpu_seconds = 0, 0.0, 0.0
        self.actions, self.raws, self.recent, self.rewards = [], [], {}, []
        os.makedirs(folder, exist_ok=True)
        self.obs, self.mask = world.reset(seed)
        self.replay: Optional[Replay] = None
        self.rollout: list = []
        self.curve = Curve(os.path.join(folder, "curve.csv"))
        self.snapshots: list = []  # the actor's layers at each row of the curve

    @property
    def checkpoint(self) -> str:
        return os.path.join(self.folder, "checkpoint.pt")

    def train(self, rows: Optional[int] = None, save_every: int = 0, show: Callable[[float, str], None] = None) -> None:
        """Plays and learns up to a number of rows, by default the settings'; saves at the end, and every so many rows."""
        rows = self.settings.rows if rows is None else rows
        every = max(1, self.settings.rows // self.settings.evaluations)
        wall, cpu = time.monotonic() - self.seconds, time.process_time() - self.cpu_seconds
        while len(self.actions) < rows:
            self.advance()
            self.seconds, self.cpu_seconds = time.monotonic() - wall, time.process_time() - cpu
            done = len(self.actions)
            if done % every == 0:
                self.curve.add(self.summary())
                self.snapshots.append(self.learner.layers())
            if show and done % 64 == 0:
                show(done / self.settings.rows, self.brief())
            if save_every and done % save_every == 0:
                self.save()
        self.save()

    def advance(self) -> None:
        """Decides one job in every environment and learns from what followed."""
        settings, done = self.settings, len(self.actions)
        obs, mask = torch.from_numpy(self.obs), torch.from_numpy(self.mask)
        off_policy = settings.learner != "ppo"
        if off_policy and done < settings.warmup:
            action, raw = self.learner.warm(mask)
        else:
            action, raw = self.learner.act(obs, mask)
        self.apply(action.numpy(), raw.numpy())
        done += 1
        if off_policy and done == settings.warmup:
            self.set_scale()
            self.prefit()
        elif off_policy and done > settings.warmup and done % settings.every == 0:
            for _ in range(settings.updates):
                self.learn()
        elif not off_policy and done % settings.ppo_rows == 0:
            self.learn_rollout()

    def apply(self, action: np.ndarray, raw: np.ndarray) -> None:
        """Takes a decision in every environment and keeps what followed."""
        step = self.world.step(action)
        gone = np.power(np.float32(self.settings.gamma), step.dt) * ~step.terminated
        if self.settings.learner == "ppo":
            self.rollout.append((self.obs, self.mask, action, step.terms.sum(1), gone, step.truncated))
        else:
            if self.replay is None:
                n_term, span = len(self.world.term_names), self.settings.outcome_rows
                self.replay = Replay(self.settings.capacity, self.obs, self.mask, raw, n_term, span)
            self.replay.add(self.obs, self.mask, action, raw, step.terms, gone, step.truncated)
        self.actions.append(action.astype(np.int16))
        self.raws.append(raw)
        self.rewards.append(float(step.terms.sum(1).mean()))
        self.obs, self.mask = step.obs, step.mask

    def set_scale(self) -> None:
        """Chooses the unit of rewards: their spread while actions were random."""
        rewards = self.replay.terms[: self.replay.count].sum(-1)
        self.scale = 1.0 / max(1e-12, float(rewards.std()))

    def prefit(self) -> None:
        """Fits the critic to outcome sums, without any shaping: the control arm."""
        for _ in range(self.settings.prefit):
            row, env = self.replay.draw_settled(self.settings.batch, self.draws)
            batch = self.replay.batch(row, env, 1, self.scale)
            self.learner.fit_critic(batch, self.scale * self.replay.outcomes(row, env)[1].sum(-1))

    def learn(self) -> None:
        """One update of learner and shaper from the replay."""
        settings = self.settings
        row, env = self.replay.draw(settings.batch, settings.reach, self.draws)
        batch = self.replay.batch(row, env, settings.reach, self.scale)
        noted = {}
        if self.updates % settings.shaper_every == 0:
            noted = self.shaper.update(self.replay, batch, self.learner.propose, self.scale)
        batch.reward = batch.reward + settings.weight * self.shaper.reward(batch)
        noted.update(self.learner.update(batch, len(self.actions) / settings.rows))
        self.updates += 1
        self.note(noted)

    def learn_rollout(self) -> None:
        """The updates that follow a rollout of PPO."""
        columns = [torch.from_numpy(np.stack(column)) for column in zip(*self.rollout)]
        obs, mask = (torch.cat([part, torch.from_numpy(last).unsqueeze(0)]) for part, last in zip(columns, (self.obs, self.mask)))
        if self.updates == 0:
            self.scale = 1.0 / max(1e-12, float(columns[3].std()))
        rollout = Rollout(obs, mask, columns[2].long(), self.scale * columns[3], columns[4], columns[5])
        self.note(self.learner.update(rollout, len(self.actions) / self.settings.rows))
        self.rollout = []
        self.updates += 1

    def note(self, numbers: dict) -> None:
        for name, value in numbers.items():
            self.recent.setdefault(name, []).append(float(value))

    def summary(self) -> Dict[str, float]:
        """Returns a row of the curve: means since the last one."""
        row = {"rows": len(self.actions), "decisions": len(self.actions) * self.world.n_env, "updates": self.updates}
        row.update({"seconds": self.seconds, "cpu_seconds": self.cpu_seconds, "reward": float(np.mean(self.rewards))})
        row.update({name: mean(self.recent.get(name, [])) for name in LOGGED})
        self.recent, self.rewards = {}, []
        return row

    def brief(self) -> str:
        mean = self.curve.rows[-1]["reward"] if self.curve.rows else float("nan")
        return f"{self.updates} updates, {mean:.3g} USD a decision"

    def save(self) -> None:
        """Writes the checkpoint beside its final name and renames it. PPO is saved at the end of rollouts only."""
        if self.rollout:
            return
        state = {
            "settings": self.settings.as_dict(), "seed": self.seed, "learner": self.learner.state_dict(),
            "shaper": self.shaper.state_dict(), "draws": self.draws.get_state(), "scale": self.scale, "updates": self.updates,
            "seconds": self.seconds, "cpu_seconds": self.cpu_seconds, "actions": np.stack(self.actions), "raws": np.stack(self.raws),
            "recent": self.recent, "rewards": self.rewards, "curve": self.curve.rows, "snapshots": self.snapshots, "obs": self.obs,
        }  # fmt: skip
        torch.save(state, self.checkpoint + ".tmp")
        os.replace(self.checkpoint + ".tmp", self.checkpoint)

    def resume(self) -> None:
        """Goes back to where the checkpoint was written; only right after the run was made."""
        state = torch.load(self.checkpoint)
        if state["settings"] != self.settings.as_dict() or state["seed"] != self.seed:
            raise ValueError(f"{self.checkpoint}: written with other settings or another seed")
        for action, raw in zip(state["actions"], state["raws"]):
            self.apply(action.astype(np.int64), raw)
        if not np.array_equal(self.obs, state["obs"]):
            raise ValueError(f"{self.checkpoint}: the world no longer does what it did when this was written")
        self.rollout = []
        self.learner.load_state_dict(state["learner"])
        self.shaper.load_state_dict(state["shaper"])
        self.draws.set_state(state["draws"])
        for name in ("scale", "updates", "seconds", "cpu_seconds", "recent", "rewards", "snapshots"):
            setattr(self, name, state[name])
        self.curve.restart(state["curve"])


def mean(values: list) -> float:
    return float(np.mean(values)) if values else float("nan")


def progress_bar(name: str) -> Callable[[float, str], None]:
    """Returns a function that shows a bar on a terminal, or a line at every tenth elsewhere."""
    began, shown = time.monotonic(), [-1]

    def show(done: float, text: str) -> None:
        left = (time.monotonic() - began) * (1.0 - done) / max(done, 1e-9)
        line = f"{name} [{'#' * int(20 * done):20s}] {100 * done:3.0f} %, {left:.0f} s left, {text}"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{line}" + ("\n" if done >= 1.0 else ""))
        elif int(10 * done) > shown[0]:
            shown[0] = int(10 * done)
            sys.stderr.write(line + "\n")
        sys.stderr.flush()

    return show
