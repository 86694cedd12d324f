"""The generated projects that mutations are tried in: every architecture, loss, optimizer and schedule."""

from typing import Any

VISION = {"domain": "vision", "task": "classification"}
TEXT = {"domain": "nlp", "task": "classification"}
WORDS = {"domain": "nlp", "task": "token_classification"}
CORPUS = {"domain": "nlp", "task": "language_modelling"}
NODES = {"domain": "graph", "task": "node_classification"}
GRAPHS = {"domain": "graph", "task": "graph_classification"}
IMAGE_LABELS = {"domain": "vision", "task": "multilabel"}
IMAGE_MASKS = {"domain": "vision", "task": "segmentation"}
TEXT_LABELS = {"domain": "nlp", "task": "multilabel"}
GRAPH_LABELS = {"domain": "graph", "task": "graph_multilabel"}
NODE_NUMBERS = {"domain": "graph", "task": "node_regression"}
GRAPH_NUMBERS = {"domain": "graph", "task": "graph_regression"}
LINKS = {"domain": "graph", "task": "link_prediction", "loss": "bce_with_logits"}

# Loss, optimizer and schedule are cross_entropy, adamw and cosine (for nodes constant) unless it is said.
PROJECTS: dict[str, dict[str, Any]] = {
    "mlp": {**VISION, "architecture": "mlp"},
    "mlp_mlflow": {**VISION, "architecture": "mlp", "optimizer": "adam", "tracking": "mlflow"},
    "cnn": {**VISION, "architecture": "cnn"},
    "cnn_sgd": {**VISION, "architecture": "cnn", "loss": "nll", "optimizer": "sgd", "schedule": "multistep"},
    "resnet": {**VISION, "architecture": "resnet"},
    "vit": {**VISION, "architecture": "vit", "schedule": "exponential"},
    "convnext": {**VISION, "architecture": "convnext"},
    "textcnn": {
        **TEXT,
        "architecture": "textcnn",
        "loss": "nll",
        "optimizer": "muon",
        "schedule": "exponential",
    },
    "lstm": {**TEXT, "architecture": "lstm"},
    "lstm_sgd": {**TEXT, "architecture": "lstm", "optimizer": "sgd", "schedule": "multistep"},
    "transformer": {**TEXT, "architecture": "transformer"},
    "gpt": {**CORPUS, "architecture": "gpt"},
    "lstm_corpus": {**CORPUS, "architecture": "lstm", "optimizer": "muon", "schedule": "wsd"},
    "lstm_words": {**WORDS, "architecture": "lstm"},
    "transformer_words": {**WORDS, "architecture": "transformer", "optimizer": "muon"},
    "gcn": {**NODES, "architecture": "gcn", "optimizer": "adamw"},
    "graphsage": {**NODES, "architecture": "graphsage", "loss": "nll", "schedule": "wsd"},
    "gat": {**NODES, "architecture": "gat", "optimizer": "sgd"},
    "gcn_graphs": {**GRAPHS, "architecture": "gcn", "loss": "nll", "schedule": "multistep"},
    "gin": {**GRAPHS, "architecture": "gin"},
    "backbone": {**VISION, "architecture": "timm"},
    "backbone_numbers": {
        **{"domain": "vision", "task": "regression", "architecture": "timm", "loss": "mse"},
        **{"optimizer": "muon", "export": True},
    },
    "backbone_texts": {**TEXT, "architecture": "huggingface"},
    "backbone_words": {
        **{"domain": "nlp", "task": "token_classification", "architecture": "huggingface"},
        **{"schedule": "constant", "export": True},
    },
    "cnn_binary": {**VISION, "architecture": "cnn", "loss": "bce_with_logits"},
    "lstm_binary": {**TEXT, "architecture": "lstm", "loss": "bce_with_logits"},
    "gin_binary": {**GRAPHS, "architecture": "gin", "loss": "bce_with_logits", "schedule": "constant"},
    "resnet_numbers": {"domain": "vision", "task": "regression", "architecture": "resnet", "loss": "mse"},
    "lstm_numbers": {"domain": "nlp", "task": "regression", "architecture": "lstm", "loss": "huber"},
    "gcn_numbers": {**NODE_NUMBERS, "architecture": "gcn", "loss": "mse"},
    "gin_numbers": {**GRAPH_NUMBERS, "architecture": "gin", "loss": "l1"},
    "resnet_distributed": {**VISION, "architecture": "resnet", "optimizer": "muon", "distributed": True},
    "lstm_distributed": {**TEXT, "architecture": "lstm", "distributed": True},
    "gin_distributed": {**GRAPHS, "architecture": "gin", "distributed": True},
    "graphsage_distributed": {**NODES, "architecture": "graphsage", "distributed": True},
    "links_distributed": {**LINKS, "architecture": "graphsage", "distributed": True},
    "gin_nodes": {**NODES, "architecture": "gin", "schedule": "cosine"},
    "gat_graphs": {**GRAPHS, "architecture": "gat"},
    "graphsage_graphs": {**GRAPH_NUMBERS, "architecture": "graphsage", "loss": "huber"},
    "gps_nodes": {**NODES, "architecture": "gps"},
    "gps_graphs": {**GRAPHS, "architecture": "gps"},
    "cnn_labels": {**IMAGE_LABELS, "architecture": "cnn", "loss": "bce_with_logits"},
    "unet": {**IMAGE_MASKS, "architecture": "unet"},
    "unet_dice": {**IMAGE_MASKS, "architecture": "unet", "loss": "cross_entropy_dice", "optimizer": "sgd"},
    "textcnn_labels": {**TEXT_LABELS, "architecture": "textcnn", "loss": "bce_with_logits"},
    "gcn_links": {**LINKS, "architecture": "gcn"},
    "gps_links": {**LINKS, "architecture": "gps"},
    "graphsage_links": {**LINKS, "architecture": "graphsage", "optimizer": "muon", "schedule": "wsd"},
    "gin_labels": {**GRAPH_LABELS, "architecture": "gin", "loss": "bce_with_logits"},
}

