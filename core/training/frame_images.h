// Pictures of an inspection frame: bytes of a data set, or what a decoder gives in [0, 1].
//
//   frame.originals.push_back(frameOf(data, data.test, 7));
//   appendFrames(frame.samples, decoder.decode(codes), {32, 32, 3}, 16);
#pragma once

#include <span>

#include "core/data/data_set.h"
#include "core/training/feed.h"

namespace bypath {

FrameImage frameOf(const DataSet& data, const Split& split, int64_t index);

// The first `count` images of shape (H, W, C); what is no number becomes black.
void appendFrames(std::vector<FrameImage>& frames, std::span<const float> values, const Shape& shape,
                  int64_t count);

}  // namespace bypath
