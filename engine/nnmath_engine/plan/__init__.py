"""The plan: a network's training, compiled once into a list of NumPy calls that write in place.

A small network is bound by the cost of calls, not by arithmetic: `network.forward` and its like
spend nine tenths of their time on making arrays and finding out what to do. A plan finds it out
once. It is made from a blueprint, the training's settings and the rows, and holds

- all parameters in one flat vector, as `layout` says, likewise their gradient and what the
  optimizer remembers, so that one call serves all layers;
- for each batch the calls of one step, bound to the arrays that they read and write (`step`,
  made of `kernels` for activations and losses and of `rules` for optimizers);

and an epoch is `for call in step: call()`. The reference (`network`, `descent`, `optimizers`)
says what the numbers must be; the tests hold the two together.

What pays, each measured on 2-8-8-1 with batches of 10 as time against the final design: flat
vectors in place of arrays for each layer 3.5 to 1.4; biases as one more row of the weights, fed by
a row of ones, and feature-major activations, so that all operands are contiguous and of one shape
(a broadcast costs four plain calls); the slopes of all layers in one call, and scalars as 0-d
arrays 1.16 to 1; bound `ndarray.dot` with a positional out in place of `np.matmul` 1.6 to 1.
Generated straight-line code would gain another 5 %, and nobody could read it.
"""

from nnmath_engine.plan.plan import Plan
from nnmath_engine.plan.responses import Responses
from nnmath_engine.plan.scoring import Examiner, Scores

__all__ = ["Examiner", "Plan", "Responses", "Scores"]
