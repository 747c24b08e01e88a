"""Each rule against steps worked by hand, and the properties that all rules share."""

from __future__ import annotations

import inspect
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from nnmath_engine.arrays import Array
from nnmath_engine.optimizers import OPTIMIZERS, Optimizer, adam, adamw

EVERY = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=lambda o: o.name)


def walk(
    name: str, gradients: list[float], lr: float, w: float = 1.0, **options: float
) -> list[float]:
    """The parameter after each step, from `w`, when the steps see these gradients."""
    optimizer = OPTIMIZERS[name]
    at: Array = np.array([w])
    slots: tuple[Array, ...] = tuple(np.zeros(1) for _ in optimizer.slots)
    path = []
    for t, g in enumerate(gradients, start=1):
        at, slots = optimizer.rule(at, np.array([g]), slots, t, lr, **options)
        path.append(float(at[0]))
    return path


def test_optimizers_come_in_order_of_growing_complexity() -> None:
    assert list(OPTIMIZERS) == [
        "sgd",
        "momentum",
        "nesterov",
        "adagrad",
        "rmsprop",
        "adam",
        "adamw",
    ]


def test_sgd_worked_by_hand() -> None:
    # 1 - .1*2 = .8; .8 + .1*1 = .9; .9 - .1*4 = .5
    assert walk("sgd", [2, -1, 4], lr=0.1) == pytest.approx([0.8, 0.9, 0.5], rel=1e-14)


def test_momentum_worked_by_hand() -> None:
    # v: 2; .9*2 - 1 = .8; .9*.8 + 4 = 4.72.  w: 1 - .2 = .8; .8 - .08 = .72; .72 - .472 = .248
    assert walk("momentum", [2, -1, 4], lr=0.1) == pytest.approx([0.8, 0.72, 0.248], rel=1e-14)


def test_nesterov_worked_by_hand() -> None:
    # v as for momentum.  g + .9v: 2 + 1.8 = 3.8; -1 + .72 = -.28; 4 + 4.248 = 8.248
    expected = [1 - 0.38, 0.62 + 0.028, 0.648 - 0.8248]
    assert walk("nesterov", [2, -1, 4], lr=0.1) == pytest.approx(expected, rel=1e-13)


def test_adagrad_worked_by_hand() -> None:
    # s: 9; 9 + 16 = 25; 25 + 144 = 169.  steps: 3/3 = 1; 4/5; 12/13, each times .1
    expected = [0.9, 0.82, 0.82 - 1.2 / 13]
    assert walk("adagrad", [3, 4, 12], lr=0.1) == pytest.approx(expected, rel=1e-10)
    # With epsilon 1 the first step is 3 / (3 + 1): epsilon stands outside the root.
    assert walk("adagrad", [3], lr=0.1, epsilon=1.0) == pytest.approx([1 - 0.075], rel=1e-14)


def test_rmsprop_worked_by_hand() -> None:
    # alpha .75.  s: .25*4 = 1; .75*1 + .25*13 = 4; .75*4 + .25*24 = 9.  roots 1, 2, 3
    gradients = [2.0, sqrt(13), sqrt(24)]
    steps = [2 / 1, sqrt(13) / 2, sqrt(24) / 3]
    expected = 1 - 0.1 * np.cumsum(steps)
    assert walk("rmsprop", gradients, lr=0.1, alpha=0.75) == pytest.approx(expected, rel=1e-7)
    # Without the alpha of the call: s = .01*4, root .2, so the first step is 10.
    assert walk("rmsprop", [2.0], lr=0.1) == pytest.approx([0.0], abs=1e-7)


def test_adam_worked_by_hand() -> None:
    # beta1 = beta2 = 1/2, gradients 2, 0, 4.
    # m: 1, 1/2, 9/4      over 1 - 2^-t = 1/2, 3/4, 7/8:  2, 2/3, 18/7
    # v: 2, 1, 17/2       likewise:                       4, 4/3, 68/7
    steps = [2 / 2, (2 / 3) / sqrt(4 / 3), (18 / 7) / sqrt(68 / 7)]
    path = walk("adam", [2, 0, 4], lr=0.1, beta1=0.5, beta2=0.5)
    assert path == pytest.approx(1 - 0.1 * np.cumsum(steps), rel=1e-8)


def test_adam_without_bias_correction_worked_by_hand() -> None:
    steps = [1 / sqrt(2), (1 / 2) / sqrt(1), (9 / 4) / sqrt(17 / 2)]
    path = walk("adam", [2, 0, 4], lr=0.1, beta1=0.5, beta2=0.5, bias_correction=False)
    assert path == pytest.approx(1 - 0.1 * np.cumsum(steps), rel=1e-8)


def test_adam_adds_epsilon_after_the_bias_correction_and_outside_the_root() -> None:
    # m_hat = 3, v_hat = 9 whatever the betas: 3 / (sqrt(9) + 1) = .75
    assert walk("adam", [3], lr=0.1, epsilon=1.0) == pytest.approx([1 - 0.075], rel=1e-14)


