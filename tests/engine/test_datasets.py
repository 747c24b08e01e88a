"""The made data sets against their formulas, worked by hand or by another route."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from nnmath_engine.datasets import DATASETS, Samples
from nnmath_engine.fields import FIELDS

TOYS = [name for name, source in DATASETS.items() if not source.real]
TABLES = [name for name, source in DATASETS.items() if source.table]


def make(name: str, samples: int = 200, noise: float = 0.0, seed: int = 0, **more: int) -> Samples:
    generate = cast(Any, DATASETS[name].generate)
    return cast(Samples, generate(np.random.default_rng(seed), samples, noise, **more))


def test_the_registry_has_every_data_set_and_each_says_what_it_is() -> None:
    assert " ".join(DATASETS) == (
        "and or xor_table circle gauss xor spiral moons blobs checkerboard sparse_features sine "
        "step line plane bumps penguins penguin_mass iris wine breast_cancer digits"
    )
    for name, source in DATASETS.items():
        assert source.name == name
        assert source.label
        assert source.formula
        assert source.about.endswith(".")


def test_an_option_is_bounded_as_its_setting_is() -> None:
    options = [option for source in DATASETS.values() for option in source.options]
    assert [option.name for option in options] == ["classes"]
    for option in options:
        field = FIELDS[f"data.{option.name}"]
        assert (option.low, option.high) == (field.low, field.high)
        assert option.default == field.default


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("samples", [1, 2, 5, 300])
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_toy_samples_have_the_asked_size_and_sound_values(
    name: str, samples: int, noise: float
) -> None:
    made = make(name, samples, noise)
    n = 4 if DATASETS[name].table else samples
    assert made.X.shape == (n, len(made.features))
    assert made.y.shape == (n,)
    assert made.task == DATASETS[name].task
    assert np.all(np.isfinite(made.X))
    assert np.all(np.isfinite(made.y))
    assert np.all(np.abs(made.X) < 6.0)
    if made.task == "classification":
        assert made.y.dtype == np.int64
        assert set(made.y) <= set(range(len(made.classes)))


@pytest.mark.parametrize("name", TOYS)
def test_the_same_seed_gives_the_same_rows_and_another_seed_others(name: str) -> None:
    a, b, c = (make(name, 50, 0.2, seed) for seed in (3, 3, 4))
    assert np.array_equal(a.X, b.X)
    assert np.array_equal(a.y, b.y)
    if name not in TABLES:
        assert not (np.array_equal(a.X, c.X) and np.array_equal(a.y, c.y))


@pytest.mark.parametrize("name", ["circle", "xor", "checkerboard", "plane", "bumps"])
def test_noise_that_moves_the_labeled_point_leaves_the_inputs(name: str) -> None:
    clean, noisy = make(name, 500, 0.0), make(name, 500, 0.4)
    assert np.array_equal(clean.X, noisy.X)
    assert not np.array_equal(clean.y, noisy.y)


@pytest.mark.parametrize(
    ("name", "answers"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor_table", [0, 1, 1, 0])]
)
def test_truth_tables(name: str, answers: list[int]) -> None:
    table = make(name, 77, 0.5)
    assert table.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert table.y.tolist() == answers


def test_circle_is_a_disk_and_a_ring_with_a_gap() -> None:
    made = make("circle", 1000)
    radius = np.linalg.norm(made.X, axis=1)
    assert radius[made.y == 1].max() < 0.5
    assert radius[made.y == 0].min() >= 0.7
    assert radius.max() <= 1.0
    assert made.y.sum() == 500


def test_no_line_gets_far_on_the_circle() -> None:
    # The best line touches the disk: it cuts off the share arccos(0.5/r)/pi of the ring at
    # radius r, 0.295 on average over r = 0.7..1, and is right on (1 + 0.295)/2 = 0.648.
    made = make("circle", 20_000)
    best = max(
        float(np.mean((made.X @ [np.cos(angle), np.sin(angle)] < offset) == (made.y == 1)))
        for angle in np.linspace(0.0, np.pi, 7)
        for offset in np.linspace(-1.0, 1.0, 41)
    )
    assert best == pytest.approx(0.648, abs=0.012)


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_one_line_separates_the_gaussians(noise: float) -> None:
    made = make("gauss", 2000, noise)
    assert np.mean((made.X.sum(axis=1) > 0) == (made.y == 1)) >= 0.98


def test_gauss_variance_follows_its_formula() -> None:
    made = make("gauss", 40_000, 0.5)
    assert made.X[made.y == 1].mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.02)
    assert made.X[made.y == 0].var(axis=0) == pytest.approx([0.25, 0.25], rel=0.03)


def test_xor_is_the_sign_of_the_product_with_a_gap_at_the_axes() -> None:
    made = make("xor", 1000)
    assert np.array_equal(made.y == 1, made.X.prod(axis=1) > 0)
    assert np.abs(made.X).min() >= 0.06
    assert np.abs(made.X).max() <= 1.0


def test_spiral_arms_are_point_reflections_that_turn_one_and_three_quarter_times() -> None:
    made = make("spiral", 400)
    arm, other = made.X[made.y == 1], made.X[made.y == 0]
    assert other == pytest.approx(-arm)
    assert np.linalg.norm(arm, axis=1) == pytest.approx(np.arange(200) / 200)
    angles = np.unwrap(np.arctan2(arm[1:, 0], arm[1:, 1]))
    assert angles[-1] - angles[0] == pytest.approx(3.5 * np.pi * 198 / 200)


def test_moons_lie_on_two_half_circles() -> None:
    made = make("moons", 300)
    points = made.X * 1.5 + [0.5, 0.25]
    upper, lower = points[made.y == 0], points[made.y == 1]
    assert np.hypot(*upper.T) == pytest.approx(np.ones(150))
    assert np.all(upper[:, 1] >= 0)
    assert np.hypot(lower[:, 0] - 1.0, lower[:, 1] - 0.5) == pytest.approx(np.ones(150))
    assert np.all(lower[:, 1] <= 0.5)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_blobs_stand_on_a_ring_and_do_not_overlap_much(classes: int) -> None:
    made = make("blobs", 700 * classes, 0.1, classes=classes)
    assert made.classes == tuple(str(index) for index in range(classes))
    centers = np.array([made.X[made.y == index].mean(axis=0) for index in range(classes)])
    assert np.linalg.norm(centers, axis=1) == pytest.approx(np.full(classes, 0.6), abs=0.03)
    distance = np.linalg.norm(made.X[:, None] - centers, axis=2)
    assert np.mean(distance.argmin(axis=1) == made.y) > 0.98


def test_checkerboard_squares_alternate() -> None:
    made = make("checkerboard", 2000)
    for x, label in zip(made.X, made.y, strict=True):
        column, row = int((x[0] + 1) / 0.5), int((x[1] + 1) / 0.5)
        assert label == (column + row) % 2


def test_two_of_the_sparse_features_decide() -> None:
    made = make("sparse_features", 300)
    assert len(made.features) == 10
    weights = np.zeros(10)
    weights[made.features.index("x3")], weights[made.features.index("x7")] = 1.0, -1.0
    assert np.array_equal(made.X @ weights > 0, made.y == 1)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sine", [0.0, -1.0, 0.0, 1.0, 0.0]),
        ("step", [0.0, 0.0, 0.0, 1.0, 1.0]),
        ("line", [-0.5, -0.1, 0.3, 0.7, 1.1]),
    ],
)
def test_curves_at_minus_one_to_one_in_halves(name: str, values: list[float]) -> None:
    made = make(name, 5)
    assert made.X[:, 0] == pytest.approx([-1.0, -0.5, 0.0, 0.5, 1.0])
    assert made.y == pytest.approx(values, abs=1e-15)


def test_the_mean_x_of_the_line_is_zero_so_that_the_critical_learning_rate_is_one() -> None:
    # Hessian of the MSE of w x + b: 2 [[mean x^2, mean x], [mean x, 1]]; its largest eigenvalue
    # is 2 if mean x = 0, because mean x^2 < 1, and the critical learning rate 2/2 = 1.
    X = np.column_stack([make("line", 32).X, np.ones(32)])
    assert np.linalg.eigvalsh(2.0 * X.T @ X / 32)[-1] == pytest.approx(2.0)


def test_noise_on_a_curve_is_normal_with_that_deviation() -> None:
    residual = make("sine", 20_000, 0.3).y - make("sine", 20_000).y
    assert residual.std() == pytest.approx(0.3, rel=0.03)
    assert residual.mean() == pytest.approx(0.0, abs=0.01)


def test_plane_is_tilted_evenly() -> None:
    made = make("plane", 100)
    assert made.y == pytest.approx(0.6 * made.X[:, 0] + 0.6 * made.X[:, 1])


def test_bumps_are_cones_of_radius_one_third() -> None:
    made = make("bumps", 5000)
    x1, x2 = made.X.T
    # On the cone about (0, 5/12), which points down, the height is 3 r - 1.
    r = np.hypot(x1, x2 - 5 / 12)
    near = r < 1 / 3
    assert near.sum() > 100
    assert made.y[near] == pytest.approx(3 * r[near] - 1)
    assert made.y[np.abs(x2) > 5 / 12 + 1 / 3] == pytest.approx(0.0)
    assert 0.9 < made.y.max() <= 1.0
