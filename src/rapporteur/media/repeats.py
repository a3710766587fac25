"""H.264 pictures that repeat the one before, written by hand: a picture that stands still needs no encoder.

Such a picture is one slice of skipped macroblocks, a dozen bytes, and decodes to exactly the picture before it. It is a
reference like any other, so that any number may follow each other; what the encoder, which knows nothing of them, makes
afterwards is numbered anew (frame_num in its slice headers). Understood is what x264 makes with one reference, without
B-pictures and with CAVLC; anything else is refused. Pure over bytes in the form of Annex B. The names of fields are those of
ITU-T H.264, sections 7.3.2.1, 7.3.2.2 and 7.3.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SLICE, _KEY_SLICE, _SEQUENCE, _PICTURE = 1, 5, 7, 8
"""Values of nal_unit_type."""
_HEADER = bytes([0x40 | _SLICE])
_P_ALONE = 5
"""slice_type of a picture that has no slices of another type."""
_HEAD = 8
"""More bytes than the fields of a slice header up to frame_num take."""
_START = re.compile(rb"\x00\x00\x00?\x01")
_FORBIDDEN = re.compile(rb"\x00\x00(?=[\x00-\x03])")
_WITH_CHROMA_FORMAT = frozenset({100, 110, 122, 244})
"""Profiles whose sequence parameters tell more than the others'."""


class Repeater:
    """Follows one stream. Give it every picture the encoder makes, in order; ask for repetitions in between."""

    def __init__(self, parameters: bytes) -> None:
        """`parameters` are the encoder's parameter sets. ValueError for a stream whose pictures cannot be repeated."""
        self._form = _Form.of(parameters)
        self._made = self._sent = 0
        """frame_num of the last picture, as the encoder counted and as the stream has it."""

    def passed(self, picture: bytes) -> bytes:
        """A picture as the encoder made it, with the number that it has in the stream."""
        units = _units(picture)
        if any(unit[0] & 0x1F == _KEY_SLICE for unit in units):
            self._made = self._sent = 0
            return picture
        self._made, self._sent = self._after(self._made), self._after(self._sent)
        if self._made == self._sent:
            return picture
        return _joined([self._numbered(unit) if unit[0] & 0x1F == _SLICE else unit for unit in units])

    def repetition(self) -> bytes:
        """The picture before, once more; there must have been one."""
        self._sent = self._after(self._sent)
        form, bits = self._form, _Writer()
        bits.golomb(0, _P_ALONE, 0)  # first_mb_in_slice, slice_type, pic_parameter_set_id
        bits.fixed(self._sent, form.number_bits)
        bits.fixed(1, 1)  # num_ref_idx_active_override_flag
        bits.golomb(0)  # num_ref_idx_l0_active_minus1
        bits.fixed(0, 1)  # ref_pic_list_modification_flag_l0
        if form.weighted:
            bits.golomb(0, 0)  # luma_log2_weight_denom, chroma_log2_weight_denom
            bits.fixed(0, 2)  # luma_weight_l0_flag, chroma_weight_l0_flag
        bits.fixed(0, 1)  # adaptive_ref_pic_marking_mode_flag
        bits.golomb(0)  # slice_qp_delta
        if form.filter_told:
            bits.golomb(1)  # disable_deblocking_filter_idc
        bits.golomb(form.macroblocks)  # mb_skip_run
        return _joined([_HEADER + _escaped(bits.bytes())])

    def _after(self, number: int) -> int:
        return (number + 1) % (1 << self._form.number_bits)

    def _numbered(self, unit: bytes) -> bytes:
        bare = _bare(unit[1:])
        bits = _Reader(bare[:_HEAD])
        bits.golomb()  # first_mb_in_slice
        bits.golomb()  # slice_type
        bits.golomb()  # pic_parameter_set_id
        shift = len(bare[:_HEAD]) * 8 - bits.at - self._form.number_bits
        mask = ((1 << self._form.number_bits) - 1) << shift
        head = int.from_bytes(bare[:_HEAD], "big") & ~mask | self._sent << shift
        return unit[:1] + _escaped(head.to_bytes(len(bare[:_HEAD]), "big") + bare[_HEAD:])


