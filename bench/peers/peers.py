"""The peers' side of the comparison: the same work in NumPy and in Numba, each as a function that does it once."""

import math

import numpy as np
from numba import njit

EPSILON = 1e-4


def numpy_rollouts(rng, group_size, groups, p):
    """Bernoulli rollouts -> group means -> group advantages -> sum of A r, in float32 arrays."""
    rewards = (rng.random((groups, group_size), dtype=np.float32) < np.float32(p)).astype(np.float32)
    mean = rewards.mean(axis=1, keepdims=True)
    deviation = np.sqrt(rewards.var(axis=1, keepdims=True) + np.float32(EPSILON))
    advantages = (rewards - mean) / deviation
    return float((advantages * rewards).sum())


@njit(cache=True)
def numba_rollouts(seed, group_size, groups, p):
    """The same as a compiled loop over groups, with Numba's own generator."""
    np.random.seed(seed)
    rewards = np.empty(group_size, dtype=np.float32)
    total = 0.0
    for _ in range(groups):
        successes = 0.0
        for i in range(group_size):
            rewards[i] = 1.0 if np.random.random() < p else 0.0
            successes += rewards[i]
        mean = successes / group_size
        deviation = math.sqrt(mean * (1 - mean) + EPSILON)
        for i in range(group_size):
            total += (rewards[i] - mean) / deviation * rewards[i]
    return total


def numpy_groups(rng, group_size, groups, p):
    """K of each group."""
    return rng.binomial(group_size, p, groups)


def numpy_experiment(rng, group_size, groups, p_ref, beta, iterations, replicates):
    """Whole trajectories, vectorised over replicates; returns the mean of p at each iteration."""
    k = np.arange(group_size + 1)
    variance = k * (group_size - k) / group_size**2
    phi = variance / np.sqrt(variance + EPSILON)
    reference = math.log(p_ref / (1 - p_ref))
    logit = np.full(replicates, reference)
    means = np.empty(iterations)
    for n in range(iterations):
        p = 1 / (1 + np.exp(-logit))
        successes = rng.binomial(group_size, p[:, None], (replicates, groups))
        step = phi[successes].mean(axis=1) / (p * (1 - p))
        logit = reference + step / beta
        means[n] = (1 / (1 + np.exp(-logit))).mean()
    return means
