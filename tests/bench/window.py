"""Shows one picture over the whole screen until it is killed; says when it stands."""

from __future__ import annotations

import sys

import cv2


def main(path: str) -> None:
    picture = cv2.imread(path)
    assert picture is not None
    cv2.namedWindow("gallery", cv2.WINDOW_NORMAL | cv2.WINDOW_GUI_NORMAL)
    cv2.moveWindow("gallery", 0, 0)
    cv2.resizeWindow("gallery", picture.shape[1], picture.shape[0])
    cv2.setWindowProperty("gallery", cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_FULLSCREEN)
    shown = 0
    while True:
        # A corner changes, as in a call nothing ever stands quite still.
        picture[:4, :4] = shown % 256
        cv2.imshow("gallery", picture)
        cv2.waitKey(100)
        shown += 1
        if shown == 5:
            print("shown", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
