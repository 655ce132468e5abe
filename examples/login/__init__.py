"""Sign in by a form, stay signed in by a session, sign out for good.

`responder dev examples.login.app:api` serves it.
"""
