"""The layers that can be read, and what each may be told.

Everything here is a class of Keras itself that computes with numbers alone. Lambda is
not among them, nor is whatever else carries or names code.
"""

from __future__ import annotations

POOLING = ("pool_size", "strides", "padding")
CONVOLUTION = (
    "kernel_size",
    "strides",
    "padding",
    "dilation_rate",
    "activation",
    "use_bias",
)

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "Activation": ("activation",),
    "Add": (),
    "Average": (),
    "AveragePooling2D": POOLING,
    "BatchNormalization": ("axis", "epsilon", "center", "scale"),
    "Concatenate": ("axis",),
    "Conv2D": ("filters", "groups", *CONVOLUTION),
    "Conv2DTranspose": ("filters", "output_padding", *CONVOLUTION),
    "Cropping2D": ("cropping",),
    "Dense": ("units", "activation", "use_bias"),
    "DepthwiseConv2D": ("depth_multiplier", *CONVOLUTION),
    "ELU": ("alpha",),
    "Flatten": (),
    "GlobalAveragePooling2D": ("keepdims",),
    "GlobalMaxPooling2D": ("keepdims",),
    "GroupNormalization": ("groups", "axis", "epsilon", "center", "scale"),
    "LayerNormalization": ("axis", "epsilon", "center", "scale"),
    "LeakyReLU": ("negative_slope",),
    "MaxPooling2D": POOLING,
    "Maximum": (),
    "Minimum": (),
    "Multiply": (),
    "Normalization": ("axis", "mean", "variance", "invert"),
    "PReLU": ("shared_axes",),
    "Permute": ("dims",),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "Rescaling": ("scale", "offset"),
    "Reshape": ("target_shape",),
    "Resizing": ("height", "width", "interpolation", "crop_to_aspect_ratio"),
    "SeparableConv2D": ("filters", "depth_multiplier", *CONVOLUTION),
    "Softmax": ("axis",),
    "Subtract": (),
    "UnitNormalization": ("axis",),
    "UpSampling2D": ("size", "interpolation"),
    "ZeroPadding2D": ("padding",),
}
"""What a layer is made with, as far as its answers depend on it."""

FORMER_NAMES = {"LeakyReLU": {"alpha": "negative_slope"}}
"""Arguments that Keras 2 called otherwise."""

UNSPOKEN: dict[str, tuple[str, ...]] = {
    "BatchNormalization": ("momentum", "synchronized", "fused", "renorm_momentum"),
    "DepthwiseConv2D": ("groups", "filters"),
    "Normalization": ("input_mean", "input_variance"),
}
"""Arguments that change nothing about the answers."""

ANYWHERE = (
    "name",
    "trainable",
    "dtype",
    "input_dtype",
    "batch_input_shape",
    "batch_shape",
    "input_shape",
    "data_format",
    "autocast",
    "activity_regularizer",
)
TRAINING_ONLY = ("_initializer", "_regularizer", "_constraint")
"""How arguments end that only training needs."""

SILENT = (
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "RandomBrightness",
    "RandomContrast",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "SpatialDropout2D",
)
"""Layers that only act while a model learns; here they pass on what they get."""

ARITHMETIC = ("Add", "Divide", "Multiply", "Subtract", "TrueDivide")
"""Operations of Keras 3: ``x / 127.5 - 1`` between two layers."""

MODELS = ("Functional", "Model", "Sequential")
INPUT = "InputLayer"

ACTIVATIONS = (
    "elu",
    "exponential",
    "gelu",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "leaky_relu",
    "linear",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "swish",
    "tanh",
)

WORDS: dict[str, tuple[str, ...]] = {
    "activation": ACTIVATIONS,
    "interpolation": ("nearest", "bilinear"),
    "padding": ("same", "valid"),
}
"""The words that an argument may be; every other text is refused."""

INITIALISERS = (
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
)
REGULARISERS = ("L1", "L1L2", "L2", "OrthogonalRegularizer")
CONSTRAINTS = ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm")
RECORDS = ("DTypePolicy", "Policy", "TensorShape", "__keras_tensor__", "__tuple__")
"""Not layers, but entries that say of what kind and shape numbers are."""

READABLE = frozenset(
    (
        *ARGUMENTS,
        *SILENT,
        *ARITHMETIC,
        *MODELS,
        INPUT,
        *INITIALISERS,
        *REGULARISERS,
        *CONSTRAINTS,
        *RECORDS,
    )
)