@pytest.mark.parametrize("gradient", [0.1, 0.7, -250.0])
@pytest.mark.parametrize(("bias_correction", "length"), [(True, 1.000), (False, 3.162)])
def test_length_of_the_first_step_of_adam(
    gradient: float, bias_correction: bool, length: float
) -> None:
    (w,) = walk("adam", [gradient], lr=0.01, bias_correction=bias_correction)
    assert abs(w - 1.0) / 0.01 == pytest.approx(length, abs=5e-4)


def test_adamw_worked_by_hand() -> None:
    # lr .1 and decay .5 shrink w by .95 before a step of Adam as above.
    first = 0.95 * 1 - 0.1 * 1
    second = 0.95 * first - 0.1 * (2 / 3) / sqrt(4 / 3)
    third = 0.95 * second - 0.1 * (18 / 7) / sqrt(68 / 7)
    path = walk("adamw", [2, 0, 4], lr=0.1, beta1=0.5, beta2=0.5, weight_decay=0.5)
    assert path == pytest.approx([first, second, third], rel=1e-7)


def test_decay_of_adamw_is_by_default_a_hundredth_and_stays_out_of_the_moments() -> None:
    w, g, zero = np.array([8.0]), np.array([0.5]), np.zeros(1)
    plain, moments = adam(w, g, (zero, zero), 1, 0.1)
    decayed, decayed_moments = adamw(w, g, (zero, zero), 1, 0.1)
    assert plain - decayed == pytest.approx([0.1 * 0.01 * 8], rel=1e-12)
    assert moments == decayed_moments


@EVERY
def test_defaults_of_rule_and_registry_agree(optimizer: Optimizer) -> None:
    parameters = inspect.signature(optimizer.rule).parameters
    assert list(parameters)[:5] == ["w", "g", "slots", "t", "lr"]
    defaults = {name: p.default for name, p in list(parameters.items())[5:]}
    assert defaults == optimizer.defaults()
    for option in optimizer.options:
        assert option.low <= option.default <= option.high


@EVERY
def test_docstring_and_screen_show_the_same_equations(optimizer: Optimizer) -> None:
    text = inspect.getdoc(optimizer.rule) or ""
    if optimizer.name == "adamw":
        text += inspect.getdoc(adam) or ""
    for line in optimizer.formula.splitlines():
        assert line in text
    assert "torch.optim." in text


@EVERY
@given(
    arrays=st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
        lambda shape: st.tuples(
            *[hnp.arrays(np.float64, shape, elements=st.floats(-1e6, 1e6)) for _ in range(2)]
        )
    ),
    t=st.integers(1, 1000),
)
def test_rules_work_on_each_number_alone_and_write_to_no_argument(
    optimizer: Optimizer, arrays: tuple[Array, Array], t: int
) -> None:
    w, g = arrays
    slots = tuple(np.abs(w) + 1 for _ in optimizer.slots)
    for array in (w, g, *slots):
        array.setflags(write=False)
    new_w, new_slots = optimizer.rule(w, g, slots, t, 0.1)
    assert len(new_slots) == len(optimizer.slots)
    for index in np.ndindex(w.shape):
        alone = tuple(np.array([s[index]]) for s in slots)
        one_w, one_slots = optimizer.rule(np.array([w[index]]), np.array([g[index]]), alone, t, 0.1)
        np.testing.assert_array_equal(one_w[0], new_w[index])
        for one, whole in zip(one_slots, new_slots, strict=True):
            np.testing.assert_array_equal(one[0], whole[index])


@EVERY
def test_float32_stays_float32(optimizer: Optimizer) -> None:
    w = np.ones((2, 3), dtype=np.float32)
    slots = tuple(np.zeros_like(w) for _ in optimizer.slots)
    for t in (1, 2):
        w, slots = optimizer.rule(w, np.full_like(w, 0.3), slots, t, 0.1)
    assert w.dtype == np.float32
    assert all(slot.dtype == np.float32 for slot in slots)


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_parameter_without_gradient_stays_and_divides_nothing_by_zero(
    optimizer: Optimizer, dtype: type[np.floating]
) -> None:
    options = {o.name: o.low for o in optimizer.options if o.name in ("epsilon", "weight_decay")}
    w = np.array([1.0, -2.0], dtype=dtype)
    slots = tuple(np.zeros_like(w) for _ in optimizer.slots)
    new_w, _ = optimizer.rule(w, np.zeros_like(w), slots, 1, 0.1, **options)
    np.testing.assert_array_equal(new_w, w)


@EVERY
def test_every_rule_goes_down_a_bowl(optimizer: Optimizer) -> None:
    # L = (w1^2 + 10 w2^2) / 2 with the gradient (w1, 10 w2), from (1, 1): L = 5.5
    curvature = np.array([1.0, 10.0])
    w: Array = np.ones(2)
    slots: tuple[Array, ...] = tuple(np.zeros(2) for _ in optimizer.slots)
    for t in range(1, 201):
        w, slots = optimizer.rule(w, curvature * w, slots, t, 0.05)
    assert float(curvature @ (w * w)) / 2 < 0.5
