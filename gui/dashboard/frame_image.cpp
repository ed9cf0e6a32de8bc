#include "gui/dashboard/frame_image.h"

namespace bypath {

QImage toImage(const FrameImage& frame) {
  const auto expected = static_cast<size_t>(frame.width) * frame.height * frame.channels;
  if (expected == 0 || frame.pixels.size() != expected || (frame.channels != 1 && frame.channels != 3))
    return {};
  const QImage borrowed(frame.pixels.data(), frame.width, frame.height, frame.width * frame.channels,
                        frame.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
  return borrowed.copy();
}

}  // namespace bypath
