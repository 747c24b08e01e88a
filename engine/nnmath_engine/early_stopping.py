"""Early stopping: end a run when the watched loss has not become better for some epochs.

Source: Prechelt, "Early Stopping - But When?", in Neural Networks: Tricks of the Trade (1998).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnmath_engine.network import Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Patience:
    """The best epoch so far and how long it has been waited for a better one."""

    best_loss: float = float("inf")
    best_epoch: int = 0
    best_parameters: Parameters | None = None
    waited: int = 0

    def observe(self, loss: float, epoch: int, parameters: Callable[[], Parameters]) -> Patience:
        """The patience after an epoch that ended with `loss` on the watched samples.

        Args: parameters: copies those after the epoch; called if they are the best so far.
        """
        if loss < self.best_loss:
            return Patience(loss, epoch, parameters(), 0)
        return Patience(self.best_loss, self.best_epoch, self.best_parameters, self.waited + 1)
