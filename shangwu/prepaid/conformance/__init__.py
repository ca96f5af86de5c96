"""The conformance kit: a program that an operator's programmer runs alone against the sandbox.

It knows nothing of the platform but the published interface: the standard library, httpx and cryptography, and
where they are there, zstandard and pyarrow. The platform hands it out as a zip and reads from it what a run must show.
"""

VERSION = "1.3.0"
