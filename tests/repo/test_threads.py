"""Doors and workers have threads: the first use of a struct by several of them at once must not end the process.

msgspec fills a struct's table when it is first used and shows it half-filled to whoever comes meanwhile; that is no
exception but the death of the process, so it is tried in one of its own.
"""

import subprocess
import sys

# New structs each round, since only the first use is dangerous; deep, so that filling takes long enough.
PROGRAM = """
import sys, threading, types
sys.setswitchinterval(1e-6)
{convert}

def fresh(number):
    module = types.ModuleType(f"fresh{{number}}")
    sys.modules[module.__name__] = module
    lines = ["import msgspec", "from typing import Optional"]
    for depth in range(40):
        inner = f"Doc{{depth - 1}}" if depth else "int"
        lines.append(f"class Doc{{depth}}(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):")
        lines += [f"    field{{k}}: Optional['{{inner}}'] = None" for k in range(6)]
    exec("\\n".join(lines), module.__dict__)
    return module.Doc39

def read(struct, together):
    together.wait()
    convert({{"field0": {{"field1": {{}}}}}}, struct)

for number in range(60):
    struct, together = fresh(number), threading.Barrier(4)
    threads = [threading.Thread(target=read, args=(struct, together)) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
print("alive")
"""
OURS = "from tinhso.packs.shape import convert"
BARE = "from msgspec import convert"


def outcome(convert: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(convert=convert)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_threads_may_read_a_document_of_a_kind_nobody_read_before():
    done = outcome(OURS)
    assert (done.returncode, done.stdout.strip()) == (0, "alive")


def test_the_library_alone_would_die_of_it():
    """When this fails the library was mended, and the lock in packs/shape.py may go."""
    assert any(outcome(BARE).returncode < 0 for _ in range(5))
