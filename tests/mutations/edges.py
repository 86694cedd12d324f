"""Mistakes with the features of edges, and what people rightly do with them."""

from functools import partial

from .faults import DATA_QUALITY, INPUT, LAYER_PROPERTIES, PREPROCESSING, SHAPE
from .mutation import Text, change, edit

augment = partial(change, "augment.py")
data = partial(change, "data.py")
edges = partial(change, "engine/edges.py")
graph = partial(change, "engine/graph.py")
model = partial(change, "model.py")
nodes = partial(change, "engine/nodes.py")
FEATURES = ("gat", "gin")
ALL = ("gat", "gin", "gcn", "gcn_graphs")

MUTATIONS = [
    augment(
        "features-of-dropped-edges",
        "edges are dropped and the features of others",
        SHAPE,
        ALL,
        "Augment.forward",
        "[features[kept_edges] for features in edge_attr]",
        "[features[:int(kept_edges.sum())] for features in edge_attr]",
    ),
    augment(
        "features-left-behind",
        "edges are dropped and all features are kept",
        SHAPE,
        ALL,
        "Augment.forward",
        "[features[kept_edges] for features in edge_attr]",
        "[*edge_attr]",
    ),
    data(
        "features-of-another-graph",
        "features of edges are put together from the last graph on",
        SHAPE,
        ("gin", "gcn_graphs"),
        "collate",
        "map(torch.cat, more)",
        "map(lambda each: torch.cat(each[::-1]), more)",
    ),
    nodes(
        "columns-by-their-place",
        "columns of nodes get the scale that stands at their place in training",
        PREPROCESSING,
        ("gat", "gcn"),
        "encode",
        "[(graph.numbers[name], *scale[name]) for name in scale if name in graph.numbers]",
        "[(column, *moments) for column, moments in zip(graph.numbers.values(), scale.values(), strict=False)]",
    ),
    data(
        "features-of-other-data",
        "scale and categories of edges come from all graphs",
        PREPROCESSING,
        ("gin", "gcn_graphs"),
        "describe",
        "graphs.edge_table.describe(trained[graphs.edges[0]])",
        "graphs.edge_table.describe()",
    ),
    edges(
        "features-in-the-order-of-rows",
        "edges are sorted and their features stay in the order of the file",
        SHAPE,
        ("gat", "gcn"),
        "EdgeTable.select",
        "features[self.rows]",
        "features[self.rows.sort().values]",
    ),
    edges(
        "features-one-way",
        "an edge has its features in the direction of its row only",
        INPUT,
        ("gat", "gcn"),
        "match_rows",
        "(ends,) if directed else (ends, ends.flip(0))",
        "(ends,)",
    ),
    graph(
        "features-of-either-direction",
        "in a directed graph both directions get the features of the first row",
        INPUT,
        ("gat", "gcn"),
        "with_edges",
        "match_rows(ends, edges, len(graph.names), directed)",
        "match_rows(ends, edges, len(graph.names), False)",
    ),
    edges(
        "missing-numbers-of-edges-are-zero",
        "a number that is missing is taken for 0 before it is scaled",
        DATA_QUALITY,
        ("gat", "gin"),
        "EdgeTable.encode",
        "((self.numbers[column] - mean) / std).nan_to_num(0.0)",
        "(self.numbers[column].nan_to_num(0.0) - mean) / std",
    ),
    edges(
        "missing-weights-are-zero",
        "a weight that is missing takes the edge away",
        DATA_QUALITY,
        ("gcn", "gcn_graphs"),
        "EdgeTable.encode",
        "numbers.float().nan_to_num(mean)",
        "numbers.float().nan_to_num(0.0)",
    ),
    edges(
        "features-of-edges-not-scaled",
        "numbers of edges are centred and not scaled",
        PREPROCESSING,
        ("gat",),
        "EdgeTable.encode",
        "((self.numbers[column] - mean) / std).nan_to_num(0.0)",
        "(self.numbers[column] - mean).nan_to_num(0.0)",
    ),
    edges(
        "nothing-is-a-category-of-edges",
        "an empty cell is a category of its own",
        DATA_QUALITY,
        ("gat",),
        "EdgeTable.describe",
        "sorted({words[row] for row in rows.tolist()} - {''})",
        "sorted({words[row] for row in rows.tolist()})",
    ),
    edges(
        "unseen-category-of-edges-is-the-first",
        "a category that training has not seen is taken for the first",
        INPUT,
        FEATURES,
        "EdgeTable.encode",
        "ids.get(word, 0)",
        "ids.get(word, 1)",
    ),
    edges(
        "categories-of-edges-by-one",
        "one-hot columns are those of the category before",
        SHAPE,
        FEATURES,
        "EdgeTable.encode",
        "F.one_hot(categories, len(known) + 1)[:, 1:]",
        "F.one_hot(categories, len(known) + 1)[:, :-1]",
    ),
    edges(
        "categories-of-edges-by-place",
        "categories are numbered as they come, and differently in other data",
        INPUT,
        FEATURES,
        "EdgeTable.encode",
        "enumerate(known, start=1)",
        "enumerate(list(dict.fromkeys(self.words[column]))[:len(known)], start=1)",
    ),
    edges(
        "constant-feature-of-edges-divided",
        "a column that never varies is divided by its deviation",
        PREPROCESSING,
        FEATURES,
        "EdgeTable.describe",
        "1.0 if constant else std.item()",
        "std.item()",
    ),
    edges(
        "contradictions-of-edges",
        "of two rows with one edge and other features the first is taken, and nobody told",
        DATA_QUALITY,
        ALL,
        "EdgeTable.select",
        "features != features[self.first]",
        "features != features",
    ),
    edges(
        "weights-scaled",
        "weights are centred, and so negative",
        PREPROCESSING,
        ("gcn", "gcn_graphs"),
        "EdgeTable.encode",
        "numbers.float().nan_to_num(mean)",
        "(numbers.float() - mean).nan_to_num(0.0)",
    ),
    edges(
        "negative-weights",
        "negative weights are taken, with which no mean is one",
        DATA_QUALITY,
        ("gcn", "gcn_graphs"),
        "EdgeTable.encode",
        "(numbers < 0).any()",
        "(numbers < -1e30).any()",
    ),
    model(
        "gin-features-ignored",
        "the layers get zeros in place of the features of edges",
        INPUT,
        ("gin",),
        "GIN.forward",
        "(edge_index, edge_attr)",
        "(edge_index, 0 * edge_attr)",
    ),
    model(
        "gin-features-upside-down",
        "the features of edges are turned round, their edges are not",
        SHAPE,
        ("gin",),
        "GIN.forward",
        "(edge_index, edge_attr)",
        "(edge_index, edge_attr.flip(0))",
    ),
    model(
        "gat-features-ignored",
        "the first layers do not get the features of edges",
        INPUT,
        ("gat",),
        "GAT.forward",
        "layer(self.dropout(x), edge_index, edge_attr)",
        "layer(self.dropout(x), edge_index)",
    ),
    model(
        "gat-features-of-loops-first",
        "the features of loops are put before those of the edges, and the loops behind them",
        SHAPE,
        ("gat",),
        "GAT.forward",
        "edge_index, edge_attr = add_self_loops(edge_index, edge_attr, fill_value=0.0, num_nodes=len(x))",
        "edge_index, edge_attr = add_self_loops(edge_index, edge_attr, fill_value=0.0, num_nodes=len(x))\n"
        "edge_attr = edge_attr if edge_attr is None else edge_attr.roll(len(x), 0)",
    ),
    model(
        "gcn-weights-ignored",
        "all edges count alike",
        INPUT,
        ("gcn", "gcn_graphs"),
        "GCN.forward",
        "edge_attr.squeeze(1)",
        "torch.ones_like(edge_attr.squeeze(1))",
    ),
    model(
        "gin-sized-by-nodes",
        "the layers are built for as many features of edges as nodes have",
        LAYER_PROPERTIES,
        ("gin",),
        "GIN.__init__",
        "edge_dim = info['num_edge_features']",
        "edge_dim = info['num_edge_features'] and info['num_features']",
    ),
]

