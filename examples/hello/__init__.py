"""The smallest application: `responder run examples.hello.app`."""
