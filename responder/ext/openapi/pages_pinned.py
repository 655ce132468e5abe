"""The pages' own programs, which others wrote: exactly which files, and what their bytes hash to.

One table for two roads.  The build packs the files of themes that are `packed` into the wheel, and keeps them
only if they hash to what stands here; a page that has no packed files links the very same ones at a content
network, where the browser checks them.  Knows nothing but names.  Read by `pages_html`, `pages_files` and
`scripts/pack_assets.py`, which loads this file alone: standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

NETWORK: Final = "https://cdn.jsdelivr.net"
"""Where files that are not packed come from: it serves the files of npm packages as they are."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """One file of an npm package, and the SHA-384 of its bytes as browsers spell it."""

    path: str
    integrity: str

    @property
    def name(self) -> str:
        """The name without its folder."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Program:
    """One version of an npm package, and those of its files that a page loads."""

    package: str
    version: str
    files: tuple[Pinned, ...]
    licences: tuple[Pinned, ...] = ()
    """What has to go along with the files; named for those that are packed."""
    packed: bool = False

    @property
    def folder(self) -> str:
        """Where the packed files lie, and the middle of their URL."""
        return f"{self.package.rpartition('/')[2]}-{self.version}"

    def public_url(self, file: Pinned) -> str:
        """Where the content network has a file."""
        return f"{NETWORK}/npm/{self.package}@{self.version}/{file.path}"


PROGRAMS: Final[Mapping[str, Program]] = {
    "swagger_ui": Program(
        "swagger-ui-dist",
        "5.35.0",
        files=(
            Pinned(
                "swagger-ui.css", "sha384-WlYgdmXYOOBWL5apwjDEZwN+U3HmXSSu5R6V5aGxEcf7z+KuRNwBhoxKVN1i3D5I"
            ),
            Pinned(
                "swagger-ui-bundle.js",
                "sha384-gjRm0bEPMeTmMh5jT2cHccIwCUZSTd8YC+j0d0sXw0MdGEfScduGpSyF3ZSSLkX9",
            ),
            Pinned(
                "oauth2-redirect.js",
                "sha384-XuY48ztmqRBrZqX+bDrPUqkTumNohu9Bl+yztOEp/hDTS5qXIApmbiD04MrTFpjk",
            ),
        ),
        licences=(
            Pinned("LICENSE", "sha384-II9e1ieUDl5AxyiVq3/FflTua1Sr0kMJ25e6imG7rXg7SiAsA2VemsvEqVsLqM7/"),
            Pinned("NOTICE", "sha384-0WsY5RW2lVusdcWTnoCx5fP8TSnX2JZrr3m82bJxkn2hS3VYTh1Ar/IQSNtZJB3d"),
            Pinned(
                "swagger-ui-bundle.js.LICENSE.txt",
                "sha384-9K6Bw0izPlkJhBYpUag02GZV9xD+b8m/SSHHt0Ye/VRiuhblAprOAYBo2KnqR/Mh",
            ),
        ),
        packed=True,
    ),
    "redoc": Program(
        "redoc",
        "2.5.4",
        files=(
            Pinned(
                "bundles/redoc.standalone.js",
                "sha384-w447zOpYfw/1Tv/5AK9NfHTlQIqE3RVR6KY62jCyy9zNDgO64cMwGGP1Fj0zJVf5",
            ),
        ),
        licences=(
            Pinned("LICENSE", "sha384-4MRcX1AZo9fmrFMpgiOo2/fLeo30JFKqMdhfNbX8/s8G2JOMVgAMtpbjnegfSg8/"),
            Pinned(
                "bundles/redoc.standalone.js.LICENSE.txt",
                "sha384-OFQi0xUr5L/+2y3vpESy0W4KdaU5Fwior4B3IX7AoY/ip3f2WR8RQKEUnv4k9MQP",
            ),
        ),
        packed=True,
    ),
    "rapidoc": Program(
        "rapidoc",
        "9.3.8",
        files=(
            Pinned(
                "dist/rapidoc-min.js",
                "sha384-szzoYhqSJqZH8X90KwbBjYL1CMLEa3U7xl/oAZg4ViKpYEY5GVhM+peBQB4u7ANM",
            ),
        ),
    ),
    "elements": Program(
        "@stoplight/elements",
        "9.0.25",
        files=(
            Pinned(
                "styles.min.css", "sha384-NzdOiocfnINlXfuCXi4OpL/xvdbgLiKaLHQ07Z+IwhVaxHqLShn5rVD5OHt/LYgz"
            ),
            Pinned(
                "web-components.min.js",
                "sha384-X5kH2B8aH81JEl8IfSBwwnr8FYcCqMzdxpqjmmlRbhIl7SsQ9Zn0xk+csQmU37zN",
            ),
        ),
    ),
    "scalar": Program(
        "@scalar/api-reference",
        "1.46.4",
        files=(
            Pinned(
                "dist/browser/standalone.js",
                "sha384-BbTs28WithFYxTDCiH0YPK5tv3MflhBVpABoMjfb9UqXa/hegSE9I4THoddKejMF",
            ),
        ),
    ),
}
"""The program of each theme."""

EXPLORER: Final[tuple[Program, ...]] = (
    Program(
        "react",
        "18.3.1",
        files=(
            Pinned(
                "umd/react.production.min.js",
                "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
            ),
        ),
        licences=(
            Pinned("LICENSE", "sha384-dIN5gxuW3odCH42AKpxql36fRQlrVsjCi4EJgGC2Ty8Ihkcq9cdrChEZpKhSAfks"),
        ),
        packed=True,
    ),
    Program(
        "react-dom",
        "18.3.1",
        files=(
            Pinned(
                "umd/react-dom.production.min.js",
                "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
            ),
        ),
        licences=(
            Pinned("LICENSE", "sha384-dIN5gxuW3odCH42AKpxql36fRQlrVsjCi4EJgGC2Ty8Ihkcq9cdrChEZpKhSAfks"),
        ),
        packed=True,
    ),
    # The last version that a page can load as it is: later ones have to be built first.
    Program(
        "graphiql",
        "3.8.3",
        files=(
            Pinned(
                "graphiql.min.css", "sha384-Mq3vbRBY71jfjQAt/DcjxUIYY33ksal4cgdRt9U/hNPvHBCaT2JfJ/PTRiPKf0aM"
            ),
            Pinned(
                "graphiql.min.js", "sha384-HbRVEFG0JGJZeAHCJ9Xm2+tpknBQ7QZmNlO/DgZtkZ0aJSypT96YYGRNod99l9Ie"
            ),
        ),
        licences=(
            Pinned("LICENSE", "sha384-9JPX1agGTIUB7wtQt2kO3PUO7clmCJp+9e50VMjw1yd8briI77AZnMDBz5VcerBH"),
        ),
        packed=True,
    ),
)
"""The programs that GraphiQL consists of, in the order of loading."""
