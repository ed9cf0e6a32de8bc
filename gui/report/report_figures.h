// The pictures of a report, in the colours of the theme that lives while they paint; each holds what it
// needs.
#pragma once

#include <optional>
#include <string>

#include "core/network/layer_type.h"
#include "core/training/feed.h"
#include "gui/dashboard/run_curves.h"
#include "gui/figures/figure_file.h"
#include "gui/report/run_record.h"

namespace bypath {

// As on the canvas, with the gradient on its wires where it was looked at. None: nothing can be drawn.
std::optional<Figure> networkFigureOf(const RunRecord& record, const LayerCatalog& layers);

// One quantity, training and validation. None: it was never measured.
std::optional<Figure> curveFigureOf(const RunCurves& curves, const std::string& quantity);

// The gradient's norm in every layer, from the input on; and its two ways at every shortcut.
std::optional<Figure> layerGradientFigure(const ProbeRecord& record);
std::optional<Figure> shortcutFigure(const ProbeRecord& record);

// Images with what a classifier takes them for; wrong ones say so.
std::optional<Figure> predictionFigure(const InspectionFrame& frame);
// Originals over what an autoencoder makes of them; and pictures out of nothing.
std::optional<Figure> reconstructionFigure(const InspectionFrame& frame);
std::optional<Figure> sampleFigure(const InspectionFrame& frame);

}  // namespace bypath
