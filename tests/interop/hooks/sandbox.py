"""sandbox.py PROGRAM ARGUMENT…: runs it as the unit does in what matters to hooks: no new privileges, and capset(2) is refused
(SystemCallFilter=~@privileged with EPERM)."""
import ctypes
import errno
import os
import platform
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
CAPSET = {"x86_64": 126, "aarch64": 91}[platform.machine()]


def instruction(code, if_true, if_false, value):
    return struct.pack("HBBI", code, if_true, if_false, value)


program = ctypes.create_string_buffer(
    instruction(LOAD, 0, 0, 0) + instruction(JUMP_IF_EQUAL, 0, 1, CAPSET) + instruction(RETURN, 0, 0, REFUSE) +
    instruction(RETURN, 0, 0, ALLOW))
header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(program)))
libc = ctypes.CDLL(None, use_errno=True)
for words in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, FILTER, ctypes.addressof(header), 0, 0)):
    if libc.prctl(*(ctypes.c_ulong(word) for word in words)) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
os.execv(sys.argv[1], sys.argv[1:])
