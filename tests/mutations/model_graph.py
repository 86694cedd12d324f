"""Mistakes in model.py of graph projects."""

from functools import partial

from .faults import ACTIVATION, API, INPUT, LAYER_PROPERTIES, LAYERS, MODEL_TYPE, PROCESS, SHAPE
from .mutation import Edit, Mutation

edit = partial(Edit, "model.py")
MUTATIONS = [
    Mutation(
        "gcn-list-of-layers",
        "layers in a Python list are no parameters of the model",
        MODEL_TYPE,
        ("gcn",),
        (
            edit(
                "GCN.__init__",
                "nn.ModuleList((GCNConv(*sizes) for sizes in pairwise(widths)))",
                "[GCNConv(*sizes) for sizes in pairwise(widths)]",
            ),
        ),
    ),
    Mutation(
        "gcn-activation-at-the-end",
        "the last layer gets the same activation as the others",
        ACTIVATION,
        ("gcn",),
        (
            edit(
                "GCN.forward",
                "x = self.layers[-1](self.dropout(x), edge_index)",
                "x = self.activation(self.layers[-1](self.dropout(x), edge_index))",
            ),
        ),
    ),
    Mutation(
        "gcn-softmax-over-nodes",
        "softmax over the nodes instead of the classes, and before the cross-entropy",
        LAYERS,
        ("gcn",),
        (
            edit(
                "GCN.forward",
                "x = self.layers[-1](self.dropout(x), edge_index)",
                "x = self.layers[-1](self.dropout(x), edge_index).log_softmax(dim=0)",
            ),
        ),
    ),
    Mutation(
        "gcn-messages-backwards",
        "messages go from target to source",
        SHAPE,
        ("gcn",),
        (
            edit(
                "GCN.forward",
                "self.layers[-1](self.dropout(x), edge_index)",
                "self.layers[-1](self.dropout(x), edge_index.flip(0))",
            ),
        ),
    ),
    Mutation(
        "gcn-no-edges",
        "the edges are lost on the way to the first layer",
        INPUT,
        ("gcn",),
        (
            edit(
                "GCN.forward",
                "layer(self.dropout(x), edge_index)",
                "layer(self.dropout(x), edge_index[:, :0])",
            ),
        ),
    ),
    Mutation(
        "gcn-dropout-in-evaluation",
        "functional dropout without training=self.training drops in evaluation too",
        API,
        ("gcn",),
        (
            edit(
                "GCN.forward",
                "self.activation(layer(self.dropout(x), edge_index))",
                "self.activation(layer(nn.functional.dropout(x, self.dropout.p), edge_index))",
            ),
        ),
    ),
    Mutation(
        "gcn-layer-skipped",
        "the loop over the layers stops one too early",
        MODEL_TYPE,
        ("gcn",),
        (edit("GCN.forward", "self.layers[:-1]", "self.layers[:-2]"),),
    ),
    Mutation(
        "gcn-no-self-loops",
        "a node does not see itself",
        LAYER_PROPERTIES,
        ("gcn",),
        (edit("GCN.__init__", "GCNConv(*sizes)", "GCNConv(*sizes, add_self_loops=False)"),),
    ),
    Mutation(
        "gcn-not-normalised",
        "sums instead of means over the neighbours",
        LAYER_PROPERTIES,
        ("gcn", "gcn_graphs"),
        (edit("GCN.__init__", "GCNConv(*sizes)", "GCNConv(*sizes, normalize=False)"),),
    ),
    Mutation(
        "gcn-all-nodes-at-once",
        "features are standardised over all nodes of the batch by hand",
        LAYERS,
        ("gcn_graphs",),
        (
            edit(
                "GCN.forward",
                "self.head(x / sizes.clamp(min=1).unsqueeze(1))",
                "self.head(nn.functional.layer_norm(x / sizes.clamp(min=1).unsqueeze(1), x.shape))",
            ),
        ),
    ),
    Mutation(
        "gcn-cached-normalisation",
        "cached=True keeps the edges of the first call for all others",
        API,
        ("gcn", "gcn_graphs"),
        (edit("GCN.__init__", "GCNConv(*sizes)", "GCNConv(*sizes, cached=True)"),),
    ),
    Mutation(
        "gcn-pools-everything",
        "one mean over all graphs of the batch instead of one for each",
        SHAPE,
        ("gcn_graphs",),
        (
            edit(
                "GCN.forward",
                "self.head(x / sizes.clamp(min=1).unsqueeze(1))",
                "self.head((x / sizes.clamp(min=1).unsqueeze(1)).mean(dim=0).expand(len(sizes), -1))",
            ),
        ),
    ),
    Mutation(
        "gcn-divides-by-graphs",
        "the sum over the nodes of a graph is divided by the number of graphs",
        SHAPE,
        ("gcn_graphs",),
        (edit("GCN.forward", "sizes.clamp(min=1).unsqueeze(1)", "len(sizes)"),),
    ),
    Mutation(
        "gcn-empty-graph",
        "a graph without nodes gives nan",
        INPUT,
        ("gcn_graphs",),
        (edit("GCN.forward", "sizes.clamp(min=1).unsqueeze(1)", "sizes.unsqueeze(1)"),),
    ),
    Mutation(
        "gcn-counts-graphs-by-maximum",
        "the number of graphs is read off their nodes, so that an empty last one is lost",
        SHAPE,
        ("gcn_graphs",),
        (
            edit(
                "GCN.forward",
                "x.new_zeros(len(sizes), x.size(1)).index_add(0, graph, x)",
                "x.new_zeros(int(graph.max()) + 1, x.size(1)).index_add(0, graph, x)",
            ),
        ),
    ),
    Mutation(
        "gcn-depth-ignored",
        "the number of layers is hard-coded, the setting is ignored",
        MODEL_TYPE,
        ("gcn_graphs",),
        (
            edit(
                "GCN.__init__",
                "widths = [num_features, *[width] * settings.depth]",
                "widths = [num_features, *[width] * 3]",
            ),
        ),
    ),
    Mutation(
        "gcn-in-place-on-the-features",
        "an in-place operation on numeric features changes the caller's batch",
        API,
        ("gcn", "gcn_graphs"),
        (edit("GCN.forward", "x = self.encode(x)", "x = self.encode(x)\nx *= 0.5"),),
    ),
    Mutation(
        "graphsage-forgets-the-node",
        "the weight of the node itself is left out",
        LAYER_PROPERTIES,
        ("graphsage",),
        (edit("GraphSAGE.__init__", "SAGEConv(*sizes)", "SAGEConv(*sizes, root_weight=False)"),),
    ),
    Mutation(
        "graphsage-messages-backwards",
        "messages go from target to source",
        SHAPE,
        ("graphsage",),
        (
            edit(
                "GraphSAGE.forward",
                "x = self.encode(x)",
                "x = self.encode(x)\nedge_index = edge_index[[1, 0]]",
            ),
        ),
    ),
    Mutation(
        "graphsage-softmax",
        "softmax in the model, whose output the loss takes for logits",
        LAYERS,
        ("graphsage",),
        (
            edit(
                "GraphSAGE.forward",
                "return self.layers[-1](self.dropout(x), edge_index)",
                "return self.layers[-1](self.dropout(x), edge_index).softmax(dim=-1)",
            ),
        ),
    ),
    Mutation(
        "graphsage-detached-neighbours",
        "a detach in the wrong place: what comes from the neighbours trains no earlier layer",
        PROCESS,
        ("graphsage",),
        (
            edit(
                "GraphSAGE.forward",
                "self.layers[-1](self.dropout(x), edge_index)",
                "self.layers[-1]((self.dropout(x).detach(), self.dropout(x)), edge_index)",
            ),
        ),
    ),
    Mutation(
        "gat-no-self-loops",
        "a node does not see itself",
        LAYER_PROPERTIES,
        ("gat",),
        (
            edit(
                "GAT.forward",
                "edge_index, _ = add_self_loops(edge_index, num_nodes=len(x))",
                "pass",
            ),
        ),
    ),
    Mutation(
        "gat-messages-backwards",
        "messages go from target to source",
        SHAPE,
        ("gat",),
        (
            edit(
                "GAT.forward",
                "self.activation(layer(self.dropout(x), edge_index))",
                "self.activation(layer(self.dropout(x), edge_index.flip(0)))",
            ),
        ),
    ),
    Mutation(
        "gat-activation-at-the-end",
        "the last layer gets the same activation as the others",
        ACTIVATION,
        ("gat",),
        (
            edit(
                "GAT.forward",
                "return self.layers[-1](self.dropout(x), edge_index)",
                "return self.activation(self.layers[-1](self.dropout(x), edge_index))",
            ),
        ),
    ),
    Mutation(
        "gat-heads-ignored",
        "the number of heads is hard-coded, the setting is ignored",
        LAYER_PROPERTIES,
        ("gat",),
        (
            edit(
                "GAT.__init__",
                "width = settings.width * settings.num_heads",
                "width = settings.width * 8",
            ),
            edit(
                "GAT.__init__",
                "GATConv(num_features, settings.width, settings.num_heads, **options)",
                "GATConv(num_features, settings.width, 8, **options)",
            ),
        ),
    ),
    Mutation(
        "gin-batch-statistics",
        "batch norm goes on to use the statistics of the batch in evaluation",
        LAYER_PROPERTIES,
        ("gin",),
        (
            edit(
                "MLP.__init__",
                "super().__init__(nn.Linear(in_features, out_features, bias=False), nn.BatchNorm1d(out_features), nn.ReLU(inplace=True), nn.Linear(out_features, out_features, bias=False), nn.BatchNorm1d(out_features), nn.ReLU(inplace=True))",
                "super().__init__(nn.Linear(in_features, out_features, bias=False), nn.BatchNorm1d(out_features), nn.ReLU(inplace=True), nn.Linear(out_features, out_features, bias=False), nn.BatchNorm1d(out_features, track_running_stats=False), nn.ReLU(inplace=True))",
            ),
        ),
    ),
    Mutation(
        "gin-divides-by-the-batch",
        "the sum over a graph is divided by the nodes of the whole batch",
        SHAPE,
        ("gin",),
        (edit("GIN.forward", "self.head(x / self.num_nodes)", "self.head(x / sizes.sum())"),),
    ),
    Mutation(
        "gin-relu-after-head",
        "the head gets the same activation as the layers",
        ACTIVATION,
        ("gin",),
        (edit("GIN.forward", "self.head(x / self.num_nodes)", "self.head(x / self.num_nodes).relu()"),),
    ),
    Mutation(
        "gin-messages-within-the-node",
        "a layer gets an empty set of edges",
        INPUT,
        ("gin",),
        (edit("GIN.forward", "layer(x, edge_index)", "layer(x, edge_index[:, :0])"),),
    ),
    Mutation(
        "gin-mlp-shared",
        "one MLP is built and given to all layers but the first",
        MODEL_TYPE,
        ("gin",),
        (
            edit(
                "GIN.__init__",
                "for _ in range(settings.depth):\n    self.layers.append(GINConv(MLP(num_features, width)))\n    num_features = width",
                "self.layers.append(GINConv(MLP(num_features, width)))\nlayer = GINConv(MLP(width, width))\nfor _ in range(settings.depth - 1):\n    self.layers.append(layer)",
            ),
        ),
    ),
    Mutation(
        "gin-graphs-in-another-order",
        "the graphs of the nodes are in another order than the nodes",
        SHAPE,
        ("gin",),
        (
            edit(
                "GIN.forward",
                "x.new_zeros(len(sizes), x.size(1)).index_add(0, graph, x)",
                "x.new_zeros(len(sizes), x.size(1)).index_add(0, graph.sort(descending=True).values, x)",
            ),
        ),
    ),
]
