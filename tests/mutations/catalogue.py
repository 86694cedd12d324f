"""All mutations, and all edits that people rightly make, by name, which `tests/test_mutations.py` holds to be one of a kind."""

from . import (
    augment,
    binary,
    blind_labels,
    blind_numbers,
    checkpoint,
    data_graph,
    data_nlp,
    data_vision,
    distributed,
    edges,
    edits_foreign,
    edits_made_blind,
    edits_made_unseen,
    edits_of_components,
    edits_of_newcomers,
    edits_of_recipes,
    found_by_reading,
    labels,
    later,
    loop,
    model_convnext,
    model_graph,
    model_nlp,
    model_vision,
    new_strengths,
    numbers,
    objective,
    optim,
    resume,
    targets,
    unseen,
    unseen_again,
)
from .mutation import Mutation

MODELS = (model_vision, model_convnext, model_nlp, model_graph)
DATA = (data_vision, data_nlp, data_graph)
MODULES = (
    *MODELS,
    objective,
    optim,
    loop,
    *DATA,
    edges,
    augment,
    checkpoint,
    resume,
    later,
    unseen,
    unseen_again,
    found_by_reading,
    targets,
    numbers,
    distributed,
    binary,
    labels,
    blind_labels,
    blind_numbers,
    new_strengths,
)
CATALOGUE: dict[str, Mutation] = {m.name: m for module in MODULES for m in module.MUTATIONS}
EDIT_MODULES = (
    edits_made_blind,
    edits_made_unseen,
    edits_of_newcomers,
    edits_foreign,
    edits_of_recipes,
    edits_of_components,
    edges,
)
EDITS: dict[str, Mutation] = {edit.name: edit for module in EDIT_MODULES for edit in module.EDITS}