@dataclass(frozen=True, slots=True)
class _Form:
    """What parameter sets fix about the slices."""

    macroblocks: int
    number_bits: int
    """Of frame_num."""
    weighted: bool
    filter_told: bool

    @classmethod
    def of(cls, parameters: bytes) -> _Form:
        units = {unit[0] & 0x1F: _Reader(_bare(unit[1:])) for unit in _units(parameters)}
        if _SEQUENCE not in units or _PICTURE not in units:
            raise ValueError("parameter sets are missing")
        return cls(*_sequence(units[_SEQUENCE]), *_picture(units[_PICTURE]))


def _sequence(bits: _Reader) -> tuple[int, int]:
    """Macroblocks of a picture, and the length of frame_num."""
    profile = bits.fixed(8)
    bits.fixed(16)  # constraints, level_idc
    bits.golomb()  # seq_parameter_set_id
    if profile in _WITH_CHROMA_FORMAT:
        _require(bits.golomb() == 1, "chroma_format_idc")
        bits.golomb()  # bit_depth_luma_minus8
        bits.golomb()  # bit_depth_chroma_minus8
        bits.fixed(1)  # qpprime_y_zero_transform_bypass_flag
        _require(bits.fixed(1) == 0, "seq_scaling_matrix_present_flag")
    number_bits = bits.golomb() + 4
    _require(bits.golomb() == 2, "pic_order_cnt_type")
    _require(bits.golomb() == 1, "max_num_ref_frames")
    bits.fixed(1)  # gaps_in_frame_num_value_allowed_flag
    macroblocks = (bits.golomb() + 1) * (bits.golomb() + 1)
    _require(bits.fixed(1) == 1, "frame_mbs_only_flag")
    return macroblocks, number_bits


def _picture(bits: _Reader) -> tuple[bool, bool]:
    """Whether P-slices carry weights, and what to do about the deblocking filter."""
    _require(bits.golomb() == 0, "pic_parameter_set_id")
    bits.golomb()  # seq_parameter_set_id
    _require(bits.fixed(1) == 0, "entropy_coding_mode_flag")
    bits.fixed(1)  # bottom_field_pic_order_in_frame_present_flag
    _require(bits.golomb() == 0, "num_slice_groups_minus1")
    bits.golomb()  # num_ref_idx_l0_default_active_minus1
    bits.golomb()  # num_ref_idx_l1_default_active_minus1
    weighted = bits.fixed(1) == 1
    bits.fixed(2)  # weighted_bipred_idc
    for _ in range(3):  # pic_init_qp_minus26, pic_init_qs_minus26, chroma_qp_index_offset
        bits.golomb()
    filter_told = bits.fixed(1) == 1
    bits.fixed(1)  # constrained_intra_pred_flag
    _require(bits.fixed(1) == 0, "redundant_pic_cnt_present_flag")
    return weighted, filter_told


def _require(met: bool, field: str) -> None:
    if not met:
        raise ValueError(f"pictures cannot be repeated with this {field}")


# --- bytes and bits -----------------------------------------------------------------------------------------------------


def _units(stream: bytes) -> list[bytes]:
    return [unit for unit in _START.split(stream) if unit]


def _joined(units: list[bytes]) -> bytes:
    return b"".join(b"\0\0\0\1" + unit for unit in units)


def _bare(payload: bytes) -> bytes:
    """Without the bytes that keep start codes out of a unit."""
    return payload.replace(b"\0\0\3", b"\0\0")


def _escaped(payload: bytes) -> bytes:
    return _FORBIDDEN.sub(b"\0\0\3", payload)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._length = len(data) * 8
        self.at = 0
        """Bits read."""

    def fixed(self, count: int) -> int:
        self.at += count
        return self._value >> (self._length - self.at) & ((1 << count) - 1)

    def golomb(self) -> int:
        """An unsigned Exp-Golomb code; of a signed one its place in the list of values."""
        zeros = 0
        while self.fixed(1) == 0:
            zeros += 1
        return (1 << zeros) - 1 + self.fixed(zeros)


class _Writer:
    def __init__(self) -> None:
        self._value, self._length = 1, 0

    def fixed(self, value: int, count: int) -> None:
        self._value, self._length = self._value << count | value, self._length + count

    def golomb(self, *values: int) -> None:
        for value in values:
            self.fixed(value + 1, 2 * (value + 1).bit_length() - 1)

    def bytes(self) -> bytes:
        """All of it, with the stop bit and zeros behind."""
        padding = -(self._length + 1) % 8
        value = (self._value << 1 | 1) << padding
        length = self._length + 1 + padding
        return (value & ((1 << length) - 1)).to_bytes(length // 8, "big")
