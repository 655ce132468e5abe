"""An application that uses every kind of type, parameter, body, answer, stream, upload and security."""
