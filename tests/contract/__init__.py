"""The rules of the contract, each by itself: unit tests and properties."""
