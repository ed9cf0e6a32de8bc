"""Stands in for Keras 3 where it is not installed: the layers that generated code uses, by the formulas of
Keras' documentation, with the channels last, run by torch. For tests alone."""

import sys
import types

import numpy as np
import torch
import torch.nn.functional as F

sys.setrecursionlimit(100000)


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


class KerasTensor:
    """A value of the model, with one sample of zeros put through to know its shape."""

    def __init__(self, function, parents, layer, probe):
        self.function, self.parents, self.layer, self.probe = function, parents, layer, probe

    @property
    def shape(self):
        return (None,) + tuple(self.probe.shape[1:])

    def __getitem__(self, key):
        return apply(lambda x: x[key], self)

    def __add__(self, other):
        return apply(lambda x: x + other, self)

    def __mul__(self, other):
        return apply(lambda x: x * other, self)

    def __truediv__(self, other):
        return apply(lambda x: x / torch.as_tensor(other), self)


def apply(function, *parents, layer=None):
    with torch.no_grad():
        probe = function(*[parent.probe for parent in parents])
    return KerasTensor(function, parents, layer, probe)


def Input(shape, name=None):
    return KerasTensor(None, (), None, torch.zeros((1,) + tuple(shape)))


class Layer:
    count = 0

    def __init__(self, name=None):
        Layer.count += 1
        self.name = name or f"layer_{Layer.count}"
        if "/" in self.name:
            raise ValueError(f"a layer's name has no slash: {self.name}")
        self.weights, self.built = [], False

    def add_weight(self, shape, initializer="zeros", name=None):
        self.weights.append(torch.zeros(shape) if initializer == "zeros" else torch.ones(shape))
        place = len(self.weights) - 1
        return Weight(self, place)

    def set_weights(self, values):
        if len(values) != len(self.weights):
            raise ValueError(f"{self.name} has {len(self.weights)} weights, not {len(values)}")
        for place, value in enumerate(values):
            if tuple(value.shape) != tuple(self.weights[place].shape):
                raise ValueError(f"{self.name}: {value.shape} is not {tuple(self.weights[place].shape)}")
            self.weights[place] = torch.from_numpy(np.array(value, np.float32))

    def build(self, shape):
        pass

    def __call__(self, inputs):
        several = isinstance(inputs, (list, tuple))
        parents = tuple(inputs) if several else (inputs,)
        if not self.built:
            shapes = [parent.shape for parent in parents]
            self.build(shapes if several else shapes[0])
            self.built = True
        return apply(lambda *v: self.call(list(v) if several else v[0]), *parents, layer=self)


class Weight:
    def __init__(self, layer, place):
        self.layer, self.place = layer, place

    def value(self):
        return self.layer.weights[self.place]

    def __radd__(self, other):
        return other + self.value()

    def __rmul__(self, other):
        return other * self.value()


