"""The same experiment in scikit-learn: MLPClassifier, MLPRegressor, where they can say it.

Documentation: https://scikit-learn.org/stable/modules/neural_networks_supervised.html
"""

from __future__ import annotations

from nnmath_tui.views.conventions.subject import Equivalent, Subject

_ACTIVATIONS = {"linear": "identity", "sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}
_SOLVERS = ("sgd", "momentum", "nesterov", "adam")


def scikit(subject: Subject) -> Equivalent:
    """Lines that need X (n, d) and y (n,), and nothing else; none if it cannot be said."""
    obstacles = _obstacles(subject)
    if obstacles:
        return Equivalent((), (), obstacles)
    training, options = subject.experiment.training, subject.optimizer_options
    kind = "MLPClassifier" if subject.dataset.task == "classification" else "MLPRegressor"
    activation = _ACTIVATIONS[subject.hidden[0]] if subject.hidden else "identity"
    hidden = subject.experiment.network.hidden
    given = [f"hidden_layer_sizes={hidden}", f'activation="{activation}"']
    if training.optimizer == "adam":
        given += ['solver="adam"', f"beta_1={options['beta1']}", f"beta_2={options['beta2']}"]
        given.append(f"epsilon={options['epsilon']}")
    else:
        given += ['solver="sgd"', f"momentum={options.get('momentum', 0.0)}"]
        given.append(f"nesterovs_momentum={training.optimizer == 'nesterov'}")
    given += [
        f"learning_rate_init={_rate(subject)}",
        f"alpha={training.l2 * _alpha_factor(subject) * subject.batch}",
        f"batch_size={subject.batch}",
        f"max_iter={max(1, training.epochs)}",
        f"shuffle={training.shuffle}",
        "tol=0.0",
        f"n_iter_no_change={max(1, training.epochs)}",
    ]
    setup = [f"from sklearn.neural_network import {kind}", "", f"model = {kind}("]
    setup += [*(f"    {one}," for one in given), ")"]
    return Equivalent(tuple(setup), ("model.fit(X, y)",), tuple(_differences(subject)))


def _halves(subject: Subject) -> bool:
    """Whether the library's loss is half of ours."""
    return subject.blueprint.loss.name == "mse"


def _rate(subject: Subject) -> float:
    training = subject.experiment.training
    doubled = _halves(subject) and training.optimizer != "adam"
    return 2 * training.learning_rate if doubled else training.learning_rate


def _alpha_factor(subject: Subject) -> float:
    return 0.5 if _halves(subject) else 1.0


def _obstacles(subject: Subject) -> tuple[str, ...]:
    """Why the experiment cannot be said in scikit-learn."""
    training, network = subject.experiment.training, subject.experiment.network
    loss = subject.blueprint.loss.name
    found = []
    unknown = [name for name in dict.fromkeys(subject.hidden) if name not in _ACTIVATIONS]
    if unknown:
        found.append(f"no activation {', '.join(unknown)}: it has identity, logistic, tanh, relu")
    elif len(set(subject.hidden)) > 1:
        found.append("one activation for all hidden layers only")
    fitting = ("bce", "ce") if subject.dataset.task == "classification" else ("mse", "half_mse")
    if loss not in fitting:
        found.append(f"no loss {loss}: log loss for classes, half the squared error for numbers")
    elif loss in ("mse", "half_mse") and subject.blueprint.activations[-1].name != "linear":
        found.append("the output of a regression is linear")
    elif loss == "ce" and subject.blueprint.sizes[-1] == 2:
        found.append("two classes have one output with a sigmoid, never a softmax of two")
    if training.optimizer not in _SOLVERS:
        found.append(f"no {training.optimizer}: it has sgd with momentum, adam, lbfgs")
    if not subject.optimizer_options.get("bias_correction", True):
        found.append("no adam without bias correction")
    if training.l1:
        found.append("no L1")
    if network.dropout:
        found.append("no dropout")
    if training.clip_norm or training.clip_value:
        found.append("no gradient clipping")
    if training.schedule != "constant":
        found.append(f"no schedule {training.schedule}: it has invscaling and adaptive")
    return tuple(found)


def _differences(subject: Subject) -> list[str]:
    training, network = subject.experiment.training, subject.experiment.network
    notes = []
    if _halves(subject):
        notes.append(
            "Its loss is half the squared error: "
            + (
                "adam's steps are the same."
                if training.optimizer == "adam"
                else "hence twice the learning rate."
            )
        )
    if training.l2:
        notes.append(
            "alpha adds alpha / (2 n) * sum w^2 for a batch of n rows: alpha is L2 times the batch "
            "size, and counts more in a smaller last batch."
        )
    else:
        notes.append("alpha is 0.0001 unless given: an L2 that nobody asked for.")
    if network.initializer != "glorot_uniform" or subject.given:
        notes.append(f"No choice of initializer; here it is {network.initializer}.")
    notes.append(
        "Weights are Glorot uniform, and biases are drawn as well (here 0)"
        + (
            "; with logistic, from a range smaller by sqrt 3."
            if "sigmoid" in subject.hidden
            else "."
        )
    )
    if training.optimizer in ("momentum", "nesterov"):
        notes.append("The velocity holds eta * v; the steps are the same.")
    if training.optimizer == "adam":
        notes.append("epsilon is added before the bias correction, here after it.")
    if training.early_stopping:
        notes.append("Its early_stopping watches a score on rows that it splits off itself.")
    notes.append(
        "tol and n_iter_no_change are set so that it does not stop by itself; loss_curve_ is the "
        "mean of the batches' losses while the weights change, with the penalty."
    )
    return notes
