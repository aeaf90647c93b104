"""Writes `statistics.json` beside it: what scipy and statsmodels say of tests, intervals and corrections.

    pip install scipy==1.17.1 statsmodels==0.15.0 numpy==2.4.6
    python make.py

Seeded: a second run writes the same bytes.
"""

import json
import pathlib
import warnings

import numpy
from scipy.special import ndtr, ndtri
from scipy.stats import bootstrap, permutation_test
from statsmodels.stats.multitest import multipletests

HERE = pathlib.Path(__file__).parent


def mean(x, axis=-1):
    return numpy.mean(x, axis=axis)


def total(x, axis=-1):
    return numpy.sum(x, axis=axis)


def samples(rng):
    """Differences of per-query values: smooth ones, ones of few levels with zeros and equal sizes, skewed ones.

    The thirds and fifths sum to zero, which scipy does not see in floating point (its slack is a share of the sum
    observed), so it gets them as whole thirtieths and the test gets them divided.
    """
    yield rng.normal(0.02, 0.1, 12)
    yield rng.choice([-0.5, -0.25, 0.0, 0.0, 0.25, 0.5, 1.0], 14)
    yield (rng.choice([15, 10, 6], 13) - rng.choice([15, 10, 6], 13)).astype(float)
    yield rng.exponential(0.1, 15) - 0.05
    yield numpy.array([0.25, 0.25, 0.25, 0.25, 0.25, 0.25])
    yield numpy.array([-0.1, 0.3])
    yield rng.normal(-0.1, 0.05, 10)


def randomisation(rng):
    cases = []
    for x in samples(rng):
        whole = numpy.all(x == numpy.round(x)) and numpy.abs(x).max() > 1
        test = {"differences": (x / 30 if whole else x).tolist()}
        for alternative in ("two-sided", "less", "greater"):
            found = permutation_test((x,), total, permutation_type="samples", n_resamples=numpy.inf,
                                     alternative=alternative, vectorized=True)
            test[alternative] = float(found.pvalue)
        cases.append(test)
    return cases


def drawn(rng):
    """Too many differences to count: a p-value from a million draws, and its standard error is known."""
    cases = []
    for shift in (0.0, 0.01, 0.02):
        x = rng.normal(shift, 0.1, 150)
        found = permutation_test((x,), mean, permutation_type="samples", n_resamples=1_000_000, batch=10_000,
                                 alternative="two-sided", rng=numpy.random.default_rng(1))
        cases.append({"differences": x.tolist(), "two-sided": float(found.pvalue)})
    return cases


def jackknife(x, statistic):
    return [float(statistic(numpy.delete(x, i))) for i in range(len(x))]


def intervals(rng):
    """Intervals of a given bootstrap distribution: our arithmetic has to give the same to the last digits."""
    cases = []
    statistics = {"mean": mean, "median": lambda x, axis=-1: numpy.median(x, axis=axis)}
    for x in (rng.normal(0.02, 0.1, 25), rng.exponential(0.1, 40) - 0.05, rng.choice([-0.5, 0.0, 0.5, 1.0], 30)):
        for name, statistic in statistics.items():
            case = {"values": x.tolist(), "statistic": name, "observed": float(statistic(x)),
                    "jackknife": jackknife(x, statistic), "intervals": []}
            for level in (0.95, 0.9, 0.99):
                for method in ("BCa", "percentile"):
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        found = bootstrap((x,), statistic, n_resamples=199, confidence_level=level, method=method,
                                          rng=numpy.random.default_rng(7))
                    distribution = sorted(found.bootstrap_distribution.tolist())
                    assert case.setdefault("distribution", distribution) == distribution
                    low, high = map(float, found.confidence_interval)
                    if numpy.isfinite(low) and numpy.isfinite(high):
                        case["intervals"].append({"level": level, "method": method, "low": low, "high": high})
            cases.append(case)
    return cases


def bootstraps(rng):
    """Intervals from scipy's own 200,000 draws: ours from other draws have to come close."""
    cases = []
    for x in (rng.normal(0.02, 0.1, 40), rng.exponential(0.1, 60) - 0.05, rng.choice([0.0, 0.0, 0.0, 0.5, 1.0], 50)):
        case = {"values": x.tolist()}
        for method in ("BCa", "percentile"):
            found = bootstrap((x,), mean, n_resamples=200_000, batch=10_000, method=method,
                              rng=numpy.random.default_rng(11))
            case[method] = list(map(float, found.confidence_interval))
        cases.append(case)
    return cases


def holm(rng):
    cases = []
    for size in (1, 2, 5, 12, 30):
        p = numpy.round(rng.beta(0.4, 2, size), 4)
        cases.append({"p": p.tolist(), "corrected": multipletests(p, method="holm")[1].tolist()})
    return cases


def normal():
    x = numpy.concatenate([numpy.linspace(-6, 6, 49), [-7.5, 1e-9, 7.5]])
    p = numpy.concatenate([numpy.linspace(0.001, 0.999, 41), [1e-6, 1e-4, 0.025, 0.975, 1 - 1e-4, 1 - 1e-6]])
    return {"cdf": [[float(a), float(ndtr(a))] for a in x], "quantile": [[float(a), float(ndtri(a))] for a in p]}


rng = numpy.random.default_rng(2026)
golden = {"randomisation": randomisation(rng), "drawn": drawn(rng), "intervals": intervals(rng),
          "bootstraps": bootstraps(rng), "holm": holm(rng), "normal": normal()}
(HERE / "statistics.json").write_text(json.dumps(golden) + "\n")