class Conv2D(Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid", use_bias=True, name=None):
        super().__init__(name)
        self.filters, self.kernel, self.strides = filters, pair(kernel_size), pair(strides)
        self.padding, self.use_bias = padding, use_bias

    def build(self, shape):
        self.add_weight(self.kernel + (shape[-1], self.filters))
        if self.use_bias:
            self.add_weight((self.filters,))

    def call(self, x):
        x = first(x)
        if self.padding == "same":
            sides = []
            for size, kernel, stride in zip(x.shape[2:], self.kernel, self.strides):
                total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
                sides = [total // 2, total - total // 2] + sides
            x = F.pad(x, sides)
        bias = self.weights[1] if self.use_bias else None
        return last(F.conv2d(x, self.weights[0].permute(3, 2, 0, 1), bias, self.strides))


class Conv2DTranspose(Conv2D):
    def build(self, shape):
        self.add_weight(self.kernel + (self.filters, shape[-1]))
        if self.use_bias:
            self.add_weight((self.filters,))

    def call(self, x):
        x = first(x)
        wanted = [n * s + max(k - s, 0) for n, k, s in zip(x.shape[2:], self.kernel, self.strides)]
        y = F.conv_transpose2d(x, self.weights[0].permute(3, 2, 0, 1), None, self.strides)
        y = last(F.pad(y, (0, wanted[1] - y.shape[3], 0, wanted[0] - y.shape[2])))
        return y + self.weights[1] if self.use_bias else y


class Dense(Layer):
    def __init__(self, units, use_bias=True, name=None):
        super().__init__(name)
        self.units, self.use_bias = units, use_bias

    def build(self, shape):
        self.add_weight((shape[-1], self.units))
        if self.use_bias:
            self.add_weight((self.units,))

    def call(self, x):
        y = x @ self.weights[0]
        return y + self.weights[1] if self.use_bias else y


class BatchNormalization(Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, name=None):
        super().__init__(name)
        self.epsilon = epsilon

    def build(self, shape):
        for initializer in ("ones", "zeros", "zeros", "ones"):
            self.add_weight((shape[-1],), initializer)

    def call(self, x):
        gamma, beta, mean, variance = self.weights
        return (x - mean) / torch.sqrt(variance + self.epsilon) * gamma + beta


class ZeroPadding2D(Layer):
    def __init__(self, padding):
        super().__init__()
        high, wide = pair(padding)
        self.high, self.wide = pair(high), pair(wide)

    def call(self, x):
        return F.pad(x, (0, 0) + self.wide + self.high)


class MaxPooling2D(Layer):
    pool = staticmethod(F.max_pool2d)

    def __init__(self, pool_size, strides):
        super().__init__()
        self.size, self.strides = pool_size, strides

    def call(self, x):
        return last(self.pool(first(x), self.size, self.strides))


class AveragePooling2D(MaxPooling2D):
    pool = staticmethod(F.avg_pool2d)


def simple(function):
    class Simple(Layer):
        def __init__(self, *values, **named):
            super().__init__()
            self.values = list(values) + list(named.values())

        def call(self, x):
            return function(x, *self.values)

    return Simple


def product(values):
    return values[0] * values[1]


activations = {"sigmoid": torch.sigmoid, "tanh": torch.tanh}

layers = types.SimpleNamespace(
    Layer=Layer, Conv2D=Conv2D, Conv2DTranspose=Conv2DTranspose, Dense=Dense, ZeroPadding2D=ZeroPadding2D,
    BatchNormalization=BatchNormalization, MaxPooling2D=MaxPooling2D, AveragePooling2D=AveragePooling2D,
    GlobalAveragePooling2D=simple(lambda x: x.mean((1, 2))), ReLU=simple(torch.relu), ELU=simple(F.elu),
    Activation=simple(lambda x, name: activations[name](x)), Rescaling=simple(lambda x, scale: x * scale),
    Add=simple(sum), Multiply=simple(product), Concatenate=simple(lambda x: torch.cat(x, -1)),
    Reshape=simple(lambda x, sizes: x.reshape((-1,) + tuple(sizes))), Flatten=simple(lambda x: x.flatten(1)))


def pad(x, sides, constant_values=0):
    flat = [size for both in reversed(sides) for size in both]
    return apply(lambda v: F.pad(v, flat, value=constant_values), x)


ops = types.SimpleNamespace(
    pad=pad, exp=torch.exp, shape=lambda x: x.shape, convert_to_tensor=torch.as_tensor,
    reshape=lambda x, sizes: apply(lambda v: v.reshape(sizes), x), convert_to_numpy=lambda x: x.numpy())
random = types.SimpleNamespace(normal=torch.randn)


class Model:
    def __init__(self, inputs, outputs, name=None):
        self.inputs, self.outputs = inputs, outputs
        self.layers, seen = [], set()

        def visit(tensor):
            if id(tensor) in seen:
                return
            seen.add(id(tensor))
            for parent in tensor.parents:
                visit(parent)
            if tensor.layer is not None and tensor.layer not in self.layers:
                self.layers.append(tensor.layer)

        for output in outputs if isinstance(outputs, list) else [outputs]:
            visit(output)
        names = [layer.name for layer in self.layers]
        if len(names) != len(set(names)):
            raise ValueError("all layers need names of their own")

    def __call__(self, inputs, training=False):
        known = {}
        for tensor, value in zip(self.inputs, inputs) if isinstance(self.inputs, list) else [(self.inputs, inputs)]:
            known[id(tensor)] = value

        def value(tensor):
            if id(tensor) not in known:
                known[id(tensor)] = tensor.function(*[value(parent) for parent in tensor.parents])
            return known[id(tensor)]

        with torch.no_grad():
            if isinstance(self.outputs, list):
                return [value(output) for output in self.outputs]
            return value(self.outputs)
