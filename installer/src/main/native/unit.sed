# Makes the unit of the native flavour from that of the others: nothing is compiled at run time, so no memory need be writable and
# executable.
s/^# MemoryDenyWriteExecute= is missing: .*$/MemoryDenyWriteExecute=yes/
