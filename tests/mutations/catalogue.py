"""All mutations, and the rules that the catalogue keeps."""

from . import augment, checkpoint, data, later, loop, model_graph, model_nlp, model_vision, objective, optim
from .mutation import Mutation

MODULES = (model_vision, model_nlp, model_graph, objective, optim, loop, data, augment, checkpoint, later)
CATALOGUE: dict[str, Mutation] = {m.name: m for module in MODULES for m in module.MUTATIONS}
