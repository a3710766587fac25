"""A certificate for this process alone, by which a simulated platform answers under real names over https.

No browser trusts it; one that is started with `switch` does, by its key, and trusts nothing else that is wrong.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificate:
    chain: Path
    """PEM, as the key."""
    key: Path
    switch: str
    """What makes Chromium accept it."""


def make_certificate(folder: Path, now_ms: float) -> Certificate:
    """A new key and a certificate that it signed itself, as files in `folder`. `now_ms`: UTC milliseconds."""
    key = ec.generate_private_key(ec.SECP256R1())
    begin = datetime.fromtimestamp(now_ms / 1000, UTC) - timedelta(hours=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simulated platform")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(begin + VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain_file, key_file = folder / "certificate.pem", folder / "key.pem"
    chain_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(public).digest()).decode()
    return Certificate(chain_file, key_file, f"--ignore-certificate-errors-spki-list={pin}")
