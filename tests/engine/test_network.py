"""The two passes against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from nnmath_engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from nnmath_engine.losses import LOSSES
from nnmath_engine.network import Parameters, backward, forward, mean_loss

SIGMOID = ACTIVATIONS["sigmoid"]

# A 2-2-1 network of sigmoids on one sample x = (1, 0.5), y = 1, MSE.
#
#   z1 = (1*.5 + .5*.3 + .1,  1*-.4 + .5*.8 - .2) = (.75, -.2)
#   a1 = (1/(1+e^-.75), 1/(1+e^.2))               = (.679179, .450166)
#   z2 = .679179*.7 + .450166*-.6 + .2            = .405326
#   yhat = 1/(1+e^-.405326)                       = .599966
#   L  = (.599966 - 1)^2                          = .160027
#   delta2 = 2 (yhat - 1) yhat (1 - yhat)         = -.800068 * .240007 = -.192022
#   dW2 = a1 * delta2                             = (-.130417, -.086442)
#   delta1 = delta2 * W2 * a1 (1 - a1)            = (-.029288, .028517)
#   dW1 = x^T delta1 = [[-.029288, .028517], [-.014644, .014259]]
PARAMETERS = Parameters(
    weights=(np.array([[0.5, -0.4], [0.3, 0.8]]), np.array([[0.7], [-0.6]])),
    biases=(np.array([0.1, -0.2]), np.array([0.2])),
)
X = np.array([[1.0, 0.5]])
Y = np.array([[1.0]])


def test_forward_of_the_worked_example() -> None:
    tape = forward(PARAMETERS, X, (SIGMOID, SIGMOID))
    assert tape.z[0] == pytest.approx(np.array([[0.75, -0.2]]), abs=1e-12)
    assert tape.a[0] == pytest.approx(np.array([[0.6792, 0.4502]]), abs=5e-5)
    assert tape.z[1].item() == pytest.approx(0.4053, abs=5e-5)
    assert tape.yhat.item() == pytest.approx(0.59997, abs=5e-6)
    assert mean_loss(tape, LOSSES["mse"], Y) == pytest.approx(0.16003, abs=5e-6)


def test_backward_of_the_worked_example() -> None:
    tape = forward(PARAMETERS, X, (SIGMOID, SIGMOID))
    gradients = backward(tape, PARAMETERS, (SIGMOID, SIGMOID), LOSSES["mse"], Y).gradients
    dW1, db1, dW2, db2 = gradients.arrays()
    assert dW2 == pytest.approx(np.array([[-0.1304], [-0.0864]]), abs=5e-5)
    assert db2 == pytest.approx(np.array([-0.1920]), abs=5e-5)
    assert dW1 == pytest.approx(np.array([[-0.0293, 0.0285], [-0.0146, 0.0143]]), abs=5e-5)
    assert db1 == pytest.approx(np.array([-0.0293, 0.0285]), abs=5e-5)


def test_the_output_delta_of_bce_and_of_ce_is_prediction_minus_target_over_n() -> None:
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(5, 2))
    for loss, width in ((LOSSES["bce"], 1), (LOSSES["ce"], 3)):
        one_layer = Parameters((rng.normal(size=(2, width)),), (rng.normal(size=width),))
        targets = np.eye(width)[rng.integers(width, size=5)] if width > 1 else np.ones((5, 1))
        output = (OUTPUT_ACTIVATIONS[loss.output],)
        tape = forward(one_layer, samples, output)
        delta = backward(tape, one_layer, output, loss, targets).deltas[0]
        np.testing.assert_allclose(delta, (tape.yhat - targets) / 5, rtol=1e-13)


def test_cross_entropy_of_a_zero_network_is_the_log_of_the_number_of_classes() -> None:
    for k in (2, 3, 10):
        zeros = Parameters((np.zeros((4, k)),), (np.zeros(k),))
        targets = np.eye(k)[np.arange(20) % k]
        tape = forward(zeros, np.random.default_rng(1).normal(size=(20, 4)), (SIGMOID,))
        assert (LOSSES["ce"].per_sample(tape.logits, targets) == np.log(k)).all()
        assert mean_loss(tape, LOSSES["ce"], targets) == pytest.approx(np.log(k), rel=1e-15)


def test_a_mask_silences_its_neuron_forwards_and_backwards() -> None:
    masks = (np.array([[0.0, 2.0]]), None)
    tape = forward(PARAMETERS, X, (SIGMOID, SIGMOID), masks)
    assert tape.a[0][0, 0] == 0.0
    assert tape.a[0][0, 1] == pytest.approx(2 * 0.450166, abs=1e-6)
    gradients = backward(tape, PARAMETERS, (SIGMOID, SIGMOID), LOSSES["mse"], Y).gradients
    assert (gradients.weights[0][:, 0] == 0).all()
    assert gradients.biases[0][0] == 0
    assert gradients.weights[1][0, 0] == 0


def test_a_network_without_hidden_layers_and_a_batch_of_one_row() -> None:
    line = Parameters((np.array([[0.8]]),), (np.array([0.3]),))
    linear = (ACTIVATIONS["linear"],)
    tape = forward(line, np.array([[2.0]]), linear)
    # yhat = 1.9, dL/dyhat = 2 (1.9 - 1) = 1.8, dW = 1.8 * 2
    gradients = backward(tape, line, linear, LOSSES["mse"], np.array([[1.0]])).gradients
    assert gradients.weights[0].item() == pytest.approx(3.6)
    assert gradients.biases[0].item() == pytest.approx(1.8)


def test_parameters_count_and_return_from_their_arrays() -> None:
    assert PARAMETERS.count == 9
    assert PARAMETERS.sizes == (2, 2, 1)
    again = Parameters.of(PARAMETERS.arrays())
    assert all((a == b).all() for a, b in zip(again.arrays(), PARAMETERS.arrays(), strict=True))
    assert PARAMETERS.norm() == pytest.approx(
        np.sqrt(0.5**2 + 0.4**2 + 0.3**2 + 0.8**2 + 0.7**2 + 0.6**2 + 0.1**2 + 0.2**2 + 0.2**2)
    )
