// Pictures of an inspection frame on the screen.
#pragma once

#include <QImage>

#include "core/training/feed.h"

namespace bypath {

// Grey for one channel, colour for three; a null image when the bytes do not fit the size.
QImage toImage(const FrameImage& frame);

}  // namespace bypath