ARGUMENTS = '        edge_dim = info["num_edge_features"]\n'
EDITS = [
    edit(
        "features-of-edges-through-an-mlp",
        "features of edges go through a small network of their own, one for all layers",
        ("gin", "gin_numbers"),
        Text(
            "model.py",
            "        self.layers = nn.ModuleList()\n",
            '        edge_dim = info["num_edge_features"] and width\n'
            "        if edge_dim:\n"
            '            first = nn.Linear(info["num_edge_features"], width)\n'
            "            self.encode_edges = nn.Sequential(first, nn.ReLU())\n"
            "        self.layers = nn.ModuleList()\n",
        ),
        Text("model.py", ARGUMENTS, ""),
        Text(
            "model.py",
            "        edges = (edge_index,) if edge_attr is None else (edge_index, edge_attr)\n",
            "        edges: tuple[Tensor, ...] = (edge_index,)\n"
            "        if edge_attr is not None:\n"
            "            edges = (edge_index, self.encode_edges(edge_attr))\n",
        ),
        Text(
            "tests/test_layers.py",
            "    x, (edge_attr,) = model.encode(make_nodes(5, 0)), make_features(info, 6, 0)\n",
            "    x, (edge_attr,) = model.encode(make_nodes(5, 0)), make_features(info, 6, 0)\n"
            "    edge_attr = model.encode_edges(edge_attr)\n",
        ),
    ),
    edit(
        "outliers-of-edges",
        "features of edges are cut off at five deviations",
        ("gat",),
        Text(
            "engine/nodes.py",
            "    return (x, graph.edges, *edge_attr)\n",
            "    return (x, graph.edges, *(each.clamp(-5, 5) for each in edge_attr))\n",
        ),
    ),
    edit(
        "noise-on-edges",
        "features of edges get noise in training, with a setting that is off",
        ("gat",),
        Text(
            "augment.py",
            '    """Fraction of the nodes, with their edges (You et al. 2020)."""\n',
            '    """Fraction of the nodes, with their edges (You et al. 2020)."""\n'
            "    edge_noise: Fraction\n"
            '    """Deviation of what is added to features of edges."""\n',
        ),
        Text(
            "augment.py",
            "from .engine.ranges import FractionBelowOne\n",
            "from .engine.ranges import Fraction, FractionBelowOne\n",
        ),
        Text(
            "augment.py",
            "        edge_attr = [features[kept_edges] for features in edge_attr]\n",
            "        edge_attr = [features[kept_edges] for features in edge_attr]\n"
            "        if self.settings.edge_noise and edge_attr:\n"
            "            (features,) = edge_attr\n"
            "            noise = torch.randn(features.shape, generator=generator, device=x.device)\n"
            "            edge_attr = [features + self.settings.edge_noise * noise]\n",
        ),
        Text("configs/default.yaml", "  drop_features: 0.0\n", "  drop_features: 0.0\n  edge_noise: 0.0\n"),
    ),
    edit(
        "dropout-of-edges",
        "features of edges are dropped out too",
        ("gat",),
        Text(
            "model.py",
            "        # From a node to itself leads",
            "        if edge_attr is not None:\n"
            "            edge_attr = self.dropout(edge_attr)\n"
            "        # From a node to itself leads",
        ),
    ),
    edit(
        "weights-of-edges-as-roots",
        "the root of a weight is what counts",
        ("gcn_graphs",),
        Text(
            "model.py",
            "        weight = None if edge_attr is None else edge_attr.squeeze(1)  # (E,)\n",
            "        weight = None if edge_attr is None else edge_attr.squeeze(1).sqrt()  # (E,)\n",
        ),
        Text(
            "tests/test_layers.py",
            "    weights = edge_attr[0].flatten() if",
            "    weights = edge_attr[0].flatten().sqrt() if",
        ),
    ),
]
