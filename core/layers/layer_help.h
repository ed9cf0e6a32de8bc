// What several layers share: attribute descriptions, padding, initialisers, the shape a person types.
#pragma once

#include <string>
#include <string_view>

#include "core/network/layer_type.h"
#include "core/ops/dropout.h"

namespace bypath {

AttributeDescription integerAttribute(std::string key, std::string label, int64_t fallback, int64_t minimum,
                                      int64_t maximum, std::string help, std::string least = "");
AttributeDescription realAttribute(std::string key, std::string label, double fallback, double minimum,
                                   double maximum, std::string help);
AttributeDescription booleanAttribute(std::string key, std::string label, bool fallback, std::string help);
AttributeDescription choiceAttribute(std::string key, std::string label, std::vector<std::string> choices,
                                     std::string help);  // the first is the default
AttributeDescription shapeAttribute(std::string key, std::string label, std::string fallback,
                                    std::string help);

AttributeDescription channelsAttribute(int64_t fallback);
AttributeDescription kernelAttribute(int64_t fallback);
AttributeDescription strideAttribute(int64_t fallback);
AttributeDescription paddingAttribute(std::string fallback);
AttributeDescription biasAttribute(bool fallback);
AttributeDescription biasValueAttribute();
AttributeDescription initAttribute();
AttributeDescription initGainAttribute();
AttributeDescription dropConnectAttribute();
AttributeDescription repeatAttribute();
AttributeDescription lossWeightAttribute();

// The same number everywhere.
Initialiser startingAt(double value);
// A bias that starts at the attribute "bias_value".
Initialiser biasInitialiser(const AttributeReader& attributes);
// The parameter "weight", drawn as the attributes "init" and "init_gain" say.
ValueId weightParameter(LowerContext& context, const Shape& shape, int64_t fanIn, int64_t fanOut);
// What the layer multiplies by: the weight, or while training the weight after DropConnect at the rate of the
// attribute "drop_connect" (Wan 2013).
ValueId dropConnected(LowerContext& context, ValueId weight);

// "32x32x3"; rank 0 when it is not a shape (a validated attribute always is).
Shape shapeFromText(std::string_view text);

// Strides and padding of a square window. "same" gives ceil(size / stride) positions: (kernel - 1) / 2 cells
// in front, the rest behind, which for odd kernels is PyTorch's padding = kernel // 2. "valid" gives none.
OpAttributes windowAttributes(int64_t kernel, int64_t stride, const std::string& padding);

// Of a reshape op that gives samples of that shape.
OpAttributes reshapeAttributes(const Shape& perSample);
// Of a dropout op whose random stream is named.
OpAttributes dropoutAttributes(std::string_view stream, double rate, DropoutReach reach);

// The shape of input 0, which must be an image batch (N,H,W,C) or a vector batch (N,F): else a LowerFailure
// that says what `who` reads.
Shape imageInput(const LowerContext& context, const std::string& who);
Shape vectorInput(const LowerContext& context, const std::string& who);

// The op applied to input 0, for layers that are one op without attributes.
void lowerElementWise(LowerContext& context, const OpType& op);

}  // namespace bypath