VISION_PROJECTS = ("mlp", "cnn", "cnn_sgd", "resnet", "vit", "convnext")
TEXT_PROJECTS = ("textcnn", "lstm", "lstm_sgd", "transformer")
CORPUS_PROJECTS = ("gpt", "lstm_corpus")
WORDS_PROJECTS = ("lstm_words", "transformer_words")
NODE_PROJECTS = ("gcn", "graphsage", "gat")
GRAPH_PROJECTS = ("gcn_graphs", "gin")
GPS_PROJECTS = ("gps_nodes", "gps_graphs")
LINKS_PROJECTS = ("gcn_links", "gps_links")
BINARY_PROJECTS = ("cnn_binary", "lstm_binary", "gin_binary")
# One of each form that may train in several processes: images, texts and graphs.
DISTRIBUTED_PROJECTS = ("resnet_distributed", "lstm_distributed", "gin_distributed")
# The same of one graph: its nodes, and its links.
ONE_GRAPH_DISTRIBUTED = ("graphsage_distributed", "links_distributed")
# Of each form, with any number of labels.
LABELS_PROJECTS = ("cnn_labels", "textcnn_labels", "gin_labels")
# Of images that a pretrained backbone sees.
BACKBONE_PROJECTS = ("backbone", "backbone_numbers")
# Of texts and words that one reads.
TOKEN_BACKBONE_PROJECTS = ("backbone_texts", "backbone_words")
# Of images with masks.
MASKS_PROJECTS = ("unet", "unet_dice")
# One of each form, with numbers.
NUMBERS_PROJECTS = ("resnet_numbers", "lstm_numbers", "gcn_numbers", "gin_numbers")
# One of each domain and task, for what is written once for all of them.
EVERY_TASK = ("resnet", "lstm", "gcn", "gin")
