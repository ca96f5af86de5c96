"""Ports for servers: free, and out of the way of passing connections."""

import socket

import pytest

from shangwu.foundation.postgres import free_port, ports


def test_a_free_port_lies_below_those_of_passing_connections(monkeypatch, tmp_path):
    told = tmp_path / "range"
    told.write_text("20000\t60999\n", "ascii")
    monkeypatch.setattr(ports, "EPHEMERAL", told)
    assert all(ports.LOWEST <= free_port(neighbours=1) < 19_999 for _ in range(50))


def test_its_neighbours_are_free_too():
    port = free_port(neighbours=2)
    listeners = [socket.create_server(("127.0.0.1", port + further)) for further in range(3)]
    assert not any(ports.is_free(port + further) for further in range(3))
    for listener in listeners:
        listener.close()
    assert ports.is_free(port)


@pytest.mark.parametrize("told", ["1024 65535", "", None])
def test_a_machine_that_says_something_else_gets_ports_too(monkeypatch, tmp_path, told):
    answer = tmp_path / "range"
    if told is not None:
        answer.write_text(told, "ascii")
    monkeypatch.setattr(ports, "EPHEMERAL", answer)
    assert ports.LOWEST <= free_port() <= ports.HIGHEST


def test_no_free_port_is_said(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(OSError, match="no free port"):
        free_port()
