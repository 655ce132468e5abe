"""The batteries, each importable alone.

Nothing is imported here, so that no application pays for a battery that it doesn't use.  They know public
names of the framework only; `responder.batteries` installs those that an application asks for.  The file is
there because pyright takes a folder without one for a package that came without types.
"""
