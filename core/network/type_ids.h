// Ids of the layer types that the network itself must recognise: where a part begins and ends, where a
// shortcut meets its branch, and what the offered fixes insert. The types themselves live in layers/.
#pragma once

namespace bypath::typeId {

inline constexpr char input[] = "input";
inline constexpr char part[] = "part";
inline constexpr char partInput[] = "part_input";
inline constexpr char partOutput[] = "part_output";
inline constexpr char residualBlock[] = "residual_block";
inline constexpr char branch[] = "branch";  // the name, not the type, of a block's branch part
inline constexpr char add[] = "add";
inline constexpr char multiply[] = "multiply";
inline constexpr char scale[] = "scale";
inline constexpr char scalarScale[] = "scalar_scale";
inline constexpr char scalarBias[] = "scalar_bias";
inline constexpr char batchNorm[] = "batch_norm";
inline constexpr char relu[] = "relu";
inline constexpr char sigmoid[] = "sigmoid";
inline constexpr char dropout[] = "dropout";
inline constexpr char stochasticDepth[] = "stochastic_depth";
inline constexpr char conv2d[] = "conv2d";
inline constexpr char conv2dTransposed[] = "conv2d_transposed";
inline constexpr char zeroPadShortcut[] = "zero_pad_shortcut";
inline constexpr char crop[] = "crop";
inline constexpr char maxPool[] = "max_pool";
inline constexpr char flatten[] = "flatten";
inline constexpr char globalAveragePool[] = "global_average_pool";

}  // namespace bypath::typeId
