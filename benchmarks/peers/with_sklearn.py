"""scikit-learn's multilayer perceptron, with everything off that can be.

It has no output activation but its own: tanh at the output becomes linear. What is measured is
`fit`, which draws its orders itself and looks at the loss after each epoch; `partial_fit`, which
takes the rows as they come but pays for its checks every time, shows that the numbers agree.
"""

from __future__ import annotations

import warnings

from nnmath_engine.arrays import Array
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from benchmarks.work import Orders, Work


class Sklearn:
    """See `Peer`."""

    def __init__(self, work: Work) -> None:
        warnings.simplefilter("ignore", ConvergenceWarning)
        self._X, self._Y = work.data()
        self._classifies = work.loss == "ce"
        self._y = self._Y.argmax(axis=1) if self._classifies else self._Y[:, 0]
        model = MLPClassifier if self._classifies else MLPRegressor
        self._model = model(
            hidden_layer_sizes=work.sizes[1:-1],
            activation=work.hidden,
            solver=work.optimizer,
            alpha=0.0,
            batch_size=work.batch,
            learning_rate_init=work.learning_rate,
            epsilon=work.epsilon,
            momentum=0.0,
            nesterovs_momentum=False,
            shuffle=False,
            tol=0.0,
            n_iter_no_change=1_000_000_000,
        )
        # The first call makes the arrays; their numbers, and the optimizer, are replaced.
        self._part(self._X, self._y)
        for W, b, first in zip(
            self._model.coefs_, self._model.intercepts_, work.layers(), strict=True
        ):
            W[...], b[...] = first
        del self._model._optimizer
        self._model.t_ = 0

    def _part(self, X: Array, y: Array) -> None:
        if self._classifies:
            self._model.partial_fit(X, y, classes=range(self._Y.shape[1]))
        else:
            self._model.partial_fit(X, y)

    def train(self, orders: Orders) -> None:
        for order in orders:
            self._part(self._X[order], self._y[order])

    def fit(self, epochs: int) -> None:
        """Train for so many epochs in the way that it is meant to be used."""
        self._model.set_params(shuffle=True, warm_start=True, max_iter=epochs)
        self._model.fit(self._X, self._y)

    def layers(self) -> list[tuple[Array, Array]]:
        return list(zip(self._model.coefs_, self._model.intercepts_, strict=True))
